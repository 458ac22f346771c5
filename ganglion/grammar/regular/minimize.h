#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ganglion/grammar/regular/dfa.h"
#include "ganglion/grammar/regular/work.h"

namespace ganglion::grammar {

inline constexpr std::uint32_t kNoBlock = 0xFFFFFFFFu;

// The states of an automaton put into blocks that accept the same texts.
struct StateBlocks {
  std::vector<std::uint32_t> of_state;        // kNoBlock: not reached, or leads to no text
  std::vector<std::uint32_t> representative;  // one state of each block
};

// Minimises. Without cycles: in one pass from the ends, by looking up each state's edges. With
// them: by refining blocks of states and of transitions in turn (A. Valmari, Fast brief practical
// DFA minimization, Information Processing Letters 112, 2012), m log n for m transitions. The start
// is state 0. Nothing if the budget is passed.
std::optional<StateBlocks> MinimizeStates(const std::vector<std::vector<Dfa::Edge>>& edges,
                                          const std::vector<bool>& accepting, Work& work);

}  // namespace ganglion::grammar
