#pragma once

#include <cstddef>
#include <cstdint>

namespace ganglion::grammar {

// Bounds of one regular expression. Time is bounded by the caller's Work; these bound the memory
// and the stack, whatever the budget.
inline constexpr std::size_t kRegexBytesMax = 1u << 16;
inline constexpr std::uint32_t kRegexDepthMax = 200;       // of groups in groups
inline constexpr std::uint32_t kRegexPlacesMax = 200'000;  // with counted parts written out
inline constexpr std::size_t kRegexPoolMax = std::size_t{1} << 22;       // of threads in all sets
inline constexpr std::size_t kRegexClassBitsMax = std::size_t{1} << 26;  // classes x blocks
inline constexpr std::size_t kRegexEdgesMax = std::size_t{1} << 21;

}  // namespace ganglion::grammar
