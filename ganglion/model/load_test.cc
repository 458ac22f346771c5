#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/gguf/gguf.h"
#include "ganglion/kv/kv_storage.h"
#include "ganglion/kv/page_table.h"
#include "ganglion/model/model.h"
#include "ganglion/model/tiny_model_test.h"
#include "ganglion/testing/seed.h"

namespace ganglion {
namespace {

using gguf::TensorType;

// What is wrong with a file. A metadata value replaces the one of its key, or is added.
struct Change {
  std::vector<gguf::KeyValue> values = {};
  std::string drop_key = {};
  std::string drop_tensor = {};
  std::string reshape_tensor = {};  // its last dimension becomes one longer
  std::string retype_tensor = {};   // becomes Q8_1
  std::string add_tensor = {};
};

// The tiny model with a change, loaded. Returns the error, or "" where there is none.
std::string ErrorOf(const Change& change, const TinySpec& spec = {}) {
  testing::SeededRng rng;
  const TinyModel tiny(spec, rng);
  const auto file = tiny.Open();
  gguf::Writer writer;
  const auto replaced = [&](const std::string& key) {
    for (const auto& value : change.values) {
      if (value.key == key) return true;
    }
    return key == change.drop_key;
  };
  for (const auto& entry : file->metadata()) {
    if (!replaced(entry.key)) writer.Add(entry.key, entry.value);
  }
  for (const auto& entry : change.values) writer.Add(entry.key, entry.value);
  for (const auto& tensor : file->tensors()) {
    if (tensor.name == change.drop_tensor) continue;
    auto dims = tensor.dims;
    TensorType type = tensor.type;
    if (tensor.name == change.reshape_tensor) ++dims.back();
    if (tensor.name == change.retype_tensor) type = TensorType::kQ8_1;
    std::uint64_t elements = 1;
    for (const std::uint64_t dim : dims) elements *= dim;
    std::vector<std::byte> data(elements / gguf::Info(type).elements * gguf::Info(type).bytes);
    EXPECT_TRUE(writer.AddTensor(tensor.name, type, dims, std::move(data)).ok());
  }
  if (!change.add_tensor.empty()) {
    EXPECT_TRUE(
        writer.AddTensor(change.add_tensor, TensorType::kF32, {1}, std::vector<std::byte>(4)).ok());
  }
  const std::vector<std::byte> bytes = writer.Serialize();
  auto parsed = gguf::File::Parse(bytes);
  EXPECT_TRUE(parsed.ok());
  const auto model = Model::Load(*std::move(parsed), {.threads = 1});
  return model.ok() ? "" : std::string(model.error().message());
}

gguf::KeyValue Number(const std::string& key, std::int64_t value) { return {key, value}; }

// The error must contain every one of the words.
void ExpectError(const Change& change, const std::vector<std::string>& words,
                 const TinySpec& spec = {}) {
  const std::string error = ErrorOf(change, spec);
  EXPECT_FALSE(error.empty());
  for (const std::string& word : words) {
    EXPECT_NE(error.find(word), std::string::npos) << "'" << word << "' is not in: " << error;
  }
}

TEST(Load, TheUnchangedFileLoads) { EXPECT_EQ(ErrorOf({}), ""); }

TEST(Load, AnUnknownArchitectureIsRefusedWithTheKnownOnes) {
  ExpectError({.values = {{"general.architecture", std::string("mamba")}}},
              {"mamba", "llama", "qwen2", "qwen3"});
  ExpectError({.drop_key = "general.architecture"}, {"general.architecture"});
}

TEST(Load, EachCountHasALimit) {
  for (const char* const key :
       {"llama.block_count", "llama.embedding_length", "llama.feed_forward_length",
        "llama.context_length", "llama.attention.head_count", "llama.attention.head_count_kv",
        "llama.attention.key_length", "llama.attention.value_length",
        "llama.rope.dimension_count"}) {
    for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 40}) {
      ExpectError({.values = {Number(key, value)}}, {key});
    }
    ExpectError({.values = {{key, std::string("many")}}}, {key});
  }
  for (const char* const key : {"llama.block_count", "llama.embedding_length",
                                "llama.feed_forward_length", "llama.attention.head_count"}) {
    ExpectError({.drop_key = key}, {key});
  }
}

TEST(Load, SizesThatDoNotFitEachOtherAreRefused) {
  ExpectError({.values = {Number("llama.attention.head_count_kv", 3)}}, {"head_count_kv", "3"});
  ExpectError({.values = {Number("llama.rope.dimension_count", 18)}}, {"dimension_count", "18"});
  ExpectError({.values = {Number("llama.rope.dimension_count", 7)}}, {"dimension_count", "7"});
  ExpectError({.values = {Number("llama.attention.head_count", 5),
                          Number("llama.attention.head_count_kv", 5)},
               .drop_key = "llama.attention.key_length"},
              {"head_count", "5", "64"});
}

TEST(Load, NumbersOfTheNormAndTheRotationAreChecked) {
  const std::string norm = "llama.attention.layer_norm_rms_epsilon";
  for (const float value : {0.0f, -1.0f, 2.0f, std::numeric_limits<float>::quiet_NaN()}) {
    ExpectError({.values = {{norm, value}}}, {norm});
  }
  ExpectError({.drop_key = norm}, {norm});
  ExpectError({.values = {{"llama.rope.freq_base", 0.5f}}}, {"rope.freq_base"});
  ExpectError({.values = {{"llama.rope.scaling.factor", -2.0f}}}, {"rope.scaling.factor"});
  ExpectError({.values = {{"llama.rope.scaling.type", std::string("dynamic")}}},
              {"rope.scaling.type", "dynamic", "yarn"});
  ExpectError({.values = {{"llama.rope.scaling.type", std::string("longrope")}}},
              {"rope_factors_short.weight", "[8]"});
  ExpectError({}, {"rope_freqs.weight", "positive"}, {.rope_factors = true});  // all zero
}

TEST(Load, AMissingTensorIsNamedWithItsShape) {
  ExpectError({.drop_tensor = "blk.1.ffn_down.weight"}, {"blk.1.ffn_down.weight", "[96, 64]"});
  ExpectError({.drop_tensor = "token_embd.weight"}, {"token_embd.weight"});
  ExpectError({.drop_tensor = "output_norm.weight"}, {"output_norm.weight", "[64]"});
  ExpectError({.drop_tensor = "blk.0.attn_k.bias"}, {"blk.0.attn_k.bias"},
              {.architecture = "qwen2"});
  ExpectError({.drop_tensor = "blk.0.attn_q_norm.weight"}, {"blk.0.attn_q_norm.weight"},
              {.architecture = "qwen3"});
  ExpectError({.drop_tensor = "blk.1.ffn_up_exps.weight"},
              {"blk.1.ffn_up_exps.weight", "[64, 32, 6]"}, {.architecture = "olmoe"});
  ExpectError({.drop_tensor = "blk.0.ffn_down.5.weight"}, {"blk.0.ffn_down.5.weight", "[32, 64]"},
              {.experts = true, .experts_apart = true});
  ExpectError({.drop_tensor = "rope_factors_long.weight"}, {"rope_factors_long.weight", "[8]"},
              {.architecture = "llama", .scaling = "longrope"});
}

TEST(Load, EveryTensorOfAnotherShapeIsNamed) {
  testing::SeededRng rng;
  for (const TinySpec& spec :
       {TinySpec{.tied = false, .every_bias = true}, TinySpec{.architecture = "qwen3"},
        TinySpec{.architecture = "qwen2moe"}, TinySpec{.architecture = "gemma3"},
        TinySpec{.architecture = "phi3"}, TinySpec{.experts = true, .experts_apart = true}}) {
    const TinyModel tiny(spec, rng);
    const auto file = tiny.Open();
    for (const auto& tensor : file->tensors()) {
      if (tensor.name == "token_embd.weight") continue;  // the vocabulary may have any size
      ExpectError({.reshape_tensor = tensor.name}, {tensor.name, "shape"}, spec);
    }
  }
  ExpectError({.reshape_tensor = "token_embd.weight"}, {"output.weight", "[64, 71]"},
              {.tied = false});
}

TEST(Load, ATypeWithoutKernelsIsRefusedWithTheKnownOnes) {
  ExpectError({.retype_tensor = "blk.0.attn_q.weight"},
              {"blk.0.attn_q.weight", "Q8_1", "Q6_K, IQ4_NL, IQ4_XS, MXFP4"});
  ExpectError({.retype_tensor = "token_embd.weight"}, {"token_embd.weight", "Q8_1"});
}

TEST(Load, ATensorOfAnotherArchitectureIsRefused) {
  ExpectError({.add_tensor = "blk.0.attn_q_norm.weight"}, {"blk.0.attn_q_norm.weight"});
  ExpectError({.add_tensor = "blk.0.attn_q.bias"}, {"blk.0.attn_q.bias"},
              {.architecture = "qwen3"});
}

TEST(Load, OptionsAreChecked) {
  testing::SeededRng rng;
  const TinyModel tiny({}, rng);
  EXPECT_FALSE(Model::Load(tiny.Open(), {.threads = 100'000}).ok());
  EXPECT_FALSE(Model::Load(tiny.Open(), {.isa = "mmx"}).ok());
  auto model = Model::Load(tiny.Open(), {.threads = 1});
  ASSERT_TRUE(model.ok());
  EXPECT_FALSE((*model)->Prepare({.tokens = 0}).ok());
  EXPECT_FALSE((*model)->Prepare({.tokens = 1u << 30}).ok());
}

// Computes two tokens with a model that could be loaded.
void Compute(Model& model) {
  auto kv = KvStorage::Create(model.kv_shape(), KvType::kF16, 1);
  ASSERT_TRUE(kv.ok());
  ASSERT_TRUE(model.Prepare({.tokens = 2, .runs = 1, .logits_rows = 1, .pages = 1}).ok());
  PagePool pool(1);
  PageTable pages(1);
  ASSERT_TRUE(pages.TryGrow(pool, 2));
  const TokenId tokens[] = {TokenId{0}, TokenId{0}};
  std::vector<float> logits(model.config().vocab_size);
  const TokenRun run = {tokens, 0, &pages, 1};
  model.Forward({{&run, 1}}, *kv, logits);
}

// Random bytes of a sound file are changed. Whatever still loads must also compute without harm.
TEST(Load, ADamagedFileNeverDoesHarm) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  TinySpec spec = {.layers = 1,
                   .width = 32,
                   .key_dim = 8,
                   .value_dim = 8,
                   .rope_dims = 8,
                   .ffn = 32,
                   .vocab = 32,
                   .experts_count = 3};
  const std::pair<const char*, const char*> kinds[] = {
      {"llama", "yarn"}, {"qwen2moe", "llama3"}, {"gemma3", "linear"}, {"phi3", "longrope"}};
  for (const auto& [architecture, scaling] : kinds) {
    spec.architecture = architecture;
    spec.scaling = scaling;
    const TinyModel tiny(spec, rng);
    int loaded = 0;
    for (int round = 0; round < 1000; ++round) {
      std::vector<std::byte> bytes = tiny.bytes();
      for (std::size_t i = 0; i <= rng.Below(3); ++i) {
        bytes[rng.Below(rng.Below(2) == 0 ? 2000 : bytes.size())] = std::byte(rng.Below(256));
      }
      auto file = gguf::File::Parse(bytes);
      if (!file.ok()) continue;
      auto model = Model::Load(*std::move(file), {.threads = 1});
      if (!model.ok()) continue;
      ++loaded;
      Compute(**model);
    }
    EXPECT_GT(loaded, 0) << architecture;
  }
}

}  // namespace
}  // namespace ganglion
