#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/ids.h"
#include "ganglion/tokenizer/byte_trie.h"

namespace ganglion::tokenizer {

// Finds the tokens that are matched as a whole before anything else happens to a text: user-defined
// ones always, control tokens on request.
//
// Which wins where two overlap: the longer one, wherever they begin; of equally long ones the one
// of lower id; of two matches of one token the left. It is as if the text were searched for each
// token in turn, longest first, with what was found taken out. The search is one pass of an
// Aho-Corasick automaton, so time does not grow with the number of tokens.
class SpecialMatcher {
 public:
  struct Special {
    std::string text;  // not empty
    TokenId token = kNoToken;
    bool strip_left = false;  // the ASCII white space before it goes with it
    bool strip_right = false;
  };
  struct Segment {
    std::string_view text;     // a part of the text searched, not empty; or
    TokenId token = kNoToken;  // a token, where it is not kNoToken
  };

  explicit SpecialMatcher(std::vector<Special> specials);

  // The segments in order. Every byte is in one, but for the white space that a token takes along.
  std::vector<Segment> Split(std::string_view text) const;

  bool empty() const { return specials_.empty(); }

 private:
  class Search;

  std::int32_t Step(std::int32_t state, char byte) const;

  std::vector<Special> specials_;          // longest first; the position is the rank
  ByteTrie trie_;                          // values are ranks
  std::vector<std::int32_t> fail_;         // per node: the longest proper suffix in the trie
  std::vector<std::int32_t> hit_;          // per node: rank of the longest special that ends there
  std::vector<std::int32_t> shorter_hit_;  // per rank: the next shorter special that ends there
};

}  // namespace ganglion::tokenizer
