#include "ganglion/robot/sense/detector.h"

#include <cmath>
#include <string>

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "ganglion/robot/world/rover_test.h"

namespace ganglion::robot::sense {
namespace {

// Draws things as a pinhole camera at the rover's lens would see them on a grey floor.
class DetectorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    frame_.intrinsics = {.width_px = 640,
                         .height_px = 480,
                         .focal_x_px = 514.0,
                         .focal_y_px = 514.0,
                         .center_x_px = 320.0,
                         .center_y_px = 240.0};
    frame_.rgb.assign(640 * 480 * 3, 128);
    frame_.depth_m.assign(640 * 480, 5.0F);
    rgb_ = cv::Mat(480, 640, CV_8UC3, frame_.rgb.data());
    depth_ = cv::Mat(480, 640, CV_32FC1, frame_.depth_m.data());
  }

  void DrawDisc(int x, int y, int radius, const cv::Scalar& rgb, double depth_m) {
    cv::circle(rgb_, {x, y}, radius, rgb, cv::FILLED);
    cv::circle(depth_, {x, y}, radius, cv::Scalar(depth_m), cv::FILLED);
  }
  void DrawRect(int x, int y, int width, int height, const cv::Scalar& rgb, double depth_m) {
    cv::rectangle(rgb_, cv::Rect(x, y, width, height), rgb, cv::FILLED);
    cv::rectangle(depth_, cv::Rect(x, y, width, height), cv::Scalar(depth_m), cv::FILLED);
  }

  Observation Detect(HeadPose head = {}) {
    const auto detector = Detector::Create(rover_);
    EXPECT_TRUE(detector.ok());
    Observation observation;
    const Status status = detector->Detect(frame_, head, observation);
    EXPECT_TRUE(status.ok()) << status.message();
    return observation;
  }
  std::string NameOf(const DetectedObject& object) const {
    return rover_.things[static_cast<std::size_t>(object.thing)].name;
  }

  RobotDescription rover_ = Rover();
  CameraFrame frame_;
  cv::Mat rgb_;
  cv::Mat depth_;
};

TEST_F(DetectorTest, AnEmptyRoomHoldsNothing) { EXPECT_EQ(Detect().object_count, 0); }

TEST_F(DetectorTest, ARedDiscIsTheRedBallAtItsBearing) {
  DrawDisc(220, 300, 17, {200, 20, 20}, 1.0);  // 0.066 m wide at 1 m
  const Observation seen = Detect();
  ASSERT_EQ(seen.object_count, 1);
  const DetectedObject& ball = seen.objects[0];
  EXPECT_EQ(NameOf(ball), "red ball");
  const double depth = 1.0 + 0.7 * 0.033;
  const double left = depth * 100.0 / 514.0;
  EXPECT_NEAR(ball.position.x_m, rover_.camera.forward_m + depth, 0.005);
  EXPECT_NEAR(ball.position.y_m, left, 0.005);
  EXPECT_NEAR(ball.position.z_m, rover_.camera.height_m - depth * 60.0 / 514.0, 0.005);
  EXPECT_NEAR(ball.bearing_rad, std::atan2(left, ball.position.x_m), 0.01);
}

TEST_F(DetectorTest, ShapeTellsBoxFromBallOfOneColor) {
  DrawDisc(200, 300, 17, {20, 40, 210}, 1.0);
  DrawRect(400, 280, 29, 31, {20, 40, 210}, 1.0);
  const Observation seen = Detect();
  ASSERT_EQ(seen.object_count, 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const bool left = seen.objects[i].position.y_m > 0.0;
    EXPECT_EQ(NameOf(seen.objects[i]), left ? "blue ball" : "blue box");
  }
}

TEST_F(DetectorTest, ColorTellsBallsApartInLightAndShadow) {
  DrawDisc(100, 300, 17, {230, 20, 20}, 1.0);
  DrawDisc(300, 300, 17, {90, 8, 8}, 1.0);
  DrawDisc(500, 300, 15, {240, 110, 10}, 1.0);
  const Observation seen = Detect();
  ASSERT_EQ(seen.object_count, 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const bool right = seen.objects[i].position.y_m < -0.2;
    EXPECT_EQ(NameOf(seen.objects[i]), right ? "orange ball" : "red ball");
  }
}

TEST_F(DetectorTest, ThingsOfAnotherSizeAreNotTaken) {
  DrawDisc(320, 240, 120, {200, 20, 20}, 1.0);  // half a metre wide
  EXPECT_EQ(Detect().object_count, 0);
}

TEST_F(DetectorTest, DullThingsAreNotTaken) {
  DrawDisc(320, 300, 17, {150, 125, 110}, 1.0);
  EXPECT_EQ(Detect().object_count, 0);
}

TEST_F(DetectorTest, TheHeadTurnsWhatIsSeen) {
  DrawDisc(320, 240, 17, {200, 20, 20}, 1.0);
  const Observation seen = Detect({.pan_rad = 0.5, .tilt_rad = -0.4});
  ASSERT_EQ(seen.object_count, 1);
  const double depth = 1.0 + 0.7 * 0.033;
  EXPECT_NEAR(seen.objects[0].position.x_m,
              rover_.camera.forward_m + depth * std::cos(0.4) * std::cos(0.5), 0.005);
  EXPECT_NEAR(seen.objects[0].position.y_m, depth * std::cos(0.4) * std::sin(0.5), 0.005);
  EXPECT_NEAR(seen.objects[0].position.z_m, rover_.camera.height_m - depth * std::sin(0.4), 0.005);
}

TEST_F(DetectorTest, WithoutDepthTheKnownSizeGivesTheDistance) {
  DrawDisc(320, 300, 17, {200, 20, 20}, 1.0);
  frame_.depth_m.clear();
  const Observation seen = Detect();
  ASSERT_EQ(seen.object_count, 1);
  EXPECT_NEAR(seen.objects[0].range_m, 0.066 * 514.0 / 35.0 + rover_.camera.forward_m, 0.02);
}

TEST_F(DetectorTest, ACrowdIsCutAtTheLimit) {
  for (int i = 0; i < 80; ++i)
    DrawDisc(30 + 60 * (i % 10), 30 + 55 * (i / 10), 17, {200, 20, 20}, 1.0);
  EXPECT_EQ(Detect().object_count, kObjectsMax);
}

TEST_F(DetectorTest, BuffersOfTheWrongSizeAreRefused) {
  const auto detector = Detector::Create(rover_);
  ASSERT_TRUE(detector.ok());
  Observation observation;
  frame_.rgb.pop_back();
  EXPECT_EQ(detector->Detect(frame_, {}, observation).code(), Code::kInvalidArgument);
  frame_.intrinsics.width_px = -5;
  EXPECT_EQ(detector->Detect(frame_, {}, observation).code(), Code::kInvalidArgument);
}

TEST_F(DetectorTest, AShapeThatCannotBeSeenIsRefusedByName) {
  rover_.shapes.push_back({"pyramid"});
  rover_.things[0].shape = static_cast<std::uint8_t>(rover_.shapes.size() - 1);
  const auto detector = Detector::Create(rover_);
  ASSERT_FALSE(detector.ok());
  EXPECT_NE(detector.error().message().find("pyramid"), std::string_view::npos);
}

}  // namespace
}  // namespace ganglion::robot::sense
