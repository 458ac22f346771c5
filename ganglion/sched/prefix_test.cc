#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/sched/driver_test.h"

// What is computed once and used again.

namespace ganglion::sched {
namespace {

using api::Priority;

TEST(Prefixes, ASecondRequestComputesOnlyWhatIsNew) {
  Driver driver(Plenty());
  const std::vector<TokenId> prompt = Prompt(110);
  driver.Ask(1, Priority::kInteractive, prompt, 1);
  EXPECT_EQ(driver.Finish(1), 110u);
  driver.Ask(2, Priority::kInteractive, prompt, 1);
  const Driver::Stepped step = driver.Step();
  EXPECT_EQ(step.Find(2)->first, 109u) << "the logits of the last token are wanted";
  ASSERT_EQ(step.copies.size(), 1u) << "the page in which they part is copied";
  EXPECT_EQ(step.copies[0].tokens, 13u);
  EXPECT_EQ(driver.scheduler().counts().prompt_tokens_cached, 109u);
}

TEST(Prefixes, AConversationGoesOnFromItsAnswer) {
  Driver driver(Plenty());
  const std::vector<TokenId> prompt = Prompt(100);
  driver.Ask(1, Priority::kInteractive, prompt, 50);
  driver.Finish(1);
  std::vector<TokenId> next = driver.tokens(1);
  next.insert(next.end(), 20, TokenId{7});
  driver.Ask(2, Priority::kInteractive, next, 1);
  EXPECT_EQ(driver.Finish(2), 21u) << "the last token of the answer was never computed";
}

TEST(Prefixes, OfTwoAtOnceOneComputesTheBeginning) {
  Driver driver(Plenty());
  std::vector<TokenId> a = Prompt(1600);
  std::vector<TokenId> b = a;
  a.insert(a.end(), 10, TokenId{1});
  b.insert(b.end(), 10, TokenId{2});
  driver.Ask(1, Priority::kInteractive, a, 1);
  driver.Ask(2, Priority::kInteractive, b, 1);
  EXPECT_EQ(driver.Finish(1) + driver.Finish(2), 1600u + 2 * 10);
}

TEST(Prefixes, WhoStartsLaterTakesUpWhatIsBeingComputed) {
  Driver driver(Plenty());
  const std::vector<TokenId> prompt = Prompt(4000);
  driver.Ask(1, Priority::kBatch, prompt, 1);
  for (int i = 0; i < 10; ++i) driver.Step();
  driver.Ask(2, Priority::kBatch, prompt, 1);
  std::uint32_t computed = 0;
  while (driver.is_known(1) || driver.is_known(2)) computed += driver.Step().TokensOf(2);
  EXPECT_LE(computed, kPageTokens);
}

// The batch prompt is computed for itself while nobody else can give its pages; then the realtime
// prompt, which is computed faster, gives them.
TEST(Prefixes, ARunningPromptTakesUpPagesOfAnother) {
  Limits limits = Plenty();
  limits.step_tokens_max = 64;
  Driver driver(limits);
  const std::vector<TokenId> prompt = Prompt(2000);
  driver.Ask(1, Priority::kBatch, prompt, 1);
  for (int i = 0; i < 4; ++i) driver.Step();
  driver.Ask(2, Priority::kRealtime, prompt, 1);
  std::uint32_t computed = 0;
  while (driver.is_known(2)) {
    const Driver::Stepped step = driver.Step();
    computed += step.TokensOf(1) + step.TokensOf(2);
  }
  computed += driver.Finish(1);
  EXPECT_LE(computed, 2000u + 2 * kPageTokens);
}

TEST(Prefixes, AnUrgentPromptDoesNotWaitForALessUrgentOne) {
  Driver driver(Plenty());
  const std::vector<TokenId> prompt = Prompt(4000);
  driver.Ask(1, Priority::kBatch, prompt, 1);
  for (int i = 0; i < 5; ++i) driver.Step();
  driver.Ask(2, Priority::kRealtime, prompt, 1);
  EXPECT_GT(driver.Step().TokensOf(2), 0u);
}

TEST(Prefixes, WhatIsPinnedSurvivesPressure) {
  Limits limits = Plenty();
  limits.pages = 30;
  limits.sequence_tokens_max = 700;
  limits.pinned_pages_max = 5;
  for (const std::uint32_t pinned : {0u, 128u}) {
    Driver driver(limits);
    const std::vector<TokenId> system = Prompt(130);
    ASSERT_TRUE(driver
                    .Add({.id = SequenceId{1},
                          .prompt = system,
                          .answer_tokens_max = 1,
                          .pinned_tokens = pinned})
                    .ok());
    driver.Finish(1);
    EXPECT_EQ(driver.scheduler().counts().pages_pinned, pinned / kPageTokens);
    for (std::uint64_t id = 2; id < 8; ++id) {
      driver.Ask(id, Priority::kRealtime, Prompt(700, static_cast<int>(id) * 1000), 0);
      driver.Finish(id);
    }
    driver.Ask(10, Priority::kInteractive, system, 1);
    EXPECT_EQ(driver.Finish(10), pinned == 0 ? 130u : 2u);
  }
}

TEST(Prefixes, CachedTokensAreThoseOfTheFirstStep) {
  Driver driver(Plenty());
  const std::vector<TokenId> prompt = Prompt(200);
  driver.Ask(1, Priority::kInteractive, prompt, 1);
  driver.Finish(1);
  driver.Ask(2, Priority::kInteractive, prompt, 20);
  EXPECT_EQ(driver.scheduler().cached_tokens(SequenceId{2}), 0u);
  driver.Step();
  driver.Step();
  EXPECT_EQ(driver.scheduler().cached_tokens(SequenceId{2}), 199u);
}

TEST(Prefixes, NothingIsKeptWhereNothingIsToBeKept) {
  Limits limits = Plenty();
  limits.keep_prefixes = false;
  Driver driver(limits);
  const std::vector<TokenId> prompt = Prompt(100);
  for (const std::uint64_t id : {1u, 2u}) {
    driver.Ask(id, Priority::kInteractive, prompt, 5);
    EXPECT_EQ(driver.Finish(id), 104u);
    EXPECT_EQ(driver.scheduler().pool().pages_used(), 0u);
  }
}

}  // namespace
}  // namespace ganglion::sched
