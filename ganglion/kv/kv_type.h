#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ganglion/base/status.h"

namespace ganglion {

// How the numbers of the KV cache are stored. Q8_0 has a scale for each kKvBlock elements of a key
// or value, and 8 bits an element.
enum class KvType : std::uint8_t { kF32, kF16, kBF16, kQ8_0 };

constexpr std::size_t kKvBlock = 32;

// Bytes of `elements` elements; for Q8_0 a multiple of kKvBlock.
constexpr std::size_t KvBytes(KvType type, std::size_t elements) {
  if (type == KvType::kQ8_0) return elements / kKvBlock * (kKvBlock + 2);
  return elements * (type == KvType::kF32 ? 4 : 2);
}

// The names that ParseKvType() knows: "f32", "f16", "bf16", "q8_0".
constexpr std::array<const char*, 4> kKvTypeNames = {"f32", "f16", "bf16", "q8_0"};

std::string_view NameOf(KvType type);
Result<KvType> ParseKvType(std::string_view name);

}  // namespace ganglion
