#include "ganglion/quantize/mix.h"

#include <filesystem>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/base/concat.h"
#include "ganglion/quantize/fake_source.h"
#include "ganglion/testing/shared_data.h"

namespace ganglion::quantize {
namespace {

using enum gguf::TensorType;
using ::testing::ElementsAre;

class Model : public FakeSource {
 public:
  Model(std::uint32_t layers, std::uint32_t heads, std::uint32_t value_heads,
        std::uint32_t experts = 0) {
    Set("general.architecture", std::string("llama"));
    Set("llama.block_count", layers);
    Set("llama.attention.head_count", heads);
    Set("llama.attention.head_count_kv", value_heads);
    if (experts > 0) Set("llama.expert_count", experts);
    Add("token_embd.weight", {256, 512});
    Add("output.weight", {256, 512});
    for (std::uint32_t i = 0; i < layers; ++i) {
      for (const char* const name :
           {"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"}) {
        Add(Concat("blk.", i, ".", name, ".weight"), {256, 256});
      }
    }
  }
};

std::map<std::string, gguf::TensorType> Types(std::string_view mix, const FakeSource& source,
                                              const MixOptions& options = {}) {
  const auto types = ChooseTypes(*MixNamed(mix), source, options);
  std::map<std::string, gguf::TensorType> by_name;
  for (std::size_t i = 0; i < types.size(); ++i) by_name[source.tensors()[i].name] = types[i];
  return by_name;
}

// Layers whose tensor has the type.
std::vector<int> LayersOf(const std::map<std::string, gguf::TensorType>& types, const char* name,
                          gguf::TensorType type) {
  std::vector<int> layers;
  for (int i = 0; i < 100; ++i) {
    const auto found = types.find(Concat("blk.", i, ".", name, ".weight"));
    if (found != types.end() && found->second == type) layers.push_back(i);
  }
  return layers;
}

TEST(Mix, EveryNameIsKnownAndMeansItsType) {
  for (const char* const name :
       {"F32",    "F16",    "BF16",   "Q8_0",   "Q4_0",   "Q4_1",   "Q5_0",
        "Q5_1",   "Q2_K",   "Q3_K_S", "Q3_K_M", "Q3_K_L", "Q4_K_S", "Q4_K_M",
        "Q5_K_S", "Q5_K_M", "Q6_K",   "IQ4_NL", "IQ4_XS", "MXFP4"}) {
    const Mix* const mix = MixNamed(name);
    ASSERT_NE(mix, nullptr) << name;
    EXPECT_THAT(name, ::testing::StartsWith(std::string(gguf::Info(mix->type).name)));
    const auto types = Types(name, Model(4, 8, 8));
    EXPECT_EQ(types.at("blk.1.attn_q.weight"), mix->type) << name;
    EXPECT_EQ(types.at("token_embd.weight"), mix->type) << name;
    EXPECT_THAT(MixNames(), ::testing::HasSubstr(name));
  }
  EXPECT_EQ(MixNamed("Q4_K"), MixNamed("Q4_K_M"));
  EXPECT_EQ(MixNamed("Q9_9"), nullptr);
  EXPECT_EQ(MixNamed("Q8_K"), nullptr) << "not a type of weights";
}

TEST(Mix, MediumMixesRaiseTheEndsAndEveryThirdLayer) {
  for (const auto& [name, rest] : {std::pair("Q4_K_M", kQ4_K), std::pair("Q5_K_M", kQ5_K)}) {
    const auto types = Types(name, Model(32, 32, 8));
    const auto raised = ElementsAre(0, 1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 27, 28, 29, 30, 31);
    EXPECT_THAT(LayersOf(types, "attn_v", kQ6_K), raised);
    EXPECT_THAT(LayersOf(types, "ffn_down", kQ6_K), raised);
    EXPECT_EQ(LayersOf(types, "attn_output", rest).size(), 32u);
    EXPECT_EQ(types.at("output.weight"), kQ6_K);
  }
}

TEST(Mix, SmallMixesRaiseTheFirstLayers) {
  const auto q4 = Types("Q4_K_S", Model(32, 32, 8));
  EXPECT_THAT(LayersOf(q4, "attn_v", kQ5_K), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(LayersOf(q4, "ffn_down", kQ5_K), ElementsAre(0, 1, 2, 3));
  const auto q3 = Types("Q3_K_M", Model(32, 32, 8));
  EXPECT_THAT(LayersOf(q3, "attn_v", kQ5_K), ElementsAre(0, 1));
  EXPECT_EQ(LayersOf(q3, "attn_v", kQ4_K).size(), 30u);
  EXPECT_THAT(LayersOf(q3, "ffn_down", kQ5_K), ElementsAre(0, 1));
  const auto iq4 = Types("IQ4_XS", Model(32, 32, 32));
  EXPECT_THAT(LayersOf(iq4, "ffn_down", kQ5_K), ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(LayersOf(iq4, "attn_v", kIQ4_XS).size(), 32u);
}

TEST(Mix, AnImportanceMatrixChangesTheFirstLayers) {
  const MixOptions given{.importance = true};
  EXPECT_TRUE(LayersOf(Types("IQ4_XS", Model(32, 32, 32), given), "ffn_down", kQ5_K).empty());
  EXPECT_EQ(LayersOf(Types("Q4_0", Model(32, 32, 32), given), "ffn_down", kQ4_1).size(), 4u);
  EXPECT_TRUE(LayersOf(Types("Q4_0", Model(32, 32, 32)), "ffn_down", kQ4_1).empty());
}

TEST(Mix, WithEightExpertsTheAttentionIsSmallBeside) {
  const auto types = Types("Q4_K_M", Model(8, 32, 8, 8));
  EXPECT_EQ(LayersOf(types, "attn_v", kQ8_0).size(), 8u);
  EXPECT_EQ(LayersOf(types, "attn_k", kQ8_0).size(), 8u);
  EXPECT_EQ(LayersOf(types, "attn_output", kQ5_K).size(), 8u);
  EXPECT_EQ(LayersOf(types, "attn_q", kQ4_K).size(), 8u);
  Model experts(1, 32, 8, 8);
  experts.Add("blk.0.ffn_up_exps.weight", {256, 64, 8});
  const auto moe = Types("MXFP4_MOE", experts);
  EXPECT_EQ(moe.at("blk.0.ffn_up_exps.weight"), kMXFP4);
  EXPECT_EQ(moe.at("blk.0.attn_q.weight"), kQ8_0);
}

TEST(Mix, RowsThatAreNoWholeBlocksFallBack) {
  FakeSource source;
  source.Add("blk.0.ffn_up.weight", {96, 4});
  source.Add("blk.0.ffn_gate.weight", {33, 4});
  const auto fall = [&source](std::string_view mix) {
    return ChooseTypes(*MixNamed(mix), source, {});
  };
  EXPECT_THAT(fall("Q2_K"), ElementsAre(kQ4_0, kF16));
  EXPECT_THAT(fall("Q3_K_S"), ElementsAre(kQ4_0, kF16));
  EXPECT_THAT(fall("Q4_K_M"), ElementsAre(kQ5_0, kF16));
  EXPECT_THAT(fall("Q5_K_M"), ElementsAre(kQ5_1, kF16));
  EXPECT_THAT(fall("Q6_K"), ElementsAre(kQ8_0, kF16));
  EXPECT_THAT(fall("IQ4_XS"), ElementsAre(kIQ4_NL, kF16));
  EXPECT_THAT(fall("Q8_0"), ElementsAre(kQ8_0, kF16));
}

TEST(Mix, OnlyMatricesOfWeightsAreQuantised) {
  for (const char* const name :
       {"blk.0.attn_norm.weight", "blk.0.attn_q.bias", "blk.0.ffn_gate_inp.weight",
        "blk.0.ffn_gate_inp_shexp.weight", "rope_freqs.weight", "position_embd.weight"}) {
    EXPECT_FALSE(IsWeightMatrix({name, kF32, {256, 256}})) << name;
  }
  EXPECT_FALSE(IsWeightMatrix({"output.weight", kF32, {256}})) << "one dimension";
  EXPECT_TRUE(IsWeightMatrix({"blk.0.ffn_down_shexp.weight", kF32, {256, 256}}));
}

TEST(Mix, OutputAndEmbeddingMayBeAskedFor) {
  FakeSource tied;
  tied.Add("token_embd.weight", {256, 8});
  const auto type = [](const FakeSource& source, const MixOptions& options) {
    return ChooseTypes(*MixNamed("Q4_K_M"), source, options)[0];
  };
  EXPECT_EQ(type(tied, {}), kQ6_K) << "the embedding is the output matrix";
  EXPECT_EQ(type(tied, {.output_type = kQ8_0}), kQ8_0);
  EXPECT_EQ(type(tied, {.output_type = kQ8_0, .embedding_type = kF16}), kF16);
  const Model untied(1, 8, 8);
  EXPECT_EQ(type(untied, {.output_type = kQ8_0}), kQ4_K);
  EXPECT_EQ(Types("Q4_K_M", untied, {.output_type = kQ8_0}).at("output.weight"), kQ8_0);
}

// The program of the field which made the golden files chose these types.
TEST(Mix, GoldenFilesHaveTheTypesThatTheMixChooses) {
  const auto folder = testing::SharedData("golden/models");
  if (!folder) GTEST_SKIP() << "no golden models on this machine";
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    const std::string stem = entry.path().stem().string();
    const std::string model = stem.substr(0, stem.find('-'));
    SCOPED_TRACE(stem);
    const Mix* const mix = MixNamed(stem.substr(stem.find('-') + 1));
    ASSERT_NE(mix, nullptr);
    const auto golden = gguf::File::Open(entry.path().string());
    auto source_file = gguf::File::Open(*folder + "/" + model + "-F32.gguf");
    ASSERT_TRUE(golden.ok() && source_file.ok());
    const auto source = gguf::SourceOf(*source_file);
    MixOptions options;
    if (model == "qwen2") options.embedding_type = mix->type;  // as its maker asked for
    const auto types = ChooseTypes(*mix, *source, options);
    for (std::size_t i = 0; i < types.size(); ++i) {
      const std::string& name = source->tensors()[i].name;
      const gguf::TensorType want = (*golden)->FindTensor(name)->type;
      EXPECT_EQ(gguf::Info(types[i]).name, gguf::Info(want).name) << name;
    }
    EXPECT_EQ(*(*golden)->IntOr("general.file_type", -1), mix->file_type);
    ++files;
  }
  EXPECT_GT(files, 0);
}

}  // namespace
}  // namespace ganglion::quantize
