#include "ganglion/gguf/quantize.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"

namespace ganglion::gguf {
namespace {

std::vector<float> RoundTrip(TensorType type, const std::vector<float>& values) {
  auto bytes = Quantize(type, values);
  EXPECT_TRUE(bytes.ok()) << bytes.error().message();
  std::vector<float> back(values.size());
  Dequantize(type, *bytes, back);
  return back;
}

// Half of one step, and what the rounding to a half adds: 2^-11 of the value, or 2^-25 where it is
// subnormal. The scale of a block is such a half, times up to 127 or 8.
float Bound(TensorType type, float largest) {
  switch (type) {
    case TensorType::kF32:
      return 0.0f;
    case TensorType::kF16:
      return largest * 0x1.0p-11f + 0x1.0p-25f;
    case TensorType::kBF16:
      return largest * 0x1.0p-8f;
    case TensorType::kQ8_0:
      return largest / 127.0f * 0.5f + largest * 0x1.0p-10f + 127.0f * 0x1.0p-25f;
    default:  // Q4_0: the far end of the scale is cut off one step short
      return largest / 8.0f + largest * 0x1.0p-10f + 8.0f * 0x1.0p-25f;
  }
}

TEST(Quantize, EveryTypeComesBackWithinItsStep) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  for (const TensorType type : {TensorType::kF32, TensorType::kF16, TensorType::kBF16,
                                TensorType::kQ8_0, TensorType::kQ4_0}) {
    for (int repeat = 0; repeat < 200; ++repeat) {
      std::vector<float> values(64);
      const float size = std::ldexp(1.0f, static_cast<int>(rng.Below(20)) - 10);
      for (float& v : values) v = (static_cast<float>(rng.Below(2001)) / 1000.0f - 1.0f) * size;
      const std::vector<float> back = RoundTrip(type, values);
      for (std::size_t i = 0; i < values.size(); ++i) {
        float largest = std::fabs(values[i]);
        if (Info(type).elements > 1) {
          const std::size_t block = i / 32 * 32;
          for (std::size_t j = block; j < block + 32; ++j) {
            largest = std::max(largest, std::fabs(values[j]));
          }
        }
        ASSERT_LE(std::fabs(values[i] - back[i]), Bound(type, largest)) << Info(type).name;
      }
    }
  }
}

// Values that the format represents exactly keep their bytes.
TEST(Quantize, KnownBlocksHaveKnownBytes) {
  std::vector<float> values(32);
  for (std::size_t i = 0; i < 32; ++i) values[i] = static_cast<float>(i) - 16.0f;
  values[0] = -127.0f;
  const auto q8 = Quantize(TensorType::kQ8_0, values);
  ASSERT_TRUE(q8.ok());
  EXPECT_EQ((*q8)[0], std::byte{0x00});  // 1.0 as a half
  EXPECT_EQ((*q8)[1], std::byte{0x3c});
  EXPECT_EQ((*q8)[2], std::byte{0x81});  // -127
  EXPECT_EQ((*q8)[33], std::byte{15});

  for (std::size_t i = 0; i < 32; ++i) values[i] = static_cast<float>(i % 16) - 8.0f;
  const auto q4 = Quantize(TensorType::kQ4_0, values);
  ASSERT_TRUE(q4.ok());
  EXPECT_EQ((*q4)[1], std::byte{0x3c});
  for (std::size_t i = 0; i < 16; ++i) EXPECT_EQ((*q4)[2 + i], static_cast<std::byte>(i * 17));
}

TEST(Quantize, ZeroStaysZero) {
  for (const TensorType type : {TensorType::kQ8_0, TensorType::kQ4_0}) {
    EXPECT_EQ(RoundTrip(type, std::vector<float>(32, 0.0f)), std::vector<float>(32, 0.0f));
  }
}

TEST(Quantize, RefusesWhatTheTypeCannotHold) {
  std::vector<float> values(32, 1.0f);
  values[7] = NAN;
  const auto refused = Quantize(TensorType::kQ8_0, values);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message().find("value 7"), std::string_view::npos);
  values[7] = 1e6f;
  EXPECT_FALSE(Quantize(TensorType::kF16, values).ok());
  EXPECT_TRUE(Quantize(TensorType::kBF16, values).ok());
  values.pop_back();
  EXPECT_FALSE(Quantize(TensorType::kQ4_0, values).ok()) << "not a whole block";
  EXPECT_FALSE(Quantize(TensorType::kQ6_K, values).ok()) << "no quantizer yet";
}

}  // namespace
}  // namespace ganglion::gguf
