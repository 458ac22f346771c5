#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "ganglion/base/half.h"
#include "ganglion/gguf/gguf.h"

// What each type is made of, for this room's own files: the functions behind quantize.h. One file
// per family of types holds the functions of its blocks. The layouts stand in docs/formats/gguf.md.
namespace ganglion::gguf {

// Whole blocks to values. The products and their order are those of the format's definition, each
// rounded to a float: two readers of one file agree in every bit.
using DecodeFunction = void (*)(const std::byte* blocks, std::size_t count, float* values);

void DecodeF32(const std::byte* blocks, std::size_t count, float* values);
void DecodeF16(const std::byte* blocks, std::size_t count, float* values);
void DecodeBF16(const std::byte* blocks, std::size_t count, float* values);
void DecodeQ8_0(const std::byte* blocks, std::size_t count, float* values);
void DecodeQ4_0(const std::byte* blocks, std::size_t count, float* values);
void DecodeQ4_1(const std::byte* blocks, std::size_t count, float* values);
void DecodeQ5_0(const std::byte* blocks, std::size_t count, float* values);
void DecodeQ5_1(const std::byte* blocks, std::size_t count, float* values);
void DecodeQ2_K(const std::byte* blocks, std::size_t count, float* values);
void DecodeQ3_K(const std::byte* blocks, std::size_t count, float* values);
void DecodeQ4_K(const std::byte* blocks, std::size_t count, float* values);
void DecodeQ5_K(const std::byte* blocks, std::size_t count, float* values);
void DecodeQ6_K(const std::byte* blocks, std::size_t count, float* values);
void DecodeIQ4_NL(const std::byte* blocks, std::size_t count, float* values);
void DecodeIQ4_XS(const std::byte* blocks, std::size_t count, float* values);
void DecodeMXFP4(const std::byte* blocks, std::size_t count, float* values);

// One block, such that the sum of weights[i] * (error of values[i])^2 is small. The values are
// finite and not larger than the type can hold; the weights are positive (the float types have no
// choice, and do not look at them).
using EncodeFunction = void (*)(const float* values, const float* weights, std::byte* block);

void EncodeF32(const float* values, const float* weights, std::byte* block);
void EncodeF16(const float* values, const float* weights, std::byte* block);
void EncodeBF16(const float* values, const float* weights, std::byte* block);
void EncodeQ8_0(const float* values, const float* weights, std::byte* block);
void EncodeQ4_0(const float* values, const float* weights, std::byte* block);
void EncodeQ4_1(const float* values, const float* weights, std::byte* block);
void EncodeQ5_0(const float* values, const float* weights, std::byte* block);
void EncodeQ5_1(const float* values, const float* weights, std::byte* block);
void EncodeQ2_K(const float* values, const float* weights, std::byte* block);
void EncodeQ3_K(const float* values, const float* weights, std::byte* block);
void EncodeQ4_K(const float* values, const float* weights, std::byte* block);
void EncodeQ5_K(const float* values, const float* weights, std::byte* block);
void EncodeQ6_K(const float* values, const float* weights, std::byte* block);
void EncodeIQ4_NL(const float* values, const float* weights, std::byte* block);
void EncodeIQ4_XS(const float* values, const float* weights, std::byte* block);
void EncodeMXFP4(const float* values, const float* weights, std::byte* block);

inline std::uint16_t LoadU16(const std::byte* from) {
  std::uint16_t value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
inline void StoreU16(std::uint16_t value, std::byte* to) { std::memcpy(to, &value, sizeof value); }
// Returns what was stored.
inline float StoreHalf(float value, std::byte* to) {
  const std::uint16_t half = FloatToHalf(value);
  StoreU16(half, to);
  return HalfToFloat(half);
}
inline float LoadHalf(const std::byte* from) { return HalfToFloat(LoadU16(from)); }

}  // namespace ganglion::gguf
