#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ganglion/grammar/byte_automaton.h"

namespace ganglion::grammar {

class TokenTrie;

// The tokens that are whole code points of one class, such as letters and digits. Where an
// automaton can take every text of the class, they need no walk: nine tokens of ten.
class TokenSlice {
 public:
  // Lengths in code points for which a mask is ready.
  static constexpr std::array<std::uint8_t, 12> kLengths = {1,  2,  3,  4,  6,  8,
                                                            10, 12, 16, 20, 24, 254};
  static constexpr std::uint32_t kAnyLength = kLengths.back();

  // The class is these bytes and, where `wide`, all code points above them.
  TokenSlice(const TokenTrie& trie, std::size_t vocabulary_size, const std::bitset<128>& ascii,
             bool wide);

  // The largest n of kLengths such that the automaton goes on from `state` after each text of the
  // class of at most n code points; 0 if there is none, or the search takes too long.
  std::uint32_t Reach(const ByteAutomaton& automaton, ByteState state) const;

  // The tokens of at most `length` code points, one of kLengths.
  std::span<const std::uint32_t> Ready(std::uint32_t length) const;
  std::size_t ReadyCount(std::uint32_t length) const;
  // Whether all tokens at and below a node of the trie are in Ready(length).
  bool Covers(std::uint32_t node, std::uint32_t length) const { return longest_[node] <= length; }

 private:
  static std::size_t LengthIndex(std::uint32_t length);

  std::bitset<128> ascii_;
  bool wide_;
  std::size_t words_;
  std::vector<std::uint8_t> longest_;  // by node: code points of the longest token; 255: another
  std::vector<std::uint32_t> ready_;   // a mask for each of kLengths
  std::array<std::size_t, kLengths.size()> counts_{};
};

// The slices that JSON strings need, the largest first.
std::vector<TokenSlice> MakeSlices(const TokenTrie& trie, std::size_t vocabulary_size);

}  // namespace ganglion::grammar
