#include "ganglion/gguf/codec.h"
#include "ganglion/gguf/k_scales.h"

// The K types: blocks of 256 elements, in groups of 16 or 32 with a small integer scale each (and a
// small integer minimum, in Q2_K, Q4_K and Q5_K), above one or two halves for the whole block.
namespace ganglion::gguf {
namespace {

constexpr std::size_t kBlock = 256;

int Byte(std::byte value) { return static_cast<int>(value); }

}  // namespace

// 16 bytes of scales (low nibble) and minimums (high nibble), 64 bytes of codes, d, dmin.
void DecodeQ2_K(const std::byte* blocks, std::size_t count, float* values) {
  for (; count > 0; --count, blocks += 84, values += kBlock) {
    const float d = LoadHalf(blocks + 80);
    const float dmin = LoadHalf(blocks + 82);
    for (std::size_t group = 0; group < 16; ++group) {
      const float scale = d * static_cast<float>(Byte(blocks[group]) & 15);
      const float minimum = dmin * static_cast<float>(Byte(blocks[group]) >> 4);
      // Each 32 bytes hold 128 elements, two bits of each byte for every 32 of them.
      const std::byte* const codes = blocks + 16 + 32 * (group / 8) + 16 * (group % 2);
      const std::size_t shift = group % 8 / 2 * 2;
      for (std::size_t i = 0; i < 16; ++i) {
        values[16 * group + i] = scale * static_cast<float>(Byte(codes[i]) >> shift & 3) - minimum;
      }
    }
  }
}

// 32 bytes of high bits, 64 bytes of low bits, 12 bytes of scales, d. A high bit that is not set
// takes 4 off.
void DecodeQ3_K(const std::byte* blocks, std::size_t count, float* values) {
  for (; count > 0; --count, blocks += 110, values += kBlock) {
    const float d = LoadHalf(blocks + 108);
    for (std::size_t group = 0; group < 16; ++group) {
      const float scale = d * static_cast<float>(ScaleQ3(blocks + 96, group) - 32);
      const std::byte* const low = blocks + 32 + 32 * (group / 8) + 16 * (group % 2);
      const std::byte* const high = blocks + 16 * (group % 2);
      const std::size_t shift = group % 8 / 2 * 2;
      for (std::size_t i = 0; i < 16; ++i) {
        const int code = (Byte(low[i]) >> shift & 3) | (Byte(high[i]) >> group / 2 & 1) << 2;
        values[16 * group + i] = scale * static_cast<float>(code - 4);
      }
    }
  }
}

// d, dmin, 12 bytes of scales and minimums, 128 bytes of codes.
void DecodeQ4_K(const std::byte* blocks, std::size_t count, float* values) {
  for (; count > 0; --count, blocks += 144, values += kBlock) {
    const float d = LoadHalf(blocks);
    const float dmin = LoadHalf(blocks + 2);
    for (std::size_t group = 0; group < 8; ++group) {
      const ScaleMinimum packed = ScaleMinimumQ4(blocks + 4, group);
      const float scale = d * static_cast<float>(packed.scale);
      const float minimum = dmin * static_cast<float>(packed.minimum);
      const std::byte* const codes = blocks + 16 + 32 * (group / 2);
      const std::size_t shift = 4 * (group % 2);
      for (std::size_t i = 0; i < 32; ++i) {
        values[32 * group + i] = scale * static_cast<float>(Byte(codes[i]) >> shift & 15) - minimum;
      }
    }
  }
}

// As Q4_K, with 32 bytes of fifth bits before the codes: bit g of byte i for element i of group g.
void DecodeQ5_K(const std::byte* blocks, std::size_t count, float* values) {
  for (; count > 0; --count, blocks += 176, values += kBlock) {
    const float d = LoadHalf(blocks);
    const float dmin = LoadHalf(blocks + 2);
    for (std::size_t group = 0; group < 8; ++group) {
      const ScaleMinimum packed = ScaleMinimumQ4(blocks + 4, group);
      const float scale = d * static_cast<float>(packed.scale);
      const float minimum = dmin * static_cast<float>(packed.minimum);
      const std::byte* const fifth = blocks + 16;
      const std::byte* const codes = blocks + 48 + 32 * (group / 2);
      const std::size_t shift = 4 * (group % 2);
      for (std::size_t i = 0; i < 32; ++i) {
        const int code = (Byte(codes[i]) >> shift & 15) | (Byte(fifth[i]) >> group & 1) << 4;
        values[32 * group + i] = scale * static_cast<float>(code) - minimum;
      }
    }
  }
}

// 128 bytes with the low four bits of the codes, 64 with their high two, 16 scales, and d. In each
// half of 128 elements, element 32 * part + i has its low bits in byte 32 * (part % 2) + i, low
// nibble for parts 0 and 1, and its high bits in byte i at bit 2 * part.
void DecodeQ6_K(const std::byte* blocks, std::size_t count, float* values) {
  for (; count > 0; --count, blocks += 210, values += kBlock) {
    const float d = LoadHalf(blocks + 208);
    for (std::size_t group = 0; group < 16; ++group) {
      const float scale = d * static_cast<float>(static_cast<std::int8_t>(blocks[192 + group]));
      const std::size_t half = group / 8;
      const std::size_t part = group % 8 / 2;
      const std::size_t first = 16 * (group % 2);
      const std::byte* const low = blocks + 64 * half + 32 * (part % 2) + first;
      const std::byte* const high = blocks + 128 + 32 * half + first;
      for (std::size_t i = 0; i < 16; ++i) {
        const int code = (Byte(low[i]) >> 4 * (part / 2) & 15) | (Byte(high[i]) >> 2 * part & 3)
                                                                     << 4;
        values[16 * group + i] = scale * static_cast<float>(code - 32);
      }
    }
  }
}

}  // namespace ganglion::gguf
