#include "ganglion/sched/scheduler.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/sched/driver_test.h"
#include "ganglion/testing/no_alloc.h"

// Who comes in, who is pre-empted, and how sequences end.

namespace ganglion::sched {
namespace {

using api::Priority;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Scheduler, ASequenceIsComputedTokenByTokenToItsEnd) {
  Driver driver(Plenty());
  const std::vector<TokenId> prompt = Prompt(40);
  driver.Ask(1, Priority::kInteractive, prompt, 10);
  EXPECT_EQ(driver.Finish(1), 49u) << "nobody looks back at the last token";
  EXPECT_EQ(driver.tokens(1).size(), 50u);
  EXPECT_FALSE(driver.scheduler().has_work());
}

TEST(Scheduler, EverybodyWhoDecodesHasAPlaceInEachStep) {
  Driver driver(Plenty());
  const std::vector<TokenId> prompt = Prompt(40);
  for (std::uint64_t id = 1; id <= 20; ++id) driver.Ask(id, Priority::kBatch, prompt, 100);
  for (int i = 0; i < 20; ++i) driver.Step();
  EXPECT_EQ(driver.Step().runs.size(), 20u);
}

TEST(Scheduler, ARealtimeRequestTakesThePlaceOfTheLatestOfTheLeastUrgent) {
  Limits limits = Plenty();
  limits.running_max = 3;
  Driver driver(limits);
  const std::vector<TokenId> prompt = Prompt(40);
  driver.Ask(1, Priority::kBatch, prompt, 100);
  driver.Ask(2, Priority::kBatch, prompt, 100);
  driver.Ask(3, Priority::kInteractive, prompt, 100);
  for (int i = 0; i < 10; ++i) driver.Step();
  driver.Ask(4, Priority::kRealtime, prompt, 5);
  const Driver::Stepped step = driver.Step();
  EXPECT_THAT(step.preempted, ElementsAre(2));
  EXPECT_THAT(step.started, ElementsAre(4));
  EXPECT_EQ(step.Find(2), nullptr);
  EXPECT_EQ(driver.scheduler().counts().preemptions[2], 1u);
}

TEST(Scheduler, NobodyIsPreemptedByHisEqual) {
  Limits limits = Plenty();
  limits.running_max = 1;
  Driver driver(limits);
  const std::vector<TokenId> prompt = Prompt(40);
  for (const std::uint64_t id : {1u, 2u}) driver.Ask(id, Priority::kRealtime, prompt, 20);
  for (int i = 0; i < 10; ++i) EXPECT_THAT(driver.Step().preempted, IsEmpty());
  EXPECT_EQ(driver.scheduler().counts().waiting[0], 1u);
}

TEST(Scheduler, AVictimGoesOnWhereItWas) {
  Limits limits = Plenty();
  limits.running_max = 1;
  Driver driver(limits);
  const std::vector<TokenId> prompt = Prompt(300);
  driver.Ask(1, Priority::kBatch, prompt, 50);
  while (driver.tokens(1).size() < 320) driver.Step();
  const std::vector<TokenId> urgent = Prompt(100, 5000);
  driver.Ask(2, Priority::kRealtime, urgent, 5);
  EXPECT_THAT(driver.Step().preempted, ElementsAre(1));
  driver.Finish(2);
  const Driver::Stepped step = driver.Step();
  ASSERT_NE(step.Find(1), nullptr);
  EXPECT_EQ(step.Find(1)->first, 319u) << "its pages are still there, the last one as a copy";
  EXPECT_THAT(step.started, IsEmpty());
  driver.Finish(1);
  const std::vector<TokenId>& tokens = driver.tokens(1);
  ASSERT_EQ(tokens.size(), 350u);
  for (std::size_t i = 300; i < tokens.size(); ++i) {
    EXPECT_EQ(Value(tokens[i]), 1'000'000 + static_cast<int>(i)) << "a token was lost";
  }
}

TEST(Scheduler, AVictimGoesBeforeOthersOfItsClass) {
  Limits limits = Plenty();
  limits.running_max = 1;
  Driver driver(limits);
  const std::vector<TokenId> prompt = Prompt(50);
  for (const std::uint64_t id : {1u, 2u}) {
    ASSERT_TRUE(
        driver.Add({.id = SequenceId{id}, .tenant = id, .prompt = prompt, .answer_tokens_max = 50})
            .ok());
  }
  for (int i = 0; i < 10; ++i) driver.Step();  // the other tenant has nothing so far
  driver.Ask(3, Priority::kRealtime, prompt, 2);
  driver.Finish(3);
  EXPECT_NE(driver.Step().Find(1), nullptr);
  EXPECT_TRUE(driver.is_known(2));
}

TEST(Scheduler, VictimsDoNotKeepTheUrgentOutOfTheQueue) {
  Limits limits = Plenty();
  limits.running_max = 4;
  limits.waiting_max = 4;
  Driver driver(limits);
  const std::vector<TokenId> prompt = Prompt(10);
  for (std::uint64_t id = 1; id <= 4; ++id) driver.Ask(id, Priority::kBatch, prompt, 100);
  for (int i = 0; i < 5; ++i) driver.Step();
  for (std::uint64_t id = 5; id <= 8; ++id) driver.Ask(id, Priority::kRealtime, prompt, 100);
  for (int i = 0; i < 5; ++i) driver.Step();
  EXPECT_EQ(driver.scheduler().counts().waiting[2], 4u);
  EXPECT_EQ(driver.Add({.id = SequenceId{9}, .prompt = prompt}).code(), Code::kUnavailable);
  driver.Finish(5);
  driver.Ask(10, Priority::kRealtime, prompt, 1);
}

// The head of the queue needs most of the pool; who comes later needs one page.
TEST(Scheduler, NobodyPassesOneWhoWaitsForPages) {
  Limits limits = Plenty();
  limits.pages = 20;
  limits.sequence_tokens_max = 600;
  Driver driver(limits);
  const std::vector<TokenId> first = Prompt(200);
  const std::vector<TokenId> large = Prompt(500, 5000);
  const std::vector<TokenId> small = Prompt(10, 9000);
  driver.Ask(1, Priority::kInteractive, first, 100);
  for (int i = 0; i < 10; ++i) driver.Step();
  driver.Ask(2, Priority::kInteractive, large, 1);
  driver.Ask(3, Priority::kBatch, small, 50);
  while (driver.is_known(1)) {
    const Driver::Stepped step = driver.Step();
    ASSERT_EQ(step.Find(2), nullptr);
    ASSERT_EQ(step.Find(3), nullptr);
  }
  EXPECT_NE(driver.Step().Find(2), nullptr);
}

TEST(Scheduler, WherePagesAreShortTheLeastUrgentGivesHisAndLosesNothing) {
  Limits limits = Plenty();
  limits.pages = 20;
  limits.sequence_tokens_max = 600;
  Driver driver(limits);
  const std::vector<TokenId> batch = Prompt(200);
  const std::vector<TokenId> urgent = Prompt(400, 5000);
  driver.Ask(1, Priority::kBatch, batch, 200);
  while (driver.tokens(1).size() < 260) driver.Step();
  driver.Ask(2, Priority::kRealtime, urgent, 100);
  EXPECT_THAT(driver.Step().preempted, ElementsAre(1));
  driver.Finish(2);
  const std::uint32_t again = driver.Finish(1);
  EXPECT_GT(again, 140u) << "its pages were needed";
  EXPECT_EQ(driver.tokens(1).size(), 400u);
}

TEST(Scheduler, WhereAnswersOutgrowThePoolTheLatestWaitsForTheOldest) {
  Limits limits = Plenty();
  limits.pages = 20;
  limits.sequence_tokens_max = 600;
  Driver driver(limits);
  const std::vector<TokenId> prompt = Prompt(100);
  const std::vector<TokenId> other = Prompt(100, 5000);
  driver.Ask(1, Priority::kBatch, prompt, 400);
  driver.Ask(2, Priority::kBatch, other, 400);
  std::vector<std::uint64_t> preempted;
  while (driver.is_known(1)) {
    const Driver::Stepped step = driver.Step();
    preempted.insert(preempted.end(), step.preempted.begin(), step.preempted.end());
  }
  EXPECT_THAT(preempted, ElementsAre(2));
  driver.Finish(2);
  EXPECT_EQ(driver.tokens(2).size(), 500u);
}

TEST(Scheduler, CachedPrefixesGoBeforeAnybodyIsPreempted) {
  Limits limits = Plenty();
  limits.pages = 20;
  limits.sequence_tokens_max = 600;
  Driver driver(limits);
  const std::vector<TokenId> old = Prompt(320);
  driver.Ask(1, Priority::kBatch, old, 1);
  driver.Finish(1);
  EXPECT_EQ(driver.scheduler().counts().pages_cached, 10u);
  const std::vector<TokenId> prompt = Prompt(200, 5000);
  const std::vector<TokenId> other = Prompt(200, 6000);
  driver.Ask(2, Priority::kBatch, prompt, 50);
  driver.Ask(3, Priority::kRealtime, other, 50);
  while (driver.is_known(2) || driver.is_known(3)) EXPECT_THAT(driver.Step().preempted, IsEmpty());
}

TEST(Scheduler, WhoIsLateIsReportedOnceWhereverHeIs) {
  Limits limits = Plenty();
  limits.running_max = 1;
  Driver driver(limits);
  const std::vector<TokenId> prompt = Prompt(50);
  const auto ask = [&](std::uint64_t id, Priority priority) {
    ASSERT_TRUE(driver
                    .Add({.id = SequenceId{id},
                          .priority = priority,
                          .deadline_ns = 50'000'000'000,
                          .prompt = prompt,
                          .answer_tokens_max = 400})
                    .ok());
  };
  ask(1, Priority::kBatch);
  for (int i = 0; i < 5; ++i) driver.Step();
  ask(2, Priority::kRealtime);
  driver.Step();
  ask(3, Priority::kBatch);
  driver.now = 50'000'000'000;
  const Driver::Stepped step = driver.Step();
  EXPECT_THAT(step.expired, ::testing::UnorderedElementsAre(1, 2, 3));
  EXPECT_THAT(step.runs, IsEmpty());
  EXPECT_THAT(driver.Step().expired, IsEmpty());
  EXPECT_FALSE(driver.scheduler().has_work());
  EXPECT_FALSE(driver.Cancel(1));
  EXPECT_EQ(driver.scheduler().counts().pages_live, 0u);
  EXPECT_EQ(driver.scheduler().counts().deadline_misses[2], 2u);
}

TEST(Scheduler, CancellingFreesPagesAtOnceInEveryState) {
  Limits limits = Plenty();
  limits.running_max = 2;
  limits.keep_prefixes = false;
  Driver driver(limits);
  const std::vector<TokenId> prompt = Prompt(2000);
  const std::vector<TokenId> other = Prompt(60, 9000);
  driver.Ask(1, Priority::kBatch, prompt, 10);  // in the middle of its prompt
  driver.Step();
  driver.Ask(2, Priority::kBatch, other, 100);  // decodes
  driver.Step();
  driver.Step();
  EXPECT_GT(driver.scheduler().pool().pages_used(), 2u);
  EXPECT_TRUE(driver.Cancel(1));
  EXPECT_EQ(driver.scheduler().pool().pages_used(), 2u);
  driver.Ask(3, Priority::kRealtime, other, 100);
  driver.Ask(4, Priority::kRealtime, other, 100);  // 2 is pre-empted
  EXPECT_THAT(driver.Step().preempted, ElementsAre(2));
  driver.Ask(5, Priority::kBatch, other, 100);  // waits
  EXPECT_TRUE(driver.Cancel(2));
  EXPECT_TRUE(driver.Cancel(5));
  EXPECT_TRUE(driver.Cancel(3));
  EXPECT_TRUE(driver.Cancel(4));
  EXPECT_FALSE(driver.Cancel(4));
  EXPECT_EQ(driver.scheduler().pool().pages_used(), 0u);
  EXPECT_FALSE(driver.scheduler().has_work());
}

TEST(Scheduler, RefusesWhatCouldNeverFinish) {
  Limits limits = Plenty();
  limits.pages = 20;
  limits.pinned_pages_max = 4;
  limits.sequence_tokens_max = 1000;
  Driver driver(limits);
  const std::vector<TokenId> prompt = Prompt(500);
  const auto add = [&](std::uint32_t answer) {
    return driver.Add({.id = SequenceId{1}, .prompt = prompt, .answer_tokens_max = answer});
  };
  const Status context = add(501);
  EXPECT_EQ(context.code(), Code::kResourceExhausted);
  EXPECT_THAT(std::string(context.message()), HasSubstr("context of 1000"));
  const Status pages = add(16 * kPageTokens - 500 + 1);
  EXPECT_EQ(pages.code(), Code::kResourceExhausted);
  EXPECT_THAT(std::string(pages.message()), HasSubstr("17 pages"));
  EXPECT_EQ(add(UINT32_MAX).code(), Code::kResourceExhausted);
  EXPECT_TRUE(add(16 * kPageTokens - 500).ok());
  driver.Finish(1);
}

TEST(Scheduler, AFullQueueRefusesButKeepsAPartForRealtime) {
  Limits limits = Plenty();
  limits.waiting_max = 16;
  limits.waiting_tokens_max = 16'000;
  const std::vector<TokenId> prompt = Prompt(10);
  Driver driver(limits);
  for (std::uint64_t id = 1; id <= 14; ++id) driver.Ask(id, Priority::kInteractive, prompt, 1);
  const Status full = driver.Add({.id = SequenceId{100}, .prompt = prompt});
  EXPECT_EQ(full.code(), Code::kUnavailable);
  EXPECT_THAT(std::string(full.message()), HasSubstr("14 requests wait"));
  driver.Ask(15, Priority::kRealtime, prompt, 1);
  driver.Ask(16, Priority::kRealtime, prompt, 1);
  EXPECT_EQ(
      driver.Add({.id = SequenceId{101}, .priority = Priority::kRealtime, .prompt = prompt}).code(),
      Code::kUnavailable);

  driver.FinishAll();
  const std::vector<TokenId> half = Prompt(8000);
  driver.Ask(200, Priority::kBatch, half, 1);
  const Status tokens = driver.Add({.id = SequenceId{201}, .prompt = half});
  EXPECT_EQ(tokens.code(), Code::kUnavailable);
  EXPECT_THAT(std::string(tokens.message()), HasSubstr("8000 tokens wait"));
  driver.Ask(202, Priority::kRealtime, half, 1);
}

TEST(Scheduler, GuessesStopBeforeTheLastTokenOfAnAnswer) {
  Limits limits = Plenty();
  limits.draft_max = 8;
  Driver driver(limits);
  const std::vector<TokenId> prompt = Prompt(20);
  driver.Ask(1, Priority::kInteractive, prompt, 6);
  EXPECT_EQ(driver.Step().runs[0].draft_max, 0u);
  for (const std::uint32_t draft : {4u, 3u, 2u, 1u, 0u}) {
    EXPECT_EQ(driver.Step().runs[0].draft_max, draft);
  }
  EXPECT_FALSE(driver.is_known(1));
}

TEST(Scheduler, RowsComeOnceAndOnlyWhereTheyAreWanted) {
  Limits limits = Plenty();
  limits.step_tokens_max = 50;
  limits.step_rows_max = 20;
  Driver driver(limits);
  const std::vector<TokenId> prompt = Prompt(100);
  for (const std::uint64_t id : {1u, 2u}) {  // the second finds all pages in the cache
    ASSERT_TRUE(
        driver.Add({.id = SequenceId{id}, .prompt = prompt, .answer_tokens_max = 2, .rows = 45})
            .ok());
    std::uint32_t next = 55;
    while (driver.is_known(id)) {
      const Driver::Stepped step = driver.Step();
      const Driver::Ran& run = *step.Find(id);
      EXPECT_LE(run.rows, 20u);
      const std::uint32_t end = run.first + run.tokens;
      if (run.first < 100) {
        EXPECT_EQ(run.rows, end > next ? end - next : 0);
        next = std::max(next, end);
      } else {
        EXPECT_EQ(run.rows, 1u);
      }
    }
    EXPECT_EQ(next, 100u);
  }
}

TEST(Scheduler, ALostSequenceIsComputedAgainAndNothingIsSharedFromBefore) {
  Driver driver(Plenty());
  const std::vector<TokenId> prompt = Prompt(100);
  driver.Ask(1, Priority::kInteractive, prompt, 20);
  for (int i = 0; i < 8; ++i) driver.Step();
  const std::size_t decided = driver.tokens(1).size();
  EXPECT_GT(decided, 100u);
  driver.to_lose = 1;
  driver.Step();
  EXPECT_EQ(driver.scheduler().counts().pages_cached, 0u);
  const Driver::Stepped step = driver.Step();
  EXPECT_EQ(step.Find(1)->first, 0u);
  driver.Finish(1);
  EXPECT_EQ(driver.tokens(1).size(), 120u);
}

// The other one shares the pages that cannot be trusted, and does not know it yet.
TEST(Scheduler, AfterALossThoseWhoRanDoNotHandOnTheirPages) {
  Driver driver(Plenty());
  const std::vector<TokenId> prompt = Prompt(100);
  driver.Ask(1, Priority::kInteractive, prompt, 20);
  for (int i = 0; i < 8; ++i) driver.Step();
  driver.Ask(2, Priority::kInteractive, prompt, 5);
  driver.Step();
  driver.to_lose = 1;
  driver.Step();
  driver.Cancel(1);
  driver.Finish(2);
  driver.Ask(3, Priority::kInteractive, prompt, 1);
  EXPECT_EQ(driver.Finish(3), 100u);
}

TEST(Scheduler, TheSameCallsGiveTheSamePlans) {
  Driver a(Plenty());
  Driver b(Plenty());
  for (Driver* driver : {&a, &b}) {
    for (std::uint64_t id = 1; id <= 12; ++id) {
      driver->Ask(id, static_cast<Priority>(id % 3), Prompt(50 * static_cast<std::uint32_t>(id)),
                  static_cast<std::uint32_t>(id));
    }
  }
  while (a.scheduler().has_work()) {
    const Driver::Stepped x = a.Step();
    const Driver::Stepped y = b.Step();
    ASSERT_EQ(x.runs.size(), y.runs.size());
    for (std::size_t i = 0; i < x.runs.size(); ++i) {
      EXPECT_EQ(x.runs[i].id, y.runs[i].id);
      EXPECT_EQ(x.runs[i].first, y.runs[i].first);
      EXPECT_EQ(x.runs[i].tokens, y.runs[i].tokens);
    }
  }
}

TEST(Scheduler, PlansAndCommitsWithoutTakingMemory) {
  Limits limits = Plenty();
  limits.running_max = 4;
  limits.pages = 60;
  limits.sequence_tokens_max = 1000;
  limits.draft_max = 4;
  const std::unique_ptr<Scheduler> scheduler = MakeScheduler(limits);
  const std::vector<TokenId> answer(1, TokenId{5});
  std::vector<RunResult> results;
  results.reserve(64);
  std::size_t taken = 0;
  std::uint64_t preempted = 0;
  for (std::uint64_t id = 1; id < 400; ++id) {
    const std::vector<TokenId> prompt =
        Prompt(100 + static_cast<std::uint32_t>(id * 37 % 500), static_cast<int>(id % 7) * 1000);
    (void)scheduler->Add({.id = SequenceId{id},
                          .priority = static_cast<Priority>(id % 3),
                          .deadline_ns = id % 5 == 0 ? static_cast<TimeNs>(id) + 20 : 0,
                          .prompt = prompt,
                          .answer_tokens_max = 40});
    const std::size_t before = testing::AllocationCount();
    for (int i = 0; i < 3; ++i) {
      const StepPlan plan = scheduler->Plan(static_cast<TimeNs>(id));
      preempted += plan.preempted.size();
      results.clear();
      for (const RunPlan& run : plan.runs) {
        RunResult result;
        result.computed = run.tokens;
        if (run.is_last) result.decided = answer;
        result.finished = run.first > 600 || (run.is_last && run.first % 16 == 0);
        results.push_back(result);
      }
      if (!plan.runs.empty()) scheduler->Commit(static_cast<TimeNs>(id), 0.02, results);
    }
    taken += testing::AllocationCount() - before;
  }
  EXPECT_EQ(taken, 0u);
  EXPECT_GT(preempted, 0u);
}

}  // namespace
}  // namespace ganglion::sched
