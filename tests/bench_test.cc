// What `ganglion bench` says of a model, on models of its own making. Speeds are not asserted:
// whether they are good is no question for a test.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "apps/ganglion/bench_cost.h"
#include "apps/ganglion/bench_report.h"
#include "apps/ganglion/model_shape.h"
#include "apps/ganglion/random_model.h"
#include "apps/ganglion/random_vocabulary.h"
#include "apps/ganglion/speed_test.h"
#include "apps/ganglion/temporary_file.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ganglion/gguf/gguf.h"
#include "ganglion/model/model.h"

namespace ganglion::app {
namespace {

using testing::DoubleNear;
using testing::HasSubstr;

// The same kind of model, two layers of it, small enough for a test.
ModelShape Small(std::string_view name) {
  ModelShape shape = *FindShape(name);
  shape.layers = 2;
  shape.width = 256;
  shape.ffn_width = 512;
  shape.heads = 4;
  shape.kv_heads = 2;
  shape.head_dim = 64;
  shape.vocab_size = 1024;
  return shape;
}

// A random model in a file that goes with it.
struct Made {
  TemporaryFile file;
  std::shared_ptr<const gguf::File> parsed;
};

Made Make(const ModelShape& shape, std::string_view type) {
  Made made;
  made.file = *TemporaryFile::Create("bench_test");
  const Status status = WriteRandomModel(shape, type, 1, made.file.path());
  EXPECT_TRUE(status.ok()) << status.message();
  made.parsed = *gguf::File::Open(made.file.path());
  return made;
}

TEST(RandomVocabulary, EveryTokenIsItsOwnAndEveryMergeMakesOne) {
  for (const ModelShape& shape : KnownShapes()) {
    const RandomVocabulary vocabulary = MakeVocabulary(shape.vocab_size);
    ASSERT_EQ(vocabulary.tokens.size(), shape.vocab_size);
    ASSERT_EQ(vocabulary.types.size(), shape.vocab_size);
    const std::set<std::string> tokens(vocabulary.tokens.begin(), vocabulary.tokens.end());
    EXPECT_EQ(tokens.size(), shape.vocab_size) << shape.name;
    for (const std::string& merge : vocabulary.merges) {
      const std::size_t space = merge.find(' ');
      const std::string left = merge.substr(0, space), right = merge.substr(space + 1);
      ASSERT_TRUE(tokens.contains(left) && tokens.contains(right)) << merge;
      ASSERT_TRUE(tokens.contains(left + right)) << merge;
    }
    EXPECT_EQ(vocabulary.merges.size() + 256 + 2, shape.vocab_size);
  }
}

TEST(RandomVocabulary, TheBytesAreThoseOfByteLevelVocabularies) {
  const RandomVocabulary vocabulary = MakeVocabulary(kRandomVocabularyMin);
  EXPECT_EQ(vocabulary.tokens['a'], "a");
  EXPECT_EQ(vocabulary.tokens[' '], "\u0120");
  EXPECT_EQ(vocabulary.tokens['\n'], "\u010a");
  EXPECT_EQ(vocabulary.tokens[0xad], "\u0143");
  EXPECT_EQ(vocabulary.tokens[0xff], "\u00ff");
}

TEST(ModelShape, AnUnknownNameListsTheKnownOnes) {
  const auto shape = FindShape("llama-5");
  ASSERT_FALSE(shape.ok());
  EXPECT_THAT(std::string(shape.error().message()),
              HasSubstr("\"llama-5\"; these are: qwen2.5-0.5b, llama-3.2-1b, qwen3-1.7b"));
}

TEST(ModelShape, ShapesHaveThePublishedNumberOfWeights) {
  const std::map<std::string_view, double> published = {{"qwen2.5-0.5b", 0.494e9},
                                                        {"llama-3.2-1b", 1.236e9},
                                                        {"qwen3-1.7b", 1.721e9},
                                                        {"llama-3.1-8b", 8.030e9}};
  for (const auto& [name, expected] : published) {
    double weights = 0.0;
    for (const ShapedTensor& tensor : TensorsOf(*FindShape(name))) {
      double elements = 1.0;
      for (const std::uint64_t dim : tensor.dims) elements *= static_cast<double>(dim);
      weights += elements;
    }
    EXPECT_NEAR(weights, expected, 0.001 * expected) << name;
  }
}

// For Llama 3.2 the first divisor is 1 (short waves stay) and the last is the factor.
TEST(ModelShape, RopeFactorsGoFromOneToTheFactor) {
  const std::vector<float> factors = RopeFactors(*FindShape("llama-3.2-1b"));
  ASSERT_EQ(factors.size(), 32u);
  EXPECT_EQ(factors.front(), 1.0f);
  EXPECT_FLOAT_EQ(factors.back(), 32.0f);
  EXPECT_TRUE(std::ranges::is_sorted(factors));
  EXPECT_TRUE(RopeFactors(*FindShape("qwen3-1.7b")).empty());
}

TEST(RandomModel, EveryShapeLoadsAndRuns) {
  for (const char* const name :
       {"qwen2.5-0.5b", "llama-3.2-1b", "qwen3-1.7b", "mixtral-mini", "llama-3.1-8b"}) {
    for (const char* const type : {"BF16", "Q8_0", "Q4_K_M"}) {
      SCOPED_TRACE(std::string(name) + " " + type);
      const Made made = Make(Small(name), type);
      auto model = Model::Load(made.parsed, {.threads = 1});
      ASSERT_TRUE(model.ok()) << model.error().message();
      SpeedTest speed(**model, KvType::kF16, 2);
      const auto prefill = speed.Prefill(40);
      ASSERT_TRUE(prefill.ok());
      EXPECT_EQ(prefill->seconds.size(), 2u);
      const auto decode = speed.Decode(3, 600, 2);
      ASSERT_TRUE(decode.ok());
      EXPECT_GT(decode->seconds[0], 0.0);
      // 2 layers, 2 heads, keys and values of 64 halves: 1024 bytes a token.
      EXPECT_EQ(decode->kv_bytes_read, 3 * 601 * 1024.0);
      EXPECT_EQ(decode->kv_bytes, 3u * 608 * 1024);
    }
  }
}

TEST(RandomModel, AMixGivesEachTensorItsType) {
  const Made made = Make(Small("llama-3.1-8b"), "Q4_K_M");
  const auto type = [&](const char* name) { return made.parsed->FindTensor(name)->type; };
  EXPECT_EQ(type("blk.1.attn_q.weight"), gguf::TensorType::kQ4_K);
  EXPECT_EQ(type("output.weight"), gguf::TensorType::kQ6_K);
  EXPECT_EQ(type("output_norm.weight"), gguf::TensorType::kF32);
}

TEST(RandomModel, TheSameSeedGivesTheSameFile) {
  const Made a = Make(Small("qwen2.5-0.5b"), "Q8_0"), b = Make(Small("qwen2.5-0.5b"), "Q8_0");
  ASSERT_EQ(a.parsed->tensors().size(), b.parsed->tensors().size());
  for (std::size_t i = 0; i < a.parsed->tensors().size(); ++i) {
    EXPECT_TRUE(std::ranges::equal(a.parsed->tensors()[i].data, b.parsed->tensors()[i].data));
  }
}

TEST(RandomModel, ATypeThatIsNoneIsRefusedByName) {
  const Status status = WriteRandomModel(Small("llama-3.2-1b"), "Q9_0", 1, "/nowhere/x");
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("\"Q9_0\" is no weight type; these are: F32,"));
}

TEST(RandomModel, AFolderThatIsNotThereIsNamed) {
  const Status status = WriteRandomModel(Small("llama-3.2-1b"), "Q8_0", 1, "/nowhere/model.gguf");
  EXPECT_THAT(std::string(status.message()), HasSubstr("/nowhere/model.gguf"));
}

// Tied: the embedding is the output matrix and is read. q and k and v and o, gate and up and down.
constexpr double kLayerProducts = 256 * 256 * 2 + 256 * 128 * 2 + 3 * 256 * 512;

TEST(ModelCost, ADenseModelReadsEveryTensorOnce) {
  const ModelCost cost = *CountCost(*Make(Small("qwen2.5-0.5b"), "Q8_0").parsed);
  EXPECT_EQ(cost.products_per_token, 2 * kLayerProducts);
  EXPECT_EQ(cost.products_per_logits_row, 1024 * 256);
  EXPECT_EQ(cost.shared_bytes, cost.bytes);
  EXPECT_EQ(StepBytes(cost, 1), StepBytes(cost, 100));
  EXPECT_EQ(Operations(cost, 10, 1), 2 * (20 * kLayerProducts + 1024 * 256));
  EXPECT_EQ(cost.arithmetic, Arithmetic::kInt8);
}

TEST(ModelCost, AnEmbeddingOfItsOwnIsNotRead) {
  const ModelCost cost = *CountCost(*Make(Small("llama-3.1-8b"), "F16").parsed);
  EXPECT_EQ(cost.bytes - cost.shared_bytes, 1024 * 256 * 2);
  EXPECT_EQ(cost.products_per_logits_row, 1024 * 256);
  EXPECT_EQ(cost.arithmetic, Arithmetic::kF32);
}

TEST(ModelCost, OfExpertsOnlyThoseInUseCount) {
  const ModelCost cost = *CountCost(*Make(Small("mixtral-mini"), "Q8_0").parsed);
  EXPECT_EQ(cost.experts, 8u);
  EXPECT_EQ(cost.experts_used, 2u);
  const double experts = 2 * 8 * 3.0 * 256 * 512;  // of both layers
  EXPECT_EQ(cost.expert_bytes, experts / 32 * 34);
  const double attention_and_router = 2 * (256 * 256 * 2 + 256 * 128 * 2 + 256 * 8);
  EXPECT_EQ(cost.products_per_token, attention_and_router + experts / 4);
  EXPECT_EQ(StepBytes(cost, 1), cost.shared_bytes + cost.expert_bytes / 4);
  EXPECT_THAT(StepBytes(cost, 2), DoubleNear(cost.shared_bytes + cost.expert_bytes * 7 / 16, 1e-3));
  EXPECT_THAT(StepBytes(cost, 512), DoubleNear(cost.shared_bytes + cost.expert_bytes, 1.0));
}

TEST(ModelCost, MoreExpertsInUseThanThereAreIsAnError) {
  ModelShape shape = Small("mixtral-mini");
  shape.experts_used = 9;
  const auto cost = CountCost(*Make(shape, "Q8_0").parsed);
  ASSERT_FALSE(cost.ok());
  EXPECT_THAT(std::string(cost.error().message()),
              HasSubstr("llama.expert_used_count: 9 of 8 experts"));
}

TEST(Spread, TheMedianIsTheMiddleOne) {
  EXPECT_EQ(SpreadOf({3.0, 1.0, 10.0}).median, 3.0);
  EXPECT_EQ(SpreadOf({4.0, 1.0, 2.0, 10.0}).median, 3.0);
  EXPECT_EQ(SpreadOf({3.0, 1.0, 10.0}).least, 1.0);
  EXPECT_EQ(SpreadOf({3.0, 1.0, 10.0}).most, 10.0);
}

// A model of 1 GB whose token costs 2 Gop, on a machine of 10 GB/s and 1000 Gop/s.
ModelCost RoundCost() {
  ModelCost cost;
  cost.bytes = cost.shared_bytes = 1e9;
  cost.products_per_token = 1e9;
  cost.arithmetic = Arithmetic::kInt8;
  return cost;
}

MachineLimits RoundLimits() {
  MachineLimits limits;
  limits.threads = 2;
  limits.read_plain = 1e10;
  limits.int8 = 1e12;
  limits.fp32 = 1e11;
  return limits;
}

TEST(SpeedRow, DecodingIsMeasuredAgainstReading) {
  const SpeedCase test = {.kind = SpeedCase::Kind::kDecode, .tokens = 10};
  const SpeedRow row = MakeRow(test, {2.0, 1.0, 4.0}, 0.0, RoundCost(), RoundLimits());
  EXPECT_EQ(row.tokens_per_second.median, 5.0);
  EXPECT_EQ(row.bytes_per_second, 5e9);
  EXPECT_EQ(row.bound.limit, "read");
  EXPECT_DOUBLE_EQ(row.share, 0.5);
}

TEST(SpeedRow, TheCacheOfADeepSequenceIsReadToo) {
  const SpeedCase test = {.kind = SpeedCase::Kind::kDecode, .tokens = 10, .depth = 8192};
  const SpeedRow row = MakeRow(test, {2.0}, 5e8, RoundCost(), RoundLimits());
  EXPECT_EQ(row.bytes_per_second, 7.5e9);
  EXPECT_DOUBLE_EQ(row.share, 0.75);
}

TEST(SpeedRow, PrefillIsMeasuredAgainstArithmetic) {
  const SpeedCase test = {.kind = SpeedCase::Kind::kPrefill, .tokens = 1000};
  const SpeedRow row = MakeRow(test, {4.0}, 0.0, RoundCost(), RoundLimits());
  EXPECT_EQ(row.tokens_per_second.median, 250.0);
  EXPECT_EQ(row.operations_per_second, 5e11);
  EXPECT_EQ(row.bound.limit, "int8");
  EXPECT_DOUBLE_EQ(row.share, 0.5);
}

TEST(SpeedRow, WhereThereIsAMatrixUnitItsShareIsToldToo) {
  const SpeedCase test = {.kind = SpeedCase::Kind::kPrefill, .tokens = 1000};
  MachineLimits limits = RoundLimits();
  limits.int8_amx = 4e12;
  const SpeedRow row = MakeRow(test, {4.0}, 0.0, RoundCost(), limits);
  EXPECT_DOUBLE_EQ(row.share, 0.5);
  EXPECT_DOUBLE_EQ(row.amx_share, 0.125);
  EXPECT_THAT(RowText(row), HasSubstr("50.0 % of int8, 12.5 % of AMX"));
}

TEST(SpeedRow, BetterLimitsMakeSmallerShares) {
  const SpeedCase test = {.kind = SpeedCase::Kind::kDecode, .tokens = 10, .depth = 8192};
  const SpeedRow row = MakeRow(test, {2.0}, 5e8, RoundCost(), RoundLimits());
  MachineLimits limits = RoundLimits();
  limits.read_ahead = 2e10;
  EXPECT_DOUBLE_EQ(AgainstLimits(row, RoundCost(), limits).share, row.share / 2);
  EXPECT_EQ(AgainstLimits(row, RoundCost(), limits).bytes_per_second, row.bytes_per_second);
}

TEST(SpeedRow, StreamsShareTheWeightsAndAddUp) {
  const SpeedCase test = {
      .kind = SpeedCase::Kind::kBatched, .tokens = 10, .depth = 128, .streams = 8};
  const SpeedRow row = MakeRow(test, {2.0}, 0.0, RoundCost(), RoundLimits());
  EXPECT_EQ(row.tokens_per_second.median, 40.0);
  EXPECT_DOUBLE_EQ(row.share, 0.5);
}

TEST(SpeedRow, WithoutLimitsThereIsNoShare) {
  const SpeedCase test = {.kind = SpeedCase::Kind::kDecode, .tokens = 10};
  const SpeedRow row = MakeRow(test, {2.0}, 0.0, RoundCost(), {});
  EXPECT_EQ(row.share, 0.0);
  EXPECT_THAT(RowText(row), Not(HasSubstr("%  of")));
}

TEST(BenchReport, TheJsonHoldsEveryTestByKind) {
  BenchReport report;
  report.cost = RoundCost();
  report.limits = RoundLimits();
  report.has_limits = true;
  report.rows.push_back(MakeRow({.kind = SpeedCase::Kind::kPrefill, .tokens = 1000}, {4.0}, 0.0,
                                report.cost, report.limits));
  report.rows.push_back(MakeRow({.kind = SpeedCase::Kind::kDecode, .tokens = 10, .depth = 64},
                                {2.0, 4.0}, 0.0, report.cost, report.limits));
  SpeedRow skipped;
  skipped.test = {.kind = SpeedCase::Kind::kBatched, .tokens = 10, .depth = 64, .streams = 4};
  skipped.skipped = "no memory";
  report.rows.push_back(skipped);
  report.loads.push_back({"cold", 2.0, 3.0});
  const nlohmann::json json = ToJson(report);
  EXPECT_EQ(json["prefill"][0]["tokens"], 1000);
  EXPECT_EQ(json["prefill"][0]["limit"], "int8");
  EXPECT_EQ(json["decode"][0]["depth"], 64);
  EXPECT_EQ(json["decode"][0]["tokens_per_second"]["runs"], nlohmann::json({5.0, 2.5}));
  EXPECT_EQ(json["batched"][0]["skipped"], "no memory");
  EXPECT_EQ(json["limits"]["read_bytes_per_second"], 1e10);
  EXPECT_EQ(json["load"][0]["first_token_seconds"], 3.0);
  EXPECT_EQ(json["model"]["bytes_per_token"], 1e9);
}

TEST(BenchReport, ARowTellsItsSpeedSpreadAndShare) {
  const SpeedRow row = MakeRow({.kind = SpeedCase::Kind::kDecode, .tokens = 10, .depth = 64},
                               {2.0, 2.0, 4.0}, 0.0, RoundCost(), RoundLimits());
  EXPECT_THAT(RowText(row), HasSubstr("decode 10 after 64"));
  EXPECT_THAT(RowText(row), HasSubstr("5.00      50%"));
  EXPECT_THAT(RowText(row), HasSubstr("50.0 % of read"));
}

TEST(TimeLoad, AFileThatIsNoModelIsNamed) {
  const auto timing = TimeLoad("/nowhere/model.gguf", {}, KvType::kF16, 16);
  ASSERT_FALSE(timing.ok());
  EXPECT_THAT(std::string(timing.error().message()), HasSubstr("/nowhere/model.gguf"));
}

TEST(TimeLoad, TheModelComesBeforeItsFirstToken) {
  const Made made = Make(Small("qwen2.5-0.5b"), "Q8_0");
  const auto timing = TimeLoad(made.file.path(), {.threads = 1}, KvType::kF16, 16);
  ASSERT_TRUE(timing.ok());
  EXPECT_GT(timing->load_seconds, 0.0);
  EXPECT_GT(timing->first_token_seconds, timing->load_seconds);
}

TEST(TemporaryFile, GoesWhenItsOwnerDoes) {
  std::string path;
  {
    const TemporaryFile file = *TemporaryFile::Create("bench_test");
    path = file.path();
    EXPECT_TRUE(std::filesystem::exists(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace ganglion::app
