#pragma once

#include <cstdint>

// The two 16-bit float formats as bit patterns. Rounding is to nearest, ties to even; a NaN stays a
// NaN; what is too large becomes infinite. One value at a time: the kernels have vector forms.
namespace ganglion {

float HalfToFloat(std::uint16_t half);  // IEEE binary16
std::uint16_t FloatToHalf(float value);

float Bfloat16ToFloat(std::uint16_t bfloat);
std::uint16_t FloatToBfloat16(float value);

}  // namespace ganglion
