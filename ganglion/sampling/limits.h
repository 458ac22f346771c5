#pragma once

#include <cstddef>
#include <cstdint>

// The limits of this room; the ranges of api::SamplingOptions stand beside its fields.
namespace ganglion::sampling {

inline constexpr std::size_t kVocabularyMax = std::size_t{1} << 22;
inline constexpr std::int32_t kPenaltyWindowMax = 4096;
inline constexpr float kTemperatureMax = 100.0f;
inline constexpr float kRepetitionPenaltyMax = 10.0f;
inline constexpr float kAdditivePenaltyMax = 2.0f;
inline constexpr std::size_t kLogitBiasesMax = 1024;
inline constexpr float kLogitBiasMax = 100.0f;

}  // namespace ganglion::sampling
