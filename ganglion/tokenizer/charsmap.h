#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"

namespace ganglion::tokenizer {

// The normalizer that SentencePiece compiles into a model (`precompiled_charsmap`): prefixes of a
// text and what replaces each. Format: docs/formats/tokenizer.md. Immutable.
class Charsmap {
 public:
  // "" gives a map that replaces nothing.
  static Result<Charsmap> Parse(std::string_view bytes);

  struct Match {
    std::size_t bytes = 0;         // of the text, more than 0
    std::string_view replacement;  // lies in the map
  };
  // The longest prefix of `text` that the map replaces. Never reads outside of the map, whatever
  // the map holds.
  std::optional<Match> Longest(std::string_view text) const;

 private:
  std::optional<std::uint32_t> Unit(std::size_t index) const;
  std::string_view Replacement(std::size_t offset) const;

  std::vector<std::uint32_t> units_;  // a double-array trie
  std::string replacements_;          // each ends with NUL
};

}  // namespace ganglion::tokenizer
