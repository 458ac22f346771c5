#pragma once

#include <cstddef>

// The 6-bit scales of the K types, packed into 12 bytes. The packers write into bytes that are
// zero.
namespace ganglion::gguf {

// Q3_K: 16 scales, 0 to 63. Low four bits: nibble j / 8 of byte j % 8. High two: bits 2 * (j / 4)
// of byte 8 + j % 4.
inline int ScaleQ3(const std::byte* packed, std::size_t j) {
  const int low = static_cast<int>(packed[j % 8]) >> 4 * (j / 8) & 15;
  const int high = static_cast<int>(packed[8 + j % 4]) >> 2 * (j / 4) & 3;
  return low | high << 4;
}

inline void PackScaleQ3(int scale, std::size_t j, std::byte* packed) {
  packed[j % 8] |= static_cast<std::byte>((scale & 15) << 4 * (j / 8));
  packed[8 + j % 4] |= static_cast<std::byte>(scale >> 4 << 2 * (j / 4));
}

struct ScaleMinimum {
  int scale;
  int minimum;
};

// Q4_K and Q5_K: 8 scales and 8 minimums, 0 to 63. Those of groups 0 to 3 are the low six bits of
// bytes 0 to 3 and 4 to 7. Those of groups 4 to 7 have their low four bits in bytes 8 to 11 (scale
// in the low nibble), and their high two in the bits that the first four groups left.
inline ScaleMinimum ScaleMinimumQ4(const std::byte* packed, std::size_t j) {
  const auto byte = [packed](std::size_t i) { return static_cast<int>(packed[i]); };
  if (j < 4) return {byte(j) & 63, byte(j + 4) & 63};
  return {(byte(j + 4) & 15) | byte(j - 4) >> 6 << 4, byte(j + 4) >> 4 | byte(j) >> 6 << 4};
}

inline void PackScaleMinimumQ4(ScaleMinimum value, std::size_t j, std::byte* packed) {
  if (j < 4) {
    packed[j] |= static_cast<std::byte>(value.scale);
    packed[j + 4] |= static_cast<std::byte>(value.minimum);
    return;
  }
  packed[j + 4] |= static_cast<std::byte>((value.scale & 15) | (value.minimum & 15) << 4);
  packed[j - 4] |= static_cast<std::byte>(value.scale >> 4 << 6);
  packed[j] |= static_cast<std::byte>(value.minimum >> 4 << 6);
}

}  // namespace ganglion::gguf
