#include "ganglion/grammar/regular/regex_parse.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "ganglion/grammar/regular/regex_limits.h"
#include "ganglion/grammar/regular/regex_reader.h"
#include "ganglion/grammar/regular/utf8_text.h"

namespace ganglion::grammar {
namespace {

// Flags that a group can change for its content.
struct Modifiers {
  bool multiline = false;
  bool dot_all = false;
};

class Parser {
 public:
  Parser(RegexReader reader, Work& work) : reader_(std::move(reader)), work_(work) {}

  Result<RegexTree> Parse() {
    reader_.CountGroups();
    closed_.assign(reader_.groups + 1, false);
    GN_ASSIGN_OR_RETURN(tree_.root, ParseChoice());
    if (!reader_.AtEnd()) return Wrong("a group is closed that is not open", reader_.at);
    if (!not_regular_.ok()) return std::move(not_regular_);
    return std::move(tree_);
  }

 private:
  using Index = std::uint32_t;

  Status Wrong(std::string_view what, std::size_t at) const {
    return reader_.Error(Code::kInvalidArgument, what, at);
  }
  Status OutOfWork() const {
    return reader_.Error(Code::kResourceExhausted, "no budget left to read the pattern",
                         reader_.at);
  }

  Index Add(RegexNode node) {
    tree_.nodes.push_back(std::move(node));
    return static_cast<Index>(tree_.nodes.size() - 1);
  }
  Index AddKind(RegexKind kind) {
    RegexNode node;
    node.kind = kind;
    return Add(std::move(node));
  }
  Index AddSet(CodePointRanges joined) {
    const auto [entry, added] =
        sets_.try_emplace(std::move(joined), static_cast<Index>(tree_.sets.size()));
    if (added) tree_.sets.push_back(entry->first);
    RegexNode node;
    node.kind = RegexKind::kSet;
    node.set = entry->second;
    return Add(std::move(node));
  }
  Index AddLook(RegexKind kind, bool negated, Index child) {
    RegexNode node;
    node.kind = kind;
    node.negated = negated;
    node.children = {child};
    return Add(std::move(node));
  }

  Result<Index> ParseChoice() {
    RegexNode choice;
    choice.kind = RegexKind::kChoice;
    const std::size_t path = alternatives_.size();
    alternatives_.emplace_back(choices_++, 0);
    do {
      GN_ASSIGN_OR_RETURN(const Index alternative, ParseSequence());
      choice.children.push_back(alternative);
      ++alternatives_[path].second;
    } while (reader_.Take(U"|"));
    alternatives_.resize(path);
    if (choice.children.size() == 1) return choice.children[0];
    return Add(std::move(choice));
  }

  Result<Index> ParseSequence() {
    RegexNode sequence;
    while (!reader_.AtEnd() && reader_.Peek() != U'|' && reader_.Peek() != U')') {
      GN_ASSIGN_OR_RETURN(const Index term, ParseTerm());
      sequence.children.push_back(term);
    }
    if (sequence.children.size() == 1) return sequence.children[0];
    return Add(std::move(sequence));
  }

  Result<Index> ParseTerm() {
    if (!work_.Spend(4)) return OutOfWork();
    const std::size_t begin = reader_.at;
    GN_ASSIGN_OR_RETURN(const Index atom, ParseAtom());
    const std::size_t behind_atom = reader_.at;
    GN_ASSIGN_OR_RETURN(const auto counts, TakeQuantifier());
    if (!counts) return atom;
    if (!quantifiable_) {
      return Wrong("nothing to repeat before " + reader_.Quote(behind_atom, reader_.at), begin);
    }
    RegexNode repeat;
    repeat.kind = RegexKind::kRepeat;
    repeat.min = counts->first;
    repeat.max = counts->second;
    repeat.children = {atom};
    return Add(std::move(repeat));
  }

  // Also says in quantifiable_ whether the atom may be repeated.
  Result<Index> ParseAtom() {
    const std::size_t begin = reader_.at;
    const char32_t c = reader_.text[reader_.at++];
    quantifiable_ = true;
    switch (c) {
      case U'^':
      case U'$':
        quantifiable_ = false;
        return LineEdge(c == U'^');
      case U'(':
        return ParseGroup(begin);
      case U'[': {
        GN_ASSIGN_OR_RETURN(CodePointRanges set, ReadClass(reader_));
        if (!work_.Spend(set.size())) return OutOfWork();
        return AddSet(std::move(set));
      }
      case U'.':
        return AddSet(Complement(modifiers_.dot_all ? CodePointRanges() : LineTerminators()));
      case U'\\':
        return ParseEscape(begin);
      case U'*':
      case U'+':
      case U'?':
        return Wrong("nothing to repeat", begin);
      case U'{':
        if (!reader_.lenient) return Wrong("a lone {", begin);
        --reader_.at;
        if (auto counts = TakeQuantifier(); !counts.ok() || *counts) {
          return Wrong("nothing to repeat", begin);
        }
        ++reader_.at;
        return AddSet({{c, c}});
      case U'}':
      case U']':
        if (!reader_.lenient) return Wrong("a lone bracket", begin);
        [[fallthrough]];
      default:
        return AddSet({{c, c}});
    }
  }

  // With the modifier "m" a line's edges are edges, too.
  Result<Index> LineEdge(bool start) {
    if (!modifiers_.multiline) return AddKind(start ? RegexKind::kTextStart : RegexKind::kTextEnd);
    const Index inside = AddSet(Complement(LineTerminators()));
    return AddLook(start ? RegexKind::kLookbehind : RegexKind::kLookahead, true, inside);
  }

  Result<Index> ParseEscape(std::size_t begin) {
    GN_ASSIGN_OR_RETURN(RegexEscape escape, ReadEscape(reader_));
    if (!work_.Spend(escape.set.size())) return OutOfWork();
    switch (escape.kind) {
      case RegexEscape::Kind::kCodePoint:
        return AddSet({{escape.code_point, escape.code_point}});
      case RegexEscape::Kind::kSet:
        return AddSet(std::move(escape.set));
      case RegexEscape::Kind::kWordBoundary:
      case RegexEscape::Kind::kNotWordBoundary: {
        quantifiable_ = false;
        const bool boundary = escape.kind == RegexEscape::Kind::kWordBoundary;
        return AddKind(boundary ? RegexKind::kWordBoundary : RegexKind::kNotWordBoundary);
      }
      case RegexEscape::Kind::kReference:
        break;
    }
    // A group that is not yet closed has matched nothing where its reference is met (each round of
    // a loop forgets the groups of the round before), and a reference to nothing is empty. Not so
    // behind us, where matching goes from right to left.
    const bool may_be_set = std::any_of(escape.groups.begin(), escape.groups.end(),
                                        [&](std::uint32_t group) { return closed_[group]; });
    if ((may_be_set || lookbehinds_ > 0) && not_regular_.ok()) {
      const std::string what = "backreference " + reader_.Quote(begin, reader_.at);
      not_regular_ = reader_.Error(Code::kUnimplemented, what, begin);
    }
    return Add(RegexNode());
  }

  Result<Index> ParseGroup(std::size_t begin) {
    if (++depth_ > kRegexDepthMax) {
      return reader_.Error(Code::kResourceExhausted, "groups are nested too deep", begin);
    }
    const Modifiers outside = modifiers_;
    std::optional<RegexKind> look;
    bool negated = false;
    std::uint32_t group = 0;
    bool repeats = true;
    if (reader_.Take(U"?=") || (negated = reader_.Take(U"?!"))) {
      look = RegexKind::kLookahead;
      repeats = reader_.lenient;
    } else if (reader_.Take(U"?<=") || (negated = reader_.Take(U"?<!"))) {
      look = RegexKind::kLookbehind;
      repeats = false;
    } else if (reader_.Take(U"?<")) {
      group = ++groups_;
      GN_RETURN_IF_ERROR(TakeGroupName(begin, group));
    } else if (reader_.Take(U"?")) {
      GN_RETURN_IF_ERROR(TakeModifiers(begin));
    } else {
      group = ++groups_;
    }
    if (look == RegexKind::kLookbehind) ++lookbehinds_;
    GN_ASSIGN_OR_RETURN(const Index content, ParseChoice());
    if (!reader_.Take(U")")) return Wrong("a group without end", begin);
    if (look == RegexKind::kLookbehind) --lookbehinds_;
    closed_[group] = true;
    --depth_;
    modifiers_ = outside;
    quantifiable_ = repeats;
    return look ? AddLook(*look, negated, content) : content;
  }

  // Two groups may have one name if they are in different alternatives.
  Status TakeGroupName(std::size_t begin, std::uint32_t group) {
    --reader_.at;
    const std::u32string name = reader_.TakeName();
    if (name.empty()) return Wrong("a group's name is none", begin);
    for (const auto& [other, path] : named_) {
      if (other != name) continue;
      const auto apart = [&](const auto& a, const auto& b) {
        return a.first == b.first && a.second != b.second;
      };
      bool exclusive = false;
      for (std::size_t i = 0; i < std::min(path.size(), alternatives_.size()); ++i) {
        exclusive |= apart(path[i], alternatives_[i]);
      }
      if (!exclusive) return Wrong("a group's name is given twice", begin);
    }
    named_.emplace_back(name, alternatives_);
    return work_.Spend(group) ? Status() : OutOfWork();
  }

  // Behind "(?": flags to set, "-" and flags to clear, ":".
  Status TakeModifiers(std::size_t begin) {
    std::u32string seen;
    bool value = true;
    bool ignore_case = false;
    while (!reader_.Take(U":")) {
      const char32_t c = reader_.Peek();
      const bool flag = c == U'i' || c == U'm' || c == U's';
      if ((!flag && c != U'-') || seen.find(c) != std::u32string::npos) {
        return Wrong("no group of ECMA-262", begin);
      }
      if (c == U'm') modifiers_.multiline = value;
      if (c == U's') modifiers_.dot_all = value;
      if (c == U'i') ignore_case = value;
      if (c == U'-') value = false;
      seen += c;
      ++reader_.at;
    }
    if (seen == U"-") return Wrong("no group of ECMA-262", begin);
    if (ignore_case && not_regular_.ok()) {
      const std::string what = "modifier " + reader_.Quote(begin, reader_.at);
      not_regular_ = reader_.Error(Code::kUnimplemented, what, begin);
    }
    return {};
  }

  using Counts = std::pair<std::uint32_t, std::uint32_t>;
  Result<std::optional<Counts>> TakeQuantifier() {
    std::optional<Counts> counts;
    const std::size_t begin = reader_.at;
    if (reader_.Take(U"*")) {
      counts = {0, kRegexNoMaximum};
    } else if (reader_.Take(U"+")) {
      counts = {1, kRegexNoMaximum};
    } else if (reader_.Take(U"?")) {
      counts = {0, 1};
    } else if (reader_.Take(U"{")) {
      counts = TakeCounts();
      if (!counts) reader_.at = begin;
      if (counts && counts->first > counts->second) return Wrong("counts out of order", begin);
    }
    if (counts) reader_.Take(U"?");  // lazy: the same texts
    return counts;
  }

  std::optional<Counts> TakeCounts() {
    const auto min = reader_.TakeNumber(10, SIZE_MAX);
    if (min.digits == 0) return std::nullopt;
    if (reader_.Take(U"}")) return Counts{min.value, min.value};
    if (!reader_.Take(U",")) return std::nullopt;
    if (reader_.Take(U"}")) return Counts{min.value, kRegexNoMaximum};
    const auto max = reader_.TakeNumber(10, SIZE_MAX);
    if (max.digits == 0 || !reader_.Take(U"}")) return std::nullopt;
    return Counts{min.value, max.value};
  }

  using Alternatives = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

  RegexReader reader_;
  Work& work_;
  RegexTree tree_;
  std::map<CodePointRanges, Index> sets_;
  Status not_regular_;  // the first construct that is right, but not regular
  Modifiers modifiers_;
  std::vector<bool> closed_;  // by group
  std::uint32_t groups_ = 0;
  std::uint32_t depth_ = 0;
  std::uint32_t lookbehinds_ = 0;  // around here
  bool quantifiable_ = true;
  // The choices around here, and which alternative of each.
  Alternatives alternatives_;
  std::uint32_t choices_ = 0;
  std::vector<std::pair<std::u32string, Alternatives>> named_;
};

}  // namespace

Result<RegexTree> ParseRegex(std::string_view pattern, RegexSyntax syntax, Work& work) {
  if (pattern.size() > kRegexBytesMax) {
    return Status(Code::kResourceExhausted,
                  "the pattern has more than " + std::to_string(kRegexBytesMax) + " bytes");
  }
  if (!work.Spend(pattern.size() + 1)) {
    return Status(Code::kResourceExhausted, "no budget left to read the pattern");
  }
  RegexReader reader;
  reader.lenient = syntax == RegexSyntax::kLenient;
  std::string_view rest = pattern;
  while (!rest.empty()) {
    const auto code_point = TakeCodePoint(rest);
    if (!code_point) return Status(Code::kInvalidArgument, "the pattern is no valid UTF-8");
    reader.text += *code_point;
  }
  return Parser(std::move(reader), work).Parse();
}

}  // namespace ganglion::grammar
