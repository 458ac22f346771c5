#pragma once

#include <cstddef>

namespace ganglion::tokenizer {

// A million-token prompt is about 4 MiB of English. A text that is one word from end to end takes
// 45 bytes of memory a byte while it is merged, ordinary text about 5.
constexpr std::size_t kEncodeBytesMax = std::size_t{64} << 20;

// The largest vocabularies of 2026 have 262,144 tokens.
constexpr std::size_t kVocabularyTokensMax = std::size_t{1} << 21;
constexpr std::size_t kMergesMax = std::size_t{1} << 22;
constexpr std::size_t kTokenBytesMax = 4096;
constexpr std::size_t kVocabularyBytesMax = std::size_t{128} << 20;

// A SentencePiece vocabulary is prepared by cutting each token at each character, in time of the
// square of its length: the sum of the squares is limited.
constexpr std::size_t kTokenCutWorkMax = std::size_t{2} << 30;

constexpr std::size_t kCharsmapBytesMax = std::size_t{16} << 20;

// Memory that one match of a pre-tokenizer expression may take beyond the thread's stack.
constexpr std::size_t kPatternStackFirstBytes = std::size_t{64} << 10;
constexpr std::size_t kPatternStackBytes = std::size_t{32} << 20;
constexpr unsigned kPatternHeapKib = 64u << 10;
constexpr unsigned kPatternDepthMax = 1u << 20;

}  // namespace ganglion::tokenizer
