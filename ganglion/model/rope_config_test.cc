#include "ganglion/model/rope_config.h"

#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace ganglion {
namespace {

ModelConfig Made(RopeScaling scaling = RopeScaling::kNone) {
  ModelConfig config;
  config.context_length = 8192;
  config.rope = {.scaling = scaling, .dims = 64, .original_context = 8192};
  return config;
}

TEST(RopeOptions, WithoutAnyTheFileIsFollowed) {
  ModelConfig config = Made(RopeScaling::kYarn);
  config.rope.factor = 4.0;
  ASSERT_TRUE(ApplyRopeOptions({}, 100000, config).ok());
  EXPECT_EQ(config.rope.scaling, RopeScaling::kYarn);
  EXPECT_EQ(config.rope.factor, 4.0);
  EXPECT_EQ(config.context_length, 8192u);
}

TEST(RopeOptions, AScalingLengthensTheContext) {
  for (const RopeScaling scaling :
       {RopeScaling::kLinear, RopeScaling::kYarn, RopeScaling::kLlama3}) {
    ModelConfig config = Made();
    config.rope.factors = RopeFactors::kFreqs;
    ASSERT_TRUE(ApplyRopeOptions({.scaling = scaling, .factor = 4.0}, 0, config).ok());
    EXPECT_EQ(config.rope.scaling, scaling);
    EXPECT_EQ(config.rope.factor, 4.0);
    EXPECT_EQ(config.context_length, 32768u);
    // The list in the file is what the scaling of Llama 3 computes; it is not applied twice.
    EXPECT_EQ(config.rope.factors,
              scaling == RopeScaling::kLlama3 ? RopeFactors::kNone : RopeFactors::kFreqs);
  }
}

TEST(RopeOptions, AScalingWithoutAFactorStretchesAsFarAsTheContextNeeds) {
  ModelConfig config = Made();
  ASSERT_TRUE(ApplyRopeOptions({.scaling = RopeScaling::kYarn}, 20480, config).ok());
  EXPECT_EQ(config.rope.factor, 2.5);
  EXPECT_EQ(config.context_length, 20480u);
  ModelConfig same = Made();
  const Status status = ApplyRopeOptions({.scaling = RopeScaling::kYarn}, 8192, same);
  EXPECT_NE(status.message().find("needs a factor"), std::string_view::npos);
}

TEST(RopeOptions, AFactorAloneIsLinearOrThatOfTheFilesScaling) {
  ModelConfig plain = Made();
  ASSERT_TRUE(ApplyRopeOptions({.factor = 2.0}, 0, plain).ok());
  EXPECT_EQ(plain.rope.scaling, RopeScaling::kLinear);
  ModelConfig yarn = Made(RopeScaling::kYarn);
  ASSERT_TRUE(ApplyRopeOptions({.factor = 2.0}, 0, yarn).ok());
  EXPECT_EQ(yarn.rope.scaling, RopeScaling::kYarn);
  EXPECT_EQ(yarn.rope.factor, 2.0);
}

TEST(RopeOptions, NoneTurnsTheFilesScalingOff) {
  ModelConfig config = Made(RopeScaling::kLongRope);
  config.rope.factors = RopeFactors::kShort;
  config.rope.attention_factor = 1.19;
  ASSERT_TRUE(ApplyRopeOptions({.scaling = RopeScaling::kNone}, 100000, config).ok());
  EXPECT_EQ(config.rope.scaling, RopeScaling::kNone);
  EXPECT_EQ(config.rope.factors, RopeFactors::kNone);
  EXPECT_EQ(config.rope.attention_factor, 1.0);
}

TEST(RopeOptions, TheContextChoosesAmongTheFactorsOfLongRope) {
  const auto chosen = [](std::uint32_t context_tokens) {
    ModelConfig config = Made(RopeScaling::kLongRope);
    config.context_length = 131072;
    config.rope.factors = RopeFactors::kShort;
    EXPECT_TRUE(ApplyRopeOptions({}, context_tokens, config).ok());
    return config.rope.factors;
  };
  EXPECT_EQ(chosen(8192), RopeFactors::kShort);
  EXPECT_EQ(chosen(8193), RopeFactors::kLong);
  EXPECT_EQ(chosen(0), RopeFactors::kLong);
}

TEST(RopeOptions, BaseAndOriginalContextReplaceTheFiles) {
  ModelConfig config = Made();
  ASSERT_TRUE(
      ApplyRopeOptions({.factor = 2.0, .base = 5e5, .original_context = 4096}, 0, config).ok());
  EXPECT_EQ(config.rope.base, 5e5);
  EXPECT_EQ(config.rope.original_context, 4096u);
  EXPECT_EQ(config.context_length, 8192u);
}

TEST(RopeOptions, NumbersOutOfRangeAreRefusedByName) {
  const auto refused = [](const RopeOptions& options, const char* word) {
    ModelConfig config = Made();
    const Status status = ApplyRopeOptions(options, 0, config);
    EXPECT_NE(status.message().find(word), std::string_view::npos) << status.message();
  };
  refused({.factor = -1.0}, "factor");
  refused({.factor = 1e9}, "factor");
  refused({.factor = std::numeric_limits<double>::quiet_NaN()}, "factor");
  refused({.base = 0.5}, "base");
  refused({.original_context = 1u << 30}, "original context");
}

// A factor of 1e6 over the largest original context would pass what a position can hold.
TEST(RopeOptions, TheContextStaysWithinItsLimit) {
  ModelConfig config = Made();
  ASSERT_TRUE(ApplyRopeOptions({.factor = 1e6, .original_context = 1u << 26}, 0, config).ok());
  EXPECT_EQ(config.context_length, 1u << 26);
}

}  // namespace
}  // namespace ganglion
