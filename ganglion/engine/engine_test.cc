#include "ganglion/engine/engine.h"

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/engine/test_model_test.h"

namespace ganglion::engine {
namespace {

using ::testing::HasSubstr;

// Collects an answer and lets a test wait for its beginning and its end.
class Listener final : public api::EventSink {
 public:
  void OnText(std::string_view text) override {
    const std::lock_guard lock(mutex_);
    text_ += text;
    changed_.notify_all();
  }
  void OnDone(api::FinishReason reason, const api::Usage& usage, const Status&) override {
    const std::lock_guard lock(mutex_);
    ++dones_;
    reason_ = reason;
    usage_ = usage;
    changed_.notify_all();
  }

  void WaitForText() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !text_.empty() || dones_ > 0; });
  }
  api::FinishReason WaitForEnd() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return dones_ > 0; });
    return reason_;
  }
  int dones() {
    const std::lock_guard lock(mutex_);
    return dones_;
  }
  api::Usage usage() {
    const std::lock_guard lock(mutex_);
    return usage_;
  }

 private:
  std::mutex mutex_;  // guards everything below
  std::condition_variable changed_;
  std::string text_;
  int dones_ = 0;
  api::FinishReason reason_ = api::FinishReason::kError;
  api::Usage usage_;
};

api::GenerateRequest Sampled(std::string prompt, std::uint64_t seed, std::int32_t tokens_max) {
  api::GenerateRequest request = RawRequest(std::move(prompt), tokens_max);
  request.sampling.temperature = 1.2f;
  request.sampling.top_p = 0.95f;
  request.sampling.seed = seed;
  return request;
}

TEST(Engine, TheSameSeedGivesTheSameTextOnAnyNumberOfThreads) {
  const TestModel model;
  std::vector<std::string> texts;
  for (const std::uint32_t threads : {1u, 2u, 4u}) {
    const auto engine = model.MakeEngine({.threads = threads});
    std::string text;
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
      text += Ask(*engine, Sampled("Once upon a time", seed, 40)).text + "|";
    }
    texts.push_back(text);
  }
  EXPECT_GT(texts[0].size(), 60u);
  EXPECT_EQ(texts[1], texts[0]);
  EXPECT_EQ(texts[2], texts[0]);
  const auto engine = model.MakeEngine();
  EXPECT_NE(Ask(*engine, Sampled("Once upon a time", 1, 40)).text,
            Ask(*engine, Sampled("Once upon a time", 2, 40)).text);
}

TEST(Engine, ChunksAndKeptPrefixesDoNotChangeTheText) {
  const TestModel model;
  const auto plain = model.MakeEngine({.prefill_chunk = 500, .keep_prefixes = false});
  const auto reusing = model.MakeEngine({.prefill_chunk = 7, .running_max = 1});
  const std::string system(90, 's');
  std::int32_t cached = 0;
  for (int i = 0; i < 12; ++i) {
    const std::string prompt = (i % 4 == 3 ? "something else" : system) + std::to_string(i % 5);
    const api::Answer a = Ask(*plain, RawRequest(prompt, 30));
    const api::Answer b = Ask(*reusing, RawRequest(prompt, 30));
    EXPECT_EQ(a.text, b.text) << i;
    EXPECT_EQ(a.text.size(), 30u);
    EXPECT_EQ(a.usage.prompt_tokens, static_cast<std::int32_t>(prompt.size()));
    EXPECT_EQ(a.usage.prompt_tokens_cached, 0);
    cached += b.usage.prompt_tokens_cached;
  }
  EXPECT_GE(cached, 8 * 90);
}

TEST(Engine, AConversationThatGoesOnFindsItsAnswerInTheCache) {
  const TestModel model;
  const auto engine = model.MakeEngine();
  api::GenerateRequest request;
  request.messages = {{"user", "hello"}};
  request.tokens_max = 20;
  const api::Answer first = Ask(*engine, request);
  request.messages.push_back({"assistant", first.text});
  request.messages.push_back({"user", "more"});
  const api::Answer second = Ask(*engine, request);
  // All but the last token of the answer, which was never fed.
  EXPECT_EQ(second.usage.prompt_tokens_cached, first.usage.prompt_tokens + 19);
}

TEST(Engine, AnAnswerEndsBeforeAStopString) {
  const TestModel model;
  const auto engine = model.MakeEngine();
  const std::string whole = Ask(*engine, RawRequest("abc", 60)).text;
  ASSERT_EQ(whole.size(), 60u);
  api::GenerateRequest request = RawRequest("abc", 60);
  request.stop = {whole.substr(25, 3), "\x01never\x01"};
  const api::Answer answer = Ask(*engine, request);
  EXPECT_EQ(answer.text, whole.substr(0, whole.find(request.stop[0])));
  EXPECT_EQ(answer.reason, api::FinishReason::kStop);
}

TEST(Engine, UsageAddsUp) {
  const TestModel model;
  const auto engine = model.MakeEngine();
  const api::Answer answer = Ask(*engine, RawRequest("abcdef", 25));
  EXPECT_EQ(answer.reason, api::FinishReason::kLength);
  EXPECT_EQ(answer.usage.prompt_tokens, 6);
  EXPECT_EQ(answer.usage.generated_tokens, 25);
  EXPECT_EQ(answer.usage.forced_tokens, 0);
  EXPECT_GT(answer.usage.first_token_ms, 0);
  EXPECT_GE(answer.usage.total_ms, answer.usage.first_token_ms);
}

TEST(Engine, TheContextEndsTheAnswer) {
  const TestModel model;
  const auto engine = model.MakeEngine({.context_tokens = 40});
  EXPECT_EQ(engine->context_tokens(), 40u);
  const api::Answer answer = Ask(*engine, RawRequest(std::string(30, 'x'), 100));
  EXPECT_EQ(answer.reason, api::FinishReason::kLength);
  EXPECT_EQ(answer.usage.generated_tokens, 10);
  EXPECT_EQ(Ask(*engine, RawRequest(std::string(39, 'x'), 100)).usage.generated_tokens, 1);
  EXPECT_THAT(ErrorOf(*engine, RawRequest(std::string(40, 'x'), 1)),
              HasSubstr("the prompt has 40 tokens, but the context holds 40"));
}

TEST(Engine, CancelEndsTheAnswerInProgress) {
  const TestModel model({.context = 100'000});
  const auto engine = model.MakeEngine({.context_tokens = 60'000});
  const auto listener = std::make_shared<Listener>();
  const auto id = engine->Submit(RawRequest("go", 50'000), listener);
  ASSERT_TRUE(id.ok());
  listener->WaitForText();
  engine->Cancel(*id);
  EXPECT_EQ(listener->WaitForEnd(), api::FinishReason::kCancelled);
  EXPECT_LT(listener->usage().generated_tokens, 50'000);
  engine->Cancel(*id);  // too late, which is no harm
  engine->Cancel(api::RequestId{99});
  EXPECT_EQ(Ask(*engine, RawRequest("go", 5)).text.size(), 5u);
  EXPECT_EQ(listener->dones(), 1);
}

TEST(Engine, AWaitingRequestCanBeCancelledAndTheQueueIsBounded) {
  const TestModel model({.context = 100'000});
  auto engine = model.MakeEngine({.context_tokens = 60'000, .running_max = 1, .queue_max = 2});
  const auto active = std::make_shared<Listener>();
  const auto waiting = std::make_shared<Listener>();
  const auto last = std::make_shared<Listener>();
  ASSERT_TRUE(engine->Submit(RawRequest("go", 50'000), active).ok());
  active->WaitForText();
  const auto id = engine->Submit(RawRequest("go", 50'000), waiting);
  ASSERT_TRUE(id.ok());
  ASSERT_TRUE(engine->Submit(RawRequest("go", 50'000), last).ok());
  const auto refused = engine->Submit(RawRequest("go", 1), std::make_shared<Listener>());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), Code::kUnavailable);
  engine->Cancel(*id);
  EXPECT_EQ(waiting->WaitForEnd(), api::FinishReason::kCancelled);
  EXPECT_EQ(active->dones(), 0);
  // The end of the engine ends every answer.
  engine.reset();
  EXPECT_EQ(active->dones() + last->dones(), 2);
  EXPECT_EQ(last->WaitForEnd(), api::FinishReason::kCancelled);
}

TEST(Engine, BadRequestsAreRefusedByName) {
  const TestModel model;
  const auto engine = model.MakeEngine();
  const auto error = [&](auto change) {
    api::GenerateRequest request = RawRequest("abc", 5);
    change(request);
    return ErrorOf(*engine, std::move(request));
  };
  EXPECT_THAT(error([](auto& r) { r.prompt.reset(); }), HasSubstr("exactly one of messages"));
  EXPECT_THAT(error([](auto& r) {
                r.messages = {{"user", "x"}};
              }),
              HasSubstr("exactly one of messages"));
  EXPECT_THAT(error([](auto& r) { r.prompt = ""; }), HasSubstr("the prompt is empty"));
  EXPECT_THAT(error([](auto& r) {
                r.prompt.reset();
                r.messages = {{"user", "x"}, {"boss", "y"}};
              }),
              HasSubstr("message 2: role 'boss'"));
  EXPECT_THAT(error([](auto& r) { r.tokens_max = 0; }), HasSubstr("tokens_max is 0"));
  EXPECT_THAT(error([](auto& r) { r.sampling.top_p = 2; }), HasSubstr("top_p is 2"));
  EXPECT_THAT(error([](auto& r) { r.stop = {""}; }), HasSubstr("a stop string has 0 bytes"));
  EXPECT_THAT(error([](auto& r) { r.stop.assign(17, "x"); }), HasSubstr("17 stop strings"));
  EXPECT_THAT(error([](auto& r) { r.json_schema = "{"; }), HasSubstr("json_schema"));
  EXPECT_THAT(error([](auto& r) {
                r.json_schema = "{}";
                r.stop = {"x"};
              }),
              HasSubstr("exclude each other"));
  EXPECT_THAT(error([](auto& r) { r.prompt = std::string((8u << 20) + 1, 'x'); }),
              HasSubstr("bytes, over"));
}

TEST(Engine, BadOptionsAreRefusedByName) {
  const TestModel model;
  const auto error = [&](const EngineOptions& options) {
    const auto engine = Engine::Create(model.file(), options);
    return engine.ok() ? "made" : std::string(engine.error().message());
  };
  EXPECT_THAT(error({.context_tokens = 513}), HasSubstr("a context of 513 tokens"));
  EXPECT_THAT(error({.prefill_chunk = 0}), HasSubstr("prefill_chunk is 0"));
  EXPECT_THAT(error({.queue_max = 0}), HasSubstr("queue_max is 0"));
  EXPECT_THAT(error({.running_max = 0}), HasSubstr("running_max is 0"));
  EXPECT_THAT(error({.step_stretch = {0.5, 1, 1}}), HasSubstr("step_stretch is 0.5"));
  EXPECT_THAT(error({.kv_memory_bytes = 1}), HasSubstr("a context of 512 needs 16"));
  EXPECT_THAT(error({.threads = 100'000}), HasSubstr("100000 threads"));
  const auto missing = Engine::Create("/no/such/model.gguf");
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(std::string(missing.error().message()), HasSubstr("/no/such/model.gguf"));
}

TEST(Engine, ClientsOfManyThreadsComeAndGo) {
  const TestModel model;
  auto engine = model.MakeEngine({.context_tokens = 128, .running_max = 4, .queue_max = 16});
  const std::string want = Ask(*engine, RawRequest("abc", 30)).text;
  std::vector<std::thread> clients;
  for (int t = 0; t < 4; ++t) {
    clients.emplace_back([&] {
      for (int i = 0; i < 40; ++i) {
        const auto listener = std::make_shared<Listener>();
        const auto id = engine->Submit(RawRequest("abc", 30), listener);
        if (!id.ok()) continue;
        if (i % 2 == 0) listener->WaitForText();
        if (i % 4 != 3) engine->Cancel(*id);
        listener->WaitForEnd();
        EXPECT_EQ(Ask(*engine, RawRequest("abc", 30)).text, want);
        EXPECT_GE(engine->Stats().steps, 1u);
      }
    });
  }
  for (std::thread& client : clients) client.join();
  const api::EngineStats stats = engine->Stats();
  EXPECT_EQ(stats.pages_live, 0u);
  EXPECT_EQ(stats.waiting[1] + stats.running[1], 0u);
  EXPECT_EQ(stats.waiting_tokens, 0u);
}

TEST(Engine, TheEndOfTheEngineEndsEveryRequest) {
  const TestModel model({.context = 100'000});
  auto engine = model.MakeEngine({.context_tokens = 60'000, .running_max = 2});
  std::vector<std::shared_ptr<Listener>> listeners;
  for (int i = 0; i < 6; ++i) {
    listeners.push_back(std::make_shared<Listener>());
    ASSERT_TRUE(engine->Submit(RawRequest("go", 50'000), listeners.back()).ok());
  }
  std::atomic<int> ended = 0;
  ASSERT_TRUE(engine
                  ->Score({.messages = {}, .prompt = "p", .labels = {"a", "bc"}},
                          [&](const Result<api::ScoreAnswer>&) { ++ended; })
                  .ok());
  ASSERT_TRUE(engine->Embed({.texts = {"a", "b"}}, [&](const auto&) { ++ended; }).ok());
  listeners[0]->WaitForText();
  engine.reset();
  for (const auto& listener : listeners) EXPECT_EQ(listener->dones(), 1);
  EXPECT_EQ(ended, 2);
}

TEST(Engine, APartOfTheQueueIsForRealtimeRequests) {
  const TestModel model({.context = 100'000});
  auto engine = model.MakeEngine({.context_tokens = 60'000, .running_max = 1, .queue_max = 8});
  const auto submit = [&](api::Priority priority, std::int32_t tokens_max) {
    api::GenerateRequest request = RawRequest("go", tokens_max);
    request.priority = priority;
    const auto id = engine->Submit(std::move(request), std::make_shared<Listener>());
    return id.ok() ? Code::kOk : id.error().code();
  };
  for (int i = 0; i < 8; ++i) EXPECT_EQ(submit(api::Priority::kBatch, 50'000), Code::kOk);
  EXPECT_EQ(submit(api::Priority::kBatch, 50'000), Code::kUnavailable);
  EXPECT_EQ(submit(api::Priority::kRealtime, 50'000), Code::kOk);
  EXPECT_EQ(submit(api::Priority::kRealtime, 50'000), Code::kUnavailable);
}

TEST(Engine, PromptsThatWaitAreBoundedByTheirTokens) {
  const TestModel model({.context = 100'000});
  auto engine = model.MakeEngine(
      {.context_tokens = 60'000, .running_max = 1, .queue_max = 8, .queue_tokens_max = 800});
  const auto active = std::make_shared<Listener>();
  ASSERT_TRUE(engine->Submit(RawRequest("go", 50'000), active).ok());
  active->WaitForText();
  const auto submit = [&] {
    return engine->Submit(RawRequest(std::string(500, 'x'), 9), std::make_shared<Listener>());
  };
  ASSERT_TRUE(submit().ok());
  const auto refused = submit();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), Code::kUnavailable);
  EXPECT_THAT(std::string(refused.error().message()), HasSubstr("tokens wait"));
}

TEST(Engine, VectorsAreComputedBesideAnswers) {
  const TestModel model;
  const auto engine = model.MakeEngine();
  const std::string want = Ask(*engine, RawRequest("abc", 60)).text;
  const auto listener = std::make_shared<Listener>();
  ASSERT_TRUE(engine->Submit(RawRequest("abc", 60), listener).ok());
  std::vector<std::promise<std::vector<float>>> promises(6);
  for (std::size_t i = 0; i < promises.size(); ++i) {
    api::EmbedRequest request = {.texts = {std::string(150, static_cast<char>('a' + i % 2))}};
    ASSERT_TRUE(engine
                    ->Embed(request,
                            [&promises, i](Result<api::EmbedAnswer> answer) {
                              promises[i].set_value(answer.ok() ? answer->vectors[0]
                                                                : std::vector<float>());
                            })
                    .ok());
  }
  std::vector<std::vector<float>> vectors;
  for (auto& promise : promises) vectors.push_back(promise.get_future().get());
  listener->WaitForEnd();
  EXPECT_EQ(Ask(*engine, RawRequest("abc", 60)).text, want);
  EXPECT_EQ(vectors[0].size(), 64u);
  EXPECT_EQ(vectors[0], vectors[2]);
  EXPECT_EQ(vectors[1], vectors[5]);
  EXPECT_NE(vectors[0], vectors[1]);
}

TEST(Engine, DescribesItsModelAndItsTokens) {
  const TestModel model;
  const auto engine = model.MakeEngine({.context_tokens = 200});
  const api::ModelInfo info = engine->Describe();
  EXPECT_EQ(info.architecture, "llama");
  EXPECT_EQ(info.context_tokens, 200);
  EXPECT_EQ(info.embedding_size, 64);
  EXPECT_GT(info.parameters, 10'000u);
  EXPECT_TRUE(info.can_generate && info.can_embed && info.has_chat_template);
  const auto tokens = engine->Tokenize({.text = "a<|end|>", .parse_special = true});
  ASSERT_TRUE(tokens.ok());
  EXPECT_EQ(tokens->size(), 2u);
  EXPECT_EQ(*engine->Detokenize(*tokens), "a<|end|>");
  EXPECT_FALSE(engine->Detokenize({-1}).ok());
  EXPECT_FALSE(engine->Detokenize({1 << 20}).ok());
  const auto rendered = engine->Tokenize({.text = "", .messages = {{"user", "hi"}}});
  ASSERT_TRUE(rendered.ok());
  api::GenerateRequest request = RawRequest("", 5);
  request.prompt.reset();
  request.prompt_tokens = *rendered;
  const std::string by_tokens = Ask(*engine, request).text;
  request.prompt_tokens.clear();
  request.messages = {{"user", "hi"}};
  EXPECT_EQ(Ask(*engine, request).text, by_tokens);
  EXPECT_EQ(engine->Stats().page_tokens, kPageTokens);
}

TEST(Engine, AModelWithoutATemplateTakesRawPromptsOnly) {
  const TestModel model({.has_template = false});
  const auto engine = model.MakeEngine();
  EXPECT_FALSE(engine->has_chat_template());
  api::GenerateRequest request;
  request.messages = {{"user", "x"}};
  EXPECT_THAT(ErrorOf(*engine, request), HasSubstr("carries no chat template"));
  EXPECT_EQ(Ask(*engine, RawRequest("x", 3)).text.size(), 3u);
}

}  // namespace
}  // namespace ganglion::engine
