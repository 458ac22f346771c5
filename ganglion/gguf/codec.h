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

inline std::uint16_t LoadU16(const std::byte* from) {
  std::uint16_t value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
inline void StoreU16(std::uint16_t value, std::byte* to) { std::memcpy(to, &value, sizeof value); }
inline float LoadHalf(const std::byte* from) { return HalfToFloat(LoadU16(from)); }

}  // namespace ganglion::gguf
