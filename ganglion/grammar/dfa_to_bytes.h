#pragma once

#include "ganglion/base/status.h"
#include "ganglion/grammar/byte_automaton.h"
#include "ganglion/grammar/regular/dfa.h"
#include "ganglion/grammar/regular/work.h"

// Turns sets of texts into automata over the bytes that a model writes. The set is not empty.
// Each function returns the start state of the automaton added to the pool. Equal sets in one
// pool may be added twice; callers that care keep a map.
namespace ganglion::grammar {

// The texts themselves, in UTF-8.
Result<ByteState> AddUtf8(ByteAutomaton& automaton, const Dfa& texts, Work& work);

// The texts as JSON strings, quotes included, in one spelling each: \" \\ \b \f \n \r \t, other
// control characters as \u00xx in lower case, all else as itself in UTF-8.
Result<ByteState> AddJsonStrings(ByteAutomaton& automaton, const Dfa& texts, Work& work);

}  // namespace ganglion::grammar
