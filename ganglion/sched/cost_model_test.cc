#include "ganglion/sched/cost_model.h"

#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"

namespace ganglion::sched {
namespace {

// A machine that is exactly a line.
double TrueSeconds(const StepWork& work, double speed = 1) {
  return speed *
         (0.012 + 0.002 * work.decoders + 0.0007 * work.prompt_tokens + 2e-8 * work.context);
}

StepWork RandomWork(testing::SeededRng& rng) {
  StepWork work;
  for (std::size_t i = rng.Below(6); i > 0; --i) {
    work.AddDecoder(static_cast<std::uint32_t>(rng.Below(4000)));
  }
  const std::uint32_t tokens = rng.Below(2) == 0 ? 0 : static_cast<std::uint32_t>(rng.Below(128));
  work.AddPrompt(static_cast<std::uint32_t>(rng.Below(8000)), tokens);
  return work;
}

double Noise(testing::SeededRng& rng) {
  return 0.97 + 0.06 * static_cast<double>(rng.Below(1000)) / 1000;
}

TEST(CostModel, LearnsWhatStepsTakeInspiteOfOutliers) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  CostModel model;
  for (int i = 0; i < 500; ++i) {
    const StepWork work = RandomWork(rng);
    const double outlier = rng.Below(30) == 0 ? 6 : 1;
    model.Learn(work, TrueSeconds(work) * Noise(rng) * outlier);
  }
  for (int i = 0; i < 100; ++i) {
    const StepWork work = RandomWork(rng);
    EXPECT_NEAR(model.Predict(work) / TrueSeconds(work), 1.0, 0.15);
  }
}

TEST(CostModel, FollowsAMachineThatBecomesSlower) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  CostModel model;
  for (int i = 0; i < 300; ++i) {
    const StepWork work = RandomWork(rng);
    model.Learn(work, TrueSeconds(work) * Noise(rng));
  }
  for (int i = 0; i < 150; ++i) {
    const StepWork work = RandomWork(rng);
    model.Learn(work, TrueSeconds(work, 2.0) * Noise(rng));
  }
  for (int i = 0; i < 50; ++i) {
    const StepWork work = RandomWork(rng);
    EXPECT_NEAR(model.Predict(work) / TrueSeconds(work, 2.0), 1.0, 0.2);
  }
}

TEST(CostModel, OneOutlierChangesLittle) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  CostModel model;
  for (int i = 0; i < 300; ++i) {
    const StepWork work = RandomWork(rng);
    model.Learn(work, TrueSeconds(work) * Noise(rng));
  }
  const StepWork work = RandomWork(rng);
  const double before = model.Predict(work);
  model.Learn(work, 10.0);
  EXPECT_LT(model.Predict(work), before * 1.2);
}

TEST(CostModel, TokensWithinASecondTakeThatSecond) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  CostModel model;
  for (int i = 0; i < 500; ++i) {
    const StepWork work = RandomWork(rng);
    model.Learn(work, TrueSeconds(work));
  }
  StepWork work;
  work.AddDecoder(1000);
  for (const std::uint32_t first : {0u, 1000u, 8000u}) {
    const std::uint32_t tokens = model.TokensWithin(work, first, 0.05);
    ASSERT_GT(tokens, 10u);
    StepWork more = work;
    more.AddPrompt(first, tokens);
    const double added = model.Predict(more) - model.Predict(work);
    EXPECT_LE(added, 0.05 * 1.001);
    EXPECT_GE(added, 0.05 * 0.95);
  }
  EXPECT_EQ(model.TokensWithin(work, 0, 0), 0u);
}

TEST(CostModel, ASizeThatWasNeverSeenIsReachedByDoubling) {
  CostModel model;
  StepWork work;
  const std::uint32_t first = model.TokensWithin({}, 0, 1e9);
  EXPECT_LE(first, 64u);
  work.AddPrompt(0, first);
  model.Learn(work, 0.001);
  EXPECT_EQ(model.TokensWithin({}, 0, 1e9), 2 * first);
}

TEST(CostModel, TimesThatCannotBeAreIgnored) {
  CostModel model;
  const double before = model.Predict({});
  model.Learn({}, 0);
  model.Learn({}, -1);
  EXPECT_EQ(model.Predict({}), before);
}

}  // namespace
}  // namespace ganglion::sched
