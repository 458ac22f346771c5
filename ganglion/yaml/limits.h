#pragma once

#include <cstddef>

// The limits of this room.
namespace ganglion::yaml {

inline constexpr std::size_t kTextBytesMax = 1u << 20;
inline constexpr std::size_t kNodesMax = 100'000;
inline constexpr std::size_t kDepthMax = 32;
inline constexpr std::size_t kKeyBytesMax = 64;  // of keys that are looked for a likely meaning

}  // namespace ganglion::yaml
