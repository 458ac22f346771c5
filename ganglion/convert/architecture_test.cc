#include "ganglion/convert/architecture.h"

#include <cstring>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ganglion/convert/rope_scaling.h"
#include "ganglion/convert/tiny_folder_test.h"
#include "ganglion/testing/shared_data.h"

namespace ganglion::convert {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

// Keys with their values as texts; a float as "%g", with its type behind.
std::map<std::string, std::string> TextsOf(const Description& description) {
  std::map<std::string, std::string> texts;
  for (const gguf::KeyValue& entry : description.metadata) {
    std::string text = "?";
    if (const auto* count = std::get_if<std::uint32_t>(&entry.value)) text = std::to_string(*count);
    if (const auto* words = std::get_if<std::string>(&entry.value)) text = *words;
    if (const auto* number = std::get_if<float>(&entry.value)) {
      char digits[32];
      std::snprintf(digits, sizeof digits, "%gf", static_cast<double>(*number));
      text = digits;
    }
    if (std::holds_alternative<gguf::Array>(entry.value)) text = "array";
    EXPECT_TRUE(texts.emplace(entry.key, text).second) << entry.key << " twice";
  }
  return texts;
}

class ArchitectureTest : public ::testing::Test {
 protected:
  Json Config(const std::string& published) {
    Json config = MakeTinyModel(published, rng_).config;
    if (config.contains("text_config")) {
      const Json text = config["text_config"];
      config.update(text);
    }
    return config;
  }
  static Result<Description> Try(const Json& config) {
    const ObjectReader reader(config, "config.json");
    GN_ASSIGN_OR_RETURN(const Architecture* architecture, FindArchitecture(reader));
    return Describe(*architecture, reader);
  }
  static std::map<std::string, std::string> Texts(const Json& config) {
    auto description = Try(config);
    EXPECT_TRUE(description.ok()) << description.error().message();
    return description.ok() ? TextsOf(*description) : std::map<std::string, std::string>();
  }
  static std::string Error(const Json& config) {
    auto description = Try(config);
    return description.ok() ? "no error" : std::string(description.error().message());
  }

  testing::SeededRng rng_;
};

TEST_F(ArchitectureTest, LlamaSaysWhatFilesSay) {
  EXPECT_EQ(Texts(Config("LlamaForCausalLM")),
            (std::map<std::string, std::string>{
                {"llama.block_count", "2"},
                {"llama.context_length", "128"},
                {"llama.embedding_length", "64"},
                {"llama.feed_forward_length", "96"},
                {"llama.attention.head_count", "4"},
                {"llama.attention.head_count_kv", "2"},
                {"llama.attention.layer_norm_rms_epsilon", "1e-06f"},
                {"llama.rope.dimension_count", "16"},
                {"llama.rope.freq_base", "10000f"},
            }));
  Json wide = Config("MistralForCausalLM");
  wide["head_dim"] = 32;
  EXPECT_THAT(Texts(wide), Contains(Pair("llama.attention.key_length", "32")));
  EXPECT_THAT(Texts(wide), Contains(Pair("llama.rope.dimension_count", "32")));
}

TEST_F(ArchitectureTest, FamiliesSayWhatIsTheirs) {
  const auto mixtral = Texts(Config("MixtralForCausalLM"));
  EXPECT_THAT(mixtral, Contains(Pair("llama.expert_count", "4")));
  EXPECT_THAT(mixtral, Contains(Pair("llama.expert_used_count", "2")));
  const auto qwen2moe = Texts(Config("Qwen2MoeForCausalLM"));
  EXPECT_THAT(qwen2moe, Contains(Pair("qwen2moe.expert_feed_forward_length", "32")));
  EXPECT_THAT(qwen2moe, Contains(Pair("qwen2moe.expert_shared_feed_forward_length", "64")));
  const auto qwen3moe = Texts(Config("Qwen3MoeForCausalLM"));
  EXPECT_THAT(qwen3moe, Contains(Pair("qwen3moe.attention.key_length", "16")));
  EXPECT_THAT(qwen3moe, Contains(Pair("qwen3moe.attention.value_length", "16")));
  EXPECT_THAT(Texts(Config("OlmoeForCausalLM")), Contains(Pair("olmoe.expert_used_count", "2")));
  const auto gemma2 = Texts(Config("Gemma2ForCausalLM"));
  EXPECT_THAT(gemma2, Contains(Pair("gemma2.attn_logit_softcapping", "50f")));
  EXPECT_THAT(gemma2, Contains(Pair("gemma2.final_logit_softcapping", "30f")));
  EXPECT_THAT(gemma2, Contains(Pair("gemma2.attention.sliding_window", "8")));
  const auto gemma3 = Texts(Config("Gemma3ForConditionalGeneration"));
  EXPECT_THAT(gemma3, Contains(Pair("gemma3.rope.freq_base_swa", "10000f")));
  EXPECT_THAT(gemma3, Contains(Pair("gemma3.attention.sliding_window", "8")));
  EXPECT_THAT(gemma3, Not(Contains(Pair("gemma3.attention.sliding_window_pattern", "array"))));
  const auto phi3 = Texts(Config("Phi3ForCausalLM"));
  EXPECT_THAT(phi3, Contains(Pair("phi3.attention.sliding_window", "0")));
  EXPECT_THAT(phi3, Contains(Pair("phi3.rope.scaling.original_context_length", "128")));
}

TEST_F(ArchitectureTest, Gemma3FillsInWhatItsCodeAssumes) {
  Json config = Config("Gemma3ForConditionalGeneration");
  for (const char* const name :
       {"num_attention_heads", "num_key_value_heads", "head_dim", "max_position_embeddings",
        "rms_norm_eps", "rope_theta", "query_pre_attn_scalar"}) {
    config.erase(name);
  }
  const auto texts = Texts(config);
  EXPECT_THAT(texts, Contains(Pair("gemma3.attention.head_count", "8")));
  EXPECT_THAT(texts, Contains(Pair("gemma3.attention.head_count_kv", "4")));
  EXPECT_THAT(texts, Contains(Pair("gemma3.attention.key_length", "256")));
  EXPECT_THAT(texts, Contains(Pair("gemma3.context_length", "131072")));
  EXPECT_THAT(texts, Contains(Pair("gemma3.rope.freq_base", "1e+06f")));
}

TEST_F(ArchitectureTest, LayersThatAreLocalElsewhereAreListed) {
  Json config = Config("Gemma3ForCausalLM");
  config["layer_types"] = {"full_attention", "sliding_attention"};
  auto description = Try(config);
  ASSERT_TRUE(description.ok()) << description.error().message();
  const gguf::KeyValue* pattern = nullptr;
  for (const auto& entry : description->metadata) {
    if (entry.key == "gemma3.attention.sliding_window_pattern") pattern = &entry;
  }
  ASSERT_NE(pattern, nullptr);
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(std::get<gguf::Array>(pattern->value).items),
            (std::vector<std::int64_t>{0, 1}));
}

TEST_F(ArchitectureTest, RopeScalingsOfBothForms) {
  Json config = Config("Qwen2ForCausalLM");
  config["rope_scaling"] = {{"type", "yarn"},
                            {"factor", 4.0},
                            {"original_max_position_embeddings", 32},
                            {"beta_fast", 16.0}};
  auto texts = Texts(config);
  EXPECT_THAT(texts, Contains(Pair("qwen2.rope.scaling.type", "yarn")));
  EXPECT_THAT(texts, Contains(Pair("qwen2.rope.scaling.factor", "4f")));
  EXPECT_THAT(texts, Contains(Pair("qwen2.rope.scaling.original_context_length", "32")));
  EXPECT_THAT(texts, Contains(Pair("qwen2.rope.scaling.yarn_beta_fast", "16f")));

  config.erase("rope_scaling");
  config.erase("rope_theta");
  config["rope_parameters"] = {{"rope_type", "linear"}, {"factor", 2.0}, {"rope_theta", 5e5}};
  texts = Texts(config);
  EXPECT_THAT(texts, Contains(Pair("qwen2.rope.scaling.type", "linear")));
  EXPECT_THAT(texts, Contains(Pair("qwen2.rope.freq_base", "500000f")));

  Json gemma = Config("Gemma3ForCausalLM");
  gemma["rope_parameters"] = {
      {"full_attention", {{"rope_type", "linear"}, {"factor", 8.0}, {"rope_theta", 2e6}}},
      {"sliding_attention", {{"rope_type", "default"}, {"rope_theta", 3e4}}}};
  texts = Texts(gemma);
  EXPECT_THAT(texts, Contains(Pair("gemma3.rope.freq_base", "2e+06f")));
  EXPECT_THAT(texts, Contains(Pair("gemma3.rope.freq_base_swa", "30000f")));
  EXPECT_THAT(texts, Contains(Pair("gemma3.rope.scaling.factor", "8f")));
}

TEST_F(ArchitectureTest, Llama3FactorsByHand) {
  // Base 10000 and 4 elements: pairs of wavelength 2 pi and 200 pi. In a context of 1000 they turn
  // 159 and 1.5915 times; the second lies between 1 and 4, at (1.5915 - 1) / 3 = 0.19718.
  const auto factors = Llama3Factors({.base = 10000, .factor = 8, .original_context = 1000}, 4);
  ASSERT_EQ(factors.size(), 2u);
  EXPECT_EQ(factors[0], 1.0f);
  EXPECT_NEAR(factors[1], 1 / ((1 - 0.197183) / 8 + 0.197183), 1e-4);
  // In a context of 500 the second pair turns less than once.
  EXPECT_EQ(Llama3Factors({.base = 10000, .factor = 8, .original_context = 500}, 4)[1], 8.0f);

  Json config = Config("LlamaForCausalLM");
  config["rope_scaling"] = {{"rope_type", "llama3"},
                            {"factor", 8.0},
                            {"low_freq_factor", 1.0},
                            {"high_freq_factor", 4.0},
                            {"original_max_position_embeddings", 64}};
  auto description = Try(config);
  ASSERT_TRUE(description.ok()) << description.error().message();
  ASSERT_EQ(description->extra.size(), 1u);
  EXPECT_EQ(description->extra[0].name, "rope_freqs.weight");
  EXPECT_EQ(description->extra[0].values.size(), kTinyHeadDim / 2);
  config["rope_scaling"]["high_freq_factor"] = 1.0;
  EXPECT_THAT(Error(config), HasSubstr("high_freq_factor: must be above"));
}

TEST_F(ArchitectureTest, Llama3FactorsOfAFileOfOthers) {
  const auto path = testing::SharedData("golden/models/llama3-F32.gguf");
  if (!path) GTEST_SKIP() << "no golden models beside this checkout";
  auto file = gguf::File::Open(*path);
  ASSERT_TRUE(file.ok()) << file.error().message();
  const gguf::Tensor* const tensor = (*file)->FindTensor("rope_freqs.weight");
  ASSERT_NE(tensor, nullptr);
  const auto factors = Llama3Factors({.base = 500000, .factor = 8, .original_context = 1024}, 32);
  ASSERT_EQ(tensor->data.size(), factors.size() * sizeof(float));
  for (std::size_t i = 0; i < factors.size(); ++i) {
    float theirs = 0;
    std::memcpy(&theirs, tensor->data.data() + i * sizeof theirs, sizeof theirs);
    EXPECT_NEAR(factors[i], theirs, 1e-6 * static_cast<double>(theirs)) << i;
  }
}

TEST_F(ArchitectureTest, PhiCarriesBothListsOfFactors) {
  Json config = Config("Phi3ForCausalLM");
  config["original_max_position_embeddings"] = 32;
  config["partial_rotary_factor"] = 0.75;
  std::vector<double> factors(6, 1.5);
  config["rope_scaling"] = {
      {"type", "longrope"}, {"long_factor", factors}, {"short_factor", factors}};
  auto description = Try(config);
  ASSERT_TRUE(description.ok()) << description.error().message();
  ASSERT_EQ(description->extra.size(), 2u);
  EXPECT_EQ(description->extra[0].name, "rope_factors_long.weight");
  EXPECT_EQ(description->extra[1].name, "rope_factors_short.weight");
  const auto texts = TextsOf(*description);
  EXPECT_THAT(texts, Contains(Pair("phi3.rope.dimension_count", "12")));
  EXPECT_THAT(texts, Contains(Pair("phi3.rope.scaling.original_context_length", "32")));
  // sqrt(1 + ln 4 / ln 32) = sqrt(1.4)
  EXPECT_THAT(texts, Contains(Pair("phi3.rope.scaling.attn_factor", "1.18322f")));
  config["rope_scaling"]["long_factor"].push_back(1.0);
  EXPECT_THAT(Error(config), HasSubstr("long_factor: is not a list of 6 factors"));
}

TEST_F(ArchitectureTest, WhatGgufCannotSayIsRefused) {
  struct Case {
    const char* published;
    Json change;
    const char* message;
  };
  const Case cases[] = {
      {"LlamaForCausalLM",
       {{"architectures", Json::array({"RobertaModel"})}},
       "unknown architecture \"RobertaModel\"; known are LlamaForCausalLM, MistralForCausalLM, "},
      {"LlamaForCausalLM", {{"architectures", nullptr}}, "architectures: is not a list"},
      {"LlamaForCausalLM", {{"hidden_act", "relu"}}, "hidden_act is \"relu\""},
      {"LlamaForCausalLM", {{"hidden_size", -1}}, "hidden_size: is not a positive integer"},
      {"LlamaForCausalLM", {{"hidden_size", nullptr}}, "hidden_size: is missing"},
      {"LlamaForCausalLM", {{"num_key_value_heads", 3}}, "does not divide"},
      {"LlamaForCausalLM", {{"num_hidden_layers", 5000}}, "5000 is not in 1 to 1024"},
      {"LlamaForCausalLM", {{"quantization_config", {{"quant_method", "gptq"}}}}, "\"gptq\""},
      {"LlamaForCausalLM", {{"rope_scaling", {{"type", "magic"}}}}, "type \"magic\""},
      {"Qwen2ForCausalLM", {{"rope_scaling", {{"type", "llama3"}}}}, "not supported for Qwen2"},
      {"Qwen2ForCausalLM", {{"use_sliding_window", true}}, "use_sliding_window"},
      {"Qwen2MoeForCausalLM", {{"norm_topk_prob", true}}, "norm_topk_prob is true"},
      {"Qwen3MoeForCausalLM", {{"norm_topk_prob", false}}, "norm_topk_prob is false"},
      {"Qwen3MoeForCausalLM", {{"decoder_sparse_step", 2}}, "decoder_sparse_step"},
      {"Qwen3MoeForCausalLM", {{"mlp_only_layers", Json::array({1})}}, "mlp_only_layers"},
      {"OlmoeForCausalLM", {{"clip_qkv", 8.0}}, "clip_qkv"},
      {"Gemma2ForCausalLM", {{"query_pre_attn_scalar", 24}}, "query_pre_attn_scalar is 24"},
      {"Gemma2ForCausalLM",
       {{"attn_logit_softcapping", nullptr}},
       "attn_logit_softcapping: is missing"},
      {"Gemma3ForCausalLM", {{"layer_types", Json::array({"x"})}}, "layer_types"},
  };
  for (const Case& c : cases) {
    Json config = Config(c.published);
    config.update(c.change);
    EXPECT_THAT(Error(config), HasSubstr(c.message)) << c.published << c.change;
  }
}

}  // namespace
}  // namespace ganglion::convert
