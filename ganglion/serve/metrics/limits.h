#pragma once

#include <cstddef>

// The limits of this room.
namespace ganglion::serve::metrics {

inline constexpr std::size_t kModelsMax = 64;
inline constexpr std::size_t kAnswersMax = 128;  // of one request; more are not followed
inline constexpr std::size_t kRoutesMax = 128;   // with series of their own

}  // namespace ganglion::serve::metrics
