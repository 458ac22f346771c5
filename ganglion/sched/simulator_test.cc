#include "ganglion/sched/simulator_test.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace ganglion::sched {
namespace {

SimulatedWorld::Options RandomOptions(testing::SeededRng& rng) {
  const auto between = [&](std::uint32_t low, std::uint32_t high) {
    return low + static_cast<std::uint32_t>(rng.Below(high - low + 1));
  };
  SimulatedWorld::Options options;
  Limits& limits = options.limits;
  limits.sequence_tokens_max = between(100, 400);
  limits.running_max = between(1, 12);
  limits.waiting_max = between(1, 24);
  limits.waiting_tokens_max = rng.Below(2) == 0 ? 0 : between(50, 3000);
  limits.step_tokens_max = between(1, 10) == 1 ? between(1, 16) : between(16, 256);
  limits.step_rows_max = between(1, 48);
  limits.draft_max = rng.Below(2) == 0 ? 0 : between(1, 8);
  limits.pinned_pages_max = rng.Below(2) == 0 ? 0 : between(1, 6);
  // Often hardly more than one sequence needs.
  limits.pages = PagesFor(limits.sequence_tokens_max) + limits.pinned_pages_max +
                 (rng.Below(2) == 0 ? between(0, 8) : between(0, 70));
  limits.keep_prefixes = rng.Below(8) != 0;
  limits.prompt_tokens_min = between(1, 8);
  options.arrivals = 0.02 + 0.002 * between(0, 200);
  options.cancels = 0.001 * between(0, 100);
  options.losses = rng.Below(2) == 0 ? 0 : 0.0005;
  options.prompt_max = between(1, 300);
  options.answer_max = between(1, 300);
  return options;
}

// GANGLION_SOAK=1 (tools/dev soak) runs a million steps.
TEST(Simulator, KeepsEveryPromiseInRandomWorlds) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  std::cout << "GANGLION_SEED=" << rng.seed() << "\n";
  const std::uint64_t steps_wanted = std::getenv("GANGLION_SOAK") != nullptr ? 1'000'000 : 100'000;
  constexpr std::uint64_t kWorldSteps = 4000;

  SimulatedWorld::Totals sum;
  while (sum.steps < steps_wanted) {
    SimulatedWorld world(RandomOptions(rng), rng);
    for (std::uint64_t i = 0; i < kWorldSteps; ++i) {
      world.Step(/*with_arrivals=*/true);
      if (HasFatalFailure()) FAIL() << "step " << sum.steps + i;
    }
    // Nobody comes any more: everybody who is there comes to an end.
    constexpr std::uint64_t kDrainSteps = 200'000;
    for (std::uint64_t i = 0; world.has_work(); ++i) {
      ASSERT_LT(i, kDrainSteps) << "somebody never ends";
      ASSERT_NO_FATAL_FAILURE(world.Step(/*with_arrivals=*/false));
    }
    ASSERT_NO_FATAL_FAILURE(world.ExpectIdle());
    const SimulatedWorld::Totals& totals = world.totals();
    sum.steps += totals.steps;
    sum.accepted += totals.accepted;
    sum.refused += totals.refused;
    sum.finished += totals.finished;
    sum.cancelled += totals.cancelled;
    sum.expired += totals.expired;
    sum.lost += totals.lost;
    sum.preempted += totals.preempted;
    sum.computed += totals.computed;
  }
  std::cout << sum.steps << " steps: " << sum.accepted << " accepted, " << sum.refused
            << " refused, " << sum.finished << " finished, " << sum.cancelled << " cancelled, "
            << sum.expired << " expired, " << sum.lost << " runs lost, " << sum.preempted
            << " pre-empted, " << sum.computed << " tokens computed\n";
  EXPECT_GT(sum.preempted, 0u);
  EXPECT_GT(sum.expired, 0u);
  EXPECT_GT(sum.lost, 0u);
}

}  // namespace
}  // namespace ganglion::sched
