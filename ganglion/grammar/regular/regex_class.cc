#include <utility>

#include "ganglion/grammar/regular/regex_reader.h"

namespace ganglion::grammar {
namespace {

// One code point, or an escape that may stand for many.
Result<RegexEscape> ReadClassAtom(RegexReader& reader) {
  if (reader.Take(U"\\")) return ReadEscapeInClass(reader);
  return RegexEscape{.kind = RegexEscape::Kind::kCodePoint,
                     .code_point = reader.text[reader.at++],
                     .set = {},
                     .groups = {}};
}

void Append(CodePointRanges& ranges, const RegexEscape& atom) {
  if (atom.kind == RegexEscape::Kind::kCodePoint) {
    ranges.push_back({atom.code_point, atom.code_point});
  } else {
    ranges.insert(ranges.end(), atom.set.begin(), atom.set.end());
  }
}

}  // namespace

Result<CodePointRanges> ReadClass(RegexReader& reader) {
  const std::size_t begin = reader.at - 1;
  const bool negated = reader.Take(U"^");
  CodePointRanges ranges;
  while (!reader.Take(U"]")) {
    if (reader.AtEnd()) return reader.Error(Code::kInvalidArgument, "a class without end", begin);
    const std::size_t atom_at = reader.at;
    GN_ASSIGN_OR_RETURN(const RegexEscape low, ReadClassAtom(reader));
    const bool is_range =
        reader.Peek() == U'-' && reader.Peek(1) != U']' && reader.at + 1 < reader.text.size();
    if (!is_range) {
      Append(ranges, low);
      continue;
    }
    ++reader.at;
    GN_ASSIGN_OR_RETURN(const RegexEscape high, ReadClassAtom(reader));
    if (low.kind == RegexEscape::Kind::kCodePoint && high.kind == RegexEscape::Kind::kCodePoint) {
      if (low.code_point > high.code_point) {
        return reader.Error(Code::kInvalidArgument, "a range out of order", atom_at);
      }
      ranges.push_back({low.code_point, high.code_point});
    } else if (reader.lenient) {
      Append(ranges, low);
      ranges.push_back({U'-', U'-'});
      Append(ranges, high);
    } else {
      return reader.Error(Code::kInvalidArgument, "a range from or to a class", atom_at);
    }
  }
  ranges = Joined(std::move(ranges));
  return negated ? Complement(ranges) : ranges;
}

}  // namespace ganglion::grammar
