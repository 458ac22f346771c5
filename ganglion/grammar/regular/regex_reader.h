#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/grammar/regular/code_point_ranges.h"

namespace ganglion::grammar {

// Stands in the text of a regular expression.
struct RegexReader {
  std::u32string text;
  std::size_t at = 0;
  bool lenient = false;  // with what Annex B adds
  // Of the whole text, for an escape may speak of a group that follows it.
  std::uint32_t groups = 0;
  std::vector<std::pair<std::u32string, std::uint32_t>> names;  // of groups, counted from 1

  bool AtEnd() const { return at >= text.size(); }
  // Zero behind the end, which no construct begins with.
  char32_t Peek(std::size_t ahead = 0) const {
    return at + ahead < text.size() ? text[at + ahead] : U'\0';
  }
  bool Take(std::u32string_view token);
  // Finds the groups of the whole text.
  void CountGroups();
  // Up to `digits_max` digits of this base; `digits` is how many there were. Saturates.
  struct Number {
    std::uint32_t value = 0;
    std::size_t digits = 0;
  };
  Number TakeNumber(std::uint32_t base, std::size_t digits_max);
  // "<name>"; empty if there is none.
  std::u32string TakeName();

  // With the offset in bytes of the place `index`.
  Status Error(Code code, std::string_view what, std::size_t index) const;
  std::string Quote(std::size_t begin, std::size_t end) const;
};

// What an escape or a class stands for.
struct RegexEscape {
  enum class Kind : std::uint8_t { kCodePoint, kSet, kWordBoundary, kNotWordBoundary, kReference };
  Kind kind = Kind::kCodePoint;
  char32_t code_point = 0;
  CodePointRanges set;                // joined
  std::vector<std::uint32_t> groups;  // that a reference may mean
};

// Reads behind a backslash; in a class other escapes mean something than outside.
Result<RegexEscape> ReadEscape(RegexReader& reader);
Result<RegexEscape> ReadEscapeInClass(RegexReader& reader);
// Reads behind "[" up to and with "]".
Result<CodePointRanges> ReadClass(RegexReader& reader);

const CodePointRanges& WordCodePoints();   // \w
const CodePointRanges& LineTerminators();  // what "." does not take

}  // namespace ganglion::grammar
