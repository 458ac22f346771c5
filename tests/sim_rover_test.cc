// Plans from their first step to their end: control loop, supervisor, eyes and the simulated rover
// in its room, all joined as `ganglion do` joins them.

#include "apps/ganglion/sim_rover.h"

#include <cmath>
#include <cstdio>
#include <memory>
#include <numbers>
#include <string>
#include <string_view>

#include "apps/ganglion/run_report.h"
#include <gtest/gtest.h>

namespace ganglion::app {
namespace {

double Degrees(double radians) { return radians * 180.0 / std::numbers::pi; }

double Distance(const robot::Pose2& pose, double x_m, double y_m) {
  return std::hypot(pose.x_m - x_m, pose.y_m - y_m);
}

class SimRoverTest : public ::testing::Test {
 protected:
  void SetUp() override { Make(robot::sim::GlKind::kAny); }

  void Make(robot::sim::GlKind gl) {
    rover_.reset();
    SimRoverOptions options;
    options.robot_path = std::string(GANGLION_SOURCE_DIR) + "/robots/rover.yaml";
    options.gl = gl;
    auto rover = SimRover::Create(options);
    ASSERT_TRUE(rover.ok()) << rover.error().message();
    rover_ = *std::move(rover);
  }
  bool CanSee() const { return rover_->picture_trouble().empty(); }

  RunReport Do(std::string_view plan_json) {
    const auto plan = robot::ParsePlan(plan_json, rover_->description());
    EXPECT_TRUE(plan.ok()) << plan.error().message();
    auto report = rover_->CarryOut(*plan, ::testing::TempDir() + "sim_rover_photo-");
    EXPECT_TRUE(report.ok()) << report.error().message();
    last_ = {.instruction = "",
             .plan_json = std::string(plan_json),
             .plan_say = "",
             .plan_refused = "",
             .run = *report,
             .picture = "",
             .picture_trouble = "test"};
    return *std::move(report);
  }
  std::string Why() const { return ReportText(last_); }

  std::unique_ptr<SimRover> rover_;
  DoResult last_;
};

TEST_F(SimRoverTest, DrivesAndTurnsByNumbers) {
  const RunReport run = Do(
      R"({"steps":[{"do":"drive","distance_m":1.0},{"do":"turn","angle_deg":90},
                   {"do":"drive","distance_m":-0.5,"speed_mps":0.2}]})");
  EXPECT_TRUE(run.done) << Why();
  EXPECT_LT(Distance(run.true_end, 1.0, -0.5), 0.02) << Why();
  EXPECT_NEAR(Degrees(run.true_end.heading_rad), 90.0, 1.0) << Why();
  EXPECT_GT(run.first_wheel_at, 0);
}

TEST_F(SimRoverTest, OdometryHoldsOverTenPlans) {
  robot::Pose2 odometry;
  robot::Pose2 truth;
  for (int i = 0; i < 10; ++i) {
    const RunReport run =
        Do(i % 2 == 0 ? R"({"steps":[{"do":"drive","distance_m":0.8,"speed_mps":0.6},
                                                {"do":"turn","angle_deg":90,"rate_dps":90}]})"
                      : R"({"steps":[{"do":"drive","distance_m":0.6},
                                                {"do":"turn","angle_deg":90}]})");
    ASSERT_TRUE(run.done) << Why();
    odometry = run.odometry_end;
    truth = run.true_end;
  }
  const double error_m = std::hypot(truth.x_m - odometry.x_m, truth.y_m - odometry.y_m);
  const double error_deg = Degrees(robot::WrapAngle(truth.heading_rad - odometry.heading_rad));
  std::printf("odometry after ten plans: %.2f mm, %.3f deg\n", 1e3 * error_m, error_deg);
  EXPECT_LT(error_m, 0.02);
  EXPECT_LT(std::abs(error_deg), 1.0);
}

TEST_F(SimRoverTest, FindsWhatIsInTheRoomInBothLanguages) {
  if (!CanSee()) GTEST_SKIP() << rover_->picture_trouble();
  EXPECT_TRUE(Do(R"({"steps":[{"do":"find","target":"red ball"}]})").done) << Why();
  EXPECT_TRUE(Do(R"({"steps":[{"do":"find","target":"绿色罐子"}]})").done) << Why();
  EXPECT_TRUE(Do(R"({"steps":[{"do":"find","target":"me"}]})").done) << Why();
}

TEST_F(SimRoverTest, WhatNobodyKnowsIsRefusedByName) {
  const RunReport run = Do(R"({"steps":[{"do":"drive","distance_m":1},
                                        {"do":"goto","target":"forklift"}]})");
  EXPECT_FALSE(run.done);
  EXPECT_NE(run.refused.find("forklift"), std::string::npos) << run.refused;
  EXPECT_LT(Distance(run.true_end, 0.0, 0.0), 0.001);
}

TEST_F(SimRoverTest, WhatIsNotThereIsNotFound) {
  if (!CanSee()) GTEST_SKIP() << rover_->picture_trouble();
  // Behind the walls.
  ASSERT_TRUE(rover_->world().MoveThing("red_ball", {10.0, 10.0, 0.1}).ok());
  const RunReport run = Do(R"({"steps":[{"do":"find","target":"red ball"}]})");
  EXPECT_EQ(run.steps[0].reason, robot::StepReason::kTargetNotSeen) << Why();
}

TEST_F(SimRoverTest, PicksTheBallAndPutsItOnTheTable) {
  if (!CanSee()) GTEST_SKIP() << rover_->picture_trouble();
  const RunReport picked = Do(R"({"steps":[{"do":"pick","target":"red ball"}]})");
  ASSERT_TRUE(picked.done) << Why();
  EXPECT_EQ(picked.holds, "red_ball");
  EXPECT_GT(rover_->world().ThingPosition("red_ball")->z_m, 0.2);
  const RunReport placed = Do(R"({"steps":[{"do":"place","target":"桌子"}]})");
  ASSERT_TRUE(placed.done) << Why();
  EXPECT_EQ(placed.holds, "");
  const robot::Point3 ball = *rover_->world().ThingPosition("red_ball");
  EXPECT_NEAR(ball.z_m, 0.24 + 0.033, 0.02) << Why();
  EXPECT_LT(std::hypot(ball.x_m - 2.82, ball.y_m), 0.3) << Why();
}

TEST_F(SimRoverTest, PlacesAreReachedWithoutEyes) {
  Make(robot::sim::GlKind::kNone);
  EXPECT_FALSE(rover_->picture_trouble().empty());
  const RunReport run = Do(R"({"steps":[{"do":"goto","target":"charging station"}]})");
  EXPECT_TRUE(run.done) << Why();
  EXPECT_LT(Distance(run.true_end, -3.0, -2.8), 0.75) << Why();
  EXPECT_FALSE(rover_->WritePicture(run, "x", ::testing::TempDir() + "none.png").ok());
}

TEST_F(SimRoverTest, FollowsThePersonWhoWalks) {
  if (!CanSee()) GTEST_SKIP() << rover_->picture_trouble();
  const RunReport run = Do(R"({"steps":[{"do":"follow","target":"me","seconds":20}]})");
  EXPECT_TRUE(run.done) << Why();
  const robot::Point3 person = *rover_->world().PersonPosition();
  EXPECT_LT(Distance(run.true_end, person.x_m, person.y_m), 1.8) << Why();
  EXPECT_LT(Distance(run.true_end, run.odometry_end.x_m, run.odometry_end.y_m), 0.02) << Why();
}

// A wheel that climbs on a thing would throw odometry off.
TEST_F(SimRoverTest, TurningBesideAThingPutsNothingUnderTheWheels) {
  ASSERT_TRUE(rover_->world().MoveThing("yellow_cup", {0.05, 0.24, 0.036}).ok());
  ASSERT_TRUE(rover_->world().MoveThing("green_can", {0.2, -0.15, 0.056}).ok());
  const RunReport run = Do(R"({"steps":[{"do":"turn","angle_deg":360},
                                        {"do":"turn","angle_deg":-360}]})");
  EXPECT_TRUE(run.done) << Why();
  EXPECT_LT(Distance(run.true_end, run.odometry_end.x_m, run.odometry_end.y_m), 0.01) << Why();
  EXPECT_LT(std::abs(Degrees(run.true_end.heading_rad - run.odometry_end.heading_rad)), 1.0)
      << Why();
}

TEST_F(SimRoverTest, SpeaksTakesPhotosAndShowsItsLight) {
  if (!CanSee()) GTEST_SKIP() << rover_->picture_trouble();
  const RunReport run = Do(R"({"steps":[{"do":"say","text":"你好"},{"do":"photo"},
                                        {"do":"light","color":"green"}]})");
  EXPECT_TRUE(run.done) << Why();
  ASSERT_EQ(run.said.size(), 1u);
  EXPECT_EQ(run.said[0], "你好");
  ASSERT_EQ(run.photos.size(), 1u);
  EXPECT_EQ(std::remove(run.photos[0].c_str()), 0);
}

TEST_F(SimRoverTest, TheBumperLatchesUntilAPersonResetsIt) {
  rover_->world().SetFaults({.bumper_pressed = true});
  EXPECT_FALSE(Do(R"({"steps":[{"do":"drive","distance_m":1}]})").done);
  EXPECT_TRUE(rover_->stopped());
  rover_->world().SetFaults({});
  EXPECT_FALSE(Do(R"({"steps":[{"do":"drive","distance_m":1}]})").done);
  EXPECT_LT(Distance(rover_->world().TruePose(), 0.0, 0.0), 0.02);
  ASSERT_TRUE(rover_->Reset().ok());
  EXPECT_TRUE(Do(R"({"steps":[{"do":"drive","distance_m":0.5}]})").done) << Why();
}

TEST_F(SimRoverTest, AJammedWheelEndsTheMotion) {
  rover_->world().SetFaults({.right_wheel_stuck = true});
  const RunReport run = Do(R"({"steps":[{"do":"drive","distance_m":2}]})");
  EXPECT_FALSE(run.done);
  EXPECT_LT(run.simulated, 5_s) << Why();
}

TEST_F(SimRoverTest, DeadEncodersEndTheMotion) {
  rover_->world().SetFaults({.encoders_frozen = true});
  const RunReport run = Do(R"({"steps":[{"do":"drive","distance_m":2}]})");
  EXPECT_FALSE(run.done);
  EXPECT_LT(Distance(run.true_end, 0.0, 0.0), 0.6) << Why();
}

TEST_F(SimRoverTest, AHangingCameraFindsNothingAndHarmsNothing) {
  rover_->world().SetFaults({.camera_hangs = true});
  const RunReport run = Do(R"({"steps":[{"do":"find","target":"red ball"}]})");
  EXPECT_FALSE(run.done);
  rover_->world().SetFaults({});
  EXPECT_TRUE(Do(R"({"steps":[{"do":"turn","angle_deg":45}]})").done) << Why();
}

TEST_F(SimRoverTest, AnEmptyPlanMovesNothing) {
  const RunReport run = Do(R"({"steps":[],"say":"I can't do that."})");
  EXPECT_TRUE(run.done);
  EXPECT_EQ(run.first_wheel_at, 0);
}

TEST_F(SimRoverTest, TheSheetIsWritten) {
  if (!CanSee()) GTEST_SKIP() << rover_->picture_trouble();
  const RunReport run = Do(R"({"steps":[{"do":"drive","distance_m":0.5}]})");
  const std::string path = ::testing::TempDir() + "sim_rover_test.png";
  ASSERT_TRUE(rover_->WritePicture(run, "drive", path).ok());
  EXPECT_EQ(std::remove(path.c_str()), 0);
}

}  // namespace
}  // namespace ganglion::app
