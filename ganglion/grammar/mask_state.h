#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ganglion/base/ids.h"
#include "ganglion/grammar/byte_automaton.h"
#include "ganglion/grammar/token_index.h"

namespace ganglion::grammar {

// A set of tokens: a list while that is shorter than a bit for each token.
class TokenSet {
 public:
  TokenSet() = default;
  // `tokens` and those of `ready`, which is empty or has the words of the vocabulary.
  TokenSet(std::vector<TokenId> tokens, std::span<const std::uint32_t> ready,
           std::size_t vocabulary_size);

  bool empty() const { return list_.empty() && words_.empty(); }
  void AddTo(std::span<std::uint32_t> bits) const;
  std::size_t bytes() const;

 private:
  std::vector<TokenId> list_;
  std::vector<std::uint32_t> words_;
};

// What the tokens of a vocabulary do from one state of a byte automaton: all of a mask that does
// not depend on what follows the automaton in the rules. Immutable.
struct StateMask {
  struct Exit {  // a node of the trie whose byte is the first behind a text that is accepted
    std::uint8_t byte;
    std::uint32_t node;
  };

  StateMask(const ByteAutomaton& automaton, ByteState start, const TokenIndex& index);
  std::size_t bytes() const;

  TokenSet inside;          // end where the automaton can go on
  TokenSet ending;          // end where it accepts and cannot go on
  std::vector<Exit> exits;  // sorted by byte
  std::size_t work = 0;     // nodes of the trie that were looked at
};

}  // namespace ganglion::grammar
