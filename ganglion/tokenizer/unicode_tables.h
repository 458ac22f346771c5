#pragma once

#include <cstdint>
#include <span>

namespace ganglion::tokenizer {

struct CharacterRange {
  char32_t first;
  char32_t last;
};

// Every `stride`-th character from `first` to `last` maps to itself plus `delta`.
struct CharacterMapping {
  char32_t first;
  char32_t last;
  std::int32_t delta;
  std::uint32_t stride;
};

struct CharacterPair {
  char32_t from;
  char32_t to;
};

// Each in ascending order.
std::span<const CharacterRange> PunctuationRanges();
std::span<const CharacterRange> MarkRanges();
std::span<const CharacterRange> ControlRanges();
std::span<const CharacterMapping> LowerMappings();
std::span<const CharacterPair> BasePairs();

}  // namespace ganglion::tokenizer
