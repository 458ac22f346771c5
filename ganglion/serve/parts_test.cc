// The parts of the server that are told the time, without one that listens.

#include <fstream>
#include <iterator>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ganglion/serve/access_log.h"
#include "ganglion/serve/canary.h"
#include "ganglion/serve/health.h"
#include "ganglion/serve/limits.h"
#include "ganglion/serve/quota_gate.h"
#include "ganglion/serve/request_ledger.h"

namespace ganglion::serve {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::unique_ptr<admission::Admission> OneTenant(admission::Quota quota) {
  auto made =
      admission::Admission::Create({{.name = "a", .sha256 = http::Sha256("a"), .quota = quota}});
  EXPECT_TRUE(made.ok());
  return *std::move(made);
}

TEST(CanaryState, IsFreshWhileEveryModelAnswersInTime) {
  CanaryState state(2, {.interval = 10_s, .age_max = 30_s});
  EXPECT_FALSE(state.Fresh(0));
  EXPECT_THAT(state.TakeDue(0), ElementsAre(0, 1));
  EXPECT_THAT(state.TakeDue(100_s), IsEmpty());  // both are under way: never two at once
  state.OnAnswer(0, true, 100_s);
  EXPECT_FALSE(state.Fresh(100_s));
  state.OnAnswer(1, true, 105_s);
  EXPECT_TRUE(state.Fresh(105_s));
  EXPECT_EQ(state.Age(106_s), 6_s);
  EXPECT_TRUE(state.Fresh(130_s));
  EXPECT_FALSE(state.Fresh(131_s));
}

TEST(CanaryState, AFailureIsCountedAndTriedAgainAtItsTime) {
  CanaryState state(1, {.interval = 10_s, .age_max = 30_s});
  EXPECT_THAT(state.TakeDue(0), ElementsAre(0));
  state.OnAnswer(0, false, 1_s);
  EXPECT_EQ(state.failures(), 1u);
  EXPECT_FALSE(state.Age(1_s));
  EXPECT_THAT(state.TakeDue(9_s), IsEmpty());
  EXPECT_THAT(state.TakeDue(10_s), ElementsAre(0));
  state.OnAnswer(0, true, 11_s);
  EXPECT_TRUE(state.Fresh(11_s));
}

// Answers when it is asked, or keeps the sink.
class CanaryClient final : public api::InferenceClient {
 public:
  explicit CanaryClient(bool answers) : answers_(answers) {}
  Result<api::RequestId> Submit(api::GenerateRequest request,
                                std::shared_ptr<api::EventSink> sink) override {
    EXPECT_EQ(request.tokens_max, 1);
    EXPECT_GT(request.deadline_ms, 0);
    if (!answers_) return Status(Code::kUnavailable, "the queue is full");
    sink->OnDone(api::FinishReason::kLength, {}, {});
    return api::RequestId{1};
  }
  void Cancel(api::RequestId /*request*/) override {}

 private:
  const bool answers_;
};

TEST(Canary, AsksEachModelAtOnceAndIsAtEaseWithRefusals) {
  CanaryClient good(true);
  CanaryClient full(false);
  const auto clock = [] { return TimeNs{5_s}; };
  {
    const Canary canary({&good}, {.interval = 10_s, .age_max = 30_s}, clock);
    while (!canary.Fresh()) std::this_thread::yield();
    EXPECT_EQ(canary.Age(), 0);
  }
  const Canary canary({&full}, {.interval = 10_s, .age_max = 30_s}, clock);
  while (canary.failures() == 0) std::this_thread::yield();
  EXPECT_FALSE(canary.Fresh());
}

TEST(ReadyAnswer, SaysWhyNot) {
  EXPECT_EQ(ReadyAnswer({.canary_fresh = true, .canary_age = 1_s}).status, 200);
  const auto none = ReadyAnswer({});
  EXPECT_EQ(none.status, 503);
  EXPECT_THAT(none.body, HasSubstr("not every model has given a token yet"));
  const auto old = ReadyAnswer({.canary_age = 90_s, .canary_age_max = 60_s});
  EXPECT_THAT(old.body, HasSubstr("no token for 90 s"));
  const auto ending = ReadyAnswer({.draining = true, .canary_fresh = true, .canary_age = 1_s});
  EXPECT_EQ(ending.status, 503);
  EXPECT_THAT(ending.body, HasSubstr("shutting down"));
}

TEST(AccessLog, ALineIsOneJsonObject) {
  AccessRecord record = {.time_ns = 1'769'860'800'123'000'000,
                         .id = "r-1",
                         .peer = "::1",
                         .method = "POST",
                         .path = "/v1/\"\n\xff" + std::string(1000, 'x'),
                         .status = 200};
  const std::string line = ToJsonLine(record);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json["time"], "2026-01-31T12:00:00.123Z");
  EXPECT_LE(json["path"].get<std::string>().size(), kLogPathBytesMax + 2);
  EXPECT_FALSE(json.contains("model"));
  record.model = "m";
  record.generated_tokens = 7;
  record.tenant = "console";
  const auto with_model = nlohmann::json::parse(ToJsonLine(record));
  EXPECT_EQ(with_model["generated_tokens"], 7);
  EXPECT_EQ(with_model["tenant"], "console");
}

TEST(AccessLog, WritesWhatWaitsBeforeItEndsAndFollowsARenamedFile) {
  const std::string path = ::testing::TempDir() + "ganglion_access_log_test";
  const std::string moved = path + ".1";
  std::remove(path.c_str());
  std::remove(moved.c_str());
  {
    auto log = AccessLog::Open(path);
    ASSERT_TRUE(log.ok());
    (*log)->Write({.id = "before"});
    ASSERT_EQ(std::rename(path.c_str(), moved.c_str()), 0);
    (*log)->Reopen();
    // Until the new file is there, lines may go to the old one.
    while (!std::ifstream(path).good()) std::this_thread::yield();
    (*log)->Write({.id = "after"});
    EXPECT_EQ((*log)->lines_dropped(), 0u);
  }
  const auto text_of = [](const std::string& name) {
    std::ifstream file(name);
    return std::string{std::istreambuf_iterator<char>(file), {}};
  };
  EXPECT_THAT(text_of(moved), HasSubstr("before"));
  EXPECT_THAT(text_of(path), HasSubstr("after"));
  std::remove(path.c_str());
  std::remove(moved.c_str());
  EXPECT_FALSE(AccessLog::Open("/nowhere/at/all.log").ok());
}

TEST(RequestLedger, ChargesTheTenantAndTellsTheLog) {
  const auto admission = OneTenant({.tokens_per_minute = 100});
  metrics::NoObserver nobody;
  RequestLedger ledger(nobody, *admission);
  const auto watch =
      ledger.OnArrival({.model = "m", .n = 2, .tenant = 1, .request_id = std::string("r")});
  api::Usage usage;
  usage.prompt_tokens = 60;
  usage.generated_tokens = 10;
  watch->OnDone(0, api::FinishReason::kStop, usage, Code::kOk, 0);
  watch->OnDone(1, api::FinishReason::kStop, usage, Code::kOk, 0);
  EXPECT_EQ(admission->Begin(1, 0).kind, admission::Decision::Kind::kTokens);
  const auto entry = ledger.Take("r");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->model, "m");
  EXPECT_EQ(entry->generated_tokens, 20);
  EXPECT_FALSE(ledger.Take("r"));
}

TEST(RequestLedger, ForgetsTheOldestOfThoseThatNobodyTakes) {
  const auto admission = OneTenant({});
  metrics::NoObserver nobody;
  RequestLedger ledger(nobody, *admission);
  for (std::size_t i = 0; i <= kLedgerEntriesMax; ++i) {
    const std::string id = std::to_string(i);
    ledger.OnArrival({.model = "m", .request_id = id});
  }
  EXPECT_FALSE(ledger.Take("0"));
  EXPECT_TRUE(ledger.Take(std::to_string(kLedgerEntriesMax)));
}

class FakeExchange final : public http::Exchange {
 public:
  explicit FakeExchange(http::Response& answer) : answer_(answer) { request_.tenant = 1; }
  const http::Request& request() const override { return request_; }
  void Reply(http::Response response) override { answer_ = std::move(response); }
  void BeginStream(http::Response head) override { answer_ = std::move(head); }
  bool Append(std::string_view /*bytes*/) override { return true; }
  void End() override {}
  void OnGone(std::function<void()> /*gone*/) override {}

 private:
  http::Request request_;
  http::Response& answer_;
};

TEST(QuotaGate, APlaceIsHeldUntilTheExchangeIsDropped) {
  const auto admission = OneTenant({.requests_per_minute = 60, .concurrent_max = 1});
  metrics::NoObserver nobody;
  std::vector<std::shared_ptr<http::Exchange>> kept;
  const http::Handler handler =
      WithinQuota({*admission, nobody, [] { return TimeNs{0}; }},
                  [&](std::shared_ptr<http::Exchange> exchange) { kept.push_back(exchange); });
  http::Response first;
  http::Response second;
  handler(std::make_shared<FakeExchange>(first));
  handler(std::make_shared<FakeExchange>(second));
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(second.status, 429);
  kept[0]->Reply({.status = 200});
  ASSERT_FALSE(first.headers.empty());
  EXPECT_EQ(first.headers[0].first, "x-ratelimit-limit-requests");
  EXPECT_EQ(first.headers[1].second, "59");
  kept.clear();
  handler(std::make_shared<FakeExchange>(second));
  EXPECT_EQ(kept.size(), 1u);
}

}  // namespace
}  // namespace ganglion::serve
