#include "ganglion/robot/world/diff_drive.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace ganglion::robot {
namespace {

const ChassisDescription kChassis = [] {
  ChassisDescription chassis;
  chassis.wheel_radius_m = 0.05;
  chassis.track_width_m = 0.26;
  return chassis;
}();

TEST(DiffDrive, WheelsAndTwistAreInverse) {
  const Twist2 twist = TwistOfWheels(kChassis, WheelsOfTwist(kChassis, {0.4, -1.3}));
  EXPECT_NEAR(twist.linear_mps, 0.4, 1e-12);
  EXPECT_NEAR(twist.angular_rad_s, -1.3, 1e-12);
  EXPECT_GT(WheelsOfTwist(kChassis, {0.0, 1.0}).right_rad_s, 0.0) << "left is positive";
}

TEST(DiffDrive, AnArcEndsWhereGeometrySays) {
  // A quarter circle of one metre to the left, in one step and in a thousand.
  const double quarter = std::numbers::pi / 2.0;
  const WheelSpeeds wheels = WheelsOfTwist(kChassis, {quarter, quarter});
  for (const int steps : {1, 1000}) {
    Pose2 pose;
    for (int i = 0; i < steps; ++i) {
      pose = Advance(kChassis, pose, wheels.left_rad_s / steps, wheels.right_rad_s / steps);
    }
    EXPECT_NEAR(pose.x_m, 1.0, 1e-9);
    EXPECT_NEAR(pose.y_m, 1.0, 1e-9);
    EXPECT_NEAR(pose.heading_rad, quarter, 1e-9);
  }
}

}  // namespace
}  // namespace ganglion::robot
