#include "ganglion/robot/safety/supervisor.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include <gtest/gtest.h>

#include "ganglion/robot/world/rover_test.h"
#include "ganglion/testing/no_alloc.h"

namespace ganglion::robot {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
const OperatorKey kKey = OperatorKey::ForThePersonWhoAskedForIt();

// A supervisor over wheels and servos that do what they are told, five milliseconds a tick.
class SupervisorTest : public ::testing::Test {
 protected:
  SupervisorTest() {
    input.free_ahead_m = input.free_behind_m = input.person_distance_m = kInfinity;
    for (std::size_t i = 0; i < limits.servo_count; ++i) input.servos[i].temperature_c = 25.0;
    request.plan_number = 1;
    request.ends_at = now + 60_s;
    request.distance_m_max = 5.0;
    request.turn_rad_max = 6.0;
    request.twist = {0.5, 0.0};
    Measure();
    armed = supervisor.Reset(now, input, kKey);
  }

  void Measure() {
    input.wheels_at = input.servos_at = input.range_at = now;
    if (owner_lives) input.lease_renewed_at = now;
    request.at = now;
  }
  // One tick; `sabotage` runs after measuring.
  SafeCommand Tick(const std::function<void()>& sabotage = {}) {
    now += 5_ms;
    input.left_rad += input.left_rad_s * 0.005;
    input.right_rad += input.right_rad_s * 0.005;
    Measure();
    if (sabotage) sabotage();
    const SafeCommand command = supervisor.Update(now, input, request);
    input.left_rad_s = command.wheels().left_rad_s;
    input.right_rad_s = command.wheels().right_rad_s;
    for (std::size_t i = 0; i < command.servo_count(); ++i) {
      input.servos[i].position_rad = command.servo(i).position_rad;
    }
    return command;
  }
  void Run(TimeNs duration, const std::function<void()>& sabotage = {}) {
    for (const TimeNs end = now + duration; now < end;) Tick(sabotage);
  }
  double speed() const { return supervisor.commanded().linear_mps; }
  // Ticks until rest; fails the test if a deceleration is exceeded.
  int TicksToRest(const std::function<void()>& sabotage) {
    int ticks = 0;
    for (; speed() != 0.0 && ticks < 1000; ++ticks) {
      const double before = std::abs(speed());
      Tick(sabotage);
      EXPECT_LE(before - std::abs(speed()), limits.chassis.linear.deceleration_max * 0.005 + 1e-9);
    }
    return ticks;
  }

  const RobotDescription robot = Rover();
  SafetyLimits limits = MakeSafetyLimits(robot);
  SafetySupervisor supervisor{limits, false};
  TimeNs now = 100_s;
  SafetyInput input;
  MotionRequest request;
  bool owner_lives = true;
  bool armed = false;
};

TEST_F(SupervisorTest, StartsUnarmedAndMovesNothing) {
  SafetySupervisor fresh(limits, false);
  for (int i = 0; i < 100; ++i) {
    now += 5_ms;
    Measure();
    const SafeCommand command = fresh.Update(now, input, request);
    ASSERT_FALSE(command.wheels_on());
    ASSERT_FALSE(command.servos_on());
    ASSERT_EQ(command.servo_count(), 0u);
  }
  EXPECT_EQ(fresh.verdict().cause, Cause::kUnarmed);
  EXPECT_EQ(SafetySupervisor(limits, true).verdict().cause, Cause::kEstop)
      << "an earlier stop outlives a restart";
}

TEST_F(SupervisorTest, RunsAGoodRequest) {
  ASSERT_TRUE(armed);
  Run(3_s);
  EXPECT_EQ(supervisor.verdict().motion, Motion::kFree);
  EXPECT_DOUBLE_EQ(speed(), 0.5);
  EXPECT_EQ(supervisor.clamped_ticks(), 0u);
}

TEST_F(SupervisorTest, ClampsAndReportsTooHighASpeed) {
  request.twist.linear_mps = 1e308;
  Run(3_s);
  EXPECT_DOUBLE_EQ(speed(), limits.chassis.linear.velocity_max);
  EXPECT_GT(supervisor.clamped_ticks(), 0u);
}

// Guarantee 2: what is not finite is not acted on.
TEST_F(SupervisorTest, NonsenseInTheRequestHolds) {
  for (double* part : {&request.twist.linear_mps, &request.twist.angular_rad_s,
                       &request.servo_rad_s_max, &request.servo_rad[0]}) {
    for (const double value : {kNan, kInfinity, -kInfinity}) {
      const double good = *part;
      request.servo_moves[0] = true;
      *part = value;
      Tick();
      EXPECT_EQ(supervisor.verdict().cause, Cause::kRequestInvalid);
      EXPECT_EQ(supervisor.verdict().motion, Motion::kHold);
      *part = good;
    }
  }
}

// Guarantee 3: no motion without bounds, and every bound ends it.
TEST_F(SupervisorTest, AMotionWithoutProperBoundsDoesNotStart) {
  const std::function<void()> breaks[] = {
      [&] { request.ends_at = now - 1_ms; },
      [&] { request.ends_at = now + 700_s; },
      [&] { request.ends_at = std::numeric_limits<TimeNs>::max(); },
      [&] { request.distance_m_max = kInfinity; },
      [&] { request.distance_m_max = kNan; },
      [&] { request.distance_m_max = 100.0; },
      [&] { request.distance_m_max = -1.0; },
      [&] { request.turn_rad_max = 100.0; },
      [&] { request.turn_rad_max = kNan; },
      [&] { request.motion = kStepsMax; },
  };
  const MotionRequest good = request;
  for (const auto& spoil : breaks) {
    request = good;
    Tick(spoil);
    EXPECT_EQ(supervisor.verdict().cause, Cause::kMotionUnbounded);
    EXPECT_EQ(speed(), 0.0);
  }
  request = good;
  Tick();
  EXPECT_EQ(supervisor.verdict().motion, Motion::kFree);
}

TEST_F(SupervisorTest, TimeEndsAMotion) {
  request.ends_at = now + 1_s;
  Run(900_ms);
  EXPECT_GT(speed(), 0.4);
  Run(1_s);
  EXPECT_EQ(supervisor.verdict().cause, Cause::kMotionOverdue);
  EXPECT_EQ(speed(), 0.0);
}

TEST_F(SupervisorTest, AMotionCannotProlongItself) {
  request.ends_at = now + 1_s;
  Tick();
  Run(3_s, [&] {
    request.ends_at = now + 60_s;
    request.distance_m_max = 9.0;
  });
  EXPECT_EQ(supervisor.verdict().cause, Cause::kMotionOverdue);
}

TEST_F(SupervisorTest, DistanceEndsAMotion) {
  request.distance_m_max = 0.5;
  Run(10_s);
  EXPECT_EQ(supervisor.verdict().cause, Cause::kMotionTooFar);
  EXPECT_EQ(speed(), 0.0);
  EXPECT_LT(input.left_rad * limits.chassis.wheel_radius_m, 0.5 + 0.02 + 0.1);
}

TEST_F(SupervisorTest, CommandedDistanceEndsAMotionOfDeafEncoders) {
  request.distance_m_max = 0.3;
  double commanded_m = 0.0;
  Run(800_ms, [&] {
    commanded_m += std::abs(speed()) * 0.005;
    input.left_rad = input.right_rad = 0.0;  // while the speeds look well
  });
  Run(3_s, [&] { input.left_rad = input.right_rad = 0.0; });
  EXPECT_EQ(supervisor.verdict().cause, Cause::kMotionTooFar);
  EXPECT_LT(commanded_m, 0.5);
}

TEST_F(SupervisorTest, TurningEndsToo) {
  request.twist = {0.0, 1.0};
  request.turn_rad_max = 1.0;
  Run(5_s);
  EXPECT_EQ(supervisor.verdict().cause, Cause::kMotionTooFar);
  EXPECT_EQ(supervisor.commanded().angular_rad_s, 0.0);
}

// Guarantee 4: the watchdog, at its stated time, through the deceleration limit.
TEST_F(SupervisorTest, ALateMotionStageStopsTheBase) {
  Run(2_s);
  const TimeNs last = now;
  const auto stale = [&] { request.at = last; };
  while (supervisor.verdict().motion == Motion::kFree) Tick(stale);
  EXPECT_EQ(supervisor.verdict().cause, Cause::kRequestStale);
  EXPECT_LE(now - last, limits.safety.velocity_watchdog + 5_ms);
  EXPECT_LE(TicksToRest(stale), 0.5 / limits.chassis.linear.deceleration_max / 0.005 + 1);
}

TEST_F(SupervisorTest, ServoStreamsAreWatchedFourTimesAsClosely) {
  request.twist = {};
  request.servo_moves[0] = true;
  request.servo_rad[0] = 1.0;
  Run(100_ms);
  const TimeNs last = now;
  while (supervisor.verdict().motion == Motion::kFree) Tick([&] { request.at = last; });
  EXPECT_EQ(supervisor.verdict().cause, Cause::kRequestStale);
  EXPECT_LE(now - last, 100_ms + 5_ms);
}

TEST_F(SupervisorTest, ALostOwnerHoldsAndKillsThePlan) {
  Run(2_s);
  owner_lives = false;
  Run(limits.safety.lease + 10_ms);
  EXPECT_EQ(supervisor.verdict().motion, Motion::kHold);
  Run(2_s);
  EXPECT_EQ(speed(), 0.0);
  owner_lives = true;
  Run(1_s);
  EXPECT_EQ(supervisor.verdict().cause, Cause::kDeadPlan) << "it does not go on by itself";
  EXPECT_EQ(speed(), 0.0);
  request.plan_number = 2;
  Run(1_s);
  EXPECT_GT(speed(), 0.3);
}

// Guarantee 5.
TEST_F(SupervisorTest, EmergencyStopRunsDownThenCutsTorqueAndLatches) {
  Run(2_s);
  const auto pressed = [&] { input.estop_pressed = true; };
  SafeCommand command = Tick(pressed);
  EXPECT_EQ(supervisor.verdict().motion, Motion::kStop);
  EXPECT_TRUE(command.wheels_on()) << "category 1: a controlled stop first";
  TicksToRest(pressed);
  command = Tick(pressed);
  EXPECT_EQ(supervisor.verdict().motion, Motion::kTorqueOff);
  EXPECT_FALSE(command.wheels_on());
  EXPECT_FALSE(command.servos_on());
  EXPECT_FALSE(supervisor.Reset(now, input, kKey)) << "never while it is pressed";
  input.estop_pressed = false;
  Run(1_s);
  EXPECT_EQ(supervisor.verdict().cause, Cause::kEstop) << "letting go resets nothing";

  request.plan_number = 2;  // sent while stopped: dead too
  Tick();
  ASSERT_TRUE(supervisor.Reset(now, input, kKey));
  Run(1_s);
  EXPECT_EQ(speed(), 0.0) << "reset alone moves nothing";
  EXPECT_EQ(supervisor.verdict().cause, Cause::kDeadPlan);
  request.plan_number = 3;
  request.ends_at = now + 60_s;
  Run(1_s);
  EXPECT_GT(speed(), 0.3);
}

TEST_F(SupervisorTest, NoResetWhileTheBaseRolls) {
  Run(1_s);
  Tick([&] { input.bumper_pressed = true; });
  input.bumper_pressed = false;
  EXPECT_FALSE(supervisor.Reset(now, input, kKey));
}

struct Fault {
  const char* name;
  std::function<void(SafetyInput&)> apply;
  Motion motion;
  Cause cause;
};

const Fault kFaults[] = {
    {"estop", [](auto& i) { i.estop_pressed = true; }, Motion::kStop, Cause::kEstop},
    {"bumper", [](auto& i) { i.bumper_pressed = true; }, Motion::kStop, Cause::kBumper},
    {"wheels old", [](auto& i) { i.wheels_at -= 60_ms; }, Motion::kStop, Cause::kStatesStale},
    {"wheels future", [](auto& i) { i.wheels_at = INT64_MAX; }, Motion::kStop, Cause::kStatesStale},
    {"servos old", [](auto& i) { i.servos_at -= 51_ms; }, Motion::kStop, Cause::kStatesStale},
    {"angle NaN", [](auto& i) { i.left_rad = kNan; }, Motion::kStop, Cause::kStatesInvalid},
    {"angle jumps", [](auto& i) { i.right_rad += 3.0; }, Motion::kStop, Cause::kStatesInvalid},
    {"speed NaN", [](auto& i) { i.right_rad_s = kNan; }, Motion::kTorqueOff, Cause::kStatesInvalid},
    {"joint NaN", [](auto& i) { i.servos[1].position_rad = kNan; }, Motion::kStop,
     Cause::kStatesInvalid},
    {"joint out", [](auto& i) { i.servos[2].position_rad = 3.0; }, Motion::kStop,
     Cause::kJointLimit},
    {"overspeed", [](auto& i) { i.left_rad_s = i.right_rad_s = 30.0; }, Motion::kTorqueOff,
     Cause::kOverspeed},
    {"hot", [](auto& i) { i.servos[0].temperature_c = 66.0; }, Motion::kHold, Cause::kServoHot},
    {"hot NaN", [](auto& i) { i.servos[0].temperature_c = kNan; }, Motion::kHold, Cause::kServoHot},
    {"range old", [](auto& i) { i.range_at -= 201_ms; }, Motion::kHold, Cause::kRangeStale},
    {"range NaN", [](auto& i) { i.free_ahead_m = kNan; }, Motion::kHold, Cause::kRangeStale},
    {"no room", [](auto& i) { i.free_ahead_m = std::min(i.free_ahead_m, 0.01); }, Motion::kSlow,
     Cause::kObstacle},
    {"little room", [](auto& i) { i.free_ahead_m = std::min(i.free_ahead_m, 0.06); }, Motion::kSlow,
     Cause::kObstacleNear},
    {"person", [](auto& i) { i.person_distance_m = std::min(i.person_distance_m, 0.5); },
     Motion::kSlow, Cause::kPersonNear},
    {"person NaN", [](auto& i) { i.person_distance_m = kNan; }, Motion::kSlow, Cause::kPersonNear},
};

TEST_F(SupervisorTest, EveryFaultHasItsVerdict) {
  Run(1_s);
  for (const Fault& fault : kFaults) {
    SafetySupervisor copy = supervisor;
    SafetyInput broken = input;
    broken.wheels_at = broken.servos_at = broken.range_at = broken.lease_renewed_at = now + 5_ms;
    broken.left_rad += broken.left_rad_s * 0.005;
    broken.right_rad += broken.right_rad_s * 0.005;
    MotionRequest fresh = request;
    fresh.at = now + 5_ms;
    fault.apply(broken);
    copy.Update(now + 5_ms, broken, fresh);
    EXPECT_EQ(copy.verdict().cause, fault.cause) << fault.name;
    EXPECT_EQ(copy.verdict().motion, fault.motion) << fault.name;
  }
}

// Every pair of faults against each of the two: the stricter wins.
TEST_F(SupervisorTest, AnotherFaultNeverAllowsMoreMotion) {
  Run(1_s);
  const auto judge = [&](const Fault& first, const Fault& second) {
    SafetySupervisor copy = supervisor;
    SafetyInput broken = input;
    broken.wheels_at = broken.servos_at = broken.range_at = broken.lease_renewed_at = now + 5_ms;
    MotionRequest fresh = request;
    fresh.at = now + 5_ms;
    first.apply(broken);
    second.apply(broken);
    copy.Update(now + 5_ms, broken, fresh);
    return copy.verdict().motion;
  };
  for (const Fault& a : kFaults) {
    for (const Fault& b : kFaults) {
      EXPECT_GE(judge(a, b), judge(a, a)) << a.name << " with " << b.name;
      EXPECT_GE(judge(a, b), judge(b, b)) << a.name << " with " << b.name;
    }
  }
}

TEST_F(SupervisorTest, StopsInTimeForAWall) {
  double free_m = 2.0;
  request.twist.linear_mps = 0.8;
  Run(10_s, [&] {
    free_m -= speed() * 0.005;
    input.free_ahead_m = free_m;
  });
  EXPECT_GT(free_m, 0.0);
  EXPECT_LT(free_m, limits.safety.free_margin_m + 0.02);
  request.twist.linear_mps = -0.3;
  Run(300_ms);
  EXPECT_LT(speed(), -0.1) << "away from it is free";
}

TEST_F(SupervisorTest, GoesSlowlyNearAPerson) {
  Run(3_s, [&] { input.person_distance_m = 0.5; });
  EXPECT_DOUBLE_EQ(speed(), limits.safety.slow_mps);
}

TEST_F(SupervisorTest, StuckWheelsStopAndStayStopped) {
  Run(3_s, [&] {
    input.left_rad = input.right_rad = 0.0;
    input.left_rad_s = input.right_rad_s = 0.0;
  });
  EXPECT_EQ(supervisor.verdict().cause, Cause::kWheelsStuck);
  EXPECT_EQ(supervisor.verdict().motion, Motion::kTorqueOff);
  EXPECT_TRUE(supervisor.Reset(now, input, kKey));
}

TEST_F(SupervisorTest, WheelsThatRunAwayLoseTheirTorque) {
  request.twist = {};
  Run(1_s, [&] { input.left_rad_s = input.right_rad_s = 8.0; });
  EXPECT_EQ(supervisor.verdict().cause, Cause::kOverspeed);
  EXPECT_EQ(supervisor.verdict().motion, Motion::kTorqueOff);
}

TEST_F(SupervisorTest, AClockThatJumpsStops) {
  for (const TimeNs jump : {TimeNs{-5_ms}, TimeNs{-1000_s}, TimeNs{10_s}, TimeNs{1'000'000'000_s},
                            std::numeric_limits<TimeNs>::max() / 2, TimeNs{-8'000'000'000_s}}) {
    SafetySupervisor copy = supervisor;
    copy.Update(now + 5_ms, input, request);
    TimeNs later = now + 5_ms + jump;
    for (int i = 0; i < 10; ++i, later += 5_ms) {
      const SafeCommand command = copy.Update(later, input, request);
      ASSERT_LE(std::abs(command.wheels().left_rad_s), 1.0);
    }
    EXPECT_GE(copy.verdict().motion, Motion::kStop) << jump;
  }
}

TEST_F(SupervisorTest, ServosStayWithinRangeAndMargin) {
  request.twist = {};
  for (std::size_t i = 0; i < limits.servo_count; ++i) {
    request.servo_moves[i] = true;
    request.servo_rad[i] = i % 2 == 0 ? 1e300 : -1e300;
  }
  for (int tick = 0; tick < 1000; ++tick) {
    const SafeCommand command = Tick();
    for (std::size_t i = 0; i < command.servo_count(); ++i) {
      const JointLimits& joint = limits.joints[i];
      ASSERT_GE(command.servo(i).position_rad, joint.position_min + 0.1 - 1e-9);
      ASSERT_LE(command.servo(i).position_rad, joint.position_max - 0.1 + 1e-9);
    }
  }
}

// Guarantee 9 and 5: an older plan or motion cannot come back.
TEST_F(SupervisorTest, OldMotionsAreDead) {
  request.plan_number = 5;
  request.motion = 3;
  Run(100_ms);
  request.motion = 2;
  Tick();
  EXPECT_EQ(supervisor.verdict().cause, Cause::kDeadPlan);
  request.plan_number = 4;
  request.motion = 7;
  Tick();
  EXPECT_EQ(supervisor.verdict().cause, Cause::kDeadPlan);
}

TEST_F(SupervisorTest, DoesNotAllocate) {
  const std::size_t before = testing::AllocationCount();
  for (int i = 0; i < 100; ++i) {
    now += 5_ms;
    Measure();
    (void)supervisor.Update(now, input, request);
  }
  EXPECT_EQ(testing::AllocationCount(), before);
}

}  // namespace
}  // namespace ganglion::robot
