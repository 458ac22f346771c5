#include "ganglion/engine/encoder_engine.h"

#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/base/check.h"
#include "ganglion/engine/open.h"
#include "ganglion/engine/test_encoder_test.h"
#include "ganglion/engine/test_model_test.h"
#include "ganglion/model/pooling.h"
#include "ganglion/testing/shared_data.h"

namespace ganglion::engine {
namespace {

using Vector = std::vector<float>;

std::unique_ptr<EncoderEngine> MakeEngine(const TestEncoder& model, EngineOptions options = {}) {
  if (options.threads == 0) options.threads = 1;
  auto engine = EncoderEngine::Create(model.file(), options);
  GN_CHECK(engine.ok());
  return *std::move(engine);
}

// Asks and waits. An error of the request becomes the Result.
Result<api::EmbedAnswer> Ask(api::InferenceClient& client, api::EmbedRequest request) {
  std::promise<Result<api::EmbedAnswer>> answer;
  const auto id = client.Embed(std::move(request), [&answer](Result<api::EmbedAnswer> got) {
    answer.set_value(std::move(got));
  });
  if (!id.ok()) return Status(id.error().code(), std::string(id.error().message()));
  return answer.get_future().get();
}

// The vector of one text, computed here without the engine.
Vector Pooled(const TestEncoder& model, const std::vector<std::int32_t>& ids, Pooling pooling) {
  auto encoder = Encoder::Load(model.file(), {.threads = 1});
  GN_CHECK(encoder.ok());
  GN_CHECK((*encoder)->Prepare({.tokens = 64, .texts = 1}).ok());
  std::vector<TokenId> tokens;
  for (const std::int32_t id : ids) tokens.push_back(TokenId{id});
  const std::size_t width = (*encoder)->config().width;
  Vector hidden(tokens.size() * width), vector(width);
  const std::span<const TokenId> text = tokens;
  (*encoder)->Encode({&text, 1}, hidden);
  Pooler pooler(width);
  pooler.Start(pooling);
  pooler.Add(hidden);
  pooler.Finish(vector);
  GN_CHECK(NormalizeVector(vector));
  return vector;
}

TEST(EncoderEngine, VectorsArePooledAsTheFileSays) {
  const Pooling poolings[] = {Pooling::kMean, Pooling::kMean, Pooling::kCls, Pooling::kLast};
  for (std::uint32_t type = 0; type < 4; ++type) {
    const TestEncoder model({.pooling = type});
    const auto engine = MakeEngine(model);
    const auto ids = engine->Tokenize({.text = "ab c"});
    ASSERT_TRUE(ids.ok());
    EXPECT_EQ(*ids, (std::vector<std::int32_t>{2, 4, 7, 8, 3}));  // [CLS] a b c [SEP]
    const auto answer = Ask(*engine, {.texts = {"ab c", "xyz"}});
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->vectors.at(0), Pooled(model, *ids, poolings[type]));
    EXPECT_EQ(answer->prompt_tokens, 10);
  }
}

TEST(EncoderEngine, TheRequestMayChooseThePooling) {
  const TestEncoder model;
  const auto engine = MakeEngine(model);
  const auto answer =
      Ask(*engine, {.texts = {}, .tokens = {{2, 9, 3}}, .pooling = api::Pooling::kCls});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->vectors.at(0), Pooled(model, {2, 9, 3}, Pooling::kCls));
}

TEST(EncoderEngine, ManyAtOnceGetWhatEachGetsAlone) {
  const TestEncoder model;
  const auto engine = MakeEngine(model, {.threads = 2});
  const std::vector<std::string> texts = {"a", "stop", "go to the door", "turn left now please"};
  std::vector<Vector> want;
  for (const std::string& text : texts) {
    want.push_back(Ask(*engine, {.texts = {text}})->vectors.at(0));
  }
  std::vector<std::thread> clients;
  for (std::size_t client = 0; client < 4; ++client) {
    clients.emplace_back([&, client] {
      for (std::size_t round = 0; round < 20; ++round) {
        const std::size_t first = (client + round) % texts.size();
        const std::size_t second = (client * round) % texts.size();
        const auto answer = Ask(*engine, {.texts = {texts[first], texts[second]}});
        ASSERT_TRUE(answer.ok());
        EXPECT_EQ(answer->vectors, (std::vector<Vector>{want[first], want[second]}));
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_GE(engine->Stats().steps, 4u);
  EXPECT_GT(engine->Stats().prompt_tokens, 0u);
}

TEST(EncoderEngine, ManyTextsOfARequestAreSeveralSteps) {
  const TestEncoder model;
  const auto engine = MakeEngine(model);
  const auto one = Ask(*engine, {.texts = {"go there"}});
  const auto answer = Ask(*engine, {.texts = std::vector<std::string>(300, "go there")});
  ASSERT_TRUE(answer.ok());
  for (const Vector& vector : answer->vectors) EXPECT_EQ(vector, one->vectors[0]);
}

TEST(EncoderEngine, ItEmbedsAndDoesNotGenerate) {
  const TestEncoder model;
  const auto engine = MakeEngine(model);
  EXPECT_NE(ErrorOf(*engine, RawRequest("hello", 3)).find("does not generate"), std::string::npos);
  const api::ModelInfo info = engine->Describe();
  EXPECT_EQ(info.name, "Test Encoder");
  EXPECT_EQ(info.architecture, "bert");
  EXPECT_EQ(info.quantization, "F32");
  EXPECT_EQ(info.context_tokens, 24);
  EXPECT_EQ(info.embedding_size, 32);
  EXPECT_EQ(info.file_bytes, model.bytes().size());
  EXPECT_TRUE(info.can_embed);
  EXPECT_FALSE(info.can_generate);
}

TEST(EncoderEngine, ATextThatIsTooLongIsRefusedByItsIndex) {
  const TestEncoder model;
  const auto engine = MakeEngine(model);
  const auto answer = Ask(*engine, {.texts = {"short", std::string(30, 'a')}});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), Code::kResourceExhausted);
  EXPECT_NE(answer.error().message().find("texts[1] has 32 tokens"), std::string::npos);
}

TEST(EncoderEngine, WeightsThatAreNoNumbersAreAnError) {
  const TestEncoder model({.broken = true});
  const auto engine = MakeEngine(model);
  const auto answer = Ask(*engine, {.texts = {"a"}});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), Code::kInternal);
}

TEST(EncoderEngine, EveryCallbackIsCalledBeforeItIsGone) {
  const TestEncoder model;
  auto engine = MakeEngine(model);
  int called = 0;
  std::vector<api::RequestId> ids;
  for (int i = 0; i < 40; ++i) {
    const auto id = engine->Embed({.texts = std::vector<std::string>(200, "far away")},
                                  [&called](const Result<api::EmbedAnswer>&) { ++called; });
    ASSERT_TRUE(id.ok());
    ids.push_back(*id);
  }
  for (std::size_t i = 0; i < ids.size(); i += 3) engine->Cancel(ids[i]);
  engine->Cancel(api::RequestId{4711});
  engine.reset();
  EXPECT_EQ(called, 40);
}

TEST(EncoderEngine, AFullQueueRefuses) {
  const TestEncoder model;
  auto engine = MakeEngine(model, {.queue_max = 2});
  int refused = 0;
  for (int i = 0; i < 200; ++i) {
    const auto id = engine->Embed({.texts = std::vector<std::string>(300, "far away")},
                                  [](const Result<api::EmbedAnswer>&) {});
    if (id.ok()) continue;
    EXPECT_EQ(id.error().code(), Code::kUnavailable);
    ++refused;
  }
  EXPECT_GT(refused, 0);
}

TEST(EncoderEngine, TextAndTokensGoBothWays) {
  const TestEncoder model;
  const auto engine = MakeEngine(model);
  EXPECT_EQ(*engine->Tokenize({.text = "a b", .add_special = false}),
            (std::vector<std::int32_t>{4, 6}));
  EXPECT_NE(engine->Detokenize({4, 6})->find("a b"), std::string::npos);
  EXPECT_FALSE(engine->Tokenize({.text = "", .messages = {{.role = "user", .content = "a"}}}).ok());
}

TEST(EncoderEngine, ABertVocabularyOfTheWorldIsFramed) {
  const auto path = testing::SharedData("tokenizers/bert-bge.gguf");
  if (!path) GTEST_SKIP() << "no vocabularies on this machine";
  auto file = gguf::File::Open(*path);
  ASSERT_TRUE(file.ok());
  const TestEncoder model({.vocabulary = file->get()});
  const auto engine = MakeEngine(model);
  EXPECT_EQ(*engine->Tokenize({.text = "hello world"}),
            (std::vector<std::int32_t>{101, 7592, 2088, 102}));
  EXPECT_TRUE(Ask(*engine, {.texts = {"hello world"}}).ok());
}

TEST(Open, PicksTheClientByTheArchitecture) {
  const std::string path = ::testing::TempDir() + "ganglion_open.gguf";
  const TestEncoder model;
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(model.bytes().data()),
             static_cast<std::streamsize>(model.bytes().size()));
  const auto client = Open(path, {.threads = 1});
  ASSERT_TRUE(client.ok());
  EXPECT_TRUE(Ask(**client, {.texts = {"a"}}).ok());
  std::filesystem::remove(path);
  EXPECT_FALSE(Open(path).ok());
}

}  // namespace
}  // namespace ganglion::engine
