#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/sched/driver_test.h"
#include "ganglion/testing/seed.h"

// How long steps take, and who gets what of them.

namespace ganglion::sched {
namespace {

using api::Priority;

double Quantile(std::vector<double> values, double part) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

// Something like a model of 0.5B weights on two threads: reading the weights, then the tokens.
double SmallMachine(const StepPlan& plan) {
  double seconds = 0.018;
  for (const RunPlan& run : plan.runs) {
    seconds += 0.0006 * run.tokens + 4e-8 * run.tokens * (run.first + run.tokens / 2.0);
  }
  return seconds;
}

TEST(Latency, ARealtimeStreamHardlyNoticesALongPrompt) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  Driver driver(Plenty());
  driver.seconds = [&](const StepPlan& plan) {
    return SmallMachine(plan) * (0.97 + 0.06 * static_cast<double>(rng.Below(1000)) / 1000);
  };
  const std::vector<TokenId> prompt = Prompt(100);
  const std::vector<TokenId> long_prompt = Prompt(16'000, 1000);
  driver.Ask(1, Priority::kRealtime, prompt, 16'000);
  for (int i = 0; i < 200; ++i) driver.Step();
  driver.Ask(2, Priority::kBatch, long_prompt, 1);

  std::vector<double> gaps;
  while (driver.is_known(2) && gaps.size() < 10'000) {
    const Driver::Stepped step = driver.Step();
    ASSERT_NE(step.Find(1), nullptr);
    gaps.push_back(step.seconds);
  }
  EXPECT_FALSE(driver.is_known(2)) << "the prompt never ends";
  EXPECT_LT(gaps.size(), 3300u) << "the prompt has less than its part of the time";
  for (int i = 0; i < 500; ++i) gaps.push_back(driver.Step().seconds);
  EXPECT_LE(Quantile(gaps, 0.999), 1.5 * Quantile(gaps, 0.5));
  EXPECT_LE(Quantile(gaps, 0.999), 1.5 * (0.018 + 0.0006)) << "not even beside an idle machine";
}

TEST(Latency, TheMostUrgentWhoDecodesSaysHowLongAStepMayTake) {
  for (const auto& [priority, stretch] :
       {std::pair(Priority::kRealtime, 1.3), std::pair(Priority::kInteractive, 3.0)}) {
    Driver driver(Plenty());
    driver.seconds = SmallMachine;
    const std::vector<TokenId> prompt = Prompt(100);
    const std::vector<TokenId> other = Prompt(100, 5000);
    const std::vector<TokenId> long_prompt = Prompt(8000, 10'000);
    driver.Ask(1, priority, prompt, 2000);
    driver.Ask(2, Priority::kBatch, other, 2000);
    for (int i = 0; i < 100; ++i) driver.Step();
    const double alone = driver.Step().seconds;
    driver.Ask(3, Priority::kBatch, long_prompt, 1);
    for (int i = 0; i < 50; ++i) driver.Step();
    for (int i = 0; i < 50; ++i) {
      const double taken = driver.Step().seconds;
      EXPECT_LE(taken, stretch * alone * 1.02);
      EXPECT_GE(taken, (1 + (stretch - 1) * 0.6) * alone) << "time is left over";
    }
  }
}

TEST(Latency, APromptGetsItsMinimumWhateverItCosts) {
  Limits limits = Plenty();
  limits.step_stretch = {1.0, 1.0, 1.0};
  limits.prompt_tokens_min = 5;
  Driver driver(limits);
  const std::vector<TokenId> prompt = Prompt(100);
  const std::vector<TokenId> other = Prompt(100, 5000);
  driver.Ask(1, Priority::kRealtime, prompt, 2000);
  for (int i = 0; i < 20; ++i) driver.Step();
  driver.Ask(2, Priority::kBatch, other, 1);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(driver.Step().TokensOf(2), 5u);
}

TEST(Latency, AStepOfPromptsAloneIsBoundedByTime) {
  Driver driver(Plenty());
  driver.seconds = SmallMachine;
  const std::vector<TokenId> prompt = Prompt(16'000);
  driver.Ask(1, Priority::kBatch, prompt, 1);
  for (int i = 0; i < 20; ++i) driver.Step();
  for (int i = 0; i < 50; ++i) {
    const double taken = driver.Step().seconds;
    EXPECT_LE(taken, 0.11);
    EXPECT_GE(taken, 0.08);
  }
}

TEST(Latency, AFastMachineComputesAllThatAStepHolds) {
  Driver driver(Plenty());
  driver.seconds = [](const StepPlan& plan) { return SmallMachine(plan) / 100; };
  const std::vector<TokenId> prompt = Prompt(16'000);
  driver.Ask(1, Priority::kBatch, prompt, 1);
  for (int i = 0; i < 12; ++i) driver.Step();
  EXPECT_EQ(driver.Step().TokensOf(1), 512u);
}

TEST(Latency, ASlowMachineStillComputesMoreThanOneTokenAtATime) {
  Driver driver(Plenty());
  driver.seconds = [](const StepPlan& plan) { return SmallMachine(plan) * 50; };
  const std::vector<TokenId> prompt = Prompt(4000);
  driver.Ask(1, Priority::kBatch, prompt, 1);
  for (int i = 0; i < 20; ++i) driver.Step();
  EXPECT_GE(driver.Step().TokensOf(1), 20u);
}

TEST(Latency, AnUrgentPromptGetsAllThatIsLeft) {
  Driver driver(Plenty());
  const std::vector<TokenId> batch = Prompt(8000);
  const std::vector<TokenId> interactive = Prompt(2000, 10'000);
  const std::vector<TokenId> realtime = Prompt(2000, 20'000);
  driver.Ask(1, Priority::kBatch, batch, 1);
  for (int i = 0; i < 10; ++i) driver.Step();
  driver.Ask(2, Priority::kInteractive, interactive, 1);
  driver.Ask(3, Priority::kRealtime, realtime, 1);
  Driver::Stepped step = driver.Step();
  EXPECT_GT(step.TokensOf(3), 50u);
  EXPECT_EQ(step.TokensOf(2) + step.TokensOf(1), 0u);
  driver.Finish(3);
  step = driver.Step();
  EXPECT_GT(step.TokensOf(2), 50u);
  EXPECT_EQ(step.TokensOf(1), 0u);
}

TEST(Latency, OfRealtimePromptsTheEarliestDeadlineGoesFirst) {
  Driver driver(Plenty());
  std::vector<std::vector<TokenId>> prompts;
  for (int i = 0; i < 3; ++i) prompts.push_back(Prompt(1000, i * 10'000));
  const std::vector<TimeNs> deadlines = {0, 900'000'000'000, 800'000'000'000};
  for (std::uint64_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(driver
                    .Add({.id = SequenceId{i + 1},
                          .priority = Priority::kRealtime,
                          .deadline_ns = deadlines[i],
                          .prompt = prompts[i],
                          .answer_tokens_max = 1})
                    .ok());
  }
  EXPECT_EQ(driver.Step().runs.front().id, 3u);
  driver.Finish(3);
  EXPECT_TRUE(driver.is_known(2) && driver.is_known(1));
  driver.Finish(2);
  EXPECT_TRUE(driver.is_known(1));
}

TEST(Latency, AShortPromptNeedNotWaitForALongOne) {
  Driver driver(Plenty());
  const std::vector<TokenId> long_prompt = Prompt(16'000);
  driver.Ask(1, Priority::kInteractive, long_prompt, 1);
  for (int i = 0; i < 10; ++i) driver.Step();
  const std::vector<TokenId> short_prompt = Prompt(60, 20'000);
  driver.Ask(2, Priority::kInteractive, short_prompt, 1);
  const Driver::Stepped step = driver.Step();
  EXPECT_EQ(step.TokensOf(2), 60u);
  EXPECT_GT(step.TokensOf(1), 60u) << "the long one goes on with what is left";
  EXPECT_FALSE(driver.is_known(2));
}

TEST(Latency, ShortPromptsDoNotKeepALongOneFromItsEnd) {
  Driver driver(Plenty());
  const std::vector<TokenId> long_prompt = Prompt(4000);
  driver.Ask(1, Priority::kInteractive, long_prompt, 1);
  std::vector<TokenId> prompt;
  for (std::uint64_t i = 0; driver.is_known(1); ++i) {
    ASSERT_LT(i, 200u);
    for (std::uint64_t k = 0; k < 4; ++k) {
      prompt = Prompt(90, 20'000 + static_cast<int>(100 * (4 * i + k)));
      (void)driver.Add(
          {.id = SequenceId{10 + 4 * i + k}, .prompt = prompt, .answer_tokens_max = 1});
    }
    driver.Step();
  }
}

// One asks for long prompts, the other for short ones, and both always want more.
TEST(Fairness, TenantsGetEqualSharesWhateverTheSizeOfTheirPrompts) {
  Driver driver(Plenty());
  std::vector<std::uint64_t> served(2, 0);
  std::vector<std::vector<std::uint64_t>> waiting(2);
  std::uint64_t next = 1;
  std::map<std::uint64_t, std::size_t> owner;
  std::vector<TokenId> prompt;
  for (int step = 0; step < 400; ++step) {
    for (std::size_t tenant = 0; tenant < 2; ++tenant) {
      std::erase_if(waiting[tenant], [&](std::uint64_t id) { return !driver.is_known(id); });
      while (waiting[tenant].size() < (tenant == 0 ? 2u : 12u)) {
        prompt = Prompt(tenant == 0 ? 3000 : 50, static_cast<int>(next) * 4000);
        ASSERT_TRUE(driver
                        .Add({.id = SequenceId{next},
                              .tenant = tenant,
                              .prompt = prompt,
                              .answer_tokens_max = 1})
                        .ok());
        owner[next] = tenant;
        waiting[tenant].push_back(next++);
      }
    }
    for (const Driver::Ran& run : driver.Step().runs) served[owner[run.id]] += run.tokens;
  }
  const double share = static_cast<double>(served[0]) / static_cast<double>(served[0] + served[1]);
  EXPECT_NEAR(share, 0.5, 0.06);
}

}  // namespace
}  // namespace ganglion::sched
