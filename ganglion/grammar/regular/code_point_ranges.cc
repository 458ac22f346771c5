#include "ganglion/grammar/regular/code_point_ranges.h"

#include <algorithm>
#include <utility>

namespace ganglion::grammar {

CodePointRanges Joined(CodePointRanges ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::size_t kept = 0;
  for (const CodePointRange range : ranges) {
    if (kept > 0 && range.low <= ranges[kept - 1].high + 1) {
      ranges[kept - 1].high = std::max(ranges[kept - 1].high, range.high);
    } else {
      ranges[kept++] = range;
    }
  }
  ranges.resize(kept);
  return ranges;
}

CodePointRanges Complement(const CodePointRanges& joined) {
  CodePointRanges outside;
  char32_t from = 0;
  for (const CodePointRange range : joined) {
    if (range.low > from) outside.push_back({from, range.low - 1});
    from = range.high + 1;
  }
  if (from <= kCodePointLast) outside.push_back({from, kCodePointLast});
  return outside;
}

}  // namespace ganglion::grammar
