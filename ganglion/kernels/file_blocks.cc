#include "ganglion/kernels/file_blocks.h"

#include <cstring>

namespace ganglion::kernels {
namespace {

using Bytes = const std::uint8_t*;

std::uint16_t Half(Bytes p) {
  std::uint16_t half;
  std::memcpy(&half, p, sizeof half);
  return half;
}

constexpr std::uint8_t Bit(int bit, int to) { return static_cast<std::uint8_t>(bit << to); }

// 16 bytes: column j in the low half of byte j, column 16 + j in the high half.
void Nibbles(Bytes q, std::uint8_t* codes) {
  for (int j = 0; j < 16; ++j) {
    codes[j] = q[j] & 15;
    codes[j + 16] = q[j] >> 4;
  }
}

// 32 bits: the fifth bit of column i is bit i.
void AddFifthBits(Bytes bits, std::uint8_t* codes) {
  std::uint32_t word;
  std::memcpy(&word, bits, sizeof word);
  for (int i = 0; i < 32; ++i) codes[i] |= Bit(static_cast<int>(word >> i & 1), 4);
}

// 32 bytes for 64 columns: the low halves are the first 32, the high ones the others.
void LongNibbles(Bytes q, std::uint8_t* codes) {
  for (int i = 0; i < 256; i += 64, q += 32) {
    for (int j = 0; j < 32; ++j) {
      codes[i + j] = q[j] & 15;
      codes[i + 32 + j] = q[j] >> 4;
    }
  }
}

// 32 bytes for 128 columns, 32 of them in each pair of bits.
void LongPairs(Bytes q, std::uint8_t* codes) {
  for (int i = 0; i < 256; i += 128, q += 32) {
    for (int shift = 0; shift < 8; shift += 2) {
      for (int j = 0; j < 32; ++j) {
        codes[i + 16 * shift + j] = static_cast<std::uint8_t>(q[j] >> shift & 3);
      }
    }
  }
}

// 32 bytes whose bit b belongs to block b, column by column.
void AddLongBits(Bytes bits, int to, std::uint8_t* codes) {
  for (int b = 0; b < 8; ++b) {
    for (int j = 0; j < 32; ++j) codes[32 * b + j] |= Bit(bits[j] >> b & 1, to);
  }
}

// Twelve bytes: the first four scales and mins are six bits of their bytes; the other four have
// their low halves in the last bytes and their high pairs at the top of the first ones.
void SixBitPairs(Bytes s, FileCell& cell) {
  for (int i = 0; i < 4; ++i) {
    cell.scales[i] = s[i] & 63;
    cell.mins[i] = s[i + 4] & 63;
    cell.scales[i + 4] = static_cast<std::uint8_t>((s[i + 8] & 15) | s[i] >> 6 << 4);
    cell.mins[i + 4] = static_cast<std::uint8_t>(s[i + 8] >> 4 | s[i + 4] >> 6 << 4);
  }
}

// Q2_K: 16 scales and mins of four bits, 64 bytes of codes, d, dmin.
void ReadQ2K(Bytes p, FileCell& cell) {
  for (int i = 0; i < 16; ++i) {
    cell.scales[i] = p[i] & 15;
    cell.mins[i] = p[i] >> 4;
  }
  LongPairs(p + 16, cell.codes);
  cell.d = Half(p + 80);
  cell.m = Half(p + 82);
}

// Q3_K: 32 bytes of third bits, 64 of pairs, 16 scales of six bits in 12 bytes, d.
void ReadQ3K(Bytes p, FileCell& cell) {
  LongPairs(p + 32, cell.codes);
  AddLongBits(p, 2, cell.codes);
  const Bytes s = p + 96;
  for (int i = 0; i < 16; ++i) {
    const int low = i < 8 ? s[i] & 15 : s[i - 8] >> 4;
    cell.scales[i] = static_cast<std::uint8_t>(low | (s[8 + i % 4] >> 2 * (i / 4) & 3) << 4);
  }
  cell.d = Half(p + 108);
}

// Q6_K: 128 bytes of low halves, 64 of high pairs, 16 scales with sign, d. 64 bytes and 32 bytes
// belong to 128 columns.
void ReadQ6K(Bytes p, FileCell& cell) {
  for (int i = 0; i < 256; i += 128) {
    const Bytes low = p + i / 2;
    const Bytes high = p + 128 + i / 4;
    for (int j = 0; j < 32; ++j) {
      cell.codes[i + j] = static_cast<std::uint8_t>((low[j] & 15) | (high[j] & 3) << 4);
      cell.codes[i + 32 + j] =
          static_cast<std::uint8_t>((low[j + 32] & 15) | (high[j] >> 2 & 3) << 4);
      cell.codes[i + 64 + j] = static_cast<std::uint8_t>(low[j] >> 4 | (high[j] >> 4 & 3) << 4);
      cell.codes[i + 96 + j] = static_cast<std::uint8_t>(low[j + 32] >> 4 | high[j] >> 6 << 4);
    }
  }
  std::memcpy(cell.scales, p + 192, 16);
  cell.d = Half(p + 208);
}

// IQ4_XS: d, the high pairs of eight scales, their low halves, eight blocks of nibbles.
void ReadIq4Xs(Bytes p, FileCell& cell) {
  cell.d = Half(p);
  const int high = Half(p + 2);
  for (std::size_t i = 0; i < 8; ++i) {
    const int low = p[4 + i / 2] >> 4 * (i % 2) & 15;
    cell.scales[i] = static_cast<std::uint8_t>(low | (high >> 2 * i & 3) << 4);
    Nibbles(p + 8 + 16 * i, cell.codes + 32 * i);
  }
}

}  // namespace

void ReadFileCell(WeightType type, const std::byte* from, FileCell& cell) {
  const Bytes p = reinterpret_cast<Bytes>(from);
  cell.d = Half(p);  // where most types have it
  switch (type) {
    case WeightType::kQ8_0:
      for (int i = 0; i < 32; ++i) cell.codes[i] = p[2 + i] ^ 0x80;
      return;
    case WeightType::kQ4_0:
    case WeightType::kIQ4_NL:
      return Nibbles(p + 2, cell.codes);
    case WeightType::kQ4_1:
      cell.m = Half(p + 2);
      return Nibbles(p + 4, cell.codes);
    case WeightType::kQ5_0:
      Nibbles(p + 6, cell.codes);
      return AddFifthBits(p + 2, cell.codes);
    case WeightType::kQ5_1:
      cell.m = Half(p + 2);
      Nibbles(p + 8, cell.codes);
      return AddFifthBits(p + 4, cell.codes);
    case WeightType::kMXFP4:
      cell.scales[0] = p[0];
      return Nibbles(p + 1, cell.codes);
    case WeightType::kQ2_K:
      return ReadQ2K(p, cell);
    case WeightType::kQ3_K:
      return ReadQ3K(p, cell);
    case WeightType::kQ4_K:
      cell.m = Half(p + 2);
      SixBitPairs(p + 4, cell);
      return LongNibbles(p + 16, cell.codes);
    case WeightType::kQ5_K:
      cell.m = Half(p + 2);
      SixBitPairs(p + 4, cell);
      LongNibbles(p + 48, cell.codes);
      return AddLongBits(p + 16, 4, cell.codes);
    case WeightType::kQ6_K:
      return ReadQ6K(p, cell);
    case WeightType::kIQ4_XS:
      return ReadIq4Xs(p, cell);
    default:
      return;
  }
}

}  // namespace ganglion::kernels
