#include "ganglion/robot/sim/sim_camera.h"

#include <cmath>
#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace ganglion::robot::sim {
namespace {

class SimCameraTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string robots = std::string(GANGLION_SOURCE_DIR) + "/robots/";
    auto description = LoadRobotDescription(robots + "rover.yaml");
    ASSERT_TRUE(description.ok()) << description.error().message();
    description_ = *std::move(description);
    auto world = SimWorld::Create(robots + "room.xml", description_);
    ASSERT_TRUE(world.ok()) << world.error().message();
    world_ = *std::move(world);
    auto renderer = SimRenderer::Create(*world_);
    if (!renderer.ok()) GTEST_SKIP() << renderer.error().message();
    renderer_ = *std::move(renderer);
    camera_ = std::make_unique<SimCamera>(*world_, *renderer_, description_.camera);
    ASSERT_TRUE(camera_->Open().ok());
  }

  IoWindow Io() const { return {.now = world_->now(), .deadline = world_->now() + 1_ms}; }

  RobotDescription description_;
  std::unique_ptr<SimWorld> world_;
  std::unique_ptr<SimRenderer> renderer_;
  std::unique_ptr<SimCamera> camera_;
};

TEST_F(SimCameraTest, TheRedBallIsWhereItsBearingSays) {
  ASSERT_TRUE(world_->MoveThing("red_ball", {1.2, 0.25, 0.033}).ok());
  CameraFrame frame;
  ASSERT_TRUE(camera_->Capture(frame, Io()).ok());
  double x = 0.0;
  double depth = 0.0;
  int count = 0;
  for (int v = 0; v < frame.intrinsics.height_px; ++v) {
    for (int u = 0; u < frame.intrinsics.width_px; ++u) {
      const auto i = static_cast<std::size_t>(v * frame.intrinsics.width_px + u);
      const std::uint8_t* pixel = frame.rgb.data() + 3 * i;
      if (pixel[0] < 70 || pixel[0] < 3 * pixel[1] || pixel[0] < 3 * pixel[2]) continue;
      x += u + 0.5;
      depth += static_cast<double>(frame.depth_m[i]);
      ++count;
    }
  }
  ASSERT_GT(count, 100);
  const double tangent = (frame.intrinsics.center_x_px - x / count) / frame.intrinsics.focal_x_px;
  const double cosine = std::cos(description_.FindServo(Joint::kTilt)->position_rad_start);
  // The ball is 1.24 m ahead of the lens; 0.43 m below it.
  const double along_axis = 1.24 * cosine + 0.43 * std::sqrt(1.0 - cosine * cosine);
  EXPECT_NEAR(tangent, 0.25 / along_axis, 0.01);
  EXPECT_NEAR(depth / count, along_axis - 0.025, 0.02);
}

TEST_F(SimCameraTest, AHangingCameraIsAnErrorNotAWait) {
  world_->SetFaults({.camera_hangs = true});
  CameraFrame frame;
  EXPECT_EQ(camera_->Capture(frame, Io()).code(), Code::kDeadlineExceeded);
}

TEST_F(SimCameraTest, AClosedCameraGivesNothing) {
  camera_->Close();
  CameraFrame frame;
  EXPECT_EQ(camera_->Capture(frame, Io()).code(), Code::kFailedPrecondition);
}

TEST_F(SimCameraTest, TheFloorIsWhereItsPixelSays) {
  CameraFrame frame;
  ASSERT_TRUE(DrawFromAbove(*world_, *renderer_, 800, 640, frame).ok());
  ASSERT_TRUE(world_->MoveThing("red_ball", {0.9, -0.4, 0.033}).ok());
  ASSERT_TRUE(DrawFromAbove(*world_, *renderer_, 800, 640, frame).ok());
  const Pixel pixel = FloorPixel(*world_, frame.intrinsics, 0.9, -0.4);
  const auto at =
      3 * (static_cast<std::size_t>(pixel.y_px) * 800 + static_cast<std::size_t>(pixel.x_px));
  EXPECT_GT(frame.rgb[at], 120);
  EXPECT_LT(frame.rgb[at + 1], 80);
}

TEST_F(SimCameraTest, PicturesBeyondTheLimitAreRefused) {
  CameraFrame frame;
  EXPECT_EQ(DrawFromAbove(*world_, *renderer_, 100'000, 10, frame).code(), Code::kInvalidArgument);
}

TEST(SimRendererTest, DrawingCanBeSwitchedOff) {
  EXPECT_EQ(GlContext::Create(GlKind::kNone).error().code(), Code::kUnavailable);
}

}  // namespace
}  // namespace ganglion::robot::sim
