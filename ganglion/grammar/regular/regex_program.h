#pragma once

#include <cstdint>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/grammar/regular/regex.h"
#include "ganglion/grammar/regular/regex_tree.h"
#include "ganglion/grammar/regular/work.h"

namespace ganglion::grammar {

enum class PlaceKind : std::uint8_t {
  kSet,           // takes one code point of the set `argument`, then next
  kSplit,         // next or other
  kTextStart,     // nothing stands before, then next
  kTextEnd,       // nothing follows, then next
  kWordBoundary,  // or negated: none; then next
  kAhead,         // what follows begins (negated: does not) with a match from place `argument`
  kBehind,        // what stands before ends (negated: does not) with a match of behinds[argument]
  kDone,          // a match, whatever follows
  kReached,       // a match of a lookbehind that ends here
};

struct Place {
  PlaceKind kind;
  bool negated = false;
  std::uint32_t argument = 0;
  std::uint32_t next = 0;
  std::uint32_t other = 0;
  // The optional copies of one set, x{0,n}, are a chain: what follows from a later copy follows
  // from an earlier one, too, which has the greater number. 0 for all other places.
  std::uint32_t chain = 0;
};

// A regular expression as a nondeterministic automaton, counted parts written out (K. Thompson,
// Regular Expression Search Algorithm, 1968; places know what follows, so none stands for nothing).
struct RegexProgram {
  std::vector<Place> places;
  std::vector<CodePointRanges> sets;
  std::uint32_t start = 0;
  // Where each lookbehind begins; one that stands inside another comes before it.
  std::vector<std::uint32_t> behinds;
  bool searches = false;   // a match may begin anywhere
  bool has_words = false;  // a word boundary is somewhere
};

Result<RegexProgram> BuildProgram(RegexTree tree, RegexMatch match, Work& work);

}  // namespace ganglion::grammar
