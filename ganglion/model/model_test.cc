#include "ganglion/model/model.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/gguf/quantize.h"
#include "ganglion/kernels/kernels.h"
#include "ganglion/model/sequence_test.h"
#include "ganglion/model/tiny_model_test.h"
#include "ganglion/testing/no_alloc.h"
#include "ganglion/testing/seed.h"

namespace ganglion {
namespace {

using gguf::TensorType;

constexpr TensorType kTypes[] = {TensorType::kF32, TensorType::kF16, TensorType::kBF16,
                                 TensorType::kQ8_0, TensorType::kQ4_0};

constexpr std::size_t kTokens = 70;
constexpr double kRouterGap = 1e-3;  // of scores around 1: far above the error of float sums

class ModelTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (kernels::FindKernels(GetParam().c_str()) == nullptr) {
      GTEST_SKIP() << GetParam() << " does not run here";
    }
  }

  std::unique_ptr<Model> Load(const TinyModel& tiny, std::uint32_t threads = 1,
                              ModelOptions options = {}) {
    options.threads = threads;
    options.isa = GetParam();
    auto model = Model::Load(tiny.Open(), options);
    EXPECT_TRUE(model.ok()) << model.error().message();
    return *std::move(model);
  }

  // The largest error that the type may cause. Float weights are exact, and float sums nearly so;
  // activations in 8 bits cost up to a half in 127 of the largest of a block, for each product.
  static double Bound(TensorType type, KvType kv) {
    const bool quantized = gguf::Info(type).elements > 1;
    return quantized ? 4e-2 : (kv == KvType::kF32 ? 5e-6 : 3e-3);
  }

  // Where the scores of two experts are as good as equal, rounding decides which one a token
  // visits; such a model cannot be compared, and another one is made.
  TinyModel ClearModel(const TinySpec& spec, const std::vector<TokenId>& tokens,
                       std::vector<std::vector<double>>& want) {
    for (;;) {
      TinyModel tiny(spec, rng_);
      want = tiny.Forward(tokens);
      if (tiny.router_gap() > kRouterGap) return tiny;
    }
  }

  void ExpectMatchesDouble(const TinySpec& spec, const ModelOptions& options = {}) {
    std::vector<TokenId> tokens(kTokens);
    for (TokenId& id : tokens) id = TokenId{static_cast<std::int32_t>(rng_.Below(spec.vocab))};
    std::vector<std::vector<double>> want;
    const TinyModel tiny = ClearModel(spec, tokens, want);
    for (const KvType kv : {KvType::kF32, KvType::kF16}) {
      if (kv == KvType::kF16 && tiny.router_gap() < 1.0) continue;  // its error may turn a choice
      Sequence sequence(Load(tiny, 1, options), kv, kTokens);
      EXPECT_LT(RelativeError(sequence.Feed(tokens, 0), want), Bound(spec.type, kv))
          << spec.architecture << " " << gguf::Info(spec.type).name << " " << spec.scaling;
    }
  }

  void ExpectRunsApart(const TinySpec& spec) {
    const TinyModel tiny(spec, rng_);
    const std::vector<TokenId> first = tiny.RandomTokens(40, rng_);
    const std::vector<TokenId> second = tiny.RandomTokens(9, rng_);
    Sequence alone(Load(tiny), KvType::kF16, 40);
    const std::vector<float> want_first = alone.Feed(first, 0);
    const std::vector<float> want_second = alone.Feed(second, 0);

    auto model = Load(tiny, 2);
    auto kv = KvStorage::Create(model->kv_shape(), KvType::kF16, 3);
    ASSERT_TRUE(kv.ok());
    ASSERT_TRUE(model->Prepare({.tokens = 49, .runs = 2, .logits_rows = 6, .pages = 3}).ok());
    PagePool pool(3);
    PageTable first_pages(2), second_pages(1);
    ASSERT_TRUE(second_pages.TryGrow(pool, 9));
    ASSERT_TRUE(first_pages.TryGrow(pool, 40));
    const std::size_t vocab = model->config().vocab_size;
    std::vector<float> logits(6 * vocab);
    const std::vector<TokenRun> runs = {{first, 0, &first_pages, 2}, {second, 0, &second_pages, 4}};
    model->Forward({runs}, *kv, logits);

    const std::vector<float> tail_first(want_first.end() - static_cast<std::ptrdiff_t>(2 * vocab),
                                        want_first.end());
    const std::vector<float> tail_second(want_second.end() - static_cast<std::ptrdiff_t>(4 * vocab),
                                         want_second.end());
    const auto middle = logits.begin() + static_cast<std::ptrdiff_t>(2 * vocab);
    EXPECT_EQ(std::vector<float>(logits.begin(), middle), tail_first);
    EXPECT_EQ(std::vector<float>(middle, logits.end()), tail_second);
  }

  testing::SeededRng rng_;
  ::testing::ScopedTrace trace_{__FILE__, __LINE__, "GANGLION_SEED=" + std::to_string(rng_.seed())};
};

// What the output matrix makes of hidden states, in double precision.
std::vector<std::vector<double>> TimesOutput(const gguf::File& file,
                                             const std::vector<float>& hidden, std::size_t width,
                                             double cap) {
  const gguf::Tensor& output = *file.FindTensor("token_embd.weight");
  std::vector<float> matrix(output.dims[0] * output.dims[1]);
  gguf::Dequantize(output.type, output.data, matrix);
  std::vector<std::vector<double>> logits(hidden.size() / width,
                                          std::vector<double>(output.dims[1], 0.0));
  for (std::size_t row = 0; row < logits.size(); ++row) {
    for (std::size_t token = 0; token < output.dims[1]; ++token) {
      double& logit = logits[row][token];
      for (std::size_t i = 0; i < width; ++i) {
        logit += double{matrix[token * width + i]} * hidden[row * width + i];
      }
      if (cap != 0.0) logit = cap * std::tanh(logit / cap);
    }
  }
  return logits;
}

// The matrix has more rows than columns, so its products show every element of its input.
TEST_P(ModelTest, HiddenStatesAreWhatTheOutputMatrixReads) {
  for (const char* const architecture : {"llama", "qwen3", "phi3", "gemma2", "gemma3"}) {
    TinySpec spec;
    spec.architecture = architecture;
    const TinyModel tiny(spec, rng_);
    const std::vector<TokenId> tokens = tiny.RandomTokens(kTokens, rng_);
    Sequence sequence(Load(tiny, 2), KvType::kF32, kTokens);
    const std::size_t width = sequence.model().config().width;
    std::vector<float> logits(2 * sequence.model().config().vocab_size);
    std::vector<float> hidden(kTokens * width);
    TokenRun run = {tokens, 0, &sequence.pages(), 2, hidden};
    sequence.model().Forward({{&run, 1}}, sequence.kv(), logits);
    const auto want =
        TimesOutput(*tiny.Open(), hidden, width, sequence.model().config().logit_softcap);
    EXPECT_LT(RelativeError(sequence.Feed(tokens, 0), want), 1e-6) << architecture;

    // In chunks, the last rows alone, and without logits: the same bits.
    std::vector<float> first(3 * width), last(5 * width);
    run = {std::span(tokens).first(41), 0, &sequence.pages(), 0, first};
    sequence.model().Forward({{&run, 1}}, sequence.kv(), {});
    run = {std::span(tokens).subspan(41), 41, &sequence.pages(), 0, last};
    sequence.model().Forward({{&run, 1}}, sequence.kv(), {});
    EXPECT_TRUE(std::ranges::equal(first, std::span(hidden).subspan(38 * width, 3 * width)));
    EXPECT_TRUE(std::ranges::equal(last, std::span(hidden).last(5 * width)));
  }
}

TEST_P(ModelTest, EveryTypeMatchesAForwardPassInDouble) {
  for (const char* const architecture : {"llama", "phi3", "gemma2"}) {
    for (const TensorType type : kTypes) {
      TinySpec spec;
      spec.architecture = architecture;
      spec.type = type;
      ExpectMatchesDouble(spec);
    }
  }
}

TEST_P(ModelTest, EveryFamilyMatchesAForwardPassInDouble) {
  for (const char* const architecture :
       {"llama", "mistral", "qwen2", "qwen3", "phi3", "gemma2", "qwen2moe", "qwen3moe"}) {
    ExpectMatchesDouble({.architecture = architecture});
  }
  ExpectMatchesDouble({.architecture = "gemma3", .layers = 7});
  ExpectMatchesDouble({.architecture = "mistral3", .scaling = "yarn"});
  ExpectMatchesDouble({.architecture = "olmoe", .kv_heads = 4});
  ExpectMatchesDouble({.architecture = "olmoe", .kv_heads = 2});
  ExpectMatchesDouble({.experts = true});
  ExpectMatchesDouble({.experts = true, .experts_apart = true});
}

TEST_P(ModelTest, LocalLayersMayStandInEveryWayThatTheFileSays) {
  ExpectMatchesDouble({.architecture = "gemma3", .layers = 3, .period = 3});
  ExpectMatchesDouble({.architecture = "gemma3", .layers = 3, .period = 1});
  ExpectMatchesDouble({.architecture = "gemma3", .layers = 7, .period = -1, .local_base = 300.0});
  ExpectMatchesDouble({.architecture = "gemma2", .layers = 3, .period = -1});
  ExpectMatchesDouble({.architecture = "gemma2", .window = 1});
  ExpectMatchesDouble({.architecture = "gemma2", .window = 33});
}

// All experts are used, so that the error of a type cannot turn a choice.
TEST_P(ModelTest, ExpertsOfEveryTypeMatchAForwardPassInDouble) {
  for (const char* const architecture : {"llama", "qwen2moe"}) {
    for (const TensorType type : kTypes) {
      TinySpec spec;
      spec.architecture = architecture;
      spec.type = type;
      spec.layers = 1;
      spec.experts = true;
      spec.experts_count = 3;
      spec.experts_used = 3;
      ExpectMatchesDouble(spec);
    }
  }
}

TEST_P(ModelTest, OddShapesMatchAForwardPassInDouble) {
  ExpectMatchesDouble({.layers = 1,
                       .width = 36,
                       .heads = 3,
                       .kv_heads = 1,
                       .key_dim = 10,
                       .value_dim = 7,
                       .rope_dims = 6,
                       .ffn = 45,
                       .vocab = 33,
                       .tied = false});
  ExpectMatchesDouble({.architecture = "qwen3",
                       .layers = 3,
                       .width = 20,
                       .heads = 7,
                       .kv_heads = 7,
                       .key_dim = 6,
                       .value_dim = 6,
                       .rope_dims = 6,
                       .ffn = 5,
                       .vocab = 17});
  ExpectMatchesDouble({.every_bias = true});
  ExpectMatchesDouble({.architecture = "phi3", .rope_dims = 12, .every_bias = true});
  ExpectMatchesDouble(
      {.width = 20, .experts = true, .experts_count = 17, .experts_used = 5, .expert_ffn = 7});
  ExpectMatchesDouble({.architecture = "qwen2moe",
                       .width = 36,
                       .experts_count = 1,
                       .experts_used = 1,
                       .expert_ffn = 9,
                       .shared_ffn = 5});
}

TEST_P(ModelTest, EveryScalingOfTheRotationMatchesAForwardPassInDouble) {
  for (const char* const scaling : {"linear", "yarn", "llama3"}) {
    for (const char* const architecture : {"llama", "qwen2"}) {
      TinySpec spec;
      spec.architecture = architecture;
      spec.scaling = scaling;
      ExpectMatchesDouble(spec);
    }
  }
  ExpectMatchesDouble({.rope_factors = true});
  ExpectMatchesDouble({.rope_factors = true, .scaling = "yarn"});
  ExpectMatchesDouble({.architecture = "gemma3", .layers = 6, .scaling = "linear"});
}

// The original context of the tiny models is 32 tokens.
TEST_P(ModelTest, LongRopeTakesItsFactorsByTheContext) {
  for (const char* const architecture : {"phi3", "llama"}) {
    TinySpec spec;
    spec.architecture = architecture;
    spec.scaling = "longrope";
    ExpectMatchesDouble(spec);
    ExpectMatchesDouble(spec, {.context_tokens = 33});
    spec.long_factors = false;
    ExpectMatchesDouble(spec, {.context_tokens = 32});
  }
}

// Chunks, threads and company must not change a bit: the same text whatever else the machine does.
TEST_P(ModelTest, ChunksAndThreadsGiveTheSameBits) {
  for (const TensorType type : kTypes) {
    TinySpec spec;
    spec.type = type;
    spec.layers = 1;
    spec.width = 128;
    spec.ffn = 544;  // enough work for several tasks
    const TinyModel tiny(spec, rng_);
    const std::vector<TokenId> tokens = tiny.RandomTokens(80, rng_);
    for (const KvType kv : {KvType::kF32, KvType::kF16}) {
      Sequence whole(Load(tiny), kv, 80);
      const std::vector<float> want = whole.Feed(tokens, 0);
      for (const std::size_t chunk : {1u, 33u}) {
        Sequence sequence(Load(tiny), kv, 80);
        ASSERT_EQ(sequence.FeedInChunks(tokens, chunk), want) << "chunks of " << chunk;
      }
      for (const std::uint32_t threads : {2u, 4u}) {
        Sequence sequence(Load(tiny, threads), kv, 80);
        ASSERT_EQ(sequence.Feed(tokens, 0), want) << threads << " threads";
      }
    }
  }
}

TEST_P(ModelTest, ChunksAndThreadsGiveTheSameBitsInEveryFamily) {
  for (const char* const architecture :
       {"gemma2", "gemma3", "phi3", "olmoe", "qwen2moe", "qwen3moe"}) {
    for (const TensorType type : {TensorType::kF32, TensorType::kQ8_0}) {
      TinySpec spec;
      spec.architecture = architecture;
      spec.type = type;
      spec.expert_ffn = 160;
      const TinyModel tiny(spec, rng_);
      const std::vector<TokenId> tokens = tiny.RandomTokens(50, rng_);
      Sequence whole(Load(tiny), KvType::kF16, 50);
      const std::vector<float> want = whole.Feed(tokens, 0);
      Sequence single(Load(tiny), KvType::kF16, 50);
      ASSERT_EQ(single.FeedInChunks(tokens, 1), want) << architecture;
      Sequence threaded(Load(tiny, 3), KvType::kF16, 50);
      ASSERT_EQ(threaded.FeedInChunks(tokens, 23), want) << architecture;
    }
  }
}

TEST_P(ModelTest, RunsOfABatchDoNotSeeEachOther) {
  for (const char* const architecture : {"llama", "qwen2moe"}) {
    ExpectRunsApart({.architecture = architecture});
  }
}

TEST_P(ModelTest, GoingBackOverwritesWhatWasThere) {
  const TinyModel tiny({}, rng_);
  const std::vector<TokenId> tokens = tiny.RandomTokens(40, rng_);
  const std::vector<TokenId> others = tiny.RandomTokens(40, rng_);
  Sequence fresh(Load(tiny), KvType::kF32, 40);
  const std::vector<float> want = fresh.Feed(tokens, 0);
  Sequence sequence(Load(tiny), KvType::kF32, 40);
  sequence.Feed(std::span(tokens).first(20), 0);
  sequence.Feed(std::span(others).first(15), 20);
  const std::vector<float> again = sequence.Feed(std::span(tokens).subspan(20), 20);
  EXPECT_TRUE(std::equal(again.begin(), again.end(), want.end() - std::ssize(again)));
}

TEST_P(ModelTest, ForwardDoesNotAllocate) {
  for (const char* const architecture : {"llama", "qwen2moe", "gemma3"}) {
    TinySpec spec;
    spec.architecture = architecture;
    spec.type = TensorType::kQ8_0;
    const TinyModel tiny(spec, rng_);
    const std::vector<TokenId> tokens = tiny.RandomTokens(64, rng_);
    Sequence sequence(Load(tiny, 2), KvType::kF16, 64);
    std::vector<float> logits(sequence.model().config().vocab_size);
    const std::size_t before = testing::AllocationCount();
    for (std::uint32_t i = 0; i < 8; ++i) {
      const TokenRun run = {std::span(tokens).subspan(8 * i, 8), 8 * i, &sequence.pages(), 1};
      sequence.model().Forward({{&run, 1}}, sequence.kv(), logits);
    }
    EXPECT_EQ(testing::AllocationCount(), before);
  }
}

TEST_P(ModelTest, ARunMayAskForNoLogits) {
  const TinyModel tiny({}, rng_);
  const std::vector<TokenId> tokens = tiny.RandomTokens(4, rng_);
  Sequence sequence(Load(tiny), KvType::kF32, 8);
  const TokenRun run = {tokens, 0, &sequence.pages(), 0};
  sequence.model().Forward({{&run, 1}}, sequence.kv(), {});
}

INSTANTIATE_TEST_SUITE_P(EveryIsa, ModelTest, ::testing::Values("scalar", "avx2", "avx512", "amx"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace ganglion
