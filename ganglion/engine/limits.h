#pragma once

#include <cstddef>
#include <cstdint>

// What a request may ask for, and what the engine keeps.
namespace ganglion::engine {

inline constexpr std::size_t kMessagesMax = 1024;
inline constexpr std::size_t kPromptBytesMax = 8u << 20;  // of all messages, or of the raw prompt
inline constexpr std::size_t kToolCallsMax = 128;         // of one message
inline constexpr std::size_t kStopsMax = 16;
inline constexpr std::size_t kStopBytesMax = 256;
inline constexpr std::int32_t kTokensMax = 1 << 20;
inline constexpr std::size_t kSchemaBytesMax = 256u << 10;  // also of other forms of an answer
inline constexpr std::size_t kChoicesMax = 4096;
inline constexpr std::int32_t kRetriesMax = 8;
inline constexpr float kRetryTemperature = 0.7f;  // of a greedy request, which would repeat itself
// Of judging one answer, on the engine's thread. 28 kB take 1 ms, and this many bytes 25 ms.
inline constexpr std::size_t kJudgedBytesMax = 256u << 10;
inline constexpr std::size_t kJudgeWork = 500'000;

inline constexpr std::size_t kEmbedTextsMax = 2048;
inline constexpr std::size_t kEmbedTokensMax = 1u << 20;  // of all texts of a request
inline constexpr std::uint32_t kEmbedStepTokens = 512;  // of an encoder's step, if texts are short
inline constexpr std::uint32_t kEmbedStepTexts = 64;
inline constexpr std::uint32_t kEmbedChunkTokens =
    64;  // of a decoder's step, while answers wait for it
inline constexpr std::int32_t kTopLogprobsMax = 20;
inline constexpr std::int64_t kDeadlineMsMax = std::int64_t{7} * 24 * 3600 * 1000;
inline constexpr std::size_t kLabelsMax = 256;
inline constexpr std::size_t kLabelBytesMax = 4096;
inline constexpr std::size_t kLabelsTogether = 8;  // of one request, as sequences of their own

inline constexpr std::uint32_t kRunningMax = 1024;
inline constexpr std::uint32_t kQueueMax = 4096;
inline constexpr std::uint32_t kRealtimeReserve = 8;  // of the queue, 1 / 8 is for realtime alone
inline constexpr std::uint32_t kPinnedTokensMax = 1u << 24;
inline constexpr double kStepStretchMax = 1e6;
inline constexpr std::uint32_t kChunkMax = 4096;
inline constexpr std::uint32_t kDraftMax = 64;
inline constexpr std::uint32_t kContextDefault = 8192;  // where the model allows more
inline constexpr std::uint32_t kRowsBeside = 32;        // of logits, beside one for each that runs
inline constexpr std::uint32_t kCompanyTokens = 1024;   // of each answer beside the longest two
inline constexpr std::size_t kMemoryShare = 3;     // of the free memory, keys and values take 1 / 3
inline constexpr double kSpeedMemorySeconds = 10;  // that EngineStats::tokens_per_second looks back
inline constexpr std::size_t kGrammarsKept = 32;
inline constexpr std::size_t kErrorQuoteBytes = 200;  // of an answer, in a message about it
inline constexpr std::size_t kForcedTailTokens = 8;   // looked back at to tokenise a forced text

inline constexpr std::size_t kForcedAcrossMax = 64;  // tokens looked at that may reach over its end

}  // namespace ganglion::engine
