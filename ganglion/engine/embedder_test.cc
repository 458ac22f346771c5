#include "ganglion/engine/embedder.h"

#include <cmath>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/base/check.h"
#include "ganglion/engine/test_encoder_test.h"
#include "ganglion/engine/test_model_test.h"
#include "ganglion/kv/kv_storage.h"
#include "ganglion/kv/page_pool.h"
#include "ganglion/kv/page_table.h"
#include "ganglion/model/pooling.h"

namespace ganglion::engine {
namespace {

using Vector = std::vector<float>;

constexpr std::uint32_t kContext = 100;
constexpr std::uint32_t kChunk = 16;

api::EmbedRequest Texts(std::vector<std::string> texts) { return {.texts = std::move(texts)}; }

// A decoder and its vectors, computed here without the embedder.
struct TestDecoder {
  TestDecoder() {
    auto loaded = Model::Load(file.file(), {.threads = 1});
    GN_CHECK(loaded.ok());
    model = *std::move(loaded);
    auto made = Tokenizer::FromGguf(*file.file());
    GN_CHECK(made.ok());
    tokenizer = *std::move(made);
    Prepare(kChunk);
  }

  void Prepare(std::uint32_t tokens) {
    GN_CHECK(model->Prepare({.tokens = tokens, .runs = 1, .pages = PagesFor(kContext)}).ok());
  }

  EmbedTraits traits() const {
    return {.tokenizer = tokenizer.get(),
            .vocab_size = model->config().vocab_size,
            .context_tokens = kContext,
            .width = model->config().width,
            .pooling = Pooling::kLast};
  }

  std::unique_ptr<VectorSource> Source() {
    return MakeDecoderVectors(
        *model, {.chunk_tokens = kChunk, .context_tokens = kContext, .kv_type = KvType::kF32});
  }

  // In one pass over the whole text.
  Vector Pooled(const std::vector<TokenId>& tokens, Pooling pooling) {
    auto kv = KvStorage::Create(model->kv_shape(), KvType::kF32, PagesFor(kContext));
    GN_CHECK(kv.ok());
    PagePool pool(PagesFor(kContext));
    PageTable pages(PagesFor(kContext));
    GN_CHECK(pages.TryGrow(pool, kContext));
    const std::size_t width = model->config().width;
    Vector hidden(tokens.size() * width), vector(width);
    Prepare(kContext);
    const TokenRun run = {tokens, 0, &pages, 0, hidden};
    model->Forward({{&run, 1}}, *kv, {});
    Prepare(kChunk);
    Pooler pooler(width);
    pooler.Start(pooling);
    pooler.Add(hidden);
    pooler.Finish(vector);
    return vector;
  }

  TestModel file;
  std::unique_ptr<Model> model;
  std::shared_ptr<const Tokenizer> tokenizer;
};

class EmbedderTest : public ::testing::Test {
 protected:
  std::unique_ptr<EmbedJob> Job(const api::EmbedRequest& request) {
    auto job = PrepareEmbedJob(request, decoder_.traits());
    GN_CHECK(job.ok());
    (*job)->id = api::RequestId{++jobs_};
    (*job)->done = [this, id = jobs_](Result<api::EmbedAnswer> answer) {
      order_.push_back(id);
      answers_.push_back(std::move(answer));
    };
    return *std::move(job);
  }

  TestDecoder decoder_;
  Embedder embedder_{decoder_.Source()};
  std::uint64_t jobs_ = 0;
  std::vector<std::uint64_t> order_;
  std::vector<Result<api::EmbedAnswer>> answers_;
};

TEST_F(EmbedderTest, ADecodersVectorsAreItsPooledHiddenStates) {
  const std::string text(70, 'x');
  const std::pair<api::Pooling, Pooling> poolings[] = {{api::Pooling::kModel, Pooling::kLast},
                                                       {api::Pooling::kLast, Pooling::kLast},
                                                       {api::Pooling::kMean, Pooling::kMean},
                                                       {api::Pooling::kCls, Pooling::kCls}};
  for (const auto& [asked, pooling] : poolings) {
    api::EmbedRequest request = Texts({"Go to the door.", text, "a"});
    request.pooling = asked;
    request.normalize = false;
    auto job = Job(request);
    const std::vector<std::vector<TokenId>> tokens = job->texts;
    embedder_.Add(std::move(job));
    while (embedder_.busy()) embedder_.Step();
    ASSERT_TRUE(answers_.back().ok());
    const api::EmbedAnswer& answer = *answers_.back();
    ASSERT_EQ(answer.vectors.size(), 3u);
    EXPECT_EQ(answer.prompt_tokens, 15 + 70 + 1);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(answer.vectors[i], decoder_.Pooled(tokens[i], pooling)) << i;
    }
  }
}

TEST_F(EmbedderTest, AStepComputesNoMoreThanAChunk) {
  embedder_.Add(Job(Texts({std::string(3 * kChunk + 1, 'y')})));
  for (int step = 0; step < 4; ++step) {
    ASSERT_TRUE(embedder_.busy());
    embedder_.Step();
  }
  EXPECT_FALSE(embedder_.busy());
  EXPECT_TRUE(answers_.at(0).ok());
}

TEST_F(EmbedderTest, VectorsHaveLengthOneUnlessTheRequestSaysOtherwise) {
  embedder_.Add(Job(Texts({"left", "right"})));
  while (embedder_.busy()) embedder_.Step();
  for (const Vector& vector : answers_.at(0)->vectors) {
    double squares = 0;
    for (const float value : vector) squares += double{value} * value;
    EXPECT_NEAR(squares, 1.0, 1e-6);
  }
}

TEST_F(EmbedderTest, JobsAreDoneInTheirOrder) {
  for (int i = 0; i < 3; ++i) embedder_.Add(Job(Texts({"one", "two"})));
  EXPECT_EQ(embedder_.jobs(), 3u);
  EXPECT_EQ(embedder_.waiting_tokens(), 12u);
  while (embedder_.busy()) embedder_.Step();
  EXPECT_EQ(order_, (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(answers_[0]->vectors, answers_[2]->vectors);
}

TEST_F(EmbedderTest, ACancelledJobLeavesTheOthersAsTheyAre) {
  embedder_.Add(Job(Texts({"alone"})));
  while (embedder_.busy()) embedder_.Step();
  const std::vector<Vector> want = answers_[0]->vectors;
  embedder_.Add(Job(Texts({std::string(60, 'z')})));
  embedder_.Add(Job(Texts({"never begun"})));
  embedder_.Add(Job(Texts({"alone"})));
  embedder_.Step();
  embedder_.Cancel(api::RequestId{2});
  embedder_.Cancel(api::RequestId{3});
  embedder_.Cancel(api::RequestId{77});
  while (embedder_.busy()) embedder_.Step();
  EXPECT_EQ(order_, (std::vector<std::uint64_t>{1, 2, 3, 4}));
  EXPECT_EQ(answers_[1].error().code(), Code::kCancelled);
  EXPECT_EQ(answers_[2].error().code(), Code::kCancelled);
  EXPECT_EQ(answers_[3]->vectors, want);
}

TEST_F(EmbedderTest, JobsThatAreLeftAtTheEndAreTold) {
  {
    Embedder embedder(decoder_.Source());
    embedder.Add(Job(Texts({"one"})));
    embedder.Add(Job(Texts({"two"})));
  }
  ASSERT_EQ(answers_.size(), 2u);
  EXPECT_EQ(answers_[0].error().code(), Code::kUnavailable);
}

std::vector<Vector> Embedded(Engine& engine, api::EmbedRequest request) {
  std::promise<Result<api::EmbedAnswer>> done;
  const auto id = engine.Embed(std::move(request), [&done](Result<api::EmbedAnswer> got) {
    done.set_value(std::move(got));
  });
  GN_CHECK(id.ok());
  auto answer = done.get_future().get();
  GN_CHECK(answer.ok());
  return answer->vectors;
}

TEST(EngineEmbeds, ADecoderThatSaysNothingIsPooledByItsLastToken) {
  const TestModel model;
  const auto engine = model.MakeEngine();
  EXPECT_EQ(Embedded(*engine, {.texts = {"turn left"}}),
            Embedded(*engine, {.texts = {"turn left"}, .pooling = api::Pooling::kLast}));
  EXPECT_NE(Embedded(*engine, {.texts = {"turn left"}}),
            Embedded(*engine, {.texts = {"turn left"}, .pooling = api::Pooling::kMean}));
}

TEST(EngineEmbeds, VectorsAndAnswersDoNotChangeEachOther) {
  const TestModel model;
  const auto engine = model.MakeEngine();
  const api::EmbedRequest request = {.texts = {std::string(200, 'q'), "turn left"}};
  const std::vector<Vector> vectors = Embedded(*engine, request);
  const std::string text = Ask(*engine, RawRequest("Go to the", 60)).text;
  std::string beside;
  std::thread client([&] { beside = Ask(*engine, RawRequest("Go to the", 60)).text; });
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Embedded(*engine, request), vectors);
  client.join();
  EXPECT_EQ(beside, text);
}

TEST(EmbedJob, WhatIsWrongIsNamed) {
  const TestDecoder decoder;
  const auto error = [&](const api::EmbedRequest& request, Code code) {
    const auto job = PrepareEmbedJob(request, decoder.traits());
    if (job.ok()) return std::string();
    EXPECT_EQ(job.error().code(), code);
    return std::string(job.error().message());
  };
  using ::std::string;
  EXPECT_NE(error({}, Code::kInvalidArgument).find("texts or tokens"), string::npos);
  EXPECT_NE(
      error({.texts = {"a"}, .tokens = {{1}}}, Code::kInvalidArgument).find("texts or tokens"),
      string::npos);
  EXPECT_NE(error(Texts({"a", ""}), Code::kInvalidArgument).find("texts[1]"), string::npos);
  EXPECT_NE(error({.texts = {}, .tokens = {{1}, {}}}, Code::kInvalidArgument).find("tokens[1]"),
            string::npos);
  EXPECT_NE(error({.texts = {}, .tokens = {{-1}}}, Code::kInvalidArgument).find("tokens[0]: -1"),
            string::npos);
  EXPECT_NE(error({.texts = {}, .tokens = {{1 << 20}}}, Code::kInvalidArgument).find("tokens[0]"),
            string::npos);
  EXPECT_NE(error(Texts(std::vector<string>(2049, "a")), Code::kInvalidArgument).find("2049"),
            string::npos);
  const string long_text = error(Texts({"a", string(kContext + 1, 'b')}), Code::kResourceExhausted);
  EXPECT_NE(long_text.find("texts[1] has 101 tokens"), string::npos) << long_text;
  EXPECT_NE(error(Texts({string((8u << 20) + 1, 'b')}), Code::kInvalidArgument).find("bytes"),
            string::npos);
  EXPECT_EQ(error({.texts = {}, .tokens = {{1, 2, 3}}}, Code::kOk), "");
}

}  // namespace
}  // namespace ganglion::engine
