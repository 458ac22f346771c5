#pragma once

#include <vector>

namespace ganglion::grammar {

inline constexpr char32_t kCodePointLast = 0x10FFFF;

struct CodePointRange {
  char32_t low;  // low..high, both included
  char32_t high;
  bool operator==(const CodePointRange&) const = default;
  auto operator<=>(const CodePointRange&) const = default;
};

// A set of code points (0..10FFFF). Joined: sorted, without overlaps and neighbours that touch.
using CodePointRanges = std::vector<CodePointRange>;

CodePointRanges Joined(CodePointRanges ranges);
// The code points that are not in `joined`.
CodePointRanges Complement(const CodePointRanges& joined);

}  // namespace ganglion::grammar
