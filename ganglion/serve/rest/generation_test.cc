#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/serve/rest/fakes_test.h"

namespace ganglion::serve::rest {
namespace {

constexpr const char* kChat = "/v1/chat/completions";

TEST(Generation, AnErrorBeforeTheFirstEventHasItsOwnStatus) {
  for (const bool stream : {false, true}) {
    TestRest rest;
    const auto exchange = rest.Post(kChat, ChatBody({{"stream", stream}}));
    rest.client.usage.generated_tokens = 0;
    rest.client.Done(0, api::FinishReason::kError, Status(Code::kResourceExhausted, "too long"));
    ASSERT_TRUE(exchange->reply);
    EXPECT_EQ(exchange->reply->status, 400);
    EXPECT_EQ(exchange->json()["error"]["code"], "context_length_exceeded");
  }
}

TEST(Generation, AnErrorInMidStreamIsAnEventAndTheEnd) {
  TestRest rest;
  const auto exchange = rest.Post(kChat, ChatBody({{"stream", true}, {"n", 2}}));
  rest.client.at(0).sink->OnText("a");
  rest.client.Done(1, api::FinishReason::kError, Status(Code::kInternal, "broken"));
  EXPECT_TRUE(exchange->ended);
  EXPECT_EQ(exchange->events().back()["error"]["message"], "broken");
  EXPECT_EQ(exchange->stream.find("[DONE]"), std::string::npos);
  rest.client.at(0).sink->OnText("ignored");
  rest.client.Done(0, api::FinishReason::kCancelled);
  rest.rest->Stop();
  EXPECT_TRUE(rest.client.at(0).cancelled);
  EXPECT_FALSE(rest.client.at(1).cancelled);
}

TEST(Generation, JsonThatRunsOutOfTokensEndsByLength) {
  TestRest rest;
  const auto exchange =
      rest.Post(kChat, ChatBody({{"response_format", {{"type", "json_object"}}}}));
  rest.client.at(0).sink->OnText("{\"a");
  rest.client.Done(0, api::FinishReason::kError,
                   Status(Code::kResourceExhausted, "the answer reached tokens_max"));
  EXPECT_EQ(exchange->reply->status, 200);
  EXPECT_EQ(exchange->json()["choices"][0]["finish_reason"], "length");
}

TEST(Generation, AFullQueueSaysWhenToComeBack) {
  TestRest rest;
  rest.client.stats.waiting_tokens = 5000;
  rest.client.stats.tokens_per_second = 400;
  rest.client.on_submit = [](std::size_t, const auto&) {
    return Status(Code::kUnavailable, "the queue is full");
  };
  const auto exchange = rest.Post(kChat, ChatBody());
  EXPECT_EQ(exchange->reply->status, 429);
  EXPECT_EQ(exchange->reply->headers, (http::Headers{{"retry-after", "13"}}));
  rest.rest->SetDraining();
  EXPECT_EQ(rest.Post(kChat, ChatBody())->reply->status, 503);
}

TEST(Generation, WhatFailsEachTimeIsNotSentAgain) {
  TestRest rest;
  const auto late = rest.Post(kChat, ChatBody());
  rest.client.Done(0, api::FinishReason::kError, Status(Code::kDeadlineExceeded, "late"));
  EXPECT_EQ(late->reply->status, 504);
  EXPECT_EQ(late->reply->headers, (http::Headers{{"x-should-retry", "false"}}));
  const auto unable = rest.Post(kChat, ChatBody());
  rest.client.Done(1, api::FinishReason::kError, Status(Code::kUnimplemented, "no tools"));
  EXPECT_EQ(unable->reply->status, 400);
  EXPECT_EQ(unable->json()["error"]["code"], "unsupported");
}

TEST(Generation, APriorityThatATokenDoesNotAllowIsForbidden) {
  RestOptions options;
  options.may_ask = [](std::uint64_t, api::Priority priority) {
    return priority != api::Priority::kRealtime;
  };
  TestRest rest(options);
  EXPECT_EQ(rest.Post(kChat, ChatBody({{"priority", "realtime"}}))->reply->status, 403);
  EXPECT_EQ(rest.Send("POST", kChat, Dump(ChatBody()), {{"x-ganglion-priority", "realtime"}})
                ->reply->status,
            403);
  rest.Send("POST", kChat, Dump(ChatBody()), {{"x-ganglion-priority", "batch"}});
  EXPECT_EQ(rest.client.at(0).request.priority, api::Priority::kBatch);
}

TEST(Generation, RefusalOfTheSecondAnswerCancelsTheFirst) {
  TestRest rest;
  rest.client.on_submit = [](std::size_t index, const auto&) {
    return index == 1 ? Status(Code::kUnavailable, "full") : Status();
  };
  const auto exchange = rest.Post(kChat, ChatBody({{"n", 3}}));
  EXPECT_EQ(exchange->reply->status, 429);
  ASSERT_EQ(rest.client.submitted.size(), 1u);
  EXPECT_TRUE(rest.client.at(0).cancelled);
}

TEST(Generation, AClientThatGoesAwayCancelsAllItsAnswers) {
  TestRest rest;
  const auto exchange = rest.Post(kChat, ChatBody({{"n", 3}}));
  rest.client.Done(1);
  exchange->Leave();
  EXPECT_TRUE(rest.client.at(0).cancelled);
  EXPECT_FALSE(rest.client.at(1).cancelled) << "it had ended";
  EXPECT_TRUE(rest.client.at(2).cancelled);
  rest.client.Done(0, api::FinishReason::kCancelled);
  rest.client.Done(2, api::FinishReason::kCancelled);
  EXPECT_FALSE(exchange->reply);
  EXPECT_EQ(exchange.use_count(), 1) << "nobody keeps the exchange";
}

TEST(Generation, AClientThatIsGoneBeforeSubmitIsNeverSubmitted) {
  TestRest rest;
  auto exchange = std::make_shared<FakeExchange>("POST", kChat, Dump(ChatBody()));
  exchange->Leave();
  rest.Dispatch(exchange);
  EXPECT_TRUE(rest.client.submitted.empty());
}

TEST(Generation, AClientThatGoesAwayWithinSubmitIsCancelled) {
  TestRest rest;
  auto exchange = std::make_shared<FakeExchange>("POST", kChat, Dump(ChatBody({{"n", 2}})));
  rest.client.on_submit = [&](std::size_t, const auto&) {
    exchange->Leave();
    return Status();
  };
  rest.Dispatch(exchange);
  ASSERT_EQ(rest.client.submitted.size(), 1u) << "the second is not sent";
  EXPECT_TRUE(rest.client.at(0).cancelled) << "its id was not known when the client left";
}

TEST(Generation, AnAnswerMayEndBeforeSubmitReturns) {
  TestRest rest;
  rest.client.on_submit = [&](std::size_t, const std::shared_ptr<api::EventSink>& sink) {
    sink->OnText("quick");
    sink->OnDone(api::FinishReason::kStop, {}, {});
    return Status();
  };
  const auto exchange = rest.Post(kChat, ChatBody());
  EXPECT_EQ(exchange->json()["choices"][0]["message"]["content"], "quick");
  exchange->Leave();
  EXPECT_EQ(rest.client.cancelled(), 0u);
}

TEST(Generation, AReaderThatIsCutCancelsFromAnotherThread) {
  TestRest rest;
  const auto exchange = rest.Post(kChat, ChatBody({{"stream", true}, {"n", 2}}));
  rest.client.at(0).sink->OnText("a");
  exchange->reads = false;
  rest.client.at(0).sink->OnText("b");
  rest.rest->Stop();  // what was posted has run
  EXPECT_EQ(rest.client.cancelled(), 2u);
  rest.client.at(1).sink->OnText("c");
  EXPECT_FALSE(exchange->ended);
}

TEST(Generation, AnAnswerThatTheServerCancelsIsAnError) {
  TestRest rest;
  const auto exchange = rest.Post(kChat, ChatBody());
  rest.client.Done(0, api::FinishReason::kCancelled);
  EXPECT_EQ(exchange->reply->status, 503);
}

// Under the thread sanitizer: leaving, events and Submit() at the same time.
TEST(Generation, LeavingRacesWithEvents) {
  for (int round = 0; round < 200; ++round) {
    TestRest rest;
    auto exchange = std::make_shared<FakeExchange>("POST", kChat, Dump(ChatBody({{"n", 4}})));
    std::vector<std::thread> threads;
    rest.client.on_submit = [&](std::size_t index, const std::shared_ptr<api::EventSink>& sink) {
      threads.emplace_back([sink] {
        for (int i = 0; i < 20; ++i) sink->OnText("x");
        sink->OnDone(api::FinishReason::kStop, {}, {});
      });
      if (index == 1) threads.emplace_back([&] { exchange->Leave(); });
      return Status();
    };
    rest.Dispatch(exchange);
    for (std::thread& thread : threads) thread.join();
    rest.rest->Stop();
  }
}

}  // namespace
}  // namespace ganglion::serve::rest
