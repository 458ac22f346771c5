#include "ganglion/robot/sim/sim_world.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <numbers>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/robot/drivers/safe_command_forge.h"
#include "ganglion/robot/sim/sim_drivers.h"
#include "ganglion/testing/no_alloc.h"

namespace ganglion::robot::sim {
namespace {

double Degrees(double radians) { return radians * 180.0 / std::numbers::pi; }

// The rover in its room, driven straight through its drivers, with
// trapezoids in place of the control loop.
class SimWorldTest : public ::testing::Test {
 protected:
  // May be called again for a second, fresh world.
  void SetUp() override {
    chassis_token_ = {};
    servo_token_ = {};
    const std::string robots = std::string(GANGLION_SOURCE_DIR) + "/robots/";
    auto description = LoadRobotDescription(robots + "rover.yaml");
    ASSERT_TRUE(description.ok()) << description.error().message();
    description_ = *std::move(description);
    chassis_.reset();
    servos_.reset();
    auto world = SimWorld::Create(robots + "room.xml", description_);
    ASSERT_TRUE(world.ok()) << world.error().message();
    world_ = *std::move(world);
    chassis_ = std::make_unique<SimChassis>(*world_);
    servos_ = std::make_unique<SimServoBus>(*world_);
    auto chassis_token = chassis_->Claim("test");
    auto servo_token = servos_->Claim("test");
    ASSERT_TRUE(chassis_token.ok() && servo_token.ok());
    chassis_token_ = *std::move(chassis_token);
    servo_token_ = *std::move(servo_token);
    ASSERT_TRUE(chassis_->Open().ok() && chassis_->Arm(chassis_token_).ok());
    ASSERT_TRUE(servos_->Open().ok() && servos_->Arm(servo_token_).ok());
  }

  IoWindow Io() const { return {.now = world_->now(), .deadline = world_->now() + 1_ms}; }
  const ServoDescription& Servo(Joint joint) const { return *description_.FindServo(joint); }

  // One control tick of 5 ms.
  void Tick(Twist2 twist) {
    const ChassisDescription& chassis = description_.chassis;
    const double spin = 0.5 * twist.angular_rad_s * chassis.track_width_m;
    const WheelSpeeds wheels = {(twist.linear_mps - spin) / chassis.wheel_radius_m,
                                (twist.linear_mps + spin) / chassis.wheel_radius_m};
    const SafeCommand command = SafeCommandForge::Make(world_->now(), wheels, targets_);
    ASSERT_EQ(chassis_->Write(chassis_token_, command, Io()), BusResult::kOk);
    ASSERT_EQ(servos_->Write(servo_token_, command, Io()), BusResult::kOk);
    const Status advanced = world_->AdvanceTo(world_->now() + 5_ms);
    ASSERT_TRUE(advanced.ok()) << advanced.message();
    TrackOdometry();
  }

  // Speeds up to `peak` and down again so that `amount` (metres or radians) is covered, then rests.
  void Move(double amount, double peak, double acceleration, bool turn) {
    const double sign = amount < 0.0 ? -1.0 : 1.0;
    const double ramp = peak / acceleration;
    const double cruise = std::abs(amount) / peak - ramp;
    ASSERT_GT(cruise, 0.0);
    for (double t = 0.0; t < cruise + 2.0 * ramp + 0.3; t += 0.005) {
      const double middle = t + 0.0025;
      const double share = std::min({1.0, middle / ramp, (cruise + 2.0 * ramp - middle) / ramp});
      const double speed = sign * peak * std::max(0.0, share);
      Tick(turn ? Twist2{0.0, speed} : Twist2{speed, 0.0});
    }
  }
  void Drive(double distance_m) { Move(distance_m, 0.4, 1.0, false); }
  void Turn(double angle_deg) { Move(angle_deg * std::numbers::pi / 180.0, 1.0, 3.2, true); }
  void Rest(double seconds) {
    for (double t = 0.0; t < seconds; t += 0.005) Tick({});
  }

  // `input` as in a plan: degrees or percent.
  void SetServo(Joint joint, double input, double seconds = 2.5) {
    const ServoDescription& servo = Servo(joint);
    std::erase_if(targets_, [&](const ServoTarget& target) { return target.id == servo.id; });
    targets_.push_back({servo.id, servo.map.ToRadians(input), servo.velocity_rad_s_max});
    Rest(seconds);
  }
  double ServoInput(Joint joint) const {
    std::vector<ServoState> states(world_->servo_count());
    EXPECT_EQ(servos_->Read(states, Io()), BusResult::kOk);
    const std::size_t index = description_.FindServoIndex(joint).value();
    return Servo(joint).map.FromRadians(states[index].position_rad);
  }

  void TrackOdometry() {
    WheelState wheels;
    ASSERT_EQ(chassis_->Read(wheels, Io()), BusResult::kOk);
    const double radius = description_.chassis.wheel_radius_m;
    if (odometry_started_) {
      const double left = (wheels.left_rad - last_wheels_.left_rad) * radius;
      const double right = (wheels.right_rad - last_wheels_.right_rad) * radius;
      const double turn = (right - left) / description_.chassis.track_width_m;
      const double heading = odometry_.heading_rad + 0.5 * turn;
      odometry_.x_m += 0.5 * (left + right) * std::cos(heading);
      odometry_.y_m += 0.5 * (left + right) * std::sin(heading);
      odometry_.heading_rad += turn;
    }
    odometry_started_ = true;
    last_wheels_ = wheels;
  }

  RobotDescription description_;
  std::unique_ptr<SimWorld> world_;
  std::unique_ptr<SimChassis> chassis_;
  std::unique_ptr<SimServoBus> servos_;
  BusToken chassis_token_;
  BusToken servo_token_;
  std::vector<ServoTarget> targets_;
  Pose2 odometry_;
  WheelState last_wheels_;
  bool odometry_started_ = false;
};

TEST_F(SimWorldTest, ArmingMovesNothing) {
  Rest(0.5);
  EXPECT_NEAR(world_->TruePose().x_m, 0.0, 1e-4);
  EXPECT_NEAR(ServoInput(Joint::kTilt),
              Servo(Joint::kTilt).map.FromRadians(Servo(Joint::kTilt).position_rad_start), 1.0);
}

TEST_F(SimWorldTest, OneMetreEndsOneMetreAhead) {
  Drive(1.0);
  EXPECT_NEAR(world_->TruePose().x_m, 1.0, 0.005);
  EXPECT_NEAR(world_->TruePose().y_m, 0.0, 0.002);
  EXPECT_NEAR(Degrees(world_->TruePose().heading_rad), 0.0, 0.1);
}

TEST_F(SimWorldTest, QuarterTurnEndsFacingLeft) {
  Turn(90.0);
  EXPECT_NEAR(Degrees(world_->TruePose().heading_rad), 90.0, 0.5);
  EXPECT_NEAR(std::hypot(world_->TruePose().x_m, world_->TruePose().y_m), 0.0, 0.003);
}

TEST_F(SimWorldTest, WheelsDoNotSlipOverTenMotions) {
  for (int side = 0; side < 4; ++side) {
    Drive(0.6);
    Turn(90.0);
  }
  Drive(-0.6);
  Turn(-360.0);
  const Pose2 truth = world_->TruePose();
  const double error_m = std::hypot(truth.x_m - odometry_.x_m, truth.y_m - odometry_.y_m);
  const double error_deg = Degrees(WrapAngle(truth.heading_rad - odometry_.heading_rad));
  std::printf("odometry after ten motions: %.2f mm, %.3f deg\n", 1e3 * error_m, error_deg);
  EXPECT_LT(error_m, 0.01);
  EXPECT_LT(std::abs(error_deg), 1.0);
}

TEST_F(SimWorldTest, TheSameCommandsGiveTheSameWorld) {
  Drive(0.5);
  const Pose2 first = world_->TruePose();
  SetUp();
  Drive(0.5);
  EXPECT_EQ(world_->TruePose().x_m, first.x_m);
  EXPECT_EQ(world_->TruePose().heading_rad, first.heading_rad);
}

TEST_F(SimWorldTest, WheelsStopWhenCommandsStayAway) {
  for (int i = 0; i < 100; ++i) Tick({0.4, 0.0});
  const double before = world_->TruePose().x_m;
  ASSERT_TRUE(world_->AdvanceTo(world_->now() + 1_s).ok());
  WheelState wheels;
  world_->ReadWheels(wheels);
  EXPECT_NEAR(wheels.left_rad_s, 0.0, 0.01);
  EXPECT_LT(world_->TruePose().x_m - before, 0.15);
}

TEST_F(SimWorldTest, DisarmedWheelsExertNothing) {
  chassis_->Disarm();
  const auto command = SafeCommandForge::Make(world_->now(), {5.0, 5.0}, {});
  EXPECT_EQ(chassis_->Write(chassis_token_, command, Io()), BusResult::kNotArmed);
  ASSERT_TRUE(world_->AdvanceTo(world_->now() + 500_ms).ok());
  EXPECT_NEAR(world_->TruePose().x_m, 0.0, 1e-4);
}

TEST_F(SimWorldTest, AStuckWheelDoesNotTurn) {
  world_->SetFaults({.left_wheel_stuck = true});
  for (int i = 0; i < 200; ++i) Tick({0.3, 0.0});
  WheelState wheels;
  world_->ReadWheels(wheels);
  EXPECT_LT(std::abs(wheels.left_rad_s), 0.2);
  EXPECT_GT(std::abs(world_->TruePose().heading_rad), 0.1);
}

TEST_F(SimWorldTest, FrozenEncodersStillAnswer) {
  world_->SetFaults({.encoders_frozen = true});
  WheelState before;
  ASSERT_EQ(chassis_->Read(before, Io()), BusResult::kOk);
  for (int i = 0; i < 100; ++i) Tick({0.3, 0.0});
  WheelState after;
  ASSERT_EQ(chassis_->Read(after, Io()), BusResult::kOk);
  EXPECT_EQ(after.left_rad, before.left_rad);
  EXPECT_GT(after.sampled_at, before.sampled_at);
  EXPECT_GT(world_->TruePose().x_m, 0.05);
}

TEST_F(SimWorldTest, DistanceSensorsSeeTheWallAndTheBumperFeelsIt) {
  SimProximity proximity(*world_);
  ASSERT_TRUE(proximity.Open().ok());
  ProximityState state;
  ASSERT_EQ(proximity.Read(state, Io()), BusResult::kOk);
  EXPECT_NEAR(state.free_ahead_m, 2.7 - 0.133, 0.01);   // to the edge of the table
  EXPECT_NEAR(state.free_behind_m, 4.0 - 0.184, 0.01);  // to the wall
  EXPECT_FALSE(state.bumper_pressed);
  Turn(90.0);
  bool pressed = false;
  for (int i = 0; i < 2400 && !pressed; ++i) {
    Tick({0.4, 0.0});
    ASSERT_EQ(proximity.Read(state, Io()), BusResult::kOk);
    pressed = state.bumper_pressed;
  }
  EXPECT_TRUE(pressed);
  EXPECT_NEAR(world_->TruePose().y_m, 3.0 - 0.33, 0.02);  // the gripper reaches out farthest
}

TEST_F(SimWorldTest, TheGripperHoldsLiftsAndLetsGo) {
  ASSERT_TRUE(world_->MoveThing("red_ball", {0.263, 0.0, 0.033}).ok());
  SetServo(Joint::kGripper, 100.0, 0.0);
  SetServo(Joint::kArm, 0.0);
  EXPECT_NEAR(ServoInput(Joint::kArm), 0.0, 3.0);
  SetServo(Joint::kGripper, 0.0, 1.0);
  EXPECT_EQ(world_->held(), "red_ball");
  EXPECT_GT(ServoInput(Joint::kGripper), description_.reach.held_gap_pct_min);
  SetServo(Joint::kArm, 100.0);
  EXPECT_NEAR(ServoInput(Joint::kArm), 100.0, 3.0);
  EXPECT_GT(world_->ThingPosition("red_ball")->z_m, 0.25);
  Drive(0.5);
  Turn(90.0);
  EXPECT_EQ(world_->held(), "red_ball");
  SetServo(Joint::kArm, 0.0);
  SetServo(Joint::kGripper, 100.0, 1.0);
  EXPECT_EQ(world_->held(), "");
  const Point3 ball = *world_->ThingPosition("red_ball");
  EXPECT_NEAR(ball.z_m, 0.033, 0.003);
  EXPECT_NEAR(std::hypot(ball.x_m - 0.5, ball.y_m - 0.263), 0.0, 0.06);
}

TEST_F(SimWorldTest, AnEmptyGripperClosesWhole) {
  SetServo(Joint::kGripper, 0.0, 1.0);
  EXPECT_LT(ServoInput(Joint::kGripper), description_.reach.held_gap_pct_min);
  EXPECT_EQ(world_->held(), "");
}

TEST_F(SimWorldTest, EveryThingCanBeHeld) {
  for (const std::string& name : world_->ThingNames()) {
    const double height = world_->ThingPosition(name)->z_m;
    SetServo(Joint::kGripper, 100.0, 0.8);
    SetServo(Joint::kArm, 0.0, 2.2);
    ASSERT_TRUE(world_->MoveThing(name, {0.263, 0.005, height}).ok());
    SetServo(Joint::kGripper, 0.0, 1.0);
    EXPECT_EQ(world_->held(), name);
    SetServo(Joint::kArm, 50.0, 1.5);
    EXPECT_GT(world_->ThingPosition(name)->z_m, height + 0.08) << name;
    ASSERT_TRUE(world_->MoveThing(name, {-3.0, 2.0, 0.1}).ok());
  }
}

TEST_F(SimWorldTest, ThePersonWalksWhereToldTo) {
  const Waypoint path[] = {{0.7, 2.2}, {0.3, 2.2}};
  ASSERT_TRUE(world_->WalkPerson(path, 0.5).ok());
  ASSERT_TRUE(world_->AdvanceTo(world_->now() + 3_s).ok());
  EXPECT_NEAR(world_->PersonPosition()->x_m, 0.3, 0.01);
  EXPECT_NEAR(world_->PersonPosition()->y_m, 2.2, 0.01);
}

TEST_F(SimWorldTest, NothingAllocatesWhileItRuns) {
  Rest(0.1);
  ProximityState proximity;
  const std::size_t before = testing::AllocationCount();
  for (int i = 0; i < 20; ++i) {
    Tick({0.2, 0.1});
    world_->ReadProximity(proximity);
  }
  EXPECT_EQ(testing::AllocationCount(), before);
}

TEST_F(SimWorldTest, MissingOrWrongFilesAreRefusedByName) {
  auto missing = SimWorld::Create("/nowhere/room.xml", description_);
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().message().find("/nowhere/room.xml"), std::string_view::npos);
  RobotDescription other = description_;
  other.chassis.wheel_radius_m = 0.08;
  auto wrong = SimWorld::Create(std::string(GANGLION_SOURCE_DIR) + "/robots/room.xml", other);
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.error().message().find("wheel_radius_m"), std::string_view::npos);
}

}  // namespace
}  // namespace ganglion::robot::sim
