#include "ganglion/engine/score.h"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/base/check.h"
#include "ganglion/engine/test_model_test.h"

namespace ganglion::engine {
namespace {

using ::testing::HasSubstr;

// Waits for the answer of one request.
class Waiter {
 public:
  api::ScoreCallback callback() {
    return [this](Result<api::ScoreAnswer> answer) {
      const std::lock_guard lock(mutex_);
      answer_ = std::move(answer);
      changed_.notify_all();
    };
  }
  Result<api::ScoreAnswer> Wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return answer_.has_value(); });
    return *std::move(answer_);
  }

 private:
  std::mutex mutex_;  // guards everything below
  std::condition_variable changed_;
  std::optional<Result<api::ScoreAnswer>> answer_;
};

Result<api::ScoreAnswer> Score(Engine& engine, api::ScoreRequest request) {
  Waiter waiter;
  auto id = engine.Score(std::move(request), waiter.callback());
  if (!id.ok()) return std::move(id).error();
  return waiter.Wait();
}

// By the model itself: the whole text in one pass, with the logits of every token.
std::vector<double> DirectLogprobs(const TestModel& test, const std::vector<TokenId>& tokens) {
  auto loaded = LoadModel(test.file(), {.threads = 1});
  GN_CHECK(loaded.ok());
  Model& model = *loaded->model;
  const auto count = static_cast<std::uint32_t>(tokens.size());
  GN_CHECK(model.Prepare({.tokens = count, .logits_rows = count}).ok());
  auto kv = KvStorage::Create(model.kv_shape(), KvType::kF16, PagesFor(count));
  PagePool pool(PagesFor(count));
  PageTable pages(PagesFor(count));
  GN_CHECK(pages.TryGrow(pool, count));
  const std::size_t columns = model.config().vocab_size;
  std::vector<float> logits(count * columns);
  const TokenRun run = {.tokens = tokens, .pages = &pages, .logits_rows = count};
  model.Forward({{&run, 1}}, *kv, logits);
  std::vector<double> logprobs = {0};
  for (std::uint32_t i = 0; i + 1 < count; ++i) {
    double sum = 0;
    for (std::size_t t = 0; t < loaded->tokenizer->size(); ++t) {
      sum += std::exp(static_cast<double>(logits[i * columns + t]));
    }
    const auto next = static_cast<std::size_t>(Value(tokens[i + 1]));
    logprobs.push_back(static_cast<double>(logits[i * columns + next]) - std::log(sum));
  }
  pages.ShrinkTo(pool, 0);
  return logprobs;
}

TEST(Score, IsWhatTheModelComputes) {
  const TestModel model({.has_merges = true});
  // Two pages, and the last token of the prompt becomes part of another by one of the labels.
  const std::string prompt = "Is it so? " + std::string(50, 'y') + " a";
  const std::vector<std::string> labels = {"x", "q", "bc", "xyz", "no, it is not", "xyw"};
  for (const EngineOptions& options :
       {EngineOptions{}, EngineOptions{.prefill_chunk = 7, .running_max = 2},
        EngineOptions{.keep_prefixes = false}}) {
    const auto engine = model.MakeEngine(options);
    const auto answer = Score(*engine, {.messages = {}, .prompt = prompt, .labels = labels});
    ASSERT_TRUE(answer.ok()) << answer.error().message();
    ASSERT_EQ(answer->labels.size(), labels.size());
    double sum = 0, softmax = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const auto tokens = engine->tokenizer().Encode(prompt + labels[i]);
      const std::vector<double> want = DirectLogprobs(model, *tokens);
      const auto own = static_cast<std::size_t>(answer->labels[i].tokens);
      double logprob = 0;
      for (std::size_t t = tokens->size() - own; t < tokens->size(); ++t) logprob += want[t];
      EXPECT_NEAR(answer->labels[i].logprob, logprob, 1e-3) << labels[i];
      sum += answer->labels[i].probability;
      softmax += std::exp(answer->labels[i].logprob);
    }
    EXPECT_NEAR(sum, 1, 1e-9);
    EXPECT_NEAR(answer->labels[3].probability, std::exp(answer->labels[3].logprob) / softmax, 1e-9);
    // "a" + "bc" is one token, so all are measured from before the "a".
    EXPECT_EQ(answer->labels[0].tokens, 2);
    EXPECT_EQ(answer->labels[2].tokens, 1);
    EXPECT_EQ(engine->Stats().pages_live, 0u);
  }
}

TEST(Score, LabelsOfOneTokenCostOnePass) {
  const TestModel model;
  const auto engine = model.MakeEngine();
  api::ScoreRequest request;
  request.messages = {{"user", "yes or no?"}};
  for (char c = '!'; c < '~'; ++c) request.labels.emplace_back(1, c);
  const auto first = Score(*engine, request);
  ASSERT_TRUE(first.ok()) << first.error().message();
  EXPECT_EQ(engine->Stats().steps, 1u);
  EXPECT_EQ(first->prompt_tokens_cached, 0);
  const auto second = Score(*engine, request);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->prompt_tokens_cached, first->prompt_tokens - 1);
  for (std::size_t i = 0; i < request.labels.size(); ++i) {
    EXPECT_EQ(first->labels[i].logprob, second->labels[i].logprob);
  }
}

TEST(Score, ManyLabelsShareTheirPrompt) {
  const TestModel model;
  const auto engine = model.MakeEngine({.running_max = 4, .queue_max = 2});
  api::ScoreRequest request = {.messages = {}, .prompt = std::string(100, 'p'), .labels = {}};
  for (int i = 0; i < 256; ++i) request.labels.push_back(std::to_string(1000 + i) + "!");
  const auto answer = Score(*engine, request);
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ(answer->labels.size(), 256u);
  const api::EngineStats stats = engine->Stats();
  EXPECT_GT(stats.prompt_tokens_cached * 100, stats.prompt_tokens * 90);
  EXPECT_EQ(stats.pages_live, 0u);
}

TEST(Score, ManyRequestsAreAnsweredTogether) {
  const TestModel model;
  const auto engine = model.MakeEngine({.running_max = 3, .queue_max = 40});
  const auto request_of = [](int i) {
    return api::ScoreRequest{.messages = {},
                             .prompt = std::string(40, static_cast<char>('a' + i % 5)),
                             .labels = {"yes", "no", "perhaps", "who knows?"}};
  };
  std::vector<Waiter> waiters(30);
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(engine->Score(request_of(i), waiters[static_cast<std::size_t>(i)].callback()).ok());
  }
  for (int i = 0; i < 30; ++i) {
    const auto answer = waiters[static_cast<std::size_t>(i)].Wait();
    ASSERT_TRUE(answer.ok()) << answer.error().message();
    const auto alone = Score(*engine, request_of(i));
    ASSERT_TRUE(alone.ok());
    for (std::size_t l = 0; l < 4; ++l) {
      EXPECT_EQ(answer->labels[l].logprob, alone->labels[l].logprob);
    }
  }
}

TEST(Score, EndsWithItsClientAndItsDeadline) {
  const TestModel model({.context = 100'000});
  const auto engine = model.MakeEngine({.context_tokens = 60'000, .running_max = 4});
  api::ScoreRequest request = {
      .messages = {}, .prompt = std::string(40'000, 'p'), .labels = {"yes", "no", "perhaps"}};
  Waiter waiter;
  const auto id = engine->Score(request, waiter.callback());
  ASSERT_TRUE(id.ok());
  engine->Cancel(*id);
  const auto cancelled = waiter.Wait();
  ASSERT_FALSE(cancelled.ok());
  EXPECT_EQ(cancelled.error().code(), Code::kCancelled);
  request.deadline_ms = 30;
  const auto late = Score(*engine, request);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code(), Code::kDeadlineExceeded);
  EXPECT_EQ(Ask(*engine, RawRequest("x", 3)).text.size(), 3u);
  EXPECT_EQ(engine->Stats().pages_live, 0u);
}

TEST(Score, BadRequestsAreRefusedByName) {
  const TestModel model;
  const auto engine = model.MakeEngine();
  const auto error = [&](auto change) {
    api::ScoreRequest request = {.messages = {}, .prompt = "p", .labels = {"a"}};
    change(request);
    const auto answer = Score(*engine, std::move(request));
    return answer.ok() ? "answered" : std::string(answer.error().message());
  };
  EXPECT_EQ(error([](auto&) {}), "answered");
  EXPECT_THAT(error([](auto& r) { r.labels.clear(); }), HasSubstr("0 labels"));
  EXPECT_THAT(error([](auto& r) { r.labels.assign(257, "x"); }), HasSubstr("257 labels"));
  EXPECT_THAT(error([](auto& r) { r.labels = {"a", ""}; }), HasSubstr("label 2 has 0 bytes"));
  EXPECT_THAT(error([](auto& r) { r.prompt.clear(); }), HasSubstr("either messages"));
  EXPECT_THAT(error([](auto& r) { r.deadline_ms = -1; }), HasSubstr("deadline_ms is -1"));
  EXPECT_THAT(error([](auto& r) { r.labels = {std::string(600, 'x')}; }), HasSubstr("context"));
}

}  // namespace
}  // namespace ganglion::engine
