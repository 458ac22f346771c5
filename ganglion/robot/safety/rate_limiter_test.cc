#include "ganglion/robot/safety/rate_limiter.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"

namespace ganglion::robot {
namespace {

constexpr double kTick = 0.005;
constexpr AxisLimits kAxis = {
    .velocity_max = 1.0, .acceleration_max = 2.0, .deceleration_max = 3.0, .jerk_max = 1e9};

TEST(RateLimiter, OneMetrePerSecondAtTwoTakesExactlyHalfASecond) {
  RateLimiter limiter(kAxis);
  int ticks = 0;
  while (limiter.value() < 1.0 - 1e-9) {
    limiter.Step(5.0, kTick);
    ASSERT_LE(++ticks, 100);
  }
  EXPECT_EQ(ticks, 100);
  EXPECT_EQ(limiter.Step(5.0, kTick), 1.0);
}

TEST(RateLimiter, StopsWithTheDecelerationAlone) {
  AxisLimits axis = kAxis;
  axis.jerk_max = 1.0;
  RateLimiter limiter(axis);
  for (int i = 0; i < 2000; ++i) limiter.Step(1.0, kTick);
  ASSERT_EQ(limiter.value(), 1.0);
  int ticks = 0;
  for (; limiter.value() > 0.0; ++ticks) limiter.Step(0.0, kTick);
  EXPECT_EQ(ticks, 67) << "1 m/s at 3 m/s^2";
}

TEST(RateLimiter, NonsenseMeansZero) {
  RateLimiter limiter(kAxis);
  for (const double wish : {NAN, INFINITY, -INFINITY}) {
    limiter.Step(1.0, kTick);
    const double before = limiter.value();
    EXPECT_LE(limiter.Step(wish, kTick), before);
  }
}

TEST(RateLimiter, NoSequenceOfWishesLeavesTheLimits) {
  AxisLimits axis = kAxis;
  axis.jerk_max = 20.0;
  RateLimiter limiter(axis);
  testing::SeededRng rng;
  double last = 0.0;
  double last_rise = 0.0;
  for (int i = 0; i < 1000000; ++i) {
    const double wishes[] = {NAN, 1e308, -1e308, INFINITY, 0.0, 0.5, -0.5, 1.0, -1.0, 1e-300};
    const double value = limiter.Step(wishes[rng.Below(std::size(wishes))], kTick);
    ASSERT_LE(std::abs(value), axis.velocity_max) << rng.seed();
    ASSERT_FALSE(value * last < 0.0) << "a change of direction goes through zero";
    const double rise = (std::abs(value) - std::abs(last)) / kTick;
    ASSERT_LE(rise, axis.acceleration_max + 1e-9) << rng.seed();
    ASSERT_GE(rise, -axis.deceleration_max - 1e-9) << rng.seed();
    ASSERT_LE(rise - std::max(last_rise, 0.0), axis.jerk_max * kTick + 1e-9) << rng.seed();
    last = value;
    last_rise = rise;
  }
}

constexpr JointLimits kJoint = {
    .position_min = -1.0, .position_max = 1.0, .velocity_max = 2.0, .acceleration_max = 8.0};

// Ticks are discrete: the last one may pass the target by an eighth of acceleration * tick^2.
constexpr double kOvershoot = kJoint.acceleration_max * kTick * kTick / 8.0;

TEST(JointLimiter, ComesToRestOnItsTarget) {
  for (const double target : {1.0, -1.0, 0.3, 0.001, 1e-9}) {
    JointLimiter joint(kJoint);
    for (int i = 0; i < 400; ++i) {
      joint.Step(target, 1.5, kTick);
      ASSERT_LE(std::abs(joint.position()), std::abs(target) + kOvershoot) << target;
      ASSERT_LE(std::abs(joint.velocity()), 1.5 + 1e-12);
    }
    EXPECT_EQ(joint.position(), target);
    EXPECT_EQ(joint.velocity(), 0.0);
  }
}

TEST(JointLimiter, NoSequenceOfTargetsLeavesTheLimits) {
  JointLimiter joint(kJoint);
  testing::SeededRng rng;
  double position = 0.0;
  double velocity = 0.0;
  for (int i = 0; i < 1000000; ++i) {
    const double targets[] = {NAN, 1e308, -1e308, INFINITY, 0.0, 1.0, -1.0, 0.5};
    const double speeds[] = {NAN, 0.0, -1.0, INFINITY, 0.5, 2.0};
    if (rng.Below(10) == 0) {
      joint.Rest(kTick);
    } else {
      joint.Step(targets[rng.Below(std::size(targets))], speeds[rng.Below(std::size(speeds))],
                 kTick);
    }
    ASSERT_GE(joint.position(), -1.0);
    ASSERT_LE(joint.position(), 1.0);
    ASSERT_LE(std::abs(joint.position() - position) / kTick, 2.0 + 1e-9) << rng.seed();
    ASSERT_LE(std::abs(joint.velocity() - velocity) / kTick, 8.0 + 1e-9) << rng.seed();
    position = joint.position();
    velocity = joint.velocity();
  }
}

TEST(JointLimiter, FromOutsideItOnlyMovesInward) {
  JointLimiter joint(kJoint);
  joint.Reset(1.4);
  double last = joint.position();
  for (int i = 0; i < 400; ++i) {
    joint.Step(5.0, 2.0, kTick);
    ASSERT_LE(joint.position(), last + kOvershoot);
    last = joint.position();
  }
  EXPECT_EQ(joint.position(), 1.0);
}

}  // namespace
}  // namespace ganglion::robot
