#pragma once

#include <cstddef>
#include <cstdint>

// Everything that a body can make grow. What the engine limits (lengths of prompts, of stop
// strings, of schemas) is not limited again.
namespace ganglion::serve::rest {

inline constexpr std::size_t kAnswerChoicesMax = 4096;    // texts of which an answer is one
inline constexpr std::int64_t kUnenforcedRetriesMax = 8;  // answers after an invalid one
// Deeper than any schema that the engine takes; far less than what a stack holds.
inline constexpr std::size_t kJsonDepthMax = 128;
// Values of one body: a value takes 16 bytes here, its text at least two.
inline constexpr std::size_t kJsonValuesMax = std::size_t{4} << 20;

inline constexpr std::int64_t kChoicesMax = 8;     // n
inline constexpr std::size_t kPromptsMax = 32;     // of one /v1/completions
inline constexpr std::size_t kAnswersMax = 64;     // n for each prompt
inline constexpr std::size_t kMessagesMax = 4096;  // the engine's limit is lower
inline constexpr std::size_t kToolsMax = 128;
inline constexpr std::size_t kToolCallsMax = 1024;  // of all messages together
inline constexpr std::size_t kToolNameBytesMax = 256;
inline constexpr std::size_t kStopsMax = 16;
inline constexpr std::size_t kLogitBiasMax = 1024;
inline constexpr std::int64_t kTopLogprobsMax = 20;
inline constexpr std::size_t kEmbedTextsMax = 2048;
inline constexpr std::size_t kChoiceLabelsMax = 256;  // of /v1/decisions
inline constexpr std::size_t kModelNameBytesMax = 256;
inline constexpr std::int64_t kTokensMax = 1 << 20;
inline constexpr std::int64_t kDeadlineMsMax = 24 * 3600 * 1000;

// Of an error's message, which may repeat what the client sent.
inline constexpr std::size_t kErrorBytesMax = 2048;

// An answer that is collected, all choices together.
inline constexpr std::size_t kAnswerBytesMax = std::size_t{64} << 20;

// How far back penalties look. See docs/formats/http_api.md.
inline constexpr std::int32_t kPenaltyTokensMin = 64;
inline constexpr std::int32_t kPenaltyTokensDefault = 1024;
inline constexpr std::int32_t kPenaltyTokensMax = 4096;

inline constexpr int kRetryAfterSecondsMin = 1;
inline constexpr int kRetryAfterSecondsMax = 60;

}  // namespace ganglion::serve::rest
