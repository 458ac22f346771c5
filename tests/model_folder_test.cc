// A published model, converted, quantised and run, computes what it computed before.

#include "ganglion/convert/model_folder.h"

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "published_model_test.h"
#include <gtest/gtest.h>

#include "ganglion/model/encoder.h"
#include "ganglion/model/model.h"
#include "ganglion/model/sequence_test.h"
#include "ganglion/quantize/mix.h"
#include "ganglion/quantize/quantize_model.h"
#include "ganglion/tokenizer/tokenizer.h"

namespace ganglion::convert {
namespace {

constexpr std::size_t kTokens = 20;

std::string BytesOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What larger models of the family have: scaled rotations, layers that are not alike.
void AddScalings(TinyModel& model, const std::string& published) {
  auto& config = model.config.contains("text_config") ? model.config["text_config"] : model.config;
  if (published == "LlamaForCausalLM") {
    config["rope_scaling"] = {{"rope_type", "llama3"},
                              {"factor", 8.0},
                              {"low_freq_factor", 1.0},
                              {"high_freq_factor", 4.0},
                              {"original_max_position_embeddings", 64}};
  }
  if (published.starts_with("Gemma3")) {
    config["layer_types"] = {"sliding_attention", "full_attention"};
    config["rope_theta"] = 1e6;
    config["rope_scaling"] = {{"rope_type", "linear"}, {"factor", 8.0}};
  }
}

class ConvertedModel : public ::testing::TestWithParam<std::string> {
 protected:
  void Write(const gguf::TensorSource& source, const std::string& path, const char* mix) {
    const Status status = quantize::QuantizeModel(source, path, {.mix = quantize::MixNamed(mix)},
                                                  pool_, [](const auto& /*report*/) {});
    ASSERT_TRUE(status.ok()) << status.message();
  }

  // ||got - want|| / ||want|| over the logits of all tokens.
  static double ErrorOf(const std::string& path, const std::vector<std::size_t>& tokens,
                        const std::vector<std::vector<double>>& want) {
    auto file = gguf::File::Open(path);
    EXPECT_TRUE(file.ok()) << file.error().message();
    auto model = Model::Load(*std::move(file), {.threads = 1});
    EXPECT_TRUE(model.ok()) << model.error().message();
    if (!model.ok()) return HUGE_VAL;
    Sequence sequence(*std::move(model), KvType::kF32, kTokens);
    std::vector<TokenId> ids;
    for (const std::size_t token : tokens) ids.push_back(TokenId{static_cast<std::int32_t>(token)});
    const std::vector<float> got = sequence.Feed(ids, 0);
    double difference = 0;
    double size = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
      const double value = want[i / kTinyTokens][i % kTinyTokens];
      difference += (got[i] - value) * (got[i] - value);
      size += value * value;
    }
    return std::sqrt(difference / size);
  }

  testing::SeededRng rng_;
  sys::ThreadPool pool_{1};
  TempFolder folder_{"converted_model"};
};

TEST_P(ConvertedModel, ComputesWhatThePublishedOneComputes) {
  SCOPED_TRACE("GANGLION_SEED=" + std::to_string(rng_.seed()));
  TinyModel model = MakeTinyModel(GetParam(), rng_);
  AddScalings(model, GetParam());
  folder_.Put(model);
  auto source = OpenModelFolder(folder_.path());
  ASSERT_TRUE(source.ok()) << source.error().message();
  std::vector<std::size_t> tokens;
  while (tokens.size() < kTokens) tokens.push_back(rng_.Below(kTinyTokens));
  const auto want = PublishedLogits(model, tokens);

  const std::string exact = folder_.path() + "/f32.gguf";
  Write(**source, exact, "F32");
  EXPECT_LT(ErrorOf(exact, tokens, want), 2e-5);
  const std::string small = folder_.path() + "/q8_0.gguf";
  Write(**source, small, "Q8_0");
  // A small difference may choose another expert, and then the answer is another.
  const bool experts =
      GetParam().find("oe") != std::string::npos || GetParam() == "MixtralForCausalLM";
  if (!experts) {
    EXPECT_LT(ErrorOf(small, tokens, want), 5e-2);
  }

  // By way of a file, or from the folder: the same bytes.
  auto file = gguf::File::Open(exact);
  ASSERT_TRUE(file.ok()) << file.error().message();
  const std::string again = folder_.path() + "/again.gguf";
  Write(*gguf::SourceOf(*std::move(file)), again, "Q8_0");
  EXPECT_TRUE(BytesOf(again) == BytesOf(small));
}

TEST(ConvertedBert, IsAnEncoderWithItsVocabulary) {
  testing::SeededRng rng;
  SCOPED_TRACE("GANGLION_SEED=" + std::to_string(rng.seed()));
  const TempFolder folder("converted_bert");
  folder.Put(MakeTinyBert(rng), "BF16");
  std::filesystem::create_directories(folder.path() + "/1_Pooling");
  folder.Put("1_Pooling/config.json", R"({"pooling_mode_cls_token":true})");
  auto source = OpenModelFolder(folder.path());
  ASSERT_TRUE(source.ok()) << source.error().message();
  sys::ThreadPool pool(1);
  for (const char* const mix : {"F16", "Q8_0", "Q4_0"}) {
    const std::string path = folder.path() + "/bert.gguf";
    const Status status = quantize::QuantizeModel(**source, path, {.mix = quantize::MixNamed(mix)},
                                                  pool, [](const auto& /*report*/) {});
    ASSERT_TRUE(status.ok()) << status.message();
    auto file = gguf::File::Open(path);
    ASSERT_TRUE(file.ok());
    const auto tokenizer = Tokenizer::FromGguf(**file);
    ASSERT_TRUE(tokenizer.ok()) << tokenizer.error().message();
    const auto tokens = (*tokenizer)->Encode("A bc", {.add_special = true});
    ASSERT_TRUE(tokens.ok());
    std::vector<std::int32_t> ids;
    for (const TokenId token : *tokens) ids.push_back(Value(token));
    EXPECT_EQ(ids, (std::vector<std::int32_t>{2, 5, 6, 33, 3}));  // [CLS] a b ##c [SEP]
    auto encoder = Encoder::Load(*std::move(file), {.threads = 1});
    ASSERT_TRUE(encoder.ok()) << encoder.error().message();
    EXPECT_EQ((*encoder)->config().pooling, Pooling::kCls);
    ASSERT_TRUE((*encoder)->Prepare({.tokens = 8, .texts = 1}).ok());
    std::vector<float> hidden(tokens->size() * kTinyWidth);
    const std::span<const TokenId> text = *tokens;
    (*encoder)->Encode({&text, 1}, hidden);
    for (const float value : hidden) EXPECT_TRUE(std::isfinite(value));
  }
}

INSTANTIATE_TEST_SUITE_P(Published, ConvertedModel, ::testing::ValuesIn(PublishedNames()),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace ganglion::convert
