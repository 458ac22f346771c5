#pragma once

#include <cstdint>
#include <vector>

#include "ganglion/grammar/regular/code_point_ranges.h"

namespace ganglion::grammar {

inline constexpr std::uint32_t kRegexNoMaximum = 0xFFFFFFFFu;

enum class RegexKind : std::uint8_t {
  kSet,              // one code point of sets[set]; an empty sequence is the empty text
  kSequence,         // of the children
  kChoice,           // between the children
  kRepeat,           // of the one child, min..max times
  kTextStart,        // ^
  kTextEnd,          // $
  kWordBoundary,     // \b
  kNotWordBoundary,  // \B
  kLookahead,        // (?=child), negated: (?!child)
  kLookbehind,       // (?<=child), negated: (?<!child)
};

struct RegexNode {
  RegexKind kind = RegexKind::kSequence;
  bool negated = false;
  std::uint32_t set = 0;
  std::uint32_t min = 0;
  std::uint32_t max = 0;
  std::vector<std::uint32_t> children;
};

// A regular expression as it was read: groups are their content, for captures do not matter to the
// set of texts.
struct RegexTree {
  std::vector<RegexNode> nodes;
  std::vector<CodePointRanges> sets;  // joined
  std::uint32_t root = 0;
};

}  // namespace ganglion::grammar
