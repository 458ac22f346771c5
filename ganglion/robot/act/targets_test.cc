// The behaviours that need something in view.

#include <cmath>

#include "ganglion/robot/act/fake_robot_test.h"

namespace ganglion::robot {
namespace {

class TargetsTest : public ::testing::Test {
 protected:
  void SetUp() override { robot_.Start(); }
  void ExpectEnd(StepPhase phase, StepReason reason) {
    EXPECT_EQ(robot_.last_report.phase, phase) << StepPhaseName(robot_.last_report.phase);
    EXPECT_EQ(robot_.last_report.reason, reason) << StepReasonName(robot_.last_report.reason);
  }
  double DistanceTo(double x_m, double y_m) const {
    return std::hypot(x_m - robot_.state.pose.x_m, y_m - robot_.state.pose.y_m);
  }
  // The gripper meets something as wide as 40 % of its opening.
  void LetTheGripperMeetSomething() {
    const ServoDescription* gripper = robot_.description->FindServo(Joint::kGripper);
    robot_.servos->blocked_id = gripper->id;
    robot_.servos->blocked_at_rad = gripper->map.ToRadians(40.0);
  }

  FakeRobot robot_;
};

TEST_F(TargetsTest, FindsWhatIsBehind) {
  robot_.PutThing("red ball", -2.0, 0.3);
  robot_.RunPlan(R"({"do":"find","target":"red ball"})");
  ExpectEnd(StepPhase::kDone, StepReason::kNone);
}

TEST_F(TargetsTest, FindingNothingFailsInTime) {
  robot_.RunPlan(R"({"do":"find","target":"red ball"})");
  ExpectEnd(StepPhase::kFailed, StepReason::kTargetNotSeen);
  EXPECT_LT(robot_.now, 1000_s + 60_s);
}

TEST_F(TargetsTest, ADeadCameraFailsInTime) {
  robot_.PutThing("red ball", 1.0, 0.0);
  robot_.camera_works = false;
  robot_.RunPlan(R"({"do":"goto","target":"red ball"})");
  ExpectEnd(StepPhase::kFailed, StepReason::kTargetNotSeen);
}

TEST_F(TargetsTest, GoesToTheNearestOfItsKind) {
  robot_.PutThing("red ball", 2.0, 1.0);
  robot_.PutThing("blue ball", 1.0, -0.5);
  robot_.RunPlan(R"({"do":"goto","target":"ball"})");
  ExpectEnd(StepPhase::kDone, StepReason::kNone);
  EXPECT_LT(DistanceTo(1.0, -0.5), 0.7);
  EXPECT_GT(DistanceTo(1.0, -0.5), 0.4);
}

TEST_F(TargetsTest, PicksCarriesAndPlaces) {
  robot_.PutThing("red ball", 1.2, 0.4);
  robot_.PutThing("basket", -1.5, -0.5);
  LetTheGripperMeetSomething();
  robot_.RunPlan(R"({"do":"pick","target":"red ball"})");
  ExpectEnd(StepPhase::kDone, StepReason::kNone);
  EXPECT_TRUE(robot_.state.holds_something);
  EXPECT_NEAR(DistanceTo(1.2, 0.4), robot_.description->reach.gripper_forward_m, 0.02);

  EXPECT_EQ(robot_.Submit(R"({"do":"pick","target":"blue ball"})"), 0u);
  EXPECT_NE(robot_.refusal.find("held already"), std::string::npos);

  robot_.RunPlan(R"({"do":"place","target":"basket"})");
  ExpectEnd(StepPhase::kDone, StepReason::kNone);
  EXPECT_FALSE(robot_.state.holds_something);
}

TEST_F(TargetsTest, GrippingNothingFails) {
  robot_.PutThing("red ball", 1.0, 0.0);
  robot_.RunPlan(R"({"do":"pick","target":"red ball"})");
  ExpectEnd(StepPhase::kFailed, StepReason::kGripMissed);
  EXPECT_FALSE(robot_.state.holds_something);
}

// Guarantee 7: checked again as the step starts, for the world may have changed.
TEST_F(TargetsTest, PlaceIsRefusedOnceTheThingIsLost) {
  robot_.PutThing("red ball", 1.2, 0.4);
  robot_.PutThing("basket", -1.5, -0.5);
  LetTheGripperMeetSomething();
  ASSERT_NE(robot_.Submit(R"({"do":"pick","target":"red ball"},{"do":"wait","seconds":2},)"
                          R"({"do":"place","target":"basket"})"),
            0u);
  while (!robot_.ended && robot_.state.step == 0) robot_.Tick();
  robot_.servos->blocked_at_rad = -1e9;  // it slips out
  robot_.RunToEnd();
  ExpectEnd(StepPhase::kRefused, StepReason::kNothingHeld);
}

TEST_F(TargetsTest, FollowKeepsItsDistanceAndEnds) {
  robot_.PutThing("person", 2.0, 0.0);
  robot_.Submit(R"({"do":"follow","target":"me","seconds":8})");
  const TimeNs start = robot_.now;
  while (!robot_.ended && robot_.now < start + 30_s) {
    robot_.things[0].position.x_m += 0.2 * 0.005;
    robot_.Tick();
  }
  ExpectEnd(StepPhase::kDone, StepReason::kNone);
  EXPECT_NEAR(static_cast<double>(robot_.now - start) * 1e-9, 8.0, 0.1);
  EXPECT_LT(DistanceTo(robot_.things[0].position.x_m, 0.0), 1.6);
  EXPECT_GT(DistanceTo(robot_.things[0].position.x_m, 0.0), 0.8);
}

TEST_F(TargetsTest, FollowGivesUpOnWhoIsGone) {
  robot_.PutThing("person", 2.0, 0.0);
  robot_.Submit(R"({"do":"follow","target":"me","seconds":60})");
  robot_.Run(3_s);
  robot_.things.clear();
  robot_.RunToEnd();
  ExpectEnd(StepPhase::kFailed, StepReason::kTargetLost);
}

}  // namespace
}  // namespace ganglion::robot
