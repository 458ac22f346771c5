#include "ganglion/base/rng.h"

#include <array>

#include <gtest/gtest.h>

namespace ganglion {
namespace {

TEST(Rng, EqualSeedsGiveEqualNumbers) {
  Rng a(7), b(7), c(8);
  EXPECT_EQ(a.Next(), b.Next());
  EXPECT_NE(a.Next(), c.Next());
}

TEST(Rng, BelowStaysBelowAndReachesEveryValue) {
  Rng rng(1);
  std::array<int, 10> seen{};
  for (int i = 0; i < 10'000; ++i) ++seen.at(rng.Below(10));
  for (int count : seen) EXPECT_NEAR(count, 1000, 150);
}

TEST(Rng, UniformLiesInUnitInterval) {
  Rng rng(2);
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double value = rng.Uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    sum += value;
  }
  EXPECT_NEAR(sum / 10'000, 0.5, 0.02);
}

}  // namespace
}  // namespace ganglion
