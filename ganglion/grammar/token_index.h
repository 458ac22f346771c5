#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ganglion/base/ids.h"
#include "ganglion/grammar/json_string.h"

namespace ganglion::grammar {

// A trie over pieces, in preorder, so that a walk runs forward through one array and a dead branch
// is one jump.
class TokenTrie {
 public:
  struct Node {
    std::uint32_t subtree_end;   // index of the next node that is not below this one
    std::uint32_t tokens_begin;  // the tokens that end here go up to the next node's tokens_begin
    std::uint16_t depth;         // bytes above this one; 0 for a first byte
    std::uint8_t byte;
  };

  TokenTrie() : TokenTrie({}, {}) {}
  // Over `tokens`, whose pieces are not empty.
  TokenTrie(std::span<const std::string> pieces, std::vector<TokenId> tokens);

  std::size_t size() const { return nodes_.size() - 1; }
  const Node& node(std::size_t i) const { return nodes_[i]; }
  std::span<const TokenId> TokensAt(std::size_t i) const {
    const std::uint32_t begin = nodes_[i].tokens_begin;
    return std::span(tokens_).subspan(begin, nodes_[i + 1].tokens_begin - begin);
  }
  std::size_t depth_max() const { return depth_max_; }  // bytes of the longest piece

 private:
  std::vector<Node> nodes_;      // one more than there are, to end the last one's tokens
  std::vector<TokenId> tokens_;  // in the order of their pieces
  std::size_t depth_max_ = 0;
};

// The tokens by what they do inside a JSON string, from one state of it.
//
// There nearly every token is allowed, and a walk over all of them would cost a millisecond. What a
// token does does not depend on the grammar: it stays inside and begins so many code points, or it
// closes the string, or it can never stand there. So the first kind is kept as ready masks by
// length, and only the second is walked.
class StringTokens {
 public:
  StringTokens(std::span<const std::string> pieces, StringState from);

  StringState from() const { return from_; }
  const TokenTrie& closing() const { return closing_; }

  // Adds to `bits` the tokens that stay inside and begin at most `room` code points. `bits` has
  // exactly the words of the vocabulary.
  void AddInside(std::uint32_t room, std::span<std::uint32_t> bits) const;

 private:
  static constexpr std::size_t kReadyLengths = 32;

  StringState from_;
  std::size_t words_;
  TokenTrie closing_;
  std::vector<std::uint32_t> ready_;  // kReadyLengths masks: of at most 0, 1, 2 ... code points
  std::vector<std::pair<std::uint32_t, TokenId>> long_;  // the others, by code points
};

// What masks need to know of a vocabulary, made once.
class TokenIndex {
 public:
  explicit TokenIndex(std::span<const std::string> pieces);

  const TokenTrie& all() const { return all_; }
  // From between two code points, and from behind a backslash. In the other states of a string few
  // tokens are allowed, and a walk is short.
  std::span<const StringTokens> in_strings() const { return in_strings_; }

 private:
  TokenTrie all_;
  std::vector<StringTokens> in_strings_;
};

}  // namespace ganglion::grammar
