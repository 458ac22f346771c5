// Answers among others: the same as alone, whatever comes, goes, waits, expires or fails beside
// them.

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/base/check.h"
#include "ganglion/engine/step_loop.h"
#include "ganglion/engine/test_model_test.h"
#include "ganglion/sys/clock.h"
#include "ganglion/testing/seed.h"

namespace ganglion::engine {
namespace {

constexpr const char* kSchema = R"({"type": "array", "minItems": 1, "maxItems": 3,
  "items": {"enum": ["north", "south", "nowhere"]}})";

struct Record {
  std::string text;
  std::vector<api::TokenEvent> tokens;
  api::FinishReason reason = api::FinishReason::kError;
  api::Usage usage;
  Code code = Code::kOk;
  int dones = 0;
};

class Recorder final : public api::EventSink {
 public:
  void OnText(std::string_view piece) override { record.text += piece; }
  void OnToken(const api::TokenEvent& token) override { record.tokens.push_back(token); }
  void OnDone(api::FinishReason why, const api::Usage& used, const Status& status) override {
    record.reason = why;
    record.usage = used;
    record.code = status.code();
    ++record.dones;
  }
  Record record;
};

std::uint64_t PagesOfBytes(std::uint64_t pages) {
  return pages * PageBytes({.layers = 2, .heads = 2, .key_dim = 16, .value_dim = 16}, KvType::kF16);
}

// A step loop without the thread around it, so that a test decides what happens when.
class Loop {
 public:
  explicit Loop(const TestModel& model, EngineOptions options) : options_(std::move(options)) {
    options_.threads = 1;
    auto loaded = LoadModel(model.file(), options_);
    GN_CHECK(loaded.ok());
    loaded_ = std::make_unique<LoadedModel>(*std::move(loaded));
    auto loop = StepLoop::Create(*loaded_, options_);
    if (!loop.ok()) ADD_FAILURE() << loop.error().message();
    loop_ = *std::move(loop);
  }

  StepLoop& operator*() { return *loop_; }
  StepLoop* operator->() { return loop_.get(); }

  std::shared_ptr<Recorder> Add(api::RequestId id, api::GenerateRequest request) {
    auto job = PrepareJob(std::move(request), 1, *loaded_, grammars_);
    if (!job.ok()) ADD_FAILURE() << job.error().message();
    (*job)->id = id;
    (*job)->submitted_ns = sys::MonotonicNow();
    auto sink = std::make_shared<Recorder>();
    (*job)->sink = sink;
    loop_->Add(*std::move(job));
    return sink;
  }

  void Step() {
    if (loop_->busy()) loop_->Step();
    loop_->Deliver();
  }
  void Finish() {
    while (loop_->busy()) Step();
    loop_->Deliver();
  }
  void ExpectEmpty() {
    loop_->scheduler().CheckInvariants();
    EXPECT_EQ(loop_->Stats().pages_live, 0u);
    EXPECT_THAT(loop_->Stats().running, ::testing::Each(0u));
    EXPECT_THAT(loop_->Stats().waiting, ::testing::Each(0u));
  }

 private:
  EngineOptions options_;
  GrammarCache grammars_{8};
  std::unique_ptr<LoadedModel> loaded_;
  std::unique_ptr<StepLoop> loop_;
};

// Any kind of request, often with the beginning of another.
api::GenerateRequest RandomRequest(testing::SeededRng& rng, std::size_t tokens_max) {
  const std::string beginnings[] = {"", "once upon a time there was a robot who ",
                                    std::string(70, 's')};
  std::string prompt = beginnings[rng.Below(3)];
  for (std::size_t n = 1 + rng.Below(20); n > 0; --n) {
    prompt += static_cast<char>('a' + rng.Below(4));
  }
  auto request = RawRequest(prompt, static_cast<std::int32_t>(1 + rng.Below(tokens_max)));
  request.priority = static_cast<api::Priority>(rng.Below(3));
  request.tenant = rng.Below(3);
  request.sampling.seed = rng.Below(1000);
  if (rng.Below(2) == 0) request.sampling.temperature = 1.1f;
  if (rng.Below(4) == 0) request.sampling.top_p = 0.9f;
  if (rng.Below(4) == 0) {
    request.sampling.repetition_penalty = 1.3f;
    request.sampling.frequency_penalty = 0.4f;
    request.sampling.penalty_last_n = 9;
  }
  if (rng.Below(5) == 0) request.logit_bias = {{'a', 4}, {'b', -100}};
  if (rng.Below(4) == 0) request.top_logprobs = static_cast<std::int32_t>(rng.Below(5));
  if (rng.Below(5) == 0) {
    request.json_schema = kSchema;
    request.tokens_max = 60;
  } else if (rng.Below(5) == 0) {
    request.stop = {"a", "bc"};
  }
  return request;
}

void ExpectSame(const Record& got, const Record& want) {
  EXPECT_EQ(got.text, want.text);
  EXPECT_EQ(got.reason, want.reason);
  EXPECT_EQ(got.code, want.code);
  EXPECT_EQ(got.dones, 1);
  EXPECT_EQ(got.usage.prompt_tokens, want.usage.prompt_tokens);
  EXPECT_EQ(got.usage.generated_tokens, want.usage.generated_tokens);
  EXPECT_EQ(got.usage.forced_tokens, want.usage.forced_tokens);
  ASSERT_EQ(got.tokens.size(), want.tokens.size());
  for (std::size_t i = 0; i < got.tokens.size(); ++i) {
    EXPECT_EQ(got.tokens[i].chosen.token, want.tokens[i].chosen.token);
    EXPECT_EQ(got.tokens[i].chosen.logprob, want.tokens[i].chosen.logprob);
    ASSERT_EQ(got.tokens[i].top.size(), want.tokens[i].top.size());
    for (std::size_t j = 0; j < got.tokens[i].top.size(); ++j) {
      EXPECT_EQ(got.tokens[i].top[j].token, want.tokens[i].top[j].token);
      EXPECT_EQ(got.tokens[i].top[j].logprob, want.tokens[i].top[j].logprob);
    }
  }
}

std::vector<Record> AnswersAlone(const TestModel& model,
                                 const std::vector<api::GenerateRequest>& requests) {
  Loop loop(model, {.context_tokens = 256, .keep_prefixes = false, .draft_max = 0});
  std::vector<Record> records;
  for (const api::GenerateRequest& request : requests) {
    const auto sink = loop.Add(api::RequestId{records.size() + 1}, request);
    loop.Finish();
    records.push_back(sink->record);
  }
  return records;
}

TEST(Company, AnAnswerIsTheSameAsAlone) {
  testing::SeededRng rng;
  SCOPED_TRACE(rng.seed());
  const TestModel model({.has_merges = true});
  std::vector<api::GenerateRequest> requests;
  for (int i = 0; i < 200; ++i) requests.push_back(RandomRequest(rng, 60));
  const std::vector<Record> want = AnswersAlone(model, requests);
  const EngineOptions variants[] = {
      {.context_tokens = 256, .queue_max = 300},
      // Hardly more pages than one answer may need, and guesses everywhere.
      {.kv_memory_bytes = PagesOfBytes(10),
       .context_tokens = 256,
       .prefill_chunk = 16,
       .running_max = 8,
       .queue_max = 300,
       .pinned_tokens_max = 0,
       .draft_max = 4,
       .draft_must_pay = false},
      {.kv_memory_bytes = PagesOfBytes(9),
       .kv_spill_directory = ::testing::TempDir(),
       .context_tokens = 256,
       .prefill_chunk = 32,
       .queue_max = 300,
       .draft_max = 3,
       .draft_must_pay = false},
  };
  for (const EngineOptions& options : variants) {
    Loop loop(model, options);
    std::vector<std::shared_ptr<Recorder>> sinks;
    while (sinks.size() < requests.size() || loop->busy()) {
      for (std::size_t n = rng.Below(4); n > 0 && sinks.size() < requests.size(); --n) {
        const api::RequestId id{sinks.size() + 1};
        sinks.push_back(loop.Add(id, requests[sinks.size()]));
      }
      for (std::size_t n = 1 + rng.Below(10); n > 0; --n) loop.Step();
    }
    for (std::size_t i = 0; i < requests.size(); ++i) {
      SCOPED_TRACE(i);
      ExpectSame(sinks[i]->record, want[i]);
    }
    loop.ExpectEmpty();
    const api::EngineStats stats = loop->Stats();
    EXPECT_GT(stats.sequence_steps, stats.steps) << "they had company";
    std::printf("%lu steps, %.1f sequences each, %lu pre-emptions, %lu of %lu guesses right\n",
                stats.steps,
                static_cast<double>(stats.sequence_steps) / static_cast<double>(stats.steps),
                stats.preemptions[0] + stats.preemptions[1] + stats.preemptions[2],
                stats.draft_tokens_accepted, stats.draft_tokens);
  }
}

// One of the clients of the test below.
struct Client {
  std::size_t request = 0;
  api::RequestId id{};
  std::shared_ptr<Recorder> sink;
  bool stays = false;
};

TEST(Company, ClientsThatGoAwayLeaveNothingBehind) {
  testing::SeededRng rng;
  SCOPED_TRACE(rng.seed());
  const std::size_t wanted = std::getenv("GANGLION_SOAK") != nullptr ? 100'000 : 1'500;
  const TestModel model;
  std::vector<api::GenerateRequest> requests;
  for (int i = 0; i < 40; ++i) requests.push_back(RandomRequest(rng, 40));
  const std::vector<Record> want = AnswersAlone(model, requests);
  Loop loop(model, {.kv_memory_bytes = PagesOfBytes(14),
                    .context_tokens = 256,
                    .prefill_chunk = 16,
                    .running_max = 6,
                    .queue_max = 64,
                    .pinned_tokens_max = 0,
                    .draft_max = 3,
                    .draft_must_pay = false});
  std::vector<Client> clients;
  std::uint64_t made = 0;
  std::size_t left = 0, stayed = 0, in_queue = 0;
  while (left < wanted || !clients.empty()) {
    while (left < wanted && clients.size() < 24) {
      const std::size_t request = rng.Below(requests.size());
      const api::RequestId id{++made};
      clients.push_back({request, id, loop.Add(id, requests[request]), rng.Below(10) == 0});
    }
    for (std::size_t n = rng.Below(3); n > 0; --n) loop.Step();
    const std::size_t picked = clients.empty() ? 0 : rng.Below(clients.size());
    if (!clients.empty() && !clients[picked].stays && clients[picked].sink->record.dones == 0) {
      loop->Cancel(clients[picked].id);
      loop->Deliver();
      const Record& record = clients[picked].sink->record;
      ASSERT_EQ(record.reason, api::FinishReason::kCancelled);
      ASSERT_TRUE(want[clients[picked].request].text.starts_with(record.text));
      in_queue += record.usage.queue_ms == 0 ? 1 : 0;
      ++left;
    }
    std::erase_if(clients, [&](const Client& client) {
      const Record& record = client.sink->record;
      if (record.dones == 0) return false;
      EXPECT_EQ(record.dones, 1);
      if (record.reason == api::FinishReason::kCancelled) return true;
      ExpectSame(record, want[client.request]);
      ++stayed;
      return true;
    });
    if (made % 64 == 0) loop->scheduler().CheckInvariants();
    if (::testing::Test::HasFailure()) return;
    if (left >= wanted) loop.Step();
  }
  loop.ExpectEmpty();
  const api::EngineStats stats = loop->Stats();
  EXPECT_GT(stayed, wanted / 20);
  EXPECT_GT(in_queue, 0u);
  EXPECT_GT(stats.preemptions[1] + stats.preemptions[2], 0u);
  std::printf("%zu clients left (%zu in the queue), %zu stayed; %lu pre-emptions\n", left, in_queue,
              stayed, stats.preemptions[1] + stats.preemptions[2]);
}

TEST(Company, TheUrgentDoNotWaitForOthers) {
  const TestModel model;
  Loop loop(model, {.context_tokens = 256, .running_max = 2, .draft_max = 0});
  auto slow = RawRequest("slow", 200);
  slow.priority = api::Priority::kBatch;
  const auto first = loop.Add(api::RequestId{1}, slow);
  const auto second = loop.Add(api::RequestId{2}, slow);
  for (int i = 0; i < 20; ++i) loop.Step();
  auto urgent = RawRequest("urgent", 5);
  urgent.priority = api::Priority::kRealtime;
  const auto robot = loop.Add(api::RequestId{3}, urgent);
  for (int i = 0; i < 8; ++i) loop.Step();
  EXPECT_EQ(robot->record.dones, 1);
  EXPECT_EQ(first->record.dones + second->record.dones, 0);
  loop.Finish();
  EXPECT_EQ(first->record.usage.preemptions + second->record.usage.preemptions, 1);
  EXPECT_EQ(first->record.text, second->record.text);
  EXPECT_EQ(first->record.usage.generated_tokens, 200);
  loop.ExpectEmpty();
}

TEST(Company, ADeadlineEndsAnAnswerAndNoOther) {
  const TestModel model({.context = 100'000});
  Loop loop(model, {.context_tokens = 60'000, .running_max = 2});
  auto late = RawRequest("late", 50'000);
  late.deadline_ms = 20;
  const auto running = loop.Add(api::RequestId{1}, late);
  const auto other = loop.Add(api::RequestId{2}, RawRequest("other", 30));
  late.priority = api::Priority::kBatch;
  const auto waiting = loop.Add(api::RequestId{3}, late);
  loop.Finish();
  for (const auto& sink : {running, waiting}) {
    EXPECT_EQ(sink->record.reason, api::FinishReason::kError);
    EXPECT_EQ(sink->record.code, Code::kDeadlineExceeded);
  }
  EXPECT_EQ(other->record.reason, api::FinishReason::kLength);
  EXPECT_EQ(other->record.text.size(), 30u);
  EXPECT_EQ(loop->Stats().deadline_misses[1] + loop->Stats().deadline_misses[2], 2u);
  loop.ExpectEmpty();
}

TEST(Company, APinnedSystemPromptStays) {
  const TestModel model;
  Loop loop(model, {.kv_memory_bytes = PagesOfBytes(14),
                    .context_tokens = 256,
                    .running_max = 2,
                    .pinned_tokens_max = 96});
  api::GenerateRequest robot;
  robot.messages = {{"system", std::string(80, 'r')}, {"user", "go"}};
  robot.tokens_max = 3;
  robot.pin_system = true;
  loop.Add(api::RequestId{1}, robot);
  loop.Finish();
  EXPECT_GE(loop->Stats().pages_pinned, 2u);
  for (std::uint64_t i = 0; i < 8; ++i) {  // more than all pages
    loop.Add(api::RequestId{10 + i}, RawRequest(std::string(150, static_cast<char>('a' + i)), 50));
    loop.Finish();
  }
  robot.messages[1].content = "stop";
  const auto again = loop.Add(api::RequestId{99}, robot);
  loop.Finish();
  EXPECT_GE(again->record.usage.prompt_tokens_cached, 64);
}

TEST(Company, LogProbabilitiesAreOfTheTokensThatWereChosen) {
  const TestModel model;
  Loop loop(model, {.context_tokens = 256});
  auto request = RawRequest("abc", 20);
  request.top_logprobs = 20;
  const auto greedy = loop.Add(api::RequestId{1}, request);
  request.sampling.temperature = 2;
  request.logit_bias = {{'q', 100}};
  const auto biased = loop.Add(api::RequestId{2}, request);
  loop.Finish();
  ASSERT_EQ(greedy->record.tokens.size(), 20u);
  std::string spelt;
  for (const api::TokenEvent& event : greedy->record.tokens) {
    EXPECT_EQ(event.chosen.token, event.top[0].token);
    EXPECT_EQ(event.chosen.logprob, event.top[0].logprob);
    EXPECT_EQ(event.top.size(), 20u);
    spelt += event.chosen.bytes;
  }
  EXPECT_EQ(spelt, greedy->record.text);
  // The bias decides, and the model's own opinion is told.
  EXPECT_EQ(biased->record.text, std::string(20, 'q'));
  EXPECT_LT(biased->record.tokens[0].chosen.logprob, 0);
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(biased->record.tokens[0].top[i].logprob, greedy->record.tokens[0].top[i].logprob);
  }
}

TEST(Company, ABiasThatForbidsEverythingIsAnError) {
  const TestModel model;
  Loop loop(model, {.context_tokens = 256});
  auto request = RawRequest("abc", 20);
  for (std::int32_t i = 0; i < 264; ++i) request.logit_bias.push_back({i, -100});
  const auto sink = loop.Add(api::RequestId{1}, request);
  loop.Finish();
  EXPECT_EQ(sink->record.code, Code::kInvalidArgument);
  EXPECT_EQ(loop->Stats().numeric_faults, 0u);
}

}  // namespace
}  // namespace ganglion::engine
