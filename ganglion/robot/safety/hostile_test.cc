// Random and hostile inputs against the envelope: no command outside it, ever.

#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>

#include <gtest/gtest.h>

#include "ganglion/robot/safety/supervisor.h"
#include "ganglion/robot/world/rover_test.h"
#include "ganglion/testing/seed.h"

namespace ganglion::robot {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// GANGLION_SOAK=1 (tools/dev soak) runs a hundred times as long.
int Ticks() { return std::getenv("GANGLION_SOAK") != nullptr ? 100'000'000 : 1'000'000; }

class Hostile {
 public:
  explicit Hostile(const SafetyLimits& limits) : limits_(limits), supervisor_(limits, false) {}

  // One tick of a robot that obeys, under inputs that mostly make sense, or mostly do not.
  void Tick(bool mostly_sane) {
    const std::size_t one_in = mostly_sane ? 400 : 4;
    const auto strange = [&] { return rng_.Below(one_in) == 0; };
    now_ += strange() ? JumpNs() : static_cast<TimeNs>(4'500'000 + rng_.Below(1'000'000));
    SafetyInput input = Sane();
    MotionRequest request = Wish();
    double* numbers[] = {&input.left_rad,
                         &input.right_rad,
                         &input.left_rad_s,
                         &input.right_rad_s,
                         &input.free_ahead_m,
                         &input.free_behind_m,
                         &input.person_distance_m,
                         &request.distance_m_max,
                         &request.turn_rad_max,
                         &request.twist.linear_mps,
                         &request.twist.angular_rad_s,
                         &request.servo_rad[0],
                         &request.servo_rad_s_max,
                         &input.servos[1].position_rad,
                         &input.servos[2].temperature_c};
    for (double* number : numbers) {
      if (strange()) *number = StrangeNumber();
    }
    TimeNs* times[] = {&input.wheels_at,        &input.servos_at, &input.range_at,
                       &input.lease_renewed_at, &request.at,      &request.ends_at};
    for (TimeNs* time : times) {
      if (strange()) *time += JumpNs();
    }
    input.estop_pressed = mostly_sane ? rng_.Below(5000) == 0 : strange();
    input.bumper_pressed = mostly_sane ? rng_.Below(5000) == 0 : strange();
    const SafeCommand command = supervisor_.Update(now_, input, request);
    Check(command);
    if (supervisor_.is_latched() && rng_.Below(20) == 0) {
      // Joints start anew from where they are measured.
      if (supervisor_.Reset(now_, input, OperatorKey::ForThePersonWhoAskedForIt())) {
        servos_on_ = false;
      }
    }
  }

  std::uint64_t moving_ticks() const { return moving_ticks_; }
  std::uint64_t seed() const { return rng_.seed(); }

 private:
  TimeNs JumpNs() {
    constexpr std::array<TimeNs, 8> kJumps = {0, 1, -1, 200_ms, -200_ms, 10_s, -10_s, 60_s};
    return kJumps[rng_.Below(kJumps.size())];
  }
  double StrangeNumber() {
    constexpr std::array kNumbers = {kNan, kInfinity, -kInfinity, 1e308, -1e308, 0.0,
                                     -0.0, 1e-320,    0.3,        -0.3,  5.0,    -5.0};
    return kNumbers[rng_.Below(kNumbers.size())];
  }
  double Uniform(double limit) {
    return limit * (static_cast<double>(rng_.Below(2'000'001)) / 1e6 - 1.0);
  }
  SafetyInput Sane() {
    SafetyInput input;
    const double radius = limits_.chassis.wheel_radius_m;
    const Twist2 twist = supervisor_.commanded();
    input.left_rad_s = (twist.linear_mps - twist.angular_rad_s * 0.15) / radius;
    input.right_rad_s = (twist.linear_mps + twist.angular_rad_s * 0.15) / radius;
    input.left_rad = left_ += input.left_rad_s * 0.005;
    input.right_rad = right_ += input.right_rad_s * 0.005;
    input.wheels_at = input.servos_at = input.range_at = input.lease_renewed_at = now_;
    input.free_ahead_m = input.free_behind_m = input.person_distance_m = kInfinity;
    for (std::size_t i = 0; i < limits_.servo_count; ++i) input.servos[i] = {servos_[i], 30.0};
    return input;
  }
  MotionRequest Wish() {
    if (rng_.Below(300) == 0 || supervisor_.verdict().cause == Cause::kDeadPlan) {
      ++wish_.plan_number;
      wish_.ends_at = now_ + 5_s;
      wish_.distance_m_max = 5.0;
      wish_.turn_rad_max = 6.0;
      wish_.twist = {Uniform(1.5), Uniform(5.0)};
      for (std::size_t i = 0; i < limits_.servo_count; ++i) {
        wish_.servo_moves[i] = rng_.Below(2) == 0;
        wish_.servo_rad[i] = Uniform(3.0);
      }
    }
    if (rng_.Below(100) == 0) wish_.twist = {Uniform(1.5), Uniform(5.0)};
    wish_.at = now_;
    return wish_;
  }

  void Check(const SafeCommand& command) {
    const Twist2 twist = supervisor_.commanded();
    if (!command.wheels_on()) {
      ASSERT_EQ(command.wheels().left_rad_s, 0.0);
      ASSERT_EQ(command.wheels().right_rad_s, 0.0);
      last_ = {};
    } else {
      ASSERT_LE(std::abs(command.wheels().left_rad_s), limits_.chassis.wheel_speed_rad_s_max);
      ASSERT_LE(std::abs(command.wheels().right_rad_s), limits_.chassis.wheel_speed_rad_s_max);
      CheckAxis(twist.linear_mps, last_.linear_mps, limits_.chassis.linear);
      CheckAxis(twist.angular_rad_s, last_.angular_rad_s, limits_.chassis.angular);
      last_ = twist;
    }
    if (twist.linear_mps != 0.0 || twist.angular_rad_s != 0.0) ++moving_ticks_;
    for (std::size_t i = 0; i < command.servo_count(); ++i) {
      const double position = command.servo(i).position_rad;
      ASSERT_GE(position, limits_.joints[i].position_min - 0.1);
      ASSERT_LE(position, limits_.joints[i].position_max + 0.1);
      if (servos_on_) {
        ASSERT_LE(std::abs(position - servos_[i]), limits_.joints[i].velocity_max * 0.0201);
      }
      servos_[i] = position;
    }
    servos_on_ = command.servos_on();
    ASSERT_LE(command.expires_at() - command.issued_at(), 100_ms);
  }
  static void CheckAxis(double value, double last, const AxisLimits& axis) {
    ASSERT_TRUE(std::isfinite(value));
    ASSERT_LE(std::abs(value), axis.velocity_max);
    ASSERT_FALSE(value * last < 0.0);
    const double rise = std::abs(value) - std::abs(last);
    ASSERT_LE(rise, axis.acceleration_max * 0.02 + 1e-9);
    ASSERT_GE(rise, -axis.deceleration_max * 0.02 - 1e-9);
  }

  SafetyLimits limits_;
  SafetySupervisor supervisor_;
  testing::SeededRng rng_;
  TimeNs now_ = 1000_s;
  MotionRequest wish_;
  Twist2 last_;
  double left_ = 0.0;
  double right_ = 0.0;
  std::array<double, kServosMax> servos_ = {};
  bool servos_on_ = false;
  std::uint64_t moving_ticks_ = 0;
};

void RunHostile(bool mostly_sane) {
  Hostile hostile(MakeSafetyLimits(Rover()));
  SCOPED_TRACE("seed " + std::to_string(hostile.seed()));
  const int ticks = Ticks();
  for (int i = 0; i < ticks; ++i) {
    hostile.Tick(mostly_sane);
    if (::testing::Test::HasFatalFailure()) return;
  }
  EXPECT_GT(hostile.moving_ticks(), static_cast<std::uint64_t>(mostly_sane ? ticks / 10 : 1))
      << "a robot that never moves proves nothing";
}

TEST(Hostile, MostlySaneInputsNeverLeaveTheEnvelope) { RunHostile(true); }
TEST(Hostile, MostlyMadInputsNeverLeaveTheEnvelope) { RunHostile(false); }

}  // namespace
}  // namespace ganglion::robot
