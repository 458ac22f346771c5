#include "ganglion/gguf/quantize.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"
#include "ganglion/testing/shared_data.h"

namespace ganglion::gguf {
namespace {

using enum TensorType;
using ::testing::HasSubstr;

constexpr TensorType kBlockTypes[] = {kQ8_0, kQ4_0, kQ4_1, kQ5_0,   kQ5_1,   kQ2_K, kQ3_K,
                                      kQ4_K, kQ5_K, kQ6_K, kIQ4_NL, kIQ4_XS, kMXFP4};

std::vector<float> RoundTrip(TensorType type, const std::vector<float>& values) {
  auto bytes = Quantize(type, values);
  EXPECT_TRUE(bytes.ok()) << bytes.error().message();
  std::vector<float> back(values.size());
  Dequantize(type, *bytes, back);
  return back;
}

// About normal, with a few outliers.
std::vector<float> Weights(testing::SeededRng& rng, std::size_t count, float size) {
  std::vector<float> values(count);
  for (float& v : values) {
    float sum = 0.0f;
    for (int i = 0; i < 6; ++i) sum += static_cast<float>(rng.Below(2001)) / 1000.0f - 1.0f;
    v = sum * size * (rng.Below(100) == 0 ? 3.0f : 1.0f);
  }
  return values;
}

double RelativeError(std::span<const float> values, std::span<const float> want) {
  double difference = 0.0;
  double norm = 0.0;
  for (std::size_t i = 0; i < want.size(); ++i) {
    difference += std::pow(static_cast<double>(values[i]) - static_cast<double>(want[i]), 2.0);
    norm += std::pow(static_cast<double>(want[i]), 2.0);
  }
  return std::sqrt(difference / norm);
}

// Half of one step, and what the rounding to a half adds: 2^-11 of the value, or 2^-25 where it is
// subnormal.
TEST(Quantize, FloatTypesRoundToTheNearest) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  for (int size = -10; size < 10; ++size) {
    const std::vector<float> values = Weights(rng, 256, std::ldexp(1.0f, size));
    EXPECT_EQ(RoundTrip(kF32, values), values);
    const std::vector<float> half = RoundTrip(kF16, values);
    const std::vector<float> bfloat = RoundTrip(kBF16, values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float magnitude = std::fabs(values[i]);
      ASSERT_LE(std::fabs(values[i] - half[i]), magnitude * 0x1.0p-11f + 0x1.0p-25f);
      ASSERT_LE(std::fabs(values[i] - bfloat[i]), magnitude * 0x1.0p-8f);
    }
  }
}

// A block that the format holds exactly, with its widest values in use, comes back as it was: bits
// that were packed anywhere else, or a search that misses the exact scale, would show.
TEST(Quantize, WhatTheFormatHoldsComesBack) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  for (const TensorType type : {kQ8_0, kQ4_0, kQ4_1, kQ5_0, kQ5_1, kIQ4_NL, kMXFP4}) {
    for (int repeat = 0; repeat < 100; ++repeat) {
      std::vector<std::byte> block(Info(type).bytes);
      for (std::byte& byte : block) byte = static_cast<std::byte>(rng.Below(256));
      const std::size_t codes = block.size() - (type == kQ8_0 ? 32 : 16);
      if (type == kMXFP4) block[0] = std::byte{0x78};
      if (type != kMXFP4) block[0] = std::byte{0x31}, block[1] = std::byte{0x2c};
      if (type == kQ4_1 || type == kQ5_1) block[2] = std::byte{0x31}, block[3] = std::byte{0xb4};
      if (type == kQ8_0) std::ranges::replace(block, std::byte{0x80}, std::byte{0x81});
      block[codes] = type == kQ8_0 ? std::byte{0x81} : std::byte{0xf0};  // lowest and highest code
      if (type == kQ5_0 || type == kQ5_1) block[codes - 4] &= std::byte{0xfe};
      if (type == kQ5_0 || type == kQ5_1) block[codes - 2] |= std::byte{0x01};
      std::vector<float> values(32);
      Dequantize(type, block, values);
      ASSERT_EQ(RoundTrip(type, values), values) << Info(type).name;
    }
  }
}

// The K types search for two levels of scales, and promise only to come near.
TEST(Quantize, TwoLevelBlocksComeBackNear) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  // A fifth more than weights about normal usually lose; a code in a wrong place costs far more.
  const std::map<TensorType, double> errors{{kQ2_K, 0.34},  {kQ3_K, 0.19},  {kQ4_K, 0.09},
                                            {kQ5_K, 0.046}, {kQ6_K, 0.022}, {kIQ4_XS, 0.095}};
  for (const auto& [type, error] : errors) {
    for (int size = -8; size < 8; size += 5) {
      const std::vector<float> values = Weights(rng, 4096, std::ldexp(1.0f, size));
      EXPECT_LT(RelativeError(RoundTrip(type, values), values), error) << Info(type).name;
    }
  }
}

// The search tries few of the scales that there are; over many blocks that costs next to nothing.
TEST(Quantize, ScalesAreAboutAsGoodAsTheBestOfThousands) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  double ours = 0.0;
  double best = 0.0;
  for (int repeat = 0; repeat < 50; ++repeat) {
    const std::vector<float> x = Weights(rng, 32, 1.0f);
    double squares = 0.0;
    for (const float v : x) squares += static_cast<double>(v * v) / 32.0;
    const auto error = [&](const auto& value_of) {
      double sum = 0.0;
      for (std::size_t i = 0; i < 32; ++i) {
        const double weight = std::sqrt(2.0 * squares + static_cast<double>(x[i] * x[i]));
        sum += weight * std::pow(static_cast<double>(x[i] - value_of(i)), 2.0);
      }
      return sum;
    };
    const std::vector<float> back = RoundTrip(kQ4_0, x);
    ours += error([&back](std::size_t i) { return back[i]; });
    double least = HUGE_VAL;
    for (int step = -1500; step <= 1500; ++step) {
      const float d = static_cast<float>(step) / 1500.0f;
      if (std::fabs(d) < 0.02f) continue;
      least = std::min(least, error([&](std::size_t i) {
                         return d * std::clamp(std::round(x[i] / d), -8.0f, 7.0f);
                       }));
    }
    best += least;
  }
  EXPECT_LT(ours, best * 1.05);
}

TEST(Quantize, ImportantColumnsAreKeptBetter) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  const std::vector<float> values = Weights(rng, 16 * 512, 1.0f);
  std::vector<float> importance(512, 0.1f);
  for (std::size_t i = 0; i < importance.size(); i += 8) importance[i] = 20.0f;
  importance[1] = 0.0f;
  const auto important_error = [&](const std::vector<float>& back) {
    double sum = 0.0;
    for (std::size_t i = 0; i < values.size(); i += 8) {
      sum += std::pow(static_cast<double>(values[i] - back[i]), 2.0);
    }
    return sum;
  };
  for (const TensorType type : kBlockTypes) {
    if (type == kMXFP4) continue;  // has three scales to choose from, most of them bad
    std::vector<std::byte> bytes(values.size() / Info(type).elements * Info(type).bytes);
    ASSERT_TRUE(Quantize(type, values, importance, bytes).ok());
    std::vector<float> back(values.size());
    Dequantize(type, bytes, back);
    EXPECT_LT(important_error(back), important_error(RoundTrip(type, values)) * 0.9)
        << Info(type).name;
  }
}

TEST(Quantize, RowsMayBeCutAnywhereBetweenBlocks) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  const std::vector<float> values = Weights(rng, 1024, 0.02f);
  for (const TensorType type : kBlockTypes) {
    const auto whole = Quantize(type, values);
    ASSERT_TRUE(whole.ok());
    std::vector<std::byte> parts;
    for (std::size_t at = 0; at < values.size(); at += 256) {
      const auto part = Quantize(type, std::span(values).subspan(at, 256));
      ASSERT_TRUE(part.ok());
      parts.insert(parts.end(), part->begin(), part->end());
    }
    EXPECT_EQ(*whole, parts) << Info(type).name;
  }
}

TEST(Quantize, OddBlocksStayNearTheirValues) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  for (const TensorType type : kBlockTypes) {
    SCOPED_TRACE(Info(type).name);
    EXPECT_EQ(RoundTrip(type, std::vector<float>(256, 0.0f)), std::vector<float>(256, 0.0f));
    // The same value everywhere, one value alone, the largest, the smallest, one sign.
    for (const float value : {1.0f, -1.0f, 60000.0f, -60000.0f, 1e-3f}) {
      const std::vector<float> same(256, value);
      EXPECT_LT(RelativeError(RoundTrip(type, same), same), 0.15) << value;
      std::vector<float> alone(256, 0.0f);
      alone[rng.Below(256)] = value;
      EXPECT_LT(RelativeError(RoundTrip(type, alone), alone), 0.15) << value;
    }
    std::vector<float> positive = Weights(rng, 256, 1.0f);
    for (float& v : positive) v = 10.0f + 0.1f * v;
    EXPECT_LT(RelativeError(RoundTrip(type, positive), positive), 0.2);
    for (const float v : RoundTrip(type, std::vector<float>(256, 1e-30f))) EXPECT_LT(v, 1e-6f);
  }
}

TEST(Quantize, RefusesWhatTheTypeCannotHold) {
  std::vector<float> values(256, 1.0f);
  values[7] = NAN;
  for (const TensorType type : kBlockTypes) {
    const auto refused = Quantize(type, values);
    ASSERT_FALSE(refused.ok()) << Info(type).name;
    EXPECT_THAT(std::string(refused.error().message()), HasSubstr("value 7"));
  }
  values[7] = 1e6f;
  EXPECT_FALSE(Quantize(kF16, values).ok());
  EXPECT_FALSE(Quantize(kQ4_K, values).ok());
  EXPECT_TRUE(Quantize(kBF16, values).ok());
  EXPECT_TRUE(Quantize(kMXFP4, values).ok());
  values[7] = 0.0f;
  values.pop_back();
  EXPECT_FALSE(Quantize(kQ4_0, values).ok()) << "not a whole block";
  EXPECT_FALSE(Quantize(kQ8_1, values).ok()) << "not a weight format";
}

TEST(Quantize, RefusesImportancesThatDoNotFit) {
  const std::vector<float> values(512, 1.0f);
  std::vector<std::byte> bytes(2 * 144);
  EXPECT_FALSE(Quantize(kQ4_K, values, std::vector<float>(128, 1.0f), bytes).ok());
  EXPECT_FALSE(Quantize(kQ4_K, values, std::vector<float>(768, 1.0f), bytes).ok());
  std::vector<float> negative(256, 1.0f);
  negative[3] = -1.0f;
  EXPECT_THAT(std::string(Quantize(kQ4_K, values, negative, bytes).message()),
              HasSubstr("importance 3 is -1"));
  EXPECT_TRUE(Quantize(kQ4_K, values, std::vector<float>(256, 0.0f), bytes).ok());
}

// The root mean square error of each type over the tensors of a golden file is at most that of the
// program which made the file.
TEST(Quantize, GoldenTensorsAreMadeAtLeastAsWell) {
  const auto folder = testing::SharedData("golden/models");
  if (!folder) GTEST_SKIP() << "no golden models on this machine";
  const auto source = File::Open(*folder + "/llama-F32.gguf");
  ASSERT_TRUE(source.ok());
  std::map<TensorType, std::vector<float>> wanted, theirs, ours;
  for (const char* const name : {"Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K_M", "Q4_K_M",
                                 "Q5_K_M", "Q6_K", "IQ4_NL", "IQ4_XS", "MXFP4"}) {
    const auto file = File::Open(*folder + "/llama-" + name + ".gguf");
    ASSERT_TRUE(file.ok());
    for (const Tensor& tensor : (*file)->tensors()) {
      if (tensor.type == kF32 || tensor.name.find("blk.0") == std::string::npos) continue;
      std::vector<float> want(tensor.elements());
      std::vector<float> golden(tensor.elements());
      Dequantize(kF32, (*source)->FindTensor(tensor.name)->data, want);
      Dequantize(tensor.type, tensor.data, golden);
      const std::vector<float> back = RoundTrip(tensor.type, want);
      const auto append = [](std::vector<float>& to, const std::vector<float>& from) {
        to.insert(to.end(), from.begin(), from.end());
      };
      append(wanted[tensor.type], want);
      append(theirs[tensor.type], golden);
      append(ours[tensor.type], back);
    }
  }
  EXPECT_EQ(wanted.size(), std::size(kBlockTypes));
  for (const auto& [type, want] : wanted) {
    const double error = RelativeError(ours.at(type), want);
    const double golden = RelativeError(theirs.at(type), want);
    EXPECT_LE(error, golden) << Info(type).name;
  }
}

}  // namespace
}  // namespace ganglion::gguf
