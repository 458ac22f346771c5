#include "ganglion/gguf/codec.h"

// The float types and the blocks of 32 with one scale of their own.
namespace ganglion::gguf {
namespace {

constexpr std::size_t kBlock = 32;
constexpr std::size_t kPairs = kBlock / 2;  // elements i and i + 16 share a byte

// The fifth bit of each element, bit i for element i, moved to its place above the nibble.
struct FifthBits {
  explicit FifthBits(const std::byte* from) { std::memcpy(&bits, from, sizeof bits); }
  int operator()(std::size_t element) const { return static_cast<int>(bits >> element & 1u) << 4; }
  std::uint32_t bits;
};

}  // namespace

void DecodeF32(const std::byte* blocks, std::size_t count, float* values) {
  std::memcpy(values, blocks, count * sizeof(float));
}

void DecodeF16(const std::byte* blocks, std::size_t count, float* values) {
  for (std::size_t i = 0; i < count; ++i) values[i] = LoadHalf(blocks + 2 * i);
}

void DecodeBF16(const std::byte* blocks, std::size_t count, float* values) {
  for (std::size_t i = 0; i < count; ++i) values[i] = Bfloat16ToFloat(LoadU16(blocks + 2 * i));
}

void DecodeQ8_0(const std::byte* blocks, std::size_t count, float* values) {
  for (; count > 0; --count, blocks += 34, values += kBlock) {
    const float d = LoadHalf(blocks);
    for (std::size_t i = 0; i < kBlock; ++i) {
      values[i] = d * static_cast<float>(static_cast<std::int8_t>(blocks[2 + i]));
    }
  }
}

void DecodeQ4_0(const std::byte* blocks, std::size_t count, float* values) {
  for (; count > 0; --count, blocks += 18, values += kBlock) {
    const float d = LoadHalf(blocks);
    for (std::size_t i = 0; i < kPairs; ++i) {
      const int codes = static_cast<int>(blocks[2 + i]);
      values[i] = d * static_cast<float>((codes & 15) - 8);
      values[i + kPairs] = d * static_cast<float>((codes >> 4) - 8);
    }
  }
}

void DecodeQ4_1(const std::byte* blocks, std::size_t count, float* values) {
  for (; count > 0; --count, blocks += 20, values += kBlock) {
    const float d = LoadHalf(blocks);
    const float m = LoadHalf(blocks + 2);
    for (std::size_t i = 0; i < kPairs; ++i) {
      const int codes = static_cast<int>(blocks[4 + i]);
      values[i] = d * static_cast<float>(codes & 15) + m;
      values[i + kPairs] = d * static_cast<float>(codes >> 4) + m;
    }
  }
}

void DecodeQ5_0(const std::byte* blocks, std::size_t count, float* values) {
  for (; count > 0; --count, blocks += 22, values += kBlock) {
    const float d = LoadHalf(blocks);
    const FifthBits fifth(blocks + 2);
    for (std::size_t i = 0; i < kPairs; ++i) {
      const int codes = static_cast<int>(blocks[6 + i]);
      values[i] = d * static_cast<float>(((codes & 15) | fifth(i)) - 16);
      values[i + kPairs] = d * static_cast<float>(((codes >> 4) | fifth(i + kPairs)) - 16);
    }
  }
}

void DecodeQ5_1(const std::byte* blocks, std::size_t count, float* values) {
  for (; count > 0; --count, blocks += 24, values += kBlock) {
    const float d = LoadHalf(blocks);
    const float m = LoadHalf(blocks + 2);
    const FifthBits fifth(blocks + 4);
    for (std::size_t i = 0; i < kPairs; ++i) {
      const int codes = static_cast<int>(blocks[8 + i]);
      values[i] = d * static_cast<float>((codes & 15) | fifth(i)) + m;
      values[i + kPairs] = d * static_cast<float>((codes >> 4) | fifth(i + kPairs)) + m;
    }
  }
}

}  // namespace ganglion::gguf
