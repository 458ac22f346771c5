#include "ganglion/model/rope.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace ganglion {
namespace {

struct Tables {
  explicit Tables(const Rope& rope, std::uint32_t position)
      : cosine(rope.dims()), sine(rope.dims()) {
    rope.FillTables(position, cosine.data(), sine.data());
  }
  std::vector<float> cosine, sine;
};

TEST(Rope, PositionZeroTurnsNothing) {
  const Tables tables(Rope({.dims = 8}, {}), 0);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(tables.cosine[i], 1.0f);
    EXPECT_EQ(tables.sine[i], 0.0f);
  }
}

TEST(Rope, PairsShareAnAngleInTheOrderOfTheirPairing) {
  const Tables near(Rope({.pairing = RopePairing::kInterleaved, .dims = 8}, {}), 3);
  const Tables far(Rope({.pairing = RopePairing::kHalfSplit, .dims = 8}, {}), 3);
  for (std::size_t i = 0; i < 4; ++i) {
    const double angle = 3.0 * std::pow(10000.0, -static_cast<double>(i) / 4.0);
    EXPECT_EQ(near.cosine[2 * i], static_cast<float>(std::cos(angle)));
    EXPECT_EQ(near.cosine[2 * i + 1], near.cosine[2 * i]);
    EXPECT_EQ(near.sine[2 * i + 1], static_cast<float>(std::sin(angle)));
    EXPECT_EQ(near.sine[2 * i], -near.sine[2 * i + 1]);
    EXPECT_EQ(far.cosine[i], near.cosine[2 * i]);
    EXPECT_EQ(far.cosine[i + 4], near.cosine[2 * i]);
    EXPECT_EQ(far.sine[i], near.sine[2 * i]);
    EXPECT_EQ(far.sine[i + 4], near.sine[2 * i + 1]);
  }
}

TEST(Rope, LinearScalingStretchesThePositions) {
  const Rope plain({.dims = 16}, {});
  const Rope stretched({.scaling = RopeScaling::kLinear, .dims = 16, .factor = 4.0}, {});
  EXPECT_EQ(Tables(plain, 25).cosine, Tables(stretched, 100).cosine);
}

TEST(Rope, FactorsDivideTheFrequencies) {
  const std::vector<float> factors = {1.0f, 2.0f, 4.0f, 8.0f};
  const Rope rope({.dims = 8}, factors);
  const Tables tables(rope, 40);
  for (std::size_t i = 0; i < 4; ++i) {
    const double angle = 40.0 * std::pow(10000.0, -static_cast<double>(i) / 4.0) / factors[i];
    EXPECT_FLOAT_EQ(tables.cosine[2 * i], static_cast<float>(std::cos(angle)));
  }
}

// YaRN leaves the fast pairs alone, stretches the slow ones like linear scaling, and makes the
// turned vectors longer by 1 + 0.1 ln(factor).
TEST(Rope, YarnStretchesOnlyTheSlowPairs) {
  RopeConfig config = {
      .scaling = RopeScaling::kYarn, .dims = 128, .factor = 8.0, .original_context = 4096};
  const Tables yarn(Rope(config, {}), 1000);
  config.scaling = RopeScaling::kLinear;
  const Tables linear(Rope(config, {}), 1000);
  config.factor = 1.0;
  const Tables plain(Rope(config, {}), 1000);
  const auto size = static_cast<float>(1.0 + 0.1 * std::log(8.0));
  EXPECT_FLOAT_EQ(yarn.cosine[0], size * plain.cosine[0]);
  EXPECT_FLOAT_EQ(yarn.cosine[20], size * plain.cosine[20]);
  EXPECT_FLOAT_EQ(yarn.cosine[127], size * linear.cosine[127]);
  EXPECT_FLOAT_EQ(yarn.sine[120], size * linear.sine[120]);
}

// A factor of 1 or less lengthens nothing, and nothing grows.
TEST(Rope, TheMagnitudeOfYarnGrowsAsTheFileSays) {
  RopeConfig config = {
      .scaling = RopeScaling::kYarn, .dims = 8, .factor = 8.0, .original_context = 4096};
  const auto magnitude = [&] { return Tables(Rope(config, {}), 0).cosine[0]; };
  const double growth = 0.1 * std::log(8.0);
  EXPECT_FLOAT_EQ(magnitude(), static_cast<float>(1.0 + growth));
  config.attention_factor = 2.0;
  EXPECT_FLOAT_EQ(magnitude(), static_cast<float>(2.0 * (1.0 + growth)));
  config.attention_factor = 1.0;
  config.yarn_log_multiplier = 1.0;
  EXPECT_FLOAT_EQ(magnitude(), 1.0f);
  config.yarn_magnitude = 1.25;
  EXPECT_FLOAT_EQ(magnitude(), 1.25f);
  config.yarn_magnitude = 0.0;
  config.yarn_log_multiplier = 0.0;
  config.factor = 0.5;
  EXPECT_FLOAT_EQ(magnitude(), 1.0f);
}

// The frequencies that Llama 3.1 was published with: base 500000, factor 8, 8192 tokens.
TEST(Rope, Llama3StretchesPairsByTheirWavelength) {
  const RopeConfig config = {.pairing = RopePairing::kHalfSplit,
                             .scaling = RopeScaling::kLlama3,
                             .dims = 128,
                             .base = 500000.0,
                             .factor = 8.0,
                             .original_context = 8192};
  const Tables tables(Rope(config, {}), 1);
  for (std::size_t i = 0; i < 64; ++i) {
    const double own = std::pow(500000.0, -static_cast<double>(i) / 64.0);
    const double wavelength = 2.0 * std::acos(-1.0) / own;
    const double smooth = (8192.0 / wavelength - 1.0) / 3.0;
    const double mixed = (1.0 - smooth) * own / 8.0 + smooth * own;
    const double want = wavelength < 2048.0 ? own : (wavelength > 8192.0 ? own / 8.0 : mixed);
    EXPECT_FLOAT_EQ(tables.sine[64 + i], static_cast<float>(std::sin(want))) << i;
  }
}

}  // namespace
}  // namespace ganglion
