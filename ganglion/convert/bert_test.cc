#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/convert/model_folder.h"
#include "ganglion/convert/tiny_folder_test.h"
#include "ganglion/convert/vocabulary.h"

namespace ganglion::convert {
namespace {

using ::testing::HasSubstr;
using Source = std::unique_ptr<const gguf::TensorSource>;

// Null where there is no such key.
const gguf::Value* Find(const gguf::TensorSource& source, const std::string& key) {
  const auto found = std::ranges::find(source.metadata(), key, &gguf::KeyValue::key);
  return found == source.metadata().end() ? nullptr : &found->value;
}

std::uint64_t CountOf(const gguf::TensorSource& source, const std::string& key) {
  const gguf::Value* const value = Find(source, key);
  EXPECT_NE(value, nullptr) << key;
  const auto* const count = value == nullptr ? nullptr : std::get_if<std::uint32_t>(value);
  return count == nullptr ? UINT64_MAX : *count;
}

std::vector<float> ValuesOf(const gguf::TensorSource& source, const std::string& name) {
  const auto& tensors = source.tensors();
  const auto found = std::ranges::find(tensors, name, &gguf::SourceTensor::name);
  EXPECT_NE(found, tensors.end()) << name;
  if (found == tensors.end()) return {};
  std::vector<float> values(found->row_size() * found->rows());
  const auto index = static_cast<std::size_t>(found - tensors.begin());
  EXPECT_TRUE(source.ReadRows(index, 0, values).ok());
  return values;
}

class BertFolder : public ::testing::Test {
 protected:
  BertFolder() : trace_(__FILE__, __LINE__, "GANGLION_SEED=" + std::to_string(rng_.seed())) {}

  Source Open() {
    auto source = OpenModelFolder(folder_.path());
    EXPECT_TRUE(source.ok()) << source.error().message();
    return source.ok() ? *std::move(source) : nullptr;
  }

  std::string ErrorOf(const std::function<void(TinyModel&)>& change) {
    TinyModel model = MakeTinyBert(rng_);
    change(model);
    folder_.Put(model);
    auto source = OpenModelFolder(folder_.path());
    return source.ok() ? "no error" : std::string(source.error().message());
  }

  void PutPooling(const std::string& json) {
    std::filesystem::create_directories(folder_.path() + "/1_Pooling");
    folder_.Put("1_Pooling/config.json", json);
  }

  testing::SeededRng rng_;
  ::testing::ScopedTrace trace_;
  TempFolder folder_{"bert_folder"};
};

TEST_F(BertFolder, EveryTensorGetsItsName) {
  const TinyModel model = MakeTinyBert(rng_);
  folder_.Put(model);
  const Source source = Open();
  ASSERT_NE(source, nullptr);
  const std::pair<const char*, const char*> names[] = {
      {"embeddings.word_embeddings.weight", "token_embd.weight"},
      {"embeddings.position_embeddings.weight", "position_embd.weight"},
      {"embeddings.token_type_embeddings.weight", "token_types.weight"},
      {"embeddings.LayerNorm.weight", "token_embd_norm.weight"},
      {"embeddings.LayerNorm.bias", "token_embd_norm.bias"},
      {"encoder.layer.1.attention.self.query.weight", "blk.1.attn_q.weight"},
      {"encoder.layer.1.attention.self.query.bias", "blk.1.attn_q.bias"},
      {"encoder.layer.1.attention.self.key.weight", "blk.1.attn_k.weight"},
      {"encoder.layer.1.attention.self.key.bias", "blk.1.attn_k.bias"},
      {"encoder.layer.1.attention.self.value.weight", "blk.1.attn_v.weight"},
      {"encoder.layer.1.attention.self.value.bias", "blk.1.attn_v.bias"},
      {"encoder.layer.1.attention.output.dense.weight", "blk.1.attn_output.weight"},
      {"encoder.layer.1.attention.output.dense.bias", "blk.1.attn_output.bias"},
      {"encoder.layer.1.attention.output.LayerNorm.weight", "blk.1.attn_output_norm.weight"},
      {"encoder.layer.1.attention.output.LayerNorm.bias", "blk.1.attn_output_norm.bias"},
      {"encoder.layer.1.intermediate.dense.weight", "blk.1.ffn_up.weight"},
      {"encoder.layer.1.intermediate.dense.bias", "blk.1.ffn_up.bias"},
      {"encoder.layer.1.output.dense.weight", "blk.1.ffn_down.weight"},
      {"encoder.layer.1.output.dense.bias", "blk.1.ffn_down.bias"},
      {"encoder.layer.1.output.LayerNorm.weight", "blk.1.layer_output_norm.weight"},
      {"encoder.layer.1.output.LayerNorm.bias", "blk.1.layer_output_norm.bias"}};
  for (const auto& [published, name] : names) {
    EXPECT_EQ(ValuesOf(*source, name), model.tensors.at(published).values) << name;
  }
  EXPECT_EQ(source->tensors().size(), 5 + 2 * 16u) << "all but what pools for other tasks";
}

TEST_F(BertFolder, TheMetadataIsThatOfABert) {
  folder_.Put(MakeTinyBert(rng_));
  const Source source = Open();
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(std::get<std::string>(*Find(*source, "general.architecture")), "bert");
  EXPECT_EQ(CountOf(*source, "bert.block_count"), kTinyLayers);
  EXPECT_EQ(CountOf(*source, "bert.context_length"), kTinyPositions);
  EXPECT_EQ(CountOf(*source, "bert.attention.head_count"), kTinyHeads);
  EXPECT_EQ(std::get<float>(*Find(*source, "bert.attention.layer_norm_epsilon")), 1e-12f);
  EXPECT_FALSE(std::get<bool>(*Find(*source, "bert.attention.causal")));
  EXPECT_EQ(Find(*source, "bert.pooling_type"), nullptr);
  EXPECT_EQ(CountOf(*source, "tokenizer.ggml.cls_token_id"), 2u);
  EXPECT_EQ(CountOf(*source, "tokenizer.ggml.seperator_token_id"), 3u);
  EXPECT_EQ(CountOf(*source, "tokenizer.ggml.token_type_count"), 2u);
  EXPECT_TRUE(std::get<bool>(*Find(*source, "tokenizer.ggml.normalizer.lowercase")));
  EXPECT_EQ(Find(*source, "tokenizer.ggml.add_bos_token"), nullptr);
}

TEST_F(BertFolder, ThePoolingIsThatOfTheFolder) {
  folder_.Put(MakeTinyBert(rng_));
  const std::pair<const char*, std::uint64_t> modes[] = {
      {"mean_tokens", 1}, {"cls_token", 2}, {"lasttoken", 3}};
  for (const auto& [mode, number] : modes) {
    PutPooling(R"({"word_embedding_dimension":64,"pooling_mode_max_tokens":false,)"
               R"("pooling_mode_)" +
               std::string(mode) + R"(":true})");
    const Source source = Open();
    ASSERT_NE(source, nullptr);
    EXPECT_EQ(CountOf(*source, "bert.pooling_type"), number);
  }
}

TEST_F(BertFolder, ADecoderMayBePooledToo) {
  folder_.Put(MakeTinyModel("Qwen3ForCausalLM", rng_));
  PutPooling(R"({"pooling_mode_lasttoken":true})");
  const Source source = Open();
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(CountOf(*source, "qwen3.pooling_type"), 3u);
}

TEST_F(BertFolder, WhatGgufCannotSayIsRefused) {
  const auto nothing = [](TinyModel&) {};
  PutPooling(R"({"pooling_mode_max_tokens":true})");
  EXPECT_THAT(ErrorOf(nothing), HasSubstr("pooling_mode_max_tokens is not supported"));
  PutPooling(R"({"pooling_mode_mean_tokens":true,"pooling_mode_cls_token":true})");
  EXPECT_THAT(ErrorOf(nothing), HasSubstr("beside another mode"));
  PutPooling(R"({"pooling_mode_mean_tokens":true})");
  folder_.Put("modules.json", R"([{"type":"sentence_transformers.models.Dense"}])");
  EXPECT_THAT(ErrorOf(nothing), HasSubstr("Dense layer"));
  folder_.Put("modules.json", "{");
  EXPECT_THAT(ErrorOf(nothing), HasSubstr("modules.json"));
  folder_.Put("modules.json", R"([{"type":"sentence_transformers.models.Normalize"}])");
  EXPECT_EQ(ErrorOf(nothing), "no error");

  const std::pair<const char*, nlohmann::json> settings[] = {
      {"hidden_act", "gelu_new"},
      {"position_embedding_type", "relative_key"},
      {"is_decoder", true},
      {"num_attention_heads", 5},
      {"max_position_embeddings", 0}};
  for (const auto& setting : settings) {
    EXPECT_THAT(ErrorOf([&](TinyModel& model) { model.config[setting.first] = setting.second; }),
                HasSubstr(setting.first));
  }
  EXPECT_THAT(
      ErrorOf([](TinyModel& model) { model.tensors.erase("encoder.layer.0.output.dense.bias"); }),
      HasSubstr("encoder.layer.0.output.dense.bias"));
  EXPECT_THAT(ErrorOf([](TinyModel& model) {
                model.tensors["classifier.weight"] = {{1}, {1}};
              }),
              HasSubstr("classifier.weight"));
}

TEST_F(BertFolder, NamesMayHaveAPrefix) {
  TinyModel model = MakeTinyBert(rng_);
  std::map<std::string, TinyTensor> prefixed;
  for (const auto& [name, tensor] : model.tensors) prefixed["bert." + name] = tensor;
  model.tensors = prefixed;
  folder_.Put(model);
  EXPECT_NE(Open(), nullptr);
}

TEST_F(BertFolder, AListOfTokensWillDo) {
  folder_.Put(MakeTinyBert(rng_));
  const Source by_json = Open();
  std::string lines = "[PAD]\n[UNK]\r\n[CLS]\n[SEP]\n[MASK]\n";
  for (char letter = 'a'; letter <= 'z'; ++letter) lines += std::string(1, letter) + "\n";
  for (char letter = 'a'; letter <= 'z'; ++letter) lines += "##" + std::string(1, letter) + "\n";
  folder_.Put("vocab.txt", lines);
  std::filesystem::remove(folder_.path() + "/tokenizer.json");
  const Source by_list = Open();
  ASSERT_TRUE(by_json != nullptr && by_list != nullptr);
  for (const char* const key : {"tokenizer.ggml.tokens", "tokenizer.ggml.token_type"}) {
    EXPECT_EQ(std::get<gguf::Array>(*Find(*by_list, key)).items,
              std::get<gguf::Array>(*Find(*by_json, key)).items)
        << key;
  }
  for (const char* const key : {"tokenizer.ggml.cls_token_id", "tokenizer.ggml.unknown_token_id"}) {
    EXPECT_EQ(CountOf(*by_list, key), CountOf(*by_json, key)) << key;
  }
  EXPECT_TRUE(std::get<bool>(*Find(*by_list, "tokenizer.ggml.normalizer.lowercase")));
}

TEST(WordPiece, TextsAreMarkedAsGgufHasThem) {
  const auto vocabulary = ParseTokenizer(WordPieceTokenizer(), kTinyTokens);
  ASSERT_TRUE(vocabulary.ok()) << vocabulary.error().message();
  EXPECT_EQ(vocabulary->model, "bert");
  EXPECT_EQ(vocabulary->tokens[2], "[CLS]");
  EXPECT_EQ(vocabulary->types[2], TokenType::kControl);
  EXPECT_EQ(vocabulary->tokens[5], "\u2581a");
  EXPECT_EQ(vocabulary->tokens[31], "a");
  EXPECT_EQ(vocabulary->types[299], TokenType::kUnused);
}

TEST(WordPiece, WhatGgufCannotCarryIsRefused) {
  const std::pair<const char*, nlohmann::json> cases[] = {
      {"/normalizer/type", "Lowercase"},
      {"/normalizer/handle_chinese_chars", false},
      {"/pre_tokenizer/type", "Whitespace"},
      {"/model/continuing_subword_prefix", "@@"}};
  for (const auto& change : cases) {
    nlohmann::json tokenizer = WordPieceTokenizer();
    tokenizer[nlohmann::json::json_pointer(change.first)] = change.second;
    const auto vocabulary = ParseTokenizer(tokenizer, kTinyTokens);
    ASSERT_FALSE(vocabulary.ok()) << change.first;
    EXPECT_EQ(vocabulary.error().code(), Code::kUnimplemented);
  }
  EXPECT_FALSE(WordPiecesOf("a\nb\nc", 2).ok());
}

}  // namespace
}  // namespace ganglion::convert
