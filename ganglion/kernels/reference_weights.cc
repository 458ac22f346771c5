#include <cmath>
#include <cstring>

#include "ganglion/base/half.h"
#include "ganglion/kernels/reference.h"

// What the formats of weights mean, bit by bit, each element found on its own.
namespace ganglion::kernels {
namespace {

template <class T>
T Read(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

constexpr int kIq4[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
constexpr double kMxfp4[16] = {0, 0.5, 1, 1.5, 2, 3, 4, 6, 0, -0.5, -1, -1.5, -2, -3, -4, -6};

int Byte(const std::byte* from) { return Read<std::uint8_t>(from); }
double Half(const std::byte* from) { return HalfToFloat(Read<std::uint16_t>(from)); }

// Code `at` of 32 whose halves lie in 16 bytes.
int Nibble(const std::byte* codes, std::size_t at) {
  return at < 16 ? Byte(codes + at) & 15 : Byte(codes + at - 16) >> 4;
}
int Bit(const std::byte* bits, std::size_t at) { return Byte(bits + at / 8) >> at % 8 & 1; }

// Scale (0) or min (1) of block b, from the twelve bytes of Q4_K and Q5_K.
int SixBits(const std::byte* s, std::size_t b, int which) {
  const std::size_t at = b % 4 + (which != 0 ? 4 : 0);
  if (b < 4) return Byte(s + at) & 63;
  const int low = Byte(s + b % 4 + 8) >> 4 * which & 15;
  return low + (Byte(s + at) >> 6) * 16;
}

// The formats with 256 columns in a block.
ReferenceParts ReferenceLarge(WeightType type, const std::byte* p, std::size_t at) {
  const std::size_t sub = at / 16;
  const std::size_t block = at / 32;
  // Pair of bits of column `at`, four columns that lie 32 apart in a byte.
  const auto pair = [at](const std::byte* q) {
    return Byte(q + at / 128 * 32 + at % 32) >> at % 128 / 32 * 2 & 3;
  };
  const auto nibble = [at](const std::byte* q) {
    return Byte(q + at / 64 * 32 + at % 32) >> at % 64 / 32 * 4 & 15;
  };
  const auto third = [&](const std::byte* q) {
    return Byte(q + at % 32) >> static_cast<int>(block) & 1;
  };
  switch (type) {
    case WeightType::kQ2_K: {
      const int scale = Byte(p + sub);
      return {Half(p + 80) * (scale & 15) * pair(p + 16), -Half(p + 82) * (scale >> 4)};
    }
    case WeightType::kQ3_K: {
      const int low = Byte(p + 96 + sub % 8) >> sub / 8 * 4 & 15;
      const int high = Byte(p + 104 + sub % 4) >> sub / 4 * 2 & 3;
      return {Half(p + 108) * (low + 16 * high - 32) * (pair(p + 32) + 4 * third(p) - 4), 0.0};
    }
    case WeightType::kQ4_K:
      return {Half(p) * SixBits(p + 4, block, 0) * nibble(p + 16),
              -Half(p + 2) * SixBits(p + 4, block, 1)};
    case WeightType::kQ5_K:
      return {Half(p) * SixBits(p + 4, block, 0) * (nibble(p + 48) + 16 * third(p + 16)),
              -Half(p + 2) * SixBits(p + 4, block, 1)};
    case WeightType::kQ6_K: {
      const int low = Byte(p + at / 128 * 64 + at % 64) >> at % 128 / 64 * 4 & 15;
      return {Half(p + 208) * Read<std::int8_t>(p + 192 + sub) * (low + 16 * pair(p + 128) - 32),
              0.0};
    }
    default: {  // IQ4_XS
      const int low = Byte(p + 4 + block / 2) >> block % 2 * 4 & 15;
      const int high = Read<std::uint16_t>(p + 2) >> block * 2 & 3;
      return {Half(p) * (low + 16 * high - 32) * kIq4[Nibble(p + 8 + 16 * block, at % 32)], 0.0};
    }
  }
}

// Element `at` of a block of a quantized type.
ReferenceParts ReferenceQuantized(WeightType type, const std::byte* p, std::size_t at) {
  switch (type) {
    case WeightType::kQ8_0:
      return {Half(p) * Read<std::int8_t>(p + 2 + at), 0.0};
    case WeightType::kQ4_0:
      return {Half(p) * (Nibble(p + 2, at) - 8), 0.0};
    case WeightType::kQ4_1:
      return {Half(p) * Nibble(p + 4, at), Half(p + 2)};
    case WeightType::kQ5_0:
      return {Half(p) * (Nibble(p + 6, at) + 16 * Bit(p + 2, at) - 16), 0.0};
    case WeightType::kQ5_1:
      return {Half(p) * (Nibble(p + 8, at) + 16 * Bit(p + 4, at)), Half(p + 2)};
    case WeightType::kIQ4_NL:
      return {Half(p) * kIq4[Nibble(p + 2, at)], 0.0};
    case WeightType::kMXFP4:
      return {std::ldexp(kMxfp4[Nibble(p + 1, at)], Byte(p) - 127), 0.0};
    default:
      return ReferenceLarge(type, p, at);
  }
}

}  // namespace

ReferenceParts ReferenceWeight(WeightType type, const std::byte* rows_data, std::size_t cols,
                               std::size_t row, std::size_t col) {
  const std::byte* const data = rows_data + row * RowBytes(type, cols);
  const std::size_t in_cell = col % CellCols(type);
  const std::byte* const cell = data + col / CellCols(type) * RowCellBytes(type);
  switch (type) {
    case WeightType::kF32:
      return {Read<float>(cell), 0.0};
    case WeightType::kF16:
      return {HalfToFloat(Read<std::uint16_t>(cell)), 0.0};
    case WeightType::kBF16:
      return {Bfloat16ToFloat(Read<std::uint16_t>(cell)), 0.0};
    default:
      return ReferenceQuantized(type, cell, in_cell);
  }
}

}  // namespace ganglion::kernels
