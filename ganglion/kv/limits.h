#pragma once

#include <cstddef>
#include <cstdint>

// The limits of this room.
namespace ganglion {

constexpr std::uint32_t kKvPagesMax = 1u << 24;
constexpr std::uint32_t kKvDimensionMax = 1u << 14;        // layers, heads, elements of a head
constexpr std::size_t kKvBytesMax = std::size_t{1} << 42;  // 4 TiB

constexpr std::uint32_t kKvPagesInMemoryMin = 2;  // a page to write and one to copy

}  // namespace ganglion
