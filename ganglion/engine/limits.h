#pragma once

#include <cstddef>
#include <cstdint>

// What a request may ask for, and what the engine keeps.
namespace ganglion::engine {

inline constexpr std::size_t kMessagesMax = 1024;
inline constexpr std::size_t kPromptBytesMax = 8u << 20;  // of all messages, or of the raw prompt
inline constexpr std::size_t kToolCallsMax = 128;         // of one message
inline constexpr std::size_t kLogitBiasMax = 1024;
inline constexpr std::int32_t kTopLogprobsMax = 20;
inline constexpr std::size_t kStopsMax = 16;
inline constexpr std::size_t kStopBytesMax = 256;
inline constexpr std::int32_t kTokensMax = 1 << 20;
inline constexpr std::size_t kSchemaBytesMax = 256u << 10;

inline constexpr std::size_t kEmbedTextsMax = 2048;
inline constexpr std::size_t kEmbedTokensMax = 1u << 20;  // of all texts of a request
inline constexpr std::uint32_t kEmbedStepTokens = 512;  // of an encoder's step, if texts are short
inline constexpr std::uint32_t kEmbedStepTexts = 64;

inline constexpr std::uint32_t kQueueMax = 1024;
inline constexpr std::uint32_t kSequencesMax = 64;
inline constexpr std::uint32_t kChunkMax = 4096;
inline constexpr std::uint32_t kDraftMax = 64;
inline constexpr std::uint32_t kContextDefault = 8192;  // where the model allows more
inline constexpr std::size_t kGrammarsKept = 32;
inline constexpr std::size_t kForcedTailTokens = 8;  // looked back at to tokenise a forced text

}  // namespace ganglion::engine
