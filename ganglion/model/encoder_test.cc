#include "ganglion/model/encoder.h"

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/kernels/kernels.h"
#include "ganglion/model/tiny_encoder_test.h"
#include "ganglion/model/tiny_model_test.h"
#include "ganglion/testing/no_alloc.h"
#include "ganglion/testing/seed.h"

namespace ganglion {
namespace {

using gguf::TensorType;
using Texts = std::vector<std::vector<TokenId>>;

class EncoderTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (kernels::FindKernels(GetParam().c_str()) == nullptr) {
      GTEST_SKIP() << GetParam() << " does not run here";
    }
  }

  std::unique_ptr<Encoder> Load(const TinyEncoder& tiny, std::uint32_t threads = 1,
                                const EncoderLimits& limits = {.tokens = 600, .texts = 8}) {
    auto encoder = Encoder::Load(tiny.Open(), {.threads = threads, .isa = GetParam()});
    EXPECT_TRUE(encoder.ok()) << encoder.error().message();
    EXPECT_TRUE((*encoder)->Prepare(limits).ok());
    return *std::move(encoder);
  }

  // The hidden states of all texts, computed in one call.
  static std::vector<float> Encode(Encoder& encoder, const Texts& texts) {
    std::vector<std::span<const TokenId>> views(texts.begin(), texts.end());
    std::size_t tokens = 0;
    for (const auto& text : texts) tokens += text.size();
    std::vector<float> hidden(tokens * encoder.config().width);
    encoder.Encode(views, hidden);
    return hidden;
  }

  // The largest error that the type may cause, as in the tests of the decoders.
  static double Bound(TensorType type) { return gguf::Info(type).elements > 1 ? 4e-2 : 5e-6; }

  void ExpectMatchesDouble(const TinyEncoderSpec& spec, std::size_t tokens) {
    const TinyEncoder tiny(spec, rng_);
    const auto encoder = Load(tiny);
    const std::vector<TokenId> text = tiny.RandomTokens(tokens, rng_);
    EXPECT_LT(RelativeError(Encode(*encoder, {text}), tiny.Forward(text)), Bound(spec.type))
        << spec.architecture << " " << gguf::Info(spec.type).name << ", " << tokens << " tokens";
  }

  testing::SeededRng rng_;
  ::testing::ScopedTrace trace_{__FILE__, __LINE__, "GANGLION_SEED=" + std::to_string(rng_.seed())};
};

TEST_P(EncoderTest, EveryTypeMatchesAForwardPassInDouble) {
  for (const char* const architecture : {"bert", "nomic-bert"}) {
    for (const TensorType type : {TensorType::kF32, TensorType::kF16, TensorType::kBF16,
                                  TensorType::kQ8_0, TensorType::kQ4_0}) {
      ExpectMatchesDouble({.architecture = architecture, .type = type}, 37);
    }
  }
}

TEST_P(EncoderTest, EveryLengthMatchesAForwardPassInDouble) {
  for (const std::size_t tokens : {1u, 2u, 31u, 32u, 33u, 48u, 49u, 97u, 150u}) {
    ExpectMatchesDouble({}, tokens);
  }
}

TEST_P(EncoderTest, FilesMayJoinTheProjectionsAndLackKindsOfText) {
  ExpectMatchesDouble({.fused = true}, 20);
  ExpectMatchesDouble({.architecture = "nomic-bert", .types = 0, .fused = true}, 20);
  ExpectMatchesDouble({.types = 1}, 20);
}

TEST_P(EncoderTest, OtherTextsAndThreadsDoNotChangeABit) {
  for (const TensorType type : {TensorType::kF32, TensorType::kF16, TensorType::kQ8_0}) {
    for (const char* const architecture : {"bert", "nomic-bert"}) {
      const TinyEncoder tiny({.architecture = architecture, .type = type}, rng_);
      const auto alone = Load(tiny, 1);
      const auto helped = Load(tiny, 3);
      Texts texts;
      std::vector<float> want;
      for (const std::size_t tokens : {60u, 1u, 33u, 150u, 7u}) {
        texts.push_back(tiny.RandomTokens(tokens, rng_));
        const std::vector<float> one = Encode(*alone, {texts.back()});
        want.insert(want.end(), one.begin(), one.end());
      }
      EXPECT_EQ(Encode(*alone, texts), want);
      EXPECT_EQ(Encode(*helped, texts), want);
    }
  }
}

TEST_P(EncoderTest, WhatATextLeftBehindDoesNotMatter) {
  const TinyEncoder tiny({}, rng_);
  const auto encoder = Load(tiny);
  const Texts small = {tiny.RandomTokens(5, rng_)};
  const std::vector<float> before = Encode(*encoder, small);
  Encode(*encoder, {tiny.RandomTokens(150, rng_), tiny.RandomTokens(149, rng_)});
  EXPECT_EQ(Encode(*encoder, small), before);
}

TEST_P(EncoderTest, EveryTokenSeesThoseBehindIt) {
  const TinyEncoder tiny({}, rng_);
  const auto encoder = Load(tiny);
  std::vector<TokenId> text = tiny.RandomTokens(40, rng_);
  const std::vector<float> before = Encode(*encoder, {text});
  text.back() = TokenId{(Value(text.back()) + 1) % 70};
  const std::vector<float> after = Encode(*encoder, {text});
  const auto width = static_cast<std::ptrdiff_t>(encoder->config().width);
  EXPECT_FALSE(std::equal(before.begin(), before.begin() + width, after.begin()));
}

TEST_P(EncoderTest, EncodingDoesNotAllocate) {
  const TinyEncoder tiny({.type = TensorType::kQ8_0}, rng_);
  const auto encoder = Load(tiny, 2);
  const std::vector<TokenId> text = tiny.RandomTokens(100, rng_);
  const std::vector<std::span<const TokenId>> texts = {text, text};
  std::vector<float> hidden(200 * encoder->config().width);
  const std::size_t before = testing::AllocationCount();
  encoder->Encode(texts, hidden);
  EXPECT_EQ(testing::AllocationCount(), before);
}

INSTANTIATE_TEST_SUITE_P(EveryIsa, EncoderTest,
                         ::testing::Values("scalar", "avx2", "avx512", "amx"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace ganglion
