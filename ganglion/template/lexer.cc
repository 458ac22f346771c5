#include "ganglion/template/lexer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "ganglion/template/unicode.h"

namespace ganglion::jinja {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNameStart(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsNamePart(char c) { return IsNameStart(c) || IsDigit(c); }

// Every kind of line end becomes \n, and one at the end goes.
std::string NormalizeLines(std::string_view source) {
  std::string out;
  out.reserve(source.size());
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] != '\r') {
      out += source[i];
      continue;
    }
    out += '\n';
    if (i + 1 < source.size() && source[i + 1] == '\n') ++i;
  }
  if (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

class Lexer {
 public:
  explicit Lexer(std::string source) : source_(std::move(source)) {}

  Result<std::vector<Token>> Run() {
    while (at_ < source_.size()) {
      const std::size_t tag = FindTag();
      if (tag == std::string::npos) {
        Emit(Token::Kind::kText, source_.substr(at_));
        break;
      }
      GN_RETURN_IF_ERROR(LexTag(tag));
    }
    Emit(Token::Kind::kEnd, "");
    return std::move(tokens_);
  }

 private:
  std::size_t FindTag() const {
    for (std::size_t i = source_.find('{', at_); i != std::string::npos;
         i = source_.find('{', i + 1)) {
      if (i + 1 < source_.size() &&
          (source_[i + 1] == '{' || source_[i + 1] == '%' || source_[i + 1] == '#')) {
        return i;
      }
    }
    return std::string::npos;
  }

  // Adds the line breaks of what is consumed.
  void Advance(std::size_t to) {
    line_ += static_cast<int>(std::count(source_.begin() + static_cast<std::ptrdiff_t>(at_),
                                         source_.begin() + static_cast<std::ptrdiff_t>(to), '\n'));
    at_ = to;
  }

  void Emit(Token::Kind kind, std::string text) {
    if (kind == Token::Kind::kText && text.empty()) return;
    tokens_.push_back({kind, std::move(text), line_});
  }

  bool LooksAt(std::string_view what) const {
    return std::string_view(source_).substr(at_, what.size()) == what;
  }

  // The text in front of a tag, less what the tag's sign or lstrip_blocks takes.
  std::string_view TextBefore(std::size_t begin, std::size_t tag, char sign, bool is_block) const {
    const std::string_view text = std::string_view(source_).substr(begin, tag - begin);
    if (sign == '-') return TrimEnd(text);
    if (sign == '+' || !is_block) return text;
    const std::size_t line_start = text.rfind('\n') + 1;  // npos + 1 is 0
    if (line_start == 0 && !line_starting_) return text;
    return Trim(text.substr(line_start)).empty() ? text.substr(0, line_start) : text;
  }

  Status LexTag(std::size_t tag) {
    const char kind = source_[tag + 1];
    const char sign = tag + 2 < source_.size() ? source_[tag + 2] : ' ';
    Emit(Token::Kind::kText, std::string(TextBefore(at_, tag, sign, kind != '{')));
    Advance(tag + (sign == '-' || sign == '+' ? 3 : 2));
    if (kind == '#') {
      GN_RETURN_IF_ERROR(SkipComment());
    } else if (kind == '%' && AtRaw()) {
      GN_RETURN_IF_ERROR(LexRaw());
    } else {
      GN_RETURN_IF_ERROR(LexInside(kind == '%'));
    }
    line_starting_ = at_ > 0 && source_[at_ - 1] == '\n';
    return {};
  }

  // After the end of a block or comment, whose sign stood at `sign`.
  void SkipAfterTag(char sign, bool trims_newline) {
    if (sign == '-') {
      const std::string_view rest = std::string_view(source_).substr(at_);
      Advance(source_.size() - TrimStart(rest).size());
    } else if (sign != '+' && trims_newline && LooksAt("\n")) {
      Advance(at_ + 1);
    }
  }

  Status SkipComment() {
    const std::size_t end = source_.find("#}", at_);
    if (end == std::string::npos) return ErrorAt(line_, "a comment {# has no end #}");
    const char sign = end > at_ ? source_[end - 1] : ' ';
    Advance(end + 2);
    SkipAfterTag(sign, true);
    return {};
  }

  // Matches `name` between white space and the end of a block; gives the sign and what follows.
  struct BlockEnd {
    char sign;
    std::size_t after;
  };
  std::optional<BlockEnd> MatchSimpleBlock(std::size_t at, std::string_view name) const {
    const auto skip = [&] {
      while (at < source_.size() && IsSpace(static_cast<unsigned char>(source_[at]))) ++at;
    };
    skip();
    if (source_.compare(at, name.size(), name) != 0) return std::nullopt;
    at += name.size();
    skip();
    char sign = ' ';
    if (at < source_.size() && (source_[at] == '-' || source_[at] == '+')) sign = source_[at++];
    if (source_.compare(at, 2, "%}") != 0) return std::nullopt;
    return BlockEnd{sign, at + 2};
  }
  bool AtRaw() const { return MatchSimpleBlock(at_, "raw").has_value(); }

  Status LexRaw() {
    const int line = line_;
    const BlockEnd begin = *MatchSimpleBlock(at_, "raw");
    Advance(begin.after);
    SkipAfterTag(begin.sign, false);
    for (std::size_t tag = source_.find("{%", at_); tag != std::string::npos;
         tag = source_.find("{%", tag + 1)) {
      const char sign = tag + 2 < source_.size() ? source_[tag + 2] : ' ';
      const auto end = MatchSimpleBlock(tag + (sign == '-' || sign == '+' ? 3 : 2), "endraw");
      if (!end) continue;
      line_starting_ = at_ > 0 && source_[at_ - 1] == '\n';
      Emit(Token::Kind::kText, std::string(TextBefore(at_, tag, sign, true)));
      Advance(end->after);
      SkipAfterTag(end->sign, true);
      return {};
    }
    return ErrorAt(line, "{% raw %} has no {% endraw %}");
  }

  // The tokens between {{ and }}, or {% and %}.
  Status LexInside(bool is_block) {
    const int line = line_;
    Emit(is_block ? Token::Kind::kBlockBegin : Token::Kind::kOutputBegin, "");
    std::string open;  // brackets that wait for their partners
    while (true) {
      while (at_ < source_.size() && IsSpace(static_cast<unsigned char>(source_[at_]))) {
        Advance(at_ + 1);
      }
      if (at_ >= source_.size()) {
        return ErrorAt(line, is_block ? "{% has no end %}" : "{{ has no end }}");
      }
      if (open.empty() && LexEnd(is_block)) return {};
      GN_RETURN_IF_ERROR(LexOne(open));
    }
  }

  bool LexEnd(bool is_block) {
    const std::string_view end = is_block ? "%}" : "}}";
    const char c = source_[at_];
    const bool has_sign = c == '-' || (c == '+' && is_block);
    if (std::string_view(source_).substr(at_ + (has_sign ? 1 : 0), 2) != end) return false;
    Emit(is_block ? Token::Kind::kBlockEnd : Token::Kind::kOutputEnd, "");
    Advance(at_ + (has_sign ? 3 : 2));
    SkipAfterTag(has_sign ? c : ' ', is_block);
    return true;
  }

  Status LexOne(std::string& open) {
    const char c = source_[at_];
    if (IsDigit(c)) return LexNumber();
    if (c == '"' || c == '\'') return LexString(c);
    if (IsNameStart(c)) {
      std::size_t end = at_;
      while (end < source_.size() && IsNamePart(source_[end])) ++end;
      Emit(Token::Kind::kName, source_.substr(at_, end - at_));
      Advance(end);
      return {};
    }
    return LexOperator(open);
  }

  Status LexNumber() {
    std::size_t end = at_;
    std::string text;
    const auto digits = [&] {
      while (end < source_.size() && (IsDigit(source_[end]) || source_[end] == '_')) {
        if (source_[end] != '_') text += source_[end];
        ++end;
      }
    };
    const auto digit_at = [&](std::size_t i) { return i < source_.size() && IsDigit(source_[i]); };
    digits();
    bool real = false;
    if (end < source_.size() && source_[end] == '.' && digit_at(end + 1)) {
      real = true;
      text += source_[end++];
      digits();
    }
    if (end < source_.size() && (source_[end] | 0x20) == 'e') {
      const bool has_sign =
          end + 1 < source_.size() && (source_[end + 1] == '-' || source_[end + 1] == '+');
      if (digit_at(end + (has_sign ? 2 : 1))) {
        real = true;
        text += 'e';
        ++end;
        if (has_sign) text += source_[end++];
        digits();
      }
    }
    Emit(real ? Token::Kind::kFloat : Token::Kind::kInteger, std::move(text));
    Advance(end);
    return {};
  }

  Status LexString(char quote) {
    std::string text;
    std::size_t i = at_ + 1;
    while (i < source_.size() && source_[i] != quote) {
      if (source_[i] != '\\') {
        text += source_[i++];
      } else if (!LexEscape(i, text)) {
        return ErrorAt(line_, "a string has an escape that is cut off or no character");
      }
    }
    if (i >= source_.size()) return ErrorAt(line_, "a string has no end");
    Emit(Token::Kind::kString, std::move(text));
    Advance(i + 1);
    return {};
  }

  // Resolves the escape at `i`, as in a Python string; one that Python does not know stays.
  bool LexEscape(std::size_t& i, std::string& text) const {
    if (i + 1 >= source_.size()) return false;
    const char c = source_[i + 1];
    constexpr std::string_view kNames = "ntrbfav\\'\"";
    constexpr std::string_view kValues = "\n\t\r\b\f\a\v\\'\"";
    if (const std::size_t known = kNames.find(c); known != std::string_view::npos) {
      text += kValues[known];
      i += 2;
      return true;
    }
    const bool octal = c >= '0' && c <= '7';
    const std::size_t size = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : octal ? 3 : 0;
    i += octal ? 1 : 2;
    if (size == 0) {
      if (c != '\n') text.append({'\\', c});  // a backslash joins two lines
      return true;
    }
    char32_t code = 0;
    for (std::size_t n = 0; n < size; ++n, ++i) {
      const int digit = i < source_.size() ? HexDigit(source_[i]) : -1;
      if (octal && (digit < 0 || digit > 7)) break;
      if (digit < 0) return false;
      code = code * (octal ? 8 : 16) + static_cast<char32_t>(digit);
    }
    return AppendUtf8(code, text);
  }

  Status LexOperator(std::string& open) {
    constexpr std::string_view kTwo[] = {"//", "**", "==", "!=", ">=", "<="};
    constexpr std::string_view kOne = "+-/*%~[](){}<>=.:|,";
    std::string text(1, source_[at_]);
    for (const std::string_view two : kTwo) {
      if (LooksAt(two)) text = two;
    }
    if (text.size() == 1 && kOne.find(text[0]) == std::string_view::npos) {
      return ErrorAt(line_, "unexpected character '" + text + "'");
    }
    if (text == "(" || text == "[" || text == "{") open += text;
    if (text == ")" || text == "]" || text == "}") {
      const char partner = text == ")" ? '(' : text == "]" ? '[' : '{';
      if (open.empty() || open.back() != partner)
        return ErrorAt(line_, "unexpected '" + text + "'");
      open.pop_back();
    }
    const std::size_t size = text.size();
    Emit(Token::Kind::kOperator, std::move(text));
    Advance(at_ + size);
    return {};
  }

  const std::string source_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool line_starting_ = true;  // whether the last tag was followed by a line break
  std::vector<Token> tokens_;
};

}  // namespace

Status ErrorAt(int line, std::string_view what) {
  return Status(Code::kInvalidArgument,
                "chat template, line " + std::to_string(line) + ": " + std::string(what));
}

Result<std::vector<Token>> Tokenize(std::string_view source) {
  return Lexer(NormalizeLines(source)).Run();
}

}  // namespace ganglion::jinja
