#pragma once

#include <cstdint>

// What the codes of the table types mean, before the scale.
namespace ganglion::gguf {

inline constexpr std::int8_t kTableIQ4[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                              1,    13,   25,  38,  53,  69,  89,  113};

// Twice the values of the 4-bit float E2M1: sign, two bits of exponent, one of fraction. Both zeros
// are plain 0.
inline constexpr std::int8_t kTableMXFP4[16] = {0, 1,  2,  3,  4,  6,  8,  12,
                                                0, -1, -2, -3, -4, -6, -8, -12};

}  // namespace ganglion::gguf
