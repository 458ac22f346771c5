#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/ids.h"
#include "ganglion/grammar/json_string.h"
#include "ganglion/grammar/mask_slices.h"

namespace ganglion::grammar {

// A trie over pieces. The children of a node lie side by side, sorted by byte, and what is below a
// node lies near to it, so that a walk that takes few of the children reads little memory.
class TokenTrie {
 public:
  static constexpr std::uint32_t kRoot = 0;

  struct Node {
    std::uint32_t children_begin;
    std::uint32_t tokens_begin;  // the tokens that end here go up to the next node's tokens_begin
    std::uint16_t child_count;
    std::uint8_t byte;  // that leads here; of no meaning in the root
  };

  // Over the pieces that are not empty.
  explicit TokenTrie(std::span<const std::string> pieces);

  std::size_t size() const { return nodes_.size() - 1; }
  const Node& node(std::size_t i) const { return nodes_[i]; }
  std::span<const TokenId> TokensAt(std::size_t i) const {
    const std::uint32_t begin = nodes_[i].tokens_begin;
    return std::span(tokens_).subspan(begin, nodes_[i + 1].tokens_begin - begin);
  }
  // The node to which a text leads; nothing if no piece begins with it.
  std::optional<std::uint32_t> Find(std::string_view text) const;
  std::size_t depth_max() const { return depth_max_; }  // bytes of the longest piece

 private:
  std::vector<Node> nodes_;      // one more than there are, to end the last one's tokens
  std::vector<TokenId> tokens_;  // in the order of their nodes
  std::size_t depth_max_ = 0;
};

// The tokens by what they do inside a JSON string, from one state of it.
//
// There nearly every token is allowed, and a walk over all of them would cost a millisecond. What a
// token does does not depend on the grammar: it stays inside and begins so many code points, or it
// closes the string, or it can never stand there. So the first kind is kept as ready masks by
// length, and of the second what begins behind the quote.
class StringTokens {
 public:
  struct Ending {  // a token whose last byte is the end quote
    std::uint32_t code_points;
    TokenId token;
  };
  struct Exit {  // a node of the trie whose byte is the first behind the end quote
    std::uint8_t byte;
    std::uint32_t code_points;
    std::uint32_t node;
  };

  StringTokens(const TokenTrie& trie, std::size_t vocabulary_size, StringState from);

  // Sorted by code points.
  std::span<const Ending> endings() const { return endings_; }
  // Sorted by byte: nearly all bytes cannot follow, and what is behind them is not looked at.
  std::span<const Exit> exits() const { return exits_; }

  // Adds to `bits` the tokens that stay inside and begin at most `room` code points. `bits` has
  // exactly the words of the vocabulary.
  void AddInside(std::uint32_t room, std::span<std::uint32_t> bits) const;

 private:
  static constexpr std::size_t kReadyLengths = 32;
  static constexpr std::size_t kReadyTokens = 4096;  // fewer are set one by one
  struct Inside {
    std::uint32_t code_points;
    TokenId token;
  };

  std::size_t words_;
  std::vector<Ending> endings_;
  std::vector<Exit> exits_;
  std::vector<std::uint32_t> ready_;  // kReadyLengths masks: of at most 0, 1, 2 ... code points
  std::vector<Inside> listed_;        // the others, by code points
};

// What masks need to know of a vocabulary, made once.
class TokenIndex {
 public:
  explicit TokenIndex(std::span<const std::string> pieces);

  const TokenTrie& trie() const { return trie_; }
  std::size_t vocabulary_size() const { return vocabulary_size_; }
  // `state` is neither kClosed nor kDead.
  const StringTokens& in_string(StringState state) const {
    return in_strings_[static_cast<std::size_t>(state)];
  }
  std::span<const TokenSlice> slices() const { return slices_; }

 private:
  std::size_t vocabulary_size_;
  TokenTrie trie_;
  std::vector<StringTokens> in_strings_;  // by state
  std::vector<TokenSlice> slices_;
};

inline void SetBit(std::span<std::uint32_t> bits, TokenId token) {
  const auto i = static_cast<std::size_t>(token);
  bits[i / 32] |= std::uint32_t{1} << (i % 32);
}

inline void SetBits(std::span<std::uint32_t> bits, std::span<const TokenId> tokens) {
  for (const TokenId token : tokens) SetBit(bits, token);
}

}  // namespace ganglion::grammar
