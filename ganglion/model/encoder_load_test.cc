#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/gguf/gguf.h"
#include "ganglion/model/encoder.h"
#include "ganglion/model/tiny_encoder_test.h"
#include "ganglion/testing/seed.h"

namespace ganglion {
namespace {

// What is wrong with a file. A metadata value replaces the one of its key, or is added.
struct Change {
  std::vector<gguf::KeyValue> values = {};
  std::string drop_key = {};
  std::string drop_tensor = {};
  std::string reshape_tensor = {};  // its last dimension becomes one longer
  std::string add_tensor = {};
};

std::vector<std::byte> Changed(const gguf::File& file, const Change& change) {
  gguf::Writer writer;
  const auto kept = [&](const std::string& key) {
    for (const auto& value : change.values) {
      if (value.key == key) return false;
    }
    return key != change.drop_key;
  };
  for (const auto& entry : file.metadata()) {
    if (kept(entry.key)) writer.Add(entry.key, entry.value);
  }
  for (const auto& entry : change.values) writer.Add(entry.key, entry.value);
  for (const auto& tensor : file.tensors()) {
    if (tensor.name == change.drop_tensor) continue;
    auto dims = tensor.dims;
    std::vector<std::byte> data(tensor.data.begin(), tensor.data.end());
    if (tensor.name == change.reshape_tensor)
      data.resize(data.size() + data.size() / dims.back()++);
    EXPECT_TRUE(writer.AddTensor(tensor.name, tensor.type, dims, std::move(data)).ok());
  }
  if (!change.add_tensor.empty()) {
    EXPECT_TRUE(
        writer.AddTensor(change.add_tensor, gguf::TensorType::kF32, {1}, std::vector<std::byte>(4))
            .ok());
  }
  return writer.Serialize();
}

// The error of the changed file, or "" where it loads.
std::string ErrorOf(const Change& change, const TinyEncoderSpec& spec = {}) {
  testing::SeededRng rng;
  const TinyEncoder tiny(spec, rng);
  const std::vector<std::byte> bytes = Changed(*tiny.Open(), change);
  auto parsed = gguf::File::Parse(bytes);
  EXPECT_TRUE(parsed.ok());
  const auto encoder = Encoder::Load(*std::move(parsed), {.threads = 1});
  return encoder.ok() ? "" : std::string(encoder.error().message());
}

// The error must contain every one of the words.
void ExpectError(const Change& change, const std::vector<std::string>& words,
                 const TinyEncoderSpec& spec = {}) {
  const std::string error = ErrorOf(change, spec);
  EXPECT_FALSE(error.empty());
  for (const std::string& word : words) {
    EXPECT_NE(error.find(word), std::string::npos) << "'" << word << "' is not in: " << error;
  }
}

TEST(EncoderLoad, TheUnchangedFileLoads) {
  EXPECT_EQ(ErrorOf({}), "");
  EXPECT_EQ(ErrorOf({}, {.architecture = "nomic-bert"}), "");
}

TEST(EncoderLoad, AnUnknownArchitectureIsRefusedWithTheKnownOnes) {
  ExpectError({.values = {{"general.architecture", std::string("nomic-bert-moe")}}},
              {"nomic-bert-moe", "knows bert, nomic-bert"});
  ExpectError({.drop_key = "general.architecture"}, {"general.architecture"});
}

TEST(EncoderLoad, ADecoderRefusesItAndSaysWhatItIs) {
  testing::SeededRng rng;
  const TinyEncoder tiny({}, rng);
  const auto model = Model::Load(tiny.Open(), {.threads = 1});
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().code(), Code::kUnimplemented);
  EXPECT_NE(model.error().message().find("embeddings"), std::string::npos);
}

TEST(EncoderLoad, EachCountHasALimit) {
  for (const char* const key :
       {"bert.block_count", "bert.embedding_length", "bert.feed_forward_length",
        "bert.context_length", "bert.attention.head_count"}) {
    for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 40}) {
      ExpectError({.values = {{key, value}}}, {key});
    }
    ExpectError({.drop_key = key}, {key});
  }
  ExpectError({.values = {{"bert.attention.head_count", std::int64_t{5}}}}, {"head_count", "64"});
}

TEST(EncoderLoad, WhatTheModelWouldComputeOtherwiseIsRefused) {
  ExpectError({.values = {{"bert.attention.causal", true}}}, {"bert.attention.causal"});
  ExpectError({.values = {{"bert.pooling_type", std::int64_t{4}}}}, {"pooling_type", "reranker"});
  for (const float value : {0.0f, 2.0f, std::numeric_limits<float>::quiet_NaN()}) {
    ExpectError({.values = {{"bert.attention.layer_norm_epsilon", value}}}, {"layer_norm_epsilon"});
  }
  ExpectError({.drop_key = "bert.attention.layer_norm_epsilon"}, {"layer_norm_epsilon"});
}

TEST(EncoderLoad, ThePoolingIsThatOfTheFile) {
  testing::SeededRng rng;
  const Pooling want[] = {Pooling::kNone, Pooling::kMean, Pooling::kCls, Pooling::kLast};
  for (int type = -1; type < 4; ++type) {
    const TinyEncoder tiny({.pooling = type}, rng);
    const auto encoder = Encoder::Load(tiny.Open(), {.threads = 1});
    ASSERT_TRUE(encoder.ok());
    EXPECT_EQ((*encoder)->config().pooling, want[type < 0 ? 0 : type]);
  }
}

TEST(EncoderLoad, EveryTensorIsNeededInItsShape) {
  testing::SeededRng rng;
  for (const char* const architecture : {"bert", "nomic-bert"}) {
    const TinyEncoderSpec spec = {.architecture = architecture, .layers = 1};
    const TinyEncoder tiny(spec, rng);
    const auto file = tiny.Open();
    for (const auto& tensor : file->tensors()) {
      if (tensor.name == "token_types.weight") continue;  // may have any number of rows, or none
      ExpectError({.drop_tensor = tensor.name}, {tensor.name, "missing"}, spec);
      if (tensor.name == "token_embd.weight") continue;  // the vocabulary may have any size
      ExpectError({.reshape_tensor = tensor.name}, {tensor.name, "shape"}, spec);
    }
  }
  ExpectError({.add_tensor = "cls.weight"}, {"cls.weight", "no place"});
}

TEST(EncoderLoad, LimitsAreChecked) {
  testing::SeededRng rng;
  const TinyEncoder tiny({}, rng);
  EXPECT_FALSE(Encoder::Load(tiny.Open(), {.threads = 100'000}).ok());
  EXPECT_FALSE(Encoder::Load(tiny.Open(), {.isa = "mmx"}).ok());
  const auto encoder = Encoder::Load(tiny.Open(), {.threads = 1});
  ASSERT_TRUE(encoder.ok());
  EXPECT_FALSE((*encoder)->Prepare({.tokens = 0}).ok());
  EXPECT_FALSE((*encoder)->Prepare({.tokens = 1u << 30}).ok());
  EXPECT_FALSE((*encoder)->Prepare({.texts = 0}).ok());
}

// Random bytes of a sound file are changed. Whatever still loads must also compute without harm.
TEST(EncoderLoad, ADamagedFileNeverDoesHarm) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  for (const char* const architecture : {"bert", "nomic-bert"}) {
    const TinyEncoder tiny({.architecture = architecture,
                            .layers = 1,
                            .width = 32,
                            .ffn = 32,
                            .vocab = 32,
                            .context = 8},
                           rng);
    int loaded = 0;
    for (int round = 0; round < 1000; ++round) {
      std::vector<std::byte> bytes = tiny.bytes();
      for (std::size_t i = 0; i <= rng.Below(3); ++i) {
        bytes[rng.Below(rng.Below(2) == 0 ? 1500 : bytes.size())] = std::byte(rng.Below(256));
      }
      auto file = gguf::File::Parse(bytes);
      if (!file.ok()) continue;
      auto encoder = Encoder::Load(*std::move(file), {.threads = 1});
      if (!encoder.ok() || (*encoder)->config().context_length < 2) continue;
      ++loaded;
      ASSERT_TRUE((*encoder)->Prepare({.tokens = 2, .texts = 1}).ok());
      const TokenId tokens[] = {TokenId{0}, TokenId{0}};
      const std::span<const TokenId> text = tokens;
      std::vector<float> hidden(2 * (*encoder)->config().width);
      (*encoder)->Encode({&text, 1}, hidden);
    }
    EXPECT_GT(loaded, 0) << architecture;
  }
}

}  // namespace
}  // namespace ganglion
