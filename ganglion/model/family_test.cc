#include "ganglion/model/family.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace ganglion {
namespace {

using Keys = std::vector<std::pair<std::string, gguf::Value>>;

// The config of a file without tensors that has these keys of the architecture, besides the ones
// that no file lacks.
Result<ModelConfig> ConfigOf(const std::string& architecture, const Keys& keys) {
  gguf::Writer writer;
  writer.Add("general.architecture", architecture);
  Keys all = {
      {"block_count", std::uint32_t{12}},          {"embedding_length", std::uint32_t{256}},
      {"feed_forward_length", std::uint32_t{512}}, {"context_length", std::uint32_t{8192}},
      {"attention.head_count", std::uint32_t{8}},  {"attention.head_count_kv", std::uint32_t{2}},
      {"attention.layer_norm_rms_epsilon", 1e-6f}};
  for (const auto& key : keys) {
    std::erase_if(all, [&](const auto& other) { return other.first == key.first; });
    all.push_back(key);
  }
  for (const auto& [name, value] : all) writer.Add(architecture + "." + name, value);
  const std::vector<std::byte> bytes = writer.Serialize();
  auto file = gguf::File::Parse(bytes);
  EXPECT_TRUE(file.ok());
  return ReadConfig(**file);
}

const Keys kExperts = {{"expert_count", std::uint32_t{60}},
                       {"expert_used_count", std::uint32_t{4}}};

Keys With(Keys keys, const Keys& more) {
  keys.insert(keys.end(), more.begin(), more.end());
  return keys;
}

// What the error says; "" where there is none.
std::string ErrorOf(const std::string& architecture, const Keys& keys) {
  const auto config = ConfigOf(architecture, keys);
  return config.ok() ? "" : std::string(config.error().message());
}

TEST(Family, AnUnknownArchitectureIsNamedBesideTheKnownOnes) {
  const std::string error = ErrorOf("mamba", {});
  EXPECT_NE(error.find("'mamba'"), std::string::npos);
  for (const Family& family : Families()) {
    EXPECT_NE(error.find(family.architecture), std::string::npos) << error;
  }
}

TEST(Family, Gemma2HasItsDefaults) {
  const auto config = ConfigOf("gemma2", {{"attention.key_length", std::uint32_t{64}}});
  ASSERT_TRUE(config.ok()) << config.error().message();
  EXPECT_EQ(config->window, 4096u);
  EXPECT_EQ(config->attention_softcap, 50.0f);
  EXPECT_EQ(config->logit_softcap, 30.0f);
  EXPECT_EQ(config->embedding_scale, 16.0f);
  EXPECT_EQ(config->attention_scale, 0.125f);
  EXPECT_EQ(config->activation, Activation::kGelu);
  EXPECT_TRUE(config->IsLocal(0));
  EXPECT_FALSE(config->IsLocal(1));
  EXPECT_TRUE(config->IsLocal(10));
  EXPECT_FALSE(config->local_rope.has_value());
}

// The one of 27B scales by the width, 4608 / 32, though its heads have 128 elements.
TEST(Family, TheLargestGemmasScaleByTheWidth) {
  const Keys heads = {{"attention.key_length", std::uint32_t{128}}};
  const auto of = [&](const char* architecture, std::uint32_t layers) {
    return ConfigOf(architecture, With(heads, {{"block_count", layers}}))->attention_scale;
  };
  EXPECT_FLOAT_EQ(of("gemma2", 46), 1.0f / std::sqrt(32.0f));
  EXPECT_FLOAT_EQ(of("gemma3", 62), 1.0f / std::sqrt(32.0f));
  EXPECT_FLOAT_EQ(of("gemma2", 42), 1.0f / std::sqrt(128.0f));
  EXPECT_FLOAT_EQ(of("gemma3", 34), 1.0f / std::sqrt(128.0f));
}

TEST(Family, Gemma3TurnsLocalLayersByABaseOfTheirOwn) {
  const Keys keys = {{"attention.sliding_window", std::uint32_t{512}},
                     {"rope.freq_base", 1e6f},
                     {"rope.scaling.type", std::string("linear")},
                     {"rope.scaling.factor", 8.0f}};
  const auto config = ConfigOf("gemma3", keys);
  ASSERT_TRUE(config.ok()) << config.error().message();
  for (std::uint32_t i = 0; i < 12; ++i) EXPECT_EQ(config->IsLocal(i), i % 6 != 5) << i;
  EXPECT_EQ(config->rope.base, 1e6);
  EXPECT_EQ(config->rope.factor, 8.0);
  ASSERT_TRUE(config->local_rope.has_value());
  EXPECT_EQ(config->local_rope->base, 10000.0);
  EXPECT_EQ(config->local_rope->factor, 1.0);
  EXPECT_EQ(config->attention_softcap, 0.0f);
  EXPECT_EQ(config->logit_softcap, 0.0f);
  EXPECT_EQ(ConfigOf("gemma3", With(keys, {{"rope.freq_base_swa", 5e4f}}))->local_rope->base, 5e4);
  // Without a window every layer sees all keys.
  EXPECT_FALSE(ConfigOf("gemma3", {})->IsLocal(0));
}

TEST(Family, ThePatternOfLocalLayersMayBeAList) {
  Keys keys = {
      {"block_count", std::uint32_t{3}},
      {"attention.sliding_window", std::uint32_t{512}},
      {"attention.sliding_window_pattern", gguf::Array{std::vector<std::int64_t>{0, 1, 0}, 7}}};
  const auto config = ConfigOf("gemma3", keys);
  ASSERT_TRUE(config.ok()) << config.error().message();
  EXPECT_EQ(config->local_layers, (std::vector<bool>{false, true, false}));
  keys[0].second = std::uint32_t{4};
  EXPECT_NE(ErrorOf("gemma3", keys).find("sliding_window_pattern"), std::string::npos);
  keys[2].second = gguf::Array{std::vector<std::string>{"a", "b", "c", "d"}, 8};
  EXPECT_NE(ErrorOf("gemma3", keys).find("sliding_window_pattern"), std::string::npos);
}

TEST(Family, Phi3SeesAWindowOnlyWhereTheFileSaysSo) {
  EXPECT_FALSE(ConfigOf("phi3", {})->IsLocal(0));
  EXPECT_FALSE(ConfigOf("phi3", {{"attention.sliding_window", std::uint32_t{0}}})->IsLocal(0));
  const auto config = ConfigOf("phi3", {{"attention.sliding_window", std::uint32_t{2047}}});
  ASSERT_TRUE(config.ok());
  for (std::uint32_t i = 0; i < config->layers; ++i) EXPECT_TRUE(config->IsLocal(i));
  EXPECT_TRUE(config->fused_gate_up);
}

TEST(Family, ExpertsOfMixtralHaveTheWidthOfTheFeedForwardPart) {
  const auto config = ConfigOf("llama", kExperts);
  ASSERT_TRUE(config.ok()) << config.error().message();
  EXPECT_EQ(config->experts.count, 60u);
  EXPECT_EQ(config->experts.used, 4u);
  EXPECT_EQ(config->experts.width, 512u);
  EXPECT_TRUE(config->experts.renormalize);
  EXPECT_EQ(config->ffn_width, 0u);
}

TEST(Family, ExpertsOfQwenHaveTheirOwnWidthOrShareTheWidthOfAToken) {
  const auto old = ConfigOf("qwen2moe", kExperts);
  ASSERT_TRUE(old.ok()) << old.error().message();
  EXPECT_EQ(old->experts.width, 128u);
  EXPECT_EQ(old->experts.shared_width, 512u);
  EXPECT_FALSE(old->experts.renormalize);
  const auto stated = ConfigOf(
      "qwen2moe", With(kExperts, {{"expert_feed_forward_length", std::uint32_t{88}},
                                  {"expert_shared_feed_forward_length", std::uint32_t{77}}}));
  EXPECT_EQ(stated->experts.width, 88u);
  EXPECT_EQ(stated->experts.shared_width, 77u);
  const auto third = ConfigOf("qwen3moe", kExperts);
  EXPECT_EQ(third->experts.shared_width, 0u);
  EXPECT_TRUE(third->experts.renormalize);
  EXPECT_FALSE(ConfigOf("olmoe", kExperts)->experts.renormalize);
}

TEST(Family, WeightsOfExpertsAreScaledAndNormalizedAsTheFileSays) {
  const auto config = ConfigOf(
      "qwen2moe", With(kExperts, {{"expert_weights_norm", true}, {"expert_weights_scale", 2.5f}}));
  ASSERT_TRUE(config.ok()) << config.error().message();
  EXPECT_TRUE(config->experts.renormalize);
  EXPECT_EQ(config->experts.scale, 2.5f);
  EXPECT_EQ(ConfigOf("qwen3moe", With(kExperts, {{"expert_weights_scale", 0.0f}}))->experts.scale,
            1.0f);
}

TEST(Family, KeysOfExpertsThatMakeNoSenseAreRefused) {
  const auto refused = [](const Keys& keys, const char* word) {
    const std::string error = ErrorOf("qwen3moe", keys);
    EXPECT_NE(error.find(word), std::string::npos) << error;
  };
  refused({}, "expert_count");
  refused({{"expert_count", std::uint32_t{8}}}, "expert_used_count");
  refused({{"expert_count", std::uint32_t{8}}, {"expert_used_count", std::uint32_t{9}}}, "9");
  refused({{"expert_count", std::uint32_t{1} << 20}, {"expert_used_count", std::uint32_t{2}}},
          "expert_count");
  refused({{"expert_count", std::uint32_t{1000}}, {"expert_used_count", std::uint32_t{1000}}},
          "expert_used_count");
  refused(With(kExperts, {{"expert_gating_func", std::uint32_t{2}}}), "expert_gating_func");
  refused(With(kExperts, {{"expert_weights_scale", -1.0f}}), "expert_weights_scale");
  refused(With(kExperts, {{"feed_forward_length", std::uint32_t{3}}}), "feed_forward_length");
  refused(With(kExperts, {{"expert_weights_norm", std::string("yes")}}), "expert_weights_norm");
}

TEST(Family, SoftCapsAndWindowsOutOfRangeAreRefused) {
  const auto refused = [](const std::string& key, const gguf::Value& value) {
    const std::string error = ErrorOf("gemma2", {{key, value}});
    EXPECT_NE(error.find(key), std::string::npos) << error;
  };
  for (const char* const key : {"attn_logit_softcapping", "final_logit_softcapping"}) {
    for (const float cap : {-1.0f, 1e-9f, 1e9f, std::nanf("")}) refused(key, cap);
    EXPECT_EQ(ErrorOf("gemma2", {{key, 0.0f}}), "");
  }
  refused("attention.sliding_window", std::int32_t{-1});
  refused("attention.sliding_window_pattern", std::int32_t{-1});
  refused("attention.sliding_window_pattern", std::uint32_t{1} << 30);
}

}  // namespace
}  // namespace ganglion
