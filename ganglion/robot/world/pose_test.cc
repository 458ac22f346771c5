#include "ganglion/robot/world/pose.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace ganglion::robot {
namespace {

TEST(Pose, LeftOfARobotThatLooksLeftIsBehind) {
  const Pose2 robot = {1.0, 2.0, std::numbers::pi / 2.0};
  const Point3 outer = ToOuter(robot, {0.0, 3.0, 0.5});
  EXPECT_NEAR(outer.x_m, -2.0, 1e-12);
  EXPECT_NEAR(outer.y_m, 2.0, 1e-12);
  EXPECT_EQ(outer.z_m, 0.5);
  const Point3 back = ToLocal(robot, outer);
  EXPECT_NEAR(back.x_m, 0.0, 1e-12);
  EXPECT_NEAR(back.y_m, 3.0, 1e-12);
}

TEST(Pose, WrapKeepsTheDirection) {
  EXPECT_NEAR(WrapAngle(2.5 * std::numbers::pi), 0.5 * std::numbers::pi, 1e-12);
  EXPECT_NEAR(WrapAngle(-1.5 * std::numbers::pi), 0.5 * std::numbers::pi, 1e-12);
  EXPECT_TRUE(std::isnan(WrapAngle(NAN)));
}

}  // namespace
}  // namespace ganglion::robot
