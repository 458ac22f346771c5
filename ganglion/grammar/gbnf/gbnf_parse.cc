#include "ganglion/grammar/gbnf/gbnf_parse.h"

#include <algorithm>
#include <map>
#include <optional>

#include "ganglion/grammar/gbnf/utf8_class.h"
#include "ganglion/grammar/node.h"

namespace ganglion::grammar {
namespace {

using Kind = GbnfExpression::Kind;

constexpr char32_t kCodePointMax = 0x10FFFF;

bool IsSurrogate(char32_t c) { return c >= 0xD800 && c <= 0xDFFF; }

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

std::optional<std::uint32_t> HexValue(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint32_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint32_t>(c - 'A' + 10);
  return std::nullopt;
}

// Sorted, with neighbours joined.
std::vector<GbnfRange> Normalize(std::vector<GbnfRange> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const GbnfRange& a, const GbnfRange& b) { return a.low < b.low; });
  std::vector<GbnfRange> joined;
  for (const GbnfRange& range : ranges) {
    if (!joined.empty() && range.low <= joined.back().high + 1) {
      joined.back().high = std::max(joined.back().high, range.high);
    } else {
      joined.push_back(range);
    }
  }
  return joined;
}

// What sorted ranges leave out.
std::vector<GbnfRange> Complement(const std::vector<GbnfRange>& ranges) {
  std::vector<GbnfRange> rest;
  char32_t next = 0;
  for (const GbnfRange& range : ranges) {
    if (range.low > next) rest.push_back({next, range.low - 1});
    next = range.high + 1;
  }
  if (next <= kCodePointMax) rest.push_back({next, kCodePointMax});
  return rest;
}

// Reads rules from the first to the last. The recursion is as deep as groups are nested, which is
// limited.
class GbnfParser {
 public:
  GbnfParser(std::string_view text, const CompileLimits& limits) : text_(text), limits_(limits) {}

  Result<GbnfGrammar> Parse() {
    if (text_.size() > limits_.text_bytes) {
      return Status(Code::kResourceExhausted,
                    "the grammar has more than " + std::to_string(limits_.text_bytes) + " bytes");
    }
    SkipSpace(true);
    while (at_ < text_.size()) {
      GN_RETURN_IF_ERROR(ParseRule());
      SkipSpace(true);
    }
    for (const GbnfRule& rule : grammar_.rules) {
      if (!rule.defined) return FailAt(rule.line, rule.column, "there is no rule " + rule.name);
    }
    return std::move(grammar_);
  }

 private:
  // 0 at the end, which no rule has in its text.
  char Peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool Take(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }

  // Positions only grow, so the lines before one are counted once.
  void CountLines() {
    for (; counted_ < at_; ++counted_) {
      if (text_[counted_] != '\n') continue;
      ++line_;
      line_begin_ = counted_ + 1;
    }
  }
  static Status FailAt(std::size_t line, std::size_t column, const std::string& what,
                       Code code = Code::kInvalidArgument) {
    return {code,
            "line " + std::to_string(line) + ", column " + std::to_string(column) + ": " + what};
  }
  Status Fail(const std::string& what, Code code = Code::kInvalidArgument) {
    CountLines();
    return FailAt(line_, at_ - line_begin_ + 1, what, code);
  }

  void SkipSpace(bool newlines) {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (c == ' ' || c == '\t' || (newlines && (c == '\n' || c == '\r'))) {
        ++at_;
      } else {
        return;
      }
    }
  }

  Result<std::string> ParseName() {
    std::string name;
    while (IsNameCharacter(Peek())) name += text_[at_++];
    if (name.empty()) return Fail("a name of a rule was expected");
    return name;
  }

  std::uint32_t RuleNamed(const std::string& name, std::size_t line, std::size_t column) {
    const auto index = static_cast<std::uint32_t>(grammar_.rules.size());
    const auto [entry, added] = index_of_.try_emplace(name, index);
    if (added) grammar_.rules.push_back({.name = name, .line = line, .column = column});
    return entry->second;
  }

  std::uint32_t Add(GbnfExpression expression) {
    grammar_.expressions.push_back(std::move(expression));
    return static_cast<std::uint32_t>(grammar_.expressions.size() - 1);
  }

  Status ParseRule() {
    CountLines();
    const std::size_t line = line_;
    const std::size_t column = at_ - line_begin_ + 1;
    GN_ASSIGN_OR_RETURN(const std::string name, ParseName());
    SkipSpace(false);
    if (!Take("::=")) return Fail("\"::=\" was expected behind the name of a rule");
    SkipSpace(true);
    const std::uint32_t index = RuleNamed(name, line, column);
    if (grammar_.rules[index].defined) {
      return FailAt(line, column, "the rule " + name + " is defined twice");
    }
    GN_ASSIGN_OR_RETURN(const std::uint32_t body, ParseChoice(0));
    GbnfRule& rule = grammar_.rules[index];
    rule.line = line;
    rule.column = column;
    rule.defined = true;
    rule.body = body;
    if (at_ == text_.size() || Take("\r\n") || Take("\n") || Take("\r")) return {};
    return Fail("the end of the rule " + name + " was expected");
  }

  // `depth` groups are open. Outside of them a rule ends with its line, unless the next line goes
  // on with "|".
  Result<std::uint32_t> ParseChoice(std::size_t depth) {
    GbnfExpression choice{.kind = Kind::kChoice};
    while (true) {
      GN_ASSIGN_OR_RETURN(choice.children.emplace_back(), ParseSequence(depth));
      const std::size_t end = at_;
      SkipSpace(true);
      if (Peek() != '|') {
        at_ = depth > 0 ? at_ : end;
        break;
      }
      ++at_;
      SkipSpace(true);
    }
    if (choice.children.size() == 1) return choice.children[0];
    return Add(std::move(choice));
  }

  Result<std::uint32_t> ParseSequence(std::size_t depth) {
    GbnfExpression sequence{.kind = Kind::kSequence};
    while (true) {
      GN_ASSIGN_OR_RETURN(std::optional<std::uint32_t> item, ParseItem(depth));
      if (!item) break;
      SkipSpace(depth > 0);
      while (Peek() == '*' || Peek() == '+' || Peek() == '?' || Peek() == '{') {
        GN_ASSIGN_OR_RETURN(item, ParseRepeat(*item));
        SkipSpace(depth > 0);
      }
      sequence.children.push_back(*item);
    }
    if (sequence.children.size() == 1) return sequence.children[0];
    return Add(std::move(sequence));
  }

  // Nothing where no item begins.
  Result<std::optional<std::uint32_t>> ParseItem(std::size_t depth) {
    const char c = Peek();
    if (c == '"') return ParseLiteral();
    if (c == '[') return ParseClass();
    if (c == '(') return ParseGroup(depth);
    if (c == '.') {
      ++at_;
      return Add({.kind = Kind::kClass, .ranges = {{0, kCodePointMax}}});
    }
    if (IsNameCharacter(c)) {
      CountLines();
      const std::size_t column = at_ - line_begin_ + 1;
      GN_ASSIGN_OR_RETURN(const std::string name, ParseName());
      return Add({.kind = Kind::kReference, .target = RuleNamed(name, line_, column)});
    }
    if (c == '<' || (c == '!' && Peek(1) == '<')) {
      return Fail("tokens (\"<...>\") are not supported: write their text", Code::kUnimplemented);
    }
    if (c == '*' || c == '+' || c == '?' || c == '{') {
      return Fail(std::string("nothing stands before \"") + c + "\"");
    }
    return std::optional<std::uint32_t>();
  }

  Result<std::optional<std::uint32_t>> ParseGroup(std::size_t depth) {
    if (depth == limits_.nesting) {
      return Fail("groups are nested deeper than " + std::to_string(limits_.nesting),
                  Code::kResourceExhausted);
    }
    ++at_;
    SkipSpace(true);
    GN_ASSIGN_OR_RETURN(const std::uint32_t inner, ParseChoice(depth + 1));
    if (!Take(")")) return Fail("\")\" was expected");
    return inner;
  }

  Result<std::optional<std::uint32_t>> ParseLiteral() {
    GbnfExpression literal{.kind = Kind::kLiteral};
    ++at_;
    while (Peek() != '"') {
      GN_ASSIGN_OR_RETURN(const char32_t c, ParseCharacter("the literal"));
      AppendUtf8(c, literal.text);
    }
    ++at_;
    return Add(std::move(literal));
  }

  Result<std::optional<std::uint32_t>> ParseClass() {
    ++at_;
    const bool negated = Take("^");
    std::vector<GbnfRange> ranges;
    while (Peek() != ']') {
      GN_ASSIGN_OR_RETURN(const char32_t low, ParseCharacter("the character class"));
      char32_t high = low;
      if (Peek() == '-' && Peek(1) != ']') {
        ++at_;
        GN_ASSIGN_OR_RETURN(high, ParseCharacter("the character class"));
      }
      if (high < low) return Fail("a range of characters ends before it begins");
      ranges.push_back({low, high});
    }
    if (ranges.empty()) return Fail("the character class is empty");
    ++at_;
    ranges = Normalize(std::move(ranges));
    if (negated) ranges = Complement(ranges);
    if (ranges.empty()) return Fail("no character is outside of the class");
    return Add({.kind = Kind::kClass, .ranges = std::move(ranges)});
  }

  // One code point, as itself or escaped.
  Result<char32_t> ParseCharacter(const std::string& where) {
    if (at_ == text_.size()) return Fail(where + " has no end");
    if (Peek() != '\\') {
      const auto c = TakeUtf8(text_, at_);
      if (!c) return Fail("the text is not UTF-8");
      return *c;
    }
    const char kind = Peek(1);
    switch (kind) {
      case 'x':
        return ParseHex(2);
      case 'u':
        return ParseHex(4);
      case 'U':
        return ParseHex(8);
      case 'n':
        at_ += 2;
        return U'\n';
      case 'r':
        at_ += 2;
        return U'\r';
      case 't':
        at_ += 2;
        return U'\t';
      case '\\':
      case '"':
      case '[':
      case ']':
      case '-':
        at_ += 2;
        return static_cast<char32_t>(kind);
      default:
        return Fail("this escape is unknown");
    }
  }

  Result<char32_t> ParseHex(std::size_t digits) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const auto digit = HexValue(Peek(2 + i));
      if (!digit) return Fail("the escape needs " + std::to_string(digits) + " hexadecimal digits");
      value = value * 16 + *digit;
    }
    const auto c = static_cast<char32_t>(std::min<std::uint64_t>(value, kCodePointMax + 1));
    if (c > kCodePointMax || IsSurrogate(c)) return Fail("the escape is no character of Unicode");
    at_ += 2 + digits;
    return c;
  }

  Result<std::uint32_t> ParseCount() {
    if (Peek() < '0' || Peek() > '9') return Fail("a count was expected");
    std::uint64_t value = 0;
    while (Peek() >= '0' && Peek() <= '9') {
      value = value * 10 + static_cast<std::uint64_t>(Peek() - '0');
      if (value > kCountMax) {
        return Fail("a count is above " + std::to_string(kCountMax), Code::kResourceExhausted);
      }
      ++at_;
    }
    return static_cast<std::uint32_t>(value);
  }

  Result<std::uint32_t> ParseRepeat(std::uint32_t item) {
    GbnfExpression repeat{.kind = Kind::kRepeat, .children = {item}, .max = kUnbounded};
    const char c = text_[at_++];
    if (c == '+') repeat.min = 1;
    if (c == '?') repeat.max = 1;
    if (c == '{') {
      SkipSpace(true);
      GN_ASSIGN_OR_RETURN(repeat.min, ParseCount());
      SkipSpace(true);
      if (!Take(",")) {
        repeat.max = repeat.min;
      } else {
        SkipSpace(true);
        if (Peek() != '}') {
          GN_ASSIGN_OR_RETURN(repeat.max, ParseCount());
        }
      }
      SkipSpace(true);
      if (!Take("}")) return Fail("\"}\" was expected behind a count");
      if (repeat.max < repeat.min) return Fail("the largest count is below the smallest");
    }
    return Add(std::move(repeat));
  }

  std::string_view text_;
  const CompileLimits& limits_;
  std::size_t at_ = 0;
  std::size_t counted_ = 0;
  std::size_t line_ = 1;
  std::size_t line_begin_ = 0;
  std::map<std::string, std::uint32_t> index_of_;
  GbnfGrammar grammar_;
};

}  // namespace

Result<GbnfGrammar> ParseGbnf(std::string_view text, const CompileLimits& limits) {
  return GbnfParser(text, limits).Parse();
}

}  // namespace ganglion::grammar
