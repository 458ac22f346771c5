#include "ganglion/tokenizer/unicode.h"

#include <algorithm>
#include <span>

#include "ganglion/tokenizer/unicode_tables.h"

namespace ganglion::tokenizer {
namespace {

bool Contains(std::span<const CharacterRange> ranges, char32_t value) {
  const auto above = std::upper_bound(
      ranges.begin(), ranges.end(), value,
      [](char32_t wanted, const CharacterRange& range) { return wanted < range.first; });
  return above != ranges.begin() && value <= std::prev(above)->last;
}

char32_t Mapped(std::span<const CharacterMapping> mappings, char32_t value) {
  const auto above = std::upper_bound(
      mappings.begin(), mappings.end(), value,
      [](char32_t wanted, const CharacterMapping& mapping) { return wanted < mapping.first; });
  if (above == mappings.begin()) return value;
  const CharacterMapping& mapping = *std::prev(above);
  if (value > mapping.last || (value - mapping.first) % mapping.stride != 0) return value;
  return static_cast<char32_t>(static_cast<std::int32_t>(value) + mapping.delta);
}

}  // namespace

bool IsPunctuation(char32_t value) { return Contains(PunctuationRanges(), value); }
bool IsMark(char32_t value) { return value >= 0x300 && Contains(MarkRanges(), value); }
bool IsControl(char32_t value) { return Contains(ControlRanges(), value); }

bool IsWhiteSpace(char32_t value) {
  if (value < 0x80) return value == ' ' || (value >= '\t' && value <= '\r');
  return value == 0x85 || value == 0xa0 || value == 0x1680 ||
         (value >= 0x2000 && value <= 0x200a) || value == 0x2028 || value == 0x2029 ||
         value == 0x202f || value == 0x205f || value == 0x3000;
}

bool IsIdeograph(char32_t value) {
  static constexpr CharacterRange kBlocks[] = {
      {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xf900, 0xfaff},   {0x20000, 0x2a6df},
      {0x2a700, 0x2b73f}, {0x2b740, 0x2b81f}, {0x2b920, 0x2ceaf}, {0x2f800, 0x2fa1f},
  };
  return value >= 0x3400 && Contains(kBlocks, value);
}

char32_t ToLower(char32_t value) {
  if (value < 0x80) return value >= 'A' && value <= 'Z' ? value + 32 : value;
  return Mapped(LowerMappings(), value);
}

char32_t BaseCharacter(char32_t value) {
  if (value < 0xc0) return value;
  // A Hangul syllable begins with one of 19 consonants, each with 588 syllables.
  if (value >= 0xac00 && value <= 0xd7a3) return 0x1100 + (value - 0xac00) / 588;
  const std::span<const CharacterPair> pairs = BasePairs();
  const auto pair = std::lower_bound(
      pairs.begin(), pairs.end(), value,
      [](const CharacterPair& known, char32_t wanted) { return known.from < wanted; });
  return pair != pairs.end() && pair->from == value ? pair->to : value;
}

}  // namespace ganglion::tokenizer
