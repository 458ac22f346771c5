// Random, hostile and contradictory plans through parser, checks, loop and supervisor, on a robot
// whose devices, clock and owner fail now and then: no command outside the envelope, ever.

#include <array>
#include <cmath>
#include <cstdlib>
#include <string>

#include "ganglion/robot/act/fake_robot_test.h"
#include "ganglion/testing/seed.h"

namespace ganglion::robot {
namespace {

// GANGLION_SOAK=1 (tools/dev soak) runs the full million.
int Plans() { return std::getenv("GANGLION_SOAK") != nullptr ? 1'000'000 : 50'000; }

class RandomPlans {
 public:
  RandomPlans() {
    for (const ThingDescription& thing : robot_.description->things) targets_.push_back(thing.name);
    targets_.push_back("moon");
    robot_.PutThing("red ball", 1.0, 0.2);
    robot_.PutThing("basket", -1.0, 0.5);
    robot_.PutThing("person", 2.0, -1.0);
  }

  void Start() { robot_.Start(); }
  std::uint64_t seed() const { return rng_.seed(); }
  std::uint64_t accepted() const { return accepted_; }
  std::uint64_t refused() const { return refused_; }
  std::uint64_t moving_ticks() const { return moving_ticks_; }

  void OnePlan() {
    const std::string text = PlanText();
    const auto plan = ParsePlan(text, *robot_.description);
    const bool taken = plan.ok() && robot_.loop->Submit(*plan, robot_.now).ok();
    ++(taken ? accepted_ : refused_);
    if (rng_.Below(50) == 0) Break();
    const std::size_t ticks = rng_.Below(100) == 0 ? 400 : 1 + rng_.Below(6);
    for (std::size_t i = 0; i < ticks; ++i) {
      robot_.Tick();
      Check();
      if (::testing::Test::HasFatalFailure()) {
        ADD_FAILURE() << text;
        return;
      }
    }
    if (rng_.Below(20) == 0) Heal();
  }

 private:
  std::string Number(const FieldDescription& field) {
    if (rng_.Below(40) == 0) {
      constexpr std::array kStrange = {"1e308", "-1e308", "0",      "-0.0", "1e999", "NaN",
                                       "null",  "\"1\"",  "1e-320", "true", "[1]"};
      return kStrange[rng_.Below(kStrange.size())];
    }
    const double share = static_cast<double>(rng_.Below(1001)) / 1000.0;
    return std::to_string(field.min + share * (field.max - field.min));
  }
  std::string Value(const FieldDescription& field) {
    if (field.kind == FieldKind::kNumber) return Number(field);
    if (field.kind == FieldKind::kChoice) {
      return '"' + field.choices[rng_.Below(field.choices.size())] + '"';
    }
    return '"' + targets_[rng_.Below(targets_.size())] + '"';
  }
  std::string StepText() {
    const auto& skills = robot_.description->skills;
    const SkillDescription& skill = skills[rng_.Below(skills.size())];
    std::string text = R"({"do":")" + skill.name + '"';
    for (const FieldDescription& field : skill.fields) {
      if (!field.required && rng_.Below(2) == 0) continue;
      if (rng_.Below(200) == 0) continue;  // left out
      text += ",\"" + field.name + "\":" + Value(field);
      if (rng_.Below(200) == 0) text += ",\"" + field.name + "\":" + Value(field);  // twice
    }
    return text + '}';
  }
  std::string PlanText() {
    std::string text = R"({"steps":[)";
    const std::size_t steps = rng_.Below(30) == 0 ? 17 : rng_.Below(4);
    for (std::size_t i = 0; i < steps; ++i) text += (i > 0 ? "," : "") + StepText();
    return text + "]}";
  }

  void Break() {
    switch (rng_.Below(14)) {
      case 0:
        robot_.chassis.read_result = BusResult::kTimeout;
        break;
      case 1:
        robot_.chassis.write_result = BusResult::kBadChecksum;
        break;
      case 2:
        robot_.chassis.wheels_stuck = true;
        break;
      case 3:
        robot_.chassis.samples_frozen = true;
        break;
      case 4:
        robot_.chassis.added_to_angles = NAN;
        break;
      case 5:
        robot_.chassis.added_to_speeds = 1e308;
        break;
      case 6:
        robot_.servos->read_result = BusResult::kTimeout;
        break;
      case 7:
        robot_.servos->added_to_positions = -INFINITY;
        break;
      case 8:
        robot_.proximity.next.free_ahead_m = NAN;
        break;
      case 9:
        robot_.proximity.next.bumper_pressed = true;
        break;
      case 10:
        robot_.owner_lives = false;
        break;
      case 11:
        robot_.now += rng_.Below(2) == 0 ? 10_s : -10_s;
        break;
      case 12:
        robot_.loop->PressEstop();
        break;
      default:
        robot_.proximity.next.free_ahead_m = 0.3;
        break;
    }
  }
  void Heal() {
    robot_.chassis.read_result = robot_.chassis.write_result = BusResult::kOk;
    robot_.chassis.wheels_stuck = robot_.chassis.samples_frozen = false;
    robot_.chassis.added_to_angles = robot_.chassis.added_to_speeds = 0.0;
    robot_.servos->read_result = BusResult::kOk;
    robot_.servos->added_to_positions = 0.0;
    robot_.proximity.next.free_ahead_m = INFINITY;
    robot_.proximity.next.bumper_pressed = false;
    robot_.owner_lives = true;
    robot_.loop->ReleaseEstop();
    robot_.loop->RequestReset(OperatorKey::ForThePersonWhoAskedForIt());
  }

  // What the supervisor issued and what the devices got last, against the description alone.
  void Check() {
    const RobotDescription& robot = *robot_.description;
    const Twist2 twist = TwistOfWheels(robot.chassis, robot_.state.wheels);
    ASSERT_TRUE(std::isfinite(twist.linear_mps) && std::isfinite(twist.angular_rad_s));
    const bool powered = robot_.state.verdict.motion != Motion::kTorqueOff;
    CheckAxis(twist.linear_mps, last_.linear_mps, robot.chassis.linear, powered);
    CheckAxis(twist.angular_rad_s, last_.angular_rad_s, robot.chassis.angular, powered);
    last_ = twist;
    const WheelSpeeds told = robot_.chassis.last_command().wheels();
    ASSERT_LE(std::abs(told.left_rad_s), robot.chassis.wheel_speed_rad_s_max);
    ASSERT_LE(std::abs(told.right_rad_s), robot.chassis.wheel_speed_rad_s_max);
    if (twist.linear_mps != 0.0 || twist.angular_rad_s != 0.0) ++moving_ticks_;
    const SafeCommand& posed = robot_.servos->last_command();
    for (std::size_t i = 0; i < posed.servo_count(); ++i) {
      const ServoDescription& servo = robot.servos[i];
      ASSERT_GE(posed.servo(i).position_rad, servo.position_rad_min);
      ASSERT_LE(posed.servo(i).position_rad, servo.position_rad_max);
    }
  }
  static void CheckAxis(double value, double last, const AxisLimits& axis, bool powered) {
    constexpr double kTick = 0.005;
    ASSERT_LE(std::abs(value), axis.velocity_max + 1e-9);
    const double rise = std::abs(value) - std::abs(last);
    ASSERT_LE(rise, axis.acceleration_max * kTick + 1e-9);
    if (powered) {
      ASSERT_GE(rise, -axis.deceleration_max * kTick - 1e-9);
    }
  }

  FakeRobot robot_;
  testing::SeededRng rng_;
  std::vector<std::string> targets_;
  Twist2 last_;
  std::uint64_t accepted_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t moving_ticks_ = 0;
};

TEST(RandomPlans, NeverLeaveTheEnvelope) {
  RandomPlans plans;
  SCOPED_TRACE("seed " + std::to_string(plans.seed()));
  plans.Start();
  const int count = Plans();
  for (int i = 0; i < count && !::testing::Test::HasFailure(); ++i) plans.OnePlan();
  // A run in which little is accepted, or little moves, proves little.
  EXPECT_GT(plans.accepted(), static_cast<std::uint64_t>(count) / 4);
  EXPECT_GT(plans.refused(), static_cast<std::uint64_t>(count) / 20);
  EXPECT_GT(plans.moving_ticks(), static_cast<std::uint64_t>(count) / 4);
}

}  // namespace
}  // namespace ganglion::robot
