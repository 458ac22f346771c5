#include "ganglion/robot/act/control_loop.h"

#include <numbers>

#include "ganglion/robot/act/fake_robot_test.h"
#include "ganglion/testing/no_alloc.h"

namespace ganglion::robot {
namespace {

constexpr double kPi = std::numbers::pi;

class ControlLoopTest : public ::testing::Test {
 protected:
  void SetUp() override { robot_.Start(); }
  void ExpectEnd(StepPhase phase, StepReason reason) {
    EXPECT_TRUE(robot_.ended);
    EXPECT_EQ(robot_.last_report.phase, phase) << StepPhaseName(robot_.last_report.phase);
    EXPECT_EQ(robot_.last_report.reason, reason) << StepReasonName(robot_.last_report.reason);
  }
  void ExpectDone() { ExpectEnd(StepPhase::kDone, StepReason::kNone); }
  void ExpectRest() {
    EXPECT_EQ(robot_.state.wheels.left_rad_s, 0.0);
    EXPECT_EQ(robot_.state.wheels.right_rad_s, 0.0);
  }

  FakeRobot robot_;
};

TEST_F(ControlLoopTest, TheFirstTickAfterAPlanMovesTheWheels) {
  ASSERT_NE(robot_.Submit(R"({"do":"drive","distance_m":1})"), 0u);
  robot_.Tick();
  EXPECT_GT(robot_.state.wheels.left_rad_s, 0.0);
}

TEST_F(ControlLoopTest, DrivesEndWhereTheyShould) {
  for (const double distance : {0.2, 1.0, -0.5, 3.0, 0.01}) {
    const double x_before = robot_.state.pose.x_m;
    robot_.RunPlan(R"({"do":"drive","distance_m":)" + std::to_string(distance) + "}");
    ExpectDone();
    EXPECT_NEAR(robot_.state.pose.x_m - x_before, distance, 0.002);
    EXPECT_NEAR(robot_.state.pose.y_m, 0.0, 0.002);
    ExpectRest();
  }
}

TEST_F(ControlLoopTest, TurnsEndWhereTheyShould) {
  double heading = 0.0;
  for (const double degrees : {90.0, -45.0, 720.0, -1.0, 180.0}) {
    heading += degrees * kPi / 180.0;
    robot_.RunPlan(R"({"do":"turn","angle_deg":)" + std::to_string(degrees) + "}");
    ExpectDone();
    EXPECT_NEAR(robot_.state.pose.heading_rad, heading, 0.004);
  }
}

// Errors do not add up: after ten squares the robot is where it began.
TEST_F(ControlLoopTest, TenSquaresEndWhereTheyBegan) {
  std::string square;
  for (int i = 0; i < 4; ++i) {
    square += std::string(i > 0 ? "," : "") +
              R"({"do":"drive","distance_m":1,"speed_mps":0.8},{"do":"turn","angle_deg":90})";
  }
  for (int i = 0; i < 10; ++i) robot_.RunPlan(square);
  EXPECT_NEAR(robot_.state.pose.x_m, 0.0, 0.005);
  EXPECT_NEAR(robot_.state.pose.y_m, 0.0, 0.005);
  EXPECT_NEAR(robot_.state.pose.heading_rad, 20.0 * kPi, 0.005);
}

TEST_F(ControlLoopTest, WheelsThatRunShortAreMadeUpFor) {
  robot_.chassis.speed_scale = 0.9;
  robot_.RunPlan(R"({"do":"drive","distance_m":2})");
  ExpectDone();
  EXPECT_NEAR(robot_.state.pose.x_m, 2.0, 0.002);
}

TEST_F(ControlLoopTest, HeadArmAndGripperReachTheirTargets) {
  robot_.RunPlan(R"({"do":"look","pan_deg":45,"tilt_deg":-20},{"do":"arm","height_pct":100},)"
                 R"({"do":"grip","opening_pct":50})");
  ExpectDone();
  EXPECT_NEAR(robot_.JointInput(Joint::kPan), 45.0, 2.5);
  EXPECT_NEAR(robot_.JointInput(Joint::kTilt), -20.0, 2.5);
  EXPECT_NEAR(robot_.JointInput(Joint::kArm), 100.0, 4.0);
  EXPECT_NEAR(robot_.JointInput(Joint::kGripper), 50.0, 4.5);
  EXPECT_EQ(robot_.state.wheels.left_rad_s, 0.0);
}

TEST_F(ControlLoopTest, LightSayWaitAndPhotoAreReported) {
  const TimeNs before = robot_.now;
  robot_.RunPlan(R"({"do":"light","color":"red"},{"do":"say","text":"hi"},)"
                 R"({"do":"wait","seconds":1.5},{"do":"photo"},{"do":"stop"})");
  ExpectDone();
  EXPECT_EQ(robot_.light.shown.r, 255);
  EXPECT_EQ(robot_.report_count, 10u);
  EXPECT_NEAR(static_cast<double>(robot_.now - before) * 1e-9, 1.5, 0.1);
}

TEST_F(ControlLoopTest, APhotoThatNobodyTakesFails) {
  robot_.photographer = false;
  robot_.RunPlan(R"({"do":"photo"},{"do":"drive","distance_m":1})");
  ExpectEnd(StepPhase::kFailed, StepReason::kNotAnswered);
  EXPECT_EQ(robot_.state.pose.x_m, 0.0) << "no step runs after one that failed";
}

TEST_F(ControlLoopTest, AnEmptyPlanEndsAtOnce) {
  robot_.RunPlan("");
  ExpectDone();
}

TEST_F(ControlLoopTest, ANewPlanReplacesTheOldOne) {
  const auto first = robot_.Submit(R"({"do":"drive","distance_m":5})");
  robot_.Run(1_s);
  const auto second = robot_.Submit(R"({"do":"stop"})");
  ASSERT_GT(second, first);
  robot_.Tick();
  EXPECT_EQ(robot_.last_report.plan_number, second);
  EXPECT_EQ(robot_.last_report.phase, StepPhase::kStarted);
  robot_.RunToEnd();
  ExpectRest();
  EXPECT_LT(robot_.state.pose.x_m, 0.6);
}

TEST_F(ControlLoopTest, ANewPlanWhileTheServosRunIsObeyed) {
  robot_.Submit(R"({"do":"look","pan_deg":90,"tilt_deg":0})");
  robot_.Run(300_ms);
  robot_.RunPlan(R"({"do":"look","pan_deg":-90,"tilt_deg":0})");
  EXPECT_NEAR(robot_.JointInput(Joint::kPan), -90.0, 2.5);
}

// Guarantee 9.
TEST_F(ControlLoopTest, ASecondOwnerIsRefusedByName) {
  const auto plan = ParsePlan(R"({"steps":[{"do":"drive","distance_m":3}]})", *robot_.description);
  ASSERT_TRUE(robot_.loop->Submit(*plan, robot_.now, "console").ok());
  robot_.loop->RenewLease(robot_.now, "console");
  robot_.Tick();
  const auto second = robot_.loop->Submit(*plan, robot_.now, "script");
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().message().find("'console' has the robot"), std::string_view::npos);
  robot_.Run(3_s);  // the console gives no sign of life: "local" renews a lease that is not its own
  EXPECT_EQ(robot_.last_report.reason, StepReason::kPlanStale);
  EXPECT_TRUE(robot_.loop->Submit(*plan, robot_.now, "script").ok());
}

TEST_F(ControlLoopTest, TwoLoopsCannotShareAChassis) {
  auto second = ControlLoop::Create(
      robot_.description, {robot_.chassis, *robot_.servos, robot_.light, robot_.proximity});
  ASSERT_TRUE(second.ok());
  const Status status = (*second)->Start(OperatorKey::ForThePersonWhoAskedForIt(), robot_.now);
  EXPECT_NE(status.message().find("'the control loop' holds it"), std::string_view::npos);
}

TEST_F(ControlLoopTest, AnOwnerThatDiesStopsTheMotionWithinItsLease) {
  robot_.Submit(R"({"do":"drive","distance_m":8,"speed_mps":0.8})");
  robot_.Run(2_s);
  robot_.owner_lives = false;
  const double x_before = robot_.state.pose.x_m;
  robot_.Run(3_s);
  ExpectRest();
  ExpectEnd(StepPhase::kCancelled, StepReason::kPlanStale);
  // Lease 0.5 s at 0.8 m/s, one tick, and 0.8^2 / (2 * 1.5).
  EXPECT_LT(robot_.state.pose.x_m - x_before, 0.8 * 0.51 + 0.22);
  robot_.owner_lives = true;
  robot_.Run(1_s);
  ExpectRest();
}

// Guarantee 5, through the whole loop.
TEST_F(ControlLoopTest, EmergencyStopOutlivesThePlanAndNeedsAPerson) {
  robot_.Submit(R"({"do":"drive","distance_m":8,"speed_mps":0.8})");
  robot_.Run(2_s);
  robot_.loop->PressEstop();
  robot_.Run(1_s);
  ExpectEnd(StepPhase::kCancelled, StepReason::kStoppedBySafety);
  EXPECT_FALSE(robot_.chassis.last_command().wheels_on());
  const double x_stopped = robot_.state.pose.x_m;
  robot_.Submit(R"({"do":"drive","distance_m":1})");
  robot_.Run(1_s);
  const OperatorKey key = OperatorKey::ForThePersonWhoAskedForIt();
  robot_.loop->RequestReset(key);
  robot_.Run(1_s);
  EXPECT_EQ(robot_.state.verdict.cause, Cause::kEstop) << "not while it is pressed";
  robot_.loop->ReleaseEstop();
  robot_.Run(1_s);
  EXPECT_EQ(robot_.state.verdict.cause, Cause::kEstop) << "letting go resets nothing";
  robot_.loop->RequestReset(key);
  robot_.Run(1_s);
  EXPECT_EQ(robot_.state.verdict.cause, Cause::kNoPlan);
  EXPECT_EQ(robot_.state.pose.x_m, x_stopped) << "reset moves nothing";
  robot_.RunPlan(R"({"do":"drive","distance_m":1})");
  ExpectDone();
}

TEST(ControlLoopStart, NothingMovesBeforeAPersonStartsIt) {
  FakeRobot robot;
  robot.Submit(R"({"do":"drive","distance_m":1})");
  robot.Run(500_ms);
  robot.loop->RequestReset(OperatorKey::ForThePersonWhoAskedForIt());
  robot.Run(500_ms);
  EXPECT_EQ(robot.state.verdict.motion, Motion::kTorqueOff);
  EXPECT_EQ(robot.chassis.commands(), 0u) << "not even claimed";
  EXPECT_EQ(robot.last_report.reason, StepReason::kStoppedBySafety);
}

struct Sabotage {
  const char* name;
  void (*apply)(FakeRobot&);
  Cause cause;
};

class BrokenDevice : public ::testing::TestWithParam<Sabotage> {};

// Guarantee 12: whatever breaks in mid-motion, the wheels come to rest, and stay so when it heals.
TEST_P(BrokenDevice, EndsTheMotion) {
  FakeRobot robot;
  robot.Start();
  robot.Submit(R"({"do":"drive","distance_m":8})");
  robot.Run(2_s);
  ASSERT_GT(robot.state.wheels.left_rad_s, 1.0);
  GetParam().apply(robot);
  robot.Run(4_s);
  EXPECT_EQ(robot.state.wheels.left_rad_s, 0.0);
  EXPECT_EQ(robot.state.verdict.cause, GetParam().cause) << CauseName(robot.state.verdict.cause);
  EXPECT_TRUE(robot.ended);
}

INSTANTIATE_TEST_SUITE_P(
    Each, BrokenDevice,
    ::testing::Values(
        Sabotage{"ChassisSilent", [](FakeRobot& r) { r.chassis.read_result = BusResult::kTimeout; },
                 Cause::kStatesStale},
        Sabotage{"ChassisFrozen", [](FakeRobot& r) { r.chassis.samples_frozen = true; },
                 Cause::kStatesStale},
        Sabotage{"ChassisDeaf", [](FakeRobot& r) { r.chassis.write_result = BusResult::kTimeout; },
                 Cause::kStatesStale},
        Sabotage{"EncoderNan", [](FakeRobot& r) { r.chassis.added_to_angles = NAN; },
                 Cause::kStatesInvalid},
        Sabotage{"EncoderJumps", [](FakeRobot& r) { r.chassis.added_to_angles = 50.0; },
                 Cause::kStatesInvalid},
        Sabotage{"SpeedInfinite", [](FakeRobot& r) { r.chassis.added_to_speeds = INFINITY; },
                 Cause::kStatesInvalid},
        Sabotage{"RunsAway", [](FakeRobot& r) { r.chassis.speed_scale = 4.0; }, Cause::kOverspeed},
        Sabotage{"ServosSilent", [](FakeRobot& r) { r.servos->read_result = BusResult::kTimeout; },
                 Cause::kStatesStale},
        Sabotage{"JointNan", [](FakeRobot& r) { r.servos->added_to_positions = NAN; },
                 Cause::kStatesInvalid},
        Sabotage{"BumperPressed", [](FakeRobot& r) { r.proximity.next.bumper_pressed = true; },
                 Cause::kBumper},
        Sabotage{"ButtonPressed", [](FakeRobot& r) { r.proximity.next.estop_pressed = true; },
                 Cause::kEstop},
        Sabotage{"Unplugged", [](FakeRobot& r) { r.chassis.Close(); }, Cause::kStatesStale},
        Sabotage{"ClockBack", [](FakeRobot& r) { r.now -= 100_s; }, Cause::kClockJumped},
        Sabotage{"ClockForward", [](FakeRobot& r) { r.now += 100_s; }, Cause::kClockJumped}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(ControlLoopTest, StuckWheelsFailTheStep) {
  robot_.chassis.wheels_stuck = true;
  robot_.RunPlan(R"({"do":"drive","distance_m":1})");
  ExpectEnd(StepPhase::kFailed, StepReason::kStuck);
}

TEST_F(ControlLoopTest, AWallFailsTheStepAndIsNotTouched) {
  robot_.Submit(R"({"do":"drive","distance_m":5,"speed_mps":0.8})");
  while (!robot_.ended && robot_.now < 1030_s) {
    robot_.proximity.next.free_ahead_m = 1.5 - robot_.state.pose.x_m;
    robot_.Tick();
  }
  ExpectEnd(StepPhase::kFailed, StepReason::kBlocked);
  EXPECT_LT(robot_.state.pose.x_m, 1.5);
  EXPECT_GT(robot_.state.pose.x_m, 1.4);
}

TEST_F(ControlLoopTest, SilentDistanceSensorsHoldTheBase) {
  robot_.proximity.samples_frozen = true;
  robot_.Run(1_s);
  robot_.RunPlan(R"({"do":"drive","distance_m":1})");
  ExpectEnd(StepPhase::kFailed, StepReason::kBlocked);
  EXPECT_EQ(robot_.state.pose.x_m, 0.0);
}

TEST_F(ControlLoopTest, RecoversAfterTheBusIsPluggedInAgain) {
  robot_.chassis.Close();
  robot_.Run(1_s);
  robot_.loop->RequestReset(OperatorKey::ForThePersonWhoAskedForIt());
  robot_.Run(1_s);
  EXPECT_EQ(robot_.state.verdict.cause, Cause::kStatesStale) << "still unplugged";
  robot_.Start();
  robot_.Run(100_ms);
  robot_.RunPlan(R"({"do":"drive","distance_m":1})");
  ExpectDone();
}

TEST_F(ControlLoopTest, DoesNotAllocate) {
  robot_.PutThing("red ball", 1.5, 0.5);
  ASSERT_NE(robot_.Submit(R"({"do":"drive","distance_m":0.1},{"do":"turn","angle_deg":30},)"
                          R"({"do":"look","pan_deg":10,"tilt_deg":0},{"do":"light","color":"red"},)"
                          R"({"do":"goto","target":"red ball"},{"do":"say","text":"hi"})"),
            0u);
  const std::size_t before = testing::AllocationCount();
  robot_.RunToEnd();
  EXPECT_EQ(testing::AllocationCount(), before);
  ExpectDone();
}

}  // namespace
}  // namespace ganglion::robot
