#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/gguf/quantize.h"
#include "ganglion/testing/seed.h"
#include "ganglion/testing/shared_data.h"

// Blocks written by hand, from the text of each format: what byte holds which bits of which
// element. The scales are chosen so that every product is exact, and each has a value of its own.
namespace ganglion::gguf {
namespace {

constexpr unsigned kHalf = 0x3800;   // 0.5
constexpr unsigned kOne = 0x3c00;    // 1
constexpr unsigned kThree = 0x4200;  // 3

std::vector<float> Decoded(TensorType type, const std::vector<std::byte>& block) {
  EXPECT_EQ(block.size(), Info(type).bytes);
  std::vector<float> values(Info(type).elements);
  Dequantize(type, block, values);
  return values;
}

// Zeros, until bits are set.
class Block {
 public:
  explicit Block(TensorType type) : bytes_(Info(type).bytes, std::byte{0}) {}
  void Half(std::size_t at, unsigned half) {
    bytes_[at] = static_cast<std::byte>(half & 255);
    bytes_[at + 1] = static_cast<std::byte>(half >> 8);
  }
  void Bytes(std::size_t at, std::initializer_list<unsigned> values) {
    for (const unsigned value : values) bytes_[at++] = static_cast<std::byte>(value);
  }
  void Set(std::size_t at, std::size_t bit, unsigned value) {
    bytes_[at] |= static_cast<std::byte>(value << bit);
  }
  const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

std::vector<unsigned> RandomCodes(std::size_t count, unsigned below) {
  testing::SeededRng rng;
  std::vector<unsigned> codes(count);
  for (unsigned& code : codes) code = static_cast<unsigned>(rng.Below(below));
  return codes;
}

TEST(Dequantize, TheFloatTypes) {
  const std::vector<float> want{1.0f, -2.5f, 0.15625f, 96.0f};
  std::vector<float> values(4);
  Dequantize(TensorType::kF32, std::as_bytes(std::span(want)), values);
  EXPECT_EQ(values, want);
  const std::uint16_t halves[] = {0x3c00, 0xc100, 0x3100, 0x5600};
  Dequantize(TensorType::kF16, std::as_bytes(std::span(halves)), values);
  EXPECT_EQ(values, want);
  const std::uint16_t bfloats[] = {0x3f80, 0xc020, 0x3e20, 0x42c0};
  Dequantize(TensorType::kBF16, std::as_bytes(std::span(bfloats)), values);
  EXPECT_EQ(values, want);
}

TEST(Dequantize, Q8_0IsScaleTimesCode) {
  Block block(TensorType::kQ8_0);
  block.Half(0, kHalf);
  const std::vector<unsigned> codes = RandomCodes(32, 256);
  for (std::size_t i = 0; i < 32; ++i) block.Set(2 + i, 0, codes[i]);
  const std::vector<float> values = Decoded(TensorType::kQ8_0, block.bytes());
  for (std::size_t i = 0; i < 32; ++i) {
    const int code = static_cast<int>(codes[i]) - (codes[i] > 127 ? 256 : 0);
    EXPECT_EQ(values[i], 0.5f * static_cast<float>(code)) << i;
  }
}

struct Simple {
  TensorType type;
  bool fifth_bit;
  bool minimum;  // else an offset
};

TEST(Dequantize, BlocksOf32HoldTwoElementsAByteSixteenApart) {
  for (const Simple simple :
       {Simple{TensorType::kQ4_0, false, false}, Simple{TensorType::kQ4_1, false, true},
        Simple{TensorType::kQ5_0, true, false}, Simple{TensorType::kQ5_1, true, true}}) {
    SCOPED_TRACE(Info(simple.type).name);
    Block block(simple.type);
    block.Half(0, kHalf);
    std::size_t at = 2;
    if (simple.minimum) block.Half(at, kThree), at += 2;
    const std::vector<unsigned> codes = RandomCodes(32, simple.fifth_bit ? 32 : 16);
    if (simple.fifth_bit) {
      for (std::size_t i = 0; i < 32; ++i) block.Set(at + i / 8, i % 8, codes[i] >> 4);
      at += 4;
    }
    for (std::size_t i = 0; i < 32; ++i) block.Set(at + i % 16, i < 16 ? 0 : 4, codes[i] & 15);
    const std::vector<float> values = Decoded(simple.type, block.bytes());
    const float middle = simple.minimum ? 0.0f : simple.fifth_bit ? 16.0f : 8.0f;
    for (std::size_t i = 0; i < 32; ++i) {
      const float code = static_cast<float>(codes[i]) - middle;
      EXPECT_EQ(values[i], 0.5f * code + (simple.minimum ? 3.0f : 0.0f)) << i;
    }
  }
}

TEST(Dequantize, Q2_K) {
  Block block(TensorType::kQ2_K);
  const std::vector<unsigned> codes = RandomCodes(256, 4);
  for (std::size_t group = 0; group < 16; ++group) {
    block.Set(group, 0, static_cast<unsigned>(group));       // scales 0 to 15
    block.Set(group, 4, static_cast<unsigned>(15 - group));  // minimums 15 to 0
  }
  for (std::size_t i = 0; i < 256; ++i) {
    block.Set(16 + 32 * (i / 128) + i % 32, i % 128 / 32 * 2, codes[i]);
  }
  block.Half(80, kHalf);
  block.Half(82, kThree);
  const std::vector<float> values = Decoded(TensorType::kQ2_K, block.bytes());
  for (std::size_t i = 0; i < 256; ++i) {
    const std::size_t place = i / 16;
    const auto group = static_cast<float>(place);
    EXPECT_EQ(values[i], 0.5f * group * static_cast<float>(codes[i]) - 3.0f * (15.0f - group)) << i;
  }
}

TEST(Dequantize, Q3_K) {
  Block block(TensorType::kQ3_K);
  const std::vector<unsigned> codes = RandomCodes(256, 8);
  for (std::size_t i = 0; i < 256; ++i) {
    block.Set(i % 32, i / 32, codes[i] >> 2);
    block.Set(32 + 32 * (i / 128) + i % 32, i % 128 / 32 * 2, codes[i] & 3);
  }
  // Packed by hand: low nibbles 0 to 15 in order, high bits (j + j / 4) mod 4.
  block.Bytes(96, {0x80, 0x91, 0xa2, 0xb3, 0xc4, 0xd5, 0xe6, 0xf7, 0xe4, 0x39, 0x4e, 0x93});
  const int scales[16] = {0, 17, 34, 51, 20, 37, 54, 7, 40, 57, 10, 27, 60, 13, 30, 47};
  block.Half(108, kHalf);
  const std::vector<float> values = Decoded(TensorType::kQ3_K, block.bytes());
  for (std::size_t i = 0; i < 256; ++i) {
    const float code = static_cast<float>(codes[i]) - 4.0f;
    const int scale = scales[i / 16] - 32;
    EXPECT_EQ(values[i], 0.5f * static_cast<float>(scale) * code) << i;
  }
}

void ExpectScalesAndMinimums(const std::vector<float>& values, const std::vector<unsigned>& codes) {
  const float scales[8] = {1, 2, 3, 63, 17, 33, 49, 62};
  const float minimums[8] = {4, 5, 6, 60, 18, 34, 50, 61};
  for (std::size_t i = 0; i < 256; ++i) {
    const float want =
        0.5f * scales[i / 32] * static_cast<float>(codes[i]) - 3.0f * minimums[i / 32];
    EXPECT_EQ(values[i], want) << i;
  }
}

void PutScalesAndMinimums(Block& block) {
  block.Half(0, kHalf);
  block.Half(2, kThree);
  block.Bytes(4, {0x41, 0x82, 0xc3, 0xff, 0x44, 0x85, 0xc6, 0xfc, 0x21, 0x21, 0x21, 0xde});
}

TEST(Dequantize, Q4_K) {
  Block block(TensorType::kQ4_K);
  PutScalesAndMinimums(block);
  const std::vector<unsigned> codes = RandomCodes(256, 16);
  for (std::size_t i = 0; i < 256; ++i) {
    block.Set(16 + 32 * (i / 64) + i % 32, i % 64 / 32 * 4, codes[i]);
  }
  ExpectScalesAndMinimums(Decoded(TensorType::kQ4_K, block.bytes()), codes);
}

TEST(Dequantize, Q5_K) {
  Block block(TensorType::kQ5_K);
  PutScalesAndMinimums(block);
  const std::vector<unsigned> codes = RandomCodes(256, 32);
  for (std::size_t i = 0; i < 256; ++i) {
    block.Set(16 + i % 32, i / 32, codes[i] >> 4);
    block.Set(48 + 32 * (i / 64) + i % 32, i % 64 / 32 * 4, codes[i] & 15);
  }
  ExpectScalesAndMinimums(Decoded(TensorType::kQ5_K, block.bytes()), codes);
}

TEST(Dequantize, Q6_K) {
  Block block(TensorType::kQ6_K);
  const std::vector<unsigned> codes = RandomCodes(256, 64);
  for (std::size_t i = 0; i < 256; ++i) {
    const std::size_t half = i / 128;
    const std::size_t part = i % 128 / 32;
    block.Set(64 * half + 32 * (part % 2) + i % 32, part / 2 * 4, codes[i] & 15);
    block.Set(128 + 32 * half + i % 32, 2 * part, codes[i] >> 4);
  }
  for (unsigned group = 0; group < 16; ++group) block.Set(192 + group, 0, (240 + 2 * group) & 255);
  block.Half(208, kHalf);
  const std::vector<float> values = Decoded(TensorType::kQ6_K, block.bytes());
  for (std::size_t i = 0; i < 256; ++i) {
    const std::size_t group = i / 16;
    const float scale = 2.0f * static_cast<float>(group) - 16.0f;
    EXPECT_EQ(values[i], 0.5f * scale * (static_cast<float>(codes[i]) - 32.0f)) << i;
  }
}

constexpr int kCurve[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                            1,    13,   25,  38,  53,  69,  89,  113};

TEST(Dequantize, IQ4_NL) {
  Block block(TensorType::kIQ4_NL);
  block.Half(0, kHalf);
  for (unsigned i = 0; i < 16; ++i) block.Set(2 + i, 0, i | (15 - i) << 4);
  const std::vector<float> values = Decoded(TensorType::kIQ4_NL, block.bytes());
  for (std::size_t i = 0; i < 16; ++i) {
    EXPECT_EQ(values[i], 0.5f * static_cast<float>(kCurve[i])) << i;
    EXPECT_EQ(values[i + 16], 0.5f * static_cast<float>(kCurve[15 - i])) << i;
  }
}

TEST(Dequantize, IQ4_XS) {
  Block block(TensorType::kIQ4_XS);
  block.Half(0, kHalf);
  // The scales 1, 18, 35, 52, 21, 38, 55, 8, less 32: high bits 0, 1, 2, 3, 1, 2, 3, 0.
  block.Half(2, 0x39e4);
  block.Bytes(4, {0x21, 0x43, 0x65, 0x87});
  const int scales[8] = {-31, -14, 3, 20, -11, 6, 23, -24};
  const std::vector<unsigned> codes = RandomCodes(256, 16);
  for (std::size_t i = 0; i < 256; ++i) {
    block.Set(8 + 16 * (i / 32) + i % 16, i % 32 / 16 * 4, codes[i]);
  }
  const std::vector<float> values = Decoded(TensorType::kIQ4_XS, block.bytes());
  for (std::size_t i = 0; i < 256; ++i) {
    const int product = scales[i / 32] * kCurve[codes[i]];
    EXPECT_EQ(values[i], 0.5f * static_cast<float>(product)) << i;
  }
}

TEST(Dequantize, MXFP4IsAFloatOfFourBitsTimesAPowerOfTwo) {
  const float magnitudes[8] = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};
  for (const int exponent : {0, 1, 2, 120, 127, 130, 250, 255}) {
    Block block(TensorType::kMXFP4);
    block.Set(0, 0, static_cast<unsigned>(exponent));
    for (unsigned i = 0; i < 16; ++i) block.Set(1 + i, 0, i | (15 - i) << 4);
    const std::vector<float> values = Decoded(TensorType::kMXFP4, block.bytes());
    for (std::size_t i = 0; i < 32; ++i) {
      const std::size_t code = i < 16 ? i : 31 - i;
      const double scale = std::ldexp(1.0, exponent - 127);
      const double want = (code < 8 ? 1.0 : -1.0) * magnitudes[code % 8] * scale;
      EXPECT_EQ(values[i], static_cast<float>(want)) << exponent << " " << i;
    }
  }
}

TEST(Dequantize, CountsBlocksAndHoldsForEveryWeightFormat) {
  int formats = 0;
  for (std::uint32_t number = 0; number < 64; ++number) {
    const TypeInfo* const info = FindType(number);
    if (info == nullptr || !CanDequantize(info->type)) continue;
    ++formats;
    // Two blocks of which one is zero: the other is decoded as if it stood alone.
    std::vector<std::byte> bytes(std::size_t{2} * info->bytes, std::byte{0});
    for (std::size_t i = info->bytes; i < bytes.size(); ++i) bytes[i] = std::byte{0x35};
    std::vector<float> both(std::size_t{2} * info->elements);
    Dequantize(info->type, bytes, both);
    const std::vector<float> alone =
        Decoded(info->type, {bytes.begin() + info->bytes, bytes.end()});
    EXPECT_TRUE(std::equal(alone.begin(), alone.end(), both.begin() + info->elements));
    EXPECT_NE(both.front(), both.back()) << info->name;
  }
  EXPECT_EQ(formats, 16);
}

double RelativeError(const Tensor& tensor, const Tensor& source) {
  std::vector<float> want(source.elements());
  std::vector<float> values(tensor.elements());
  Dequantize(TensorType::kF32, source.data, want);
  Dequantize(tensor.type, tensor.data, values);
  double difference = 0.0;
  double norm = 0.0;
  for (std::size_t i = 0; i < want.size(); ++i) {
    difference += std::pow(static_cast<double>(values[i]) - want[i], 2.0);
    norm += std::pow(static_cast<double>(want[i]), 2.0);
  }
  return std::sqrt(difference / norm);
}

// What a type loses of weights that are about normal. A tensor that is read wrong loses about all.
const std::map<TensorType, double>& UsualErrors() {
  static const std::map<TensorType, double> errors{
      {TensorType::kF16, 2.1e-4},    {TensorType::kBF16, 1.7e-3},   {TensorType::kQ8_0, 5.5e-3},
      {TensorType::kQ4_0, 8.9e-2},   {TensorType::kQ4_1, 8.0e-2},   {TensorType::kQ5_0, 4.4e-2},
      {TensorType::kQ5_1, 3.9e-2},   {TensorType::kQ2_K, 2.8e-1},   {TensorType::kQ3_K, 1.5e-1},
      {TensorType::kQ4_K, 7.4e-2},   {TensorType::kQ5_K, 3.7e-2},   {TensorType::kQ6_K, 1.8e-2},
      {TensorType::kIQ4_NL, 7.4e-2}, {TensorType::kIQ4_XS, 7.6e-2}, {TensorType::kMXFP4, 1.1e-1}};
  return errors;
}

TEST(Dequantize, GoldenTensorsAreNearTheirSource) {
  const auto folder = testing::SharedData("golden/models");
  if (!folder) GTEST_SKIP() << "no golden models on this machine";
  std::map<TensorType, int> seen;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    const std::string path = entry.path().string();
    const auto file = File::Open(path);
    const auto source = File::Open(path.substr(0, path.rfind('-')) + "-F32.gguf");
    ASSERT_TRUE(file.ok() && source.ok()) << path;
    for (const Tensor& tensor : (*file)->tensors()) {
      if (tensor.type == TensorType::kF32) continue;
      SCOPED_TRACE(path + " " + tensor.name + " " + std::string(Info(tensor.type).name));
      const Tensor* const from = (*source)->FindTensor(tensor.name);
      ASSERT_NE(from, nullptr);
      const double error = RelativeError(tensor, *from);
      EXPECT_GT(error, UsualErrors().at(tensor.type) / 1.6);
      EXPECT_LT(error, UsualErrors().at(tensor.type) * 1.6);
      ++seen[tensor.type];
    }
  }
  EXPECT_EQ(seen.size(), UsualErrors().size());
}

}  // namespace
}  // namespace ganglion::gguf
