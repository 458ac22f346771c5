#pragma once

#include <cstddef>
#include <cstdint>

namespace ganglion::grammar {

// Bounds of one compilation. What is compiled comes from outside, so each of its dimensions has a
// limit, and passing one is an error that names it.
struct CompileLimits {
  std::size_t text_bytes = std::size_t{256} * 1024;  // of a grammar, an expression, choices
  std::size_t nesting = 64;                          // of a grammar's groups
  std::size_t nodes = 200'000;                       // of the compiled rules
  std::size_t automaton_edges = 1'000'000;
  std::size_t key_bytes = 4'000'000;  // of the names of all objects
};

// Bounds of a run. A step by one byte never looks at more than kStepPlacesMax places of the rules,
// nor deeper than kStackDepthMax; what lies beyond is not allowed, so an answer stays valid.
inline constexpr std::uint32_t kStackDepthMax = 512;
inline constexpr std::size_t kStepPlacesMax = 1u << 14;
inline constexpr std::size_t kFramesMax = 1u << 22;
// Entries of lists with distinct keys, and bytes of such keys, that a run remembers.
inline constexpr std::size_t kMemberRecordsMax = 1u << 20;
inline constexpr std::size_t kMemberTextsMax = 1u << 22;
inline constexpr std::size_t kAcceptsMax = 1u << 20;
inline constexpr std::size_t kForcedBytesMax = 1u << 16;

// Steps of one thread by one byte that one mask may cost; a mask that runs out allows less.
inline constexpr std::size_t kMaskWork = 200'000;
// Of the masks that a grammar keeps for one vocabulary; beyond that they are made again each time.
inline constexpr std::size_t kMaskCacheBytesMax = std::size_t{64} << 20;
inline constexpr std::size_t kMaskCachesMax = 4;  // of one grammar, each for another vocabulary

inline constexpr std::size_t kVocabularyTokensMax = 1u << 20;
inline constexpr std::size_t kPieceBytesMax = 4096;  // longer pieces are never allowed in a grammar

// Of minLength, minItems; a larger maxLength or maxItems is the same as none.
inline constexpr std::uint32_t kCountMax = 1u << 30;

}  // namespace ganglion::grammar
