#include <cmath>

#include "ganglion/gguf/codebooks.h"
#include "ganglion/gguf/codec.h"

// Four-bit types whose codes are places in a table.
namespace ganglion::gguf {
namespace {

constexpr std::size_t kPairs = 16;  // elements i and i + 16 of 32 share a byte

void DecodePairs(const std::byte* codes, const std::int8_t* table, float scale, float* values) {
  for (std::size_t i = 0; i < kPairs; ++i) {
    const auto pair = static_cast<unsigned>(codes[i]);
    values[i] = scale * static_cast<float>(table[pair & 15]);
    values[i + kPairs] = scale * static_cast<float>(table[pair >> 4]);
  }
}

}  // namespace

// d, 16 bytes of codes.
void DecodeIQ4_NL(const std::byte* blocks, std::size_t count, float* values) {
  for (; count > 0; --count, blocks += 18, values += 32) {
    DecodePairs(blocks + 2, kTableIQ4, LoadHalf(blocks), values);
  }
}

// d, 16 bits with the high two bits of the eight scales, 4 bytes with their low four, 128 bytes of
// codes.
void DecodeIQ4_XS(const std::byte* blocks, std::size_t count, float* values) {
  for (; count > 0; --count, blocks += 136, values += 256) {
    const float d = LoadHalf(blocks);
    const int high = LoadU16(blocks + 2);
    for (std::size_t group = 0; group < 8; ++group) {
      const int low = static_cast<int>(blocks[4 + group / 2]) >> 4 * (group % 2) & 15;
      const int scale = (low | (high >> 2 * group & 3) << 4) - 32;
      DecodePairs(blocks + 8 + 16 * group, kTableIQ4, d * static_cast<float>(scale),
                  values + 32 * group);
    }
  }
}

// One byte e, 16 bytes of codes; the table holds twice the values, so the scale is 2^(e - 128).
void DecodeMXFP4(const std::byte* blocks, std::size_t count, float* values) {
  for (; count > 0; --count, blocks += 17, values += 32) {
    const float scale = std::ldexp(1.0f, static_cast<int>(blocks[0]) - 128);
    DecodePairs(blocks + 1, kTableMXFP4, scale, values);
  }
}

}  // namespace ganglion::gguf
