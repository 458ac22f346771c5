#include "ganglion/serve/http/answer.h"

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace ganglion::serve::http {
namespace {

class CountingSignal final : public ReadySignal {
 public:
  void Ready(std::uint64_t connection) override {
    EXPECT_EQ(connection, 7u);
    ++count;
  }
  int count = 0;
};

class AnswerTest : public ::testing::Test {
 protected:
  std::shared_ptr<Answer> Make(Answer::Form form = {}) {
    form.stream_bytes_max = 1000;
    return std::make_shared<Answer>(Request{.method = "GET", .path = "/"}, std::move(form), 7,
                                    signal_, counters_);
  }
  Answer::Taken Take(Answer& answer) {
    out_.clear();
    return answer.Take(out_);
  }

  std::shared_ptr<CountingSignal> signal_ = std::make_shared<CountingSignal>();
  std::shared_ptr<Counters> counters_ = std::make_shared<Counters>();
  std::string out_;
};

TEST_F(AnswerTest, ManyAppendsWakeOnceAndLeaveAsOne) {
  const auto answer = Make();
  answer->BeginStream({});
  EXPECT_EQ(Take(*answer), Answer::Taken::kMore);
  EXPECT_EQ(signal_->count, 0) << "the connection looks by itself the first time";
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(answer->Append("event"));
  EXPECT_EQ(signal_->count, 1);
  EXPECT_EQ(Take(*answer), Answer::Taken::kMore);
  EXPECT_EQ(out_.size(), 50 * std::string_view("5\r\nevent\r\n").size());
  answer->End();
  EXPECT_EQ(signal_->count, 2);
  EXPECT_EQ(Take(*answer), Answer::Taken::kLast);
  EXPECT_EQ(out_, "0\r\n\r\n");
}

TEST_F(AnswerTest, BytesThatWaitAreBoundedThoseUnderWayIncluded) {
  const auto answer = Make();
  answer->BeginStream({});
  Take(*answer);
  Take(*answer);  // the head has been written
  ASSERT_TRUE(answer->Append(std::string(600, 'a')));
  Take(*answer);
  EXPECT_FALSE(answer->Append(std::string(600, 'b')));
  EXPECT_FALSE(answer->Append("c"));
  EXPECT_EQ(Take(*answer), Answer::Taken::kCut);
}

TEST_F(AnswerTest, ACutIsSignalledThoughAnotherSignalIsUnderWay) {
  const auto answer = Make();
  answer->BeginStream({});
  Take(*answer);
  ASSERT_TRUE(answer->Append("a"));
  ASSERT_FALSE(answer->Append(std::string(2000, 'b')));
  EXPECT_EQ(signal_->count, 2);
  EXPECT_TRUE(answer->cut());

  const auto dropped = Make();
  auto lent = Answer::Lend(dropped);
  lent->BeginStream({});
  Take(*dropped);
  lent->Append("a");
  lent.reset();
  EXPECT_EQ(signal_->count, 4);
}

TEST_F(AnswerTest, WhatHasBeenWrittenCountsNoMore) {
  const auto answer = Make();
  answer->BeginStream({});
  for (int i = 0; i < 10; ++i) {
    Take(*answer);
    Take(*answer);
    ASSERT_TRUE(answer->Append(std::string(900, 'a')));
  }
}

TEST_F(AnswerTest, GoneIsCalledOnceAndNotAfterTheEnd) {
  int told = 0;
  const auto answer = Make();
  answer->OnGone([&] { ++told; });
  answer->Gone();
  answer->Gone();
  EXPECT_EQ(told, 1);
  answer->Reply({});
  answer->OnGone([&] { ++told; });
  EXPECT_EQ(told, 2) << "gone already: at once";

  const auto done = Make();
  done->OnGone([&] { ++told; });
  done->Reply({});
  done->Gone();
  EXPECT_EQ(told, 2);
}

TEST_F(AnswerTest, AHandlerThatKeepsItselfAliveByOnGoneIsFreedByTheEnd) {
  const auto answer = Make();
  auto lent = Answer::Lend(answer);
  lent->OnGone([lent] { lent->Reply({}); });
  lent->Reply({});
  lent.reset();
  EXPECT_EQ(answer.use_count(), 1);
}

TEST_F(AnswerTest, FieldsCannotBreakOutOfTheirLine) {
  const auto answer = Make();
  answer->Reply({.headers = {{"X-Good", "1"}, {"X-Bad", "1\r\nX-Evil: 1"}, {"X\nEvil", "1"}}});
  Take(*answer);
  EXPECT_NE(out_.find("X-Good: 1\r\n"), std::string::npos);
  EXPECT_EQ(out_.find("Evil"), std::string::npos);
}

TEST_F(AnswerTest, NoBodyWhereTheStatusHasNone) {
  const auto answer = Make();
  answer->Reply({.status = 204, .body = "lost"});
  Take(*answer);
  EXPECT_EQ(out_.find("Content-Length"), std::string::npos);
  EXPECT_TRUE(out_.ends_with("\r\n\r\n"));
}

TEST_F(AnswerTest, TheDateIsAsHttpWritesIt) {
  std::string out;
  AppendHead({}, {.wall_ns = 784'111'777LL * 1'000'000'000}, out);
  EXPECT_NE(out.find("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"), std::string::npos);
}

TEST_F(AnswerTest, BodiesAreGivenBackWhenTheLastCopyGoes) {
  counters_->body_bytes_held = 3;
  auto answer =
      std::make_shared<Answer>(Request{.body = "abc"}, Answer::Form{}, 7, signal_, counters_);
  auto lent = Answer::Lend(answer);
  answer->Gone();
  answer.reset();
  EXPECT_EQ(counters_->body_bytes_held, 3u);
  lent.reset();
  EXPECT_EQ(counters_->body_bytes_held, 0u);
}

}  // namespace
}  // namespace ganglion::serve::http
