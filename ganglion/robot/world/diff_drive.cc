#include "ganglion/robot/world/diff_drive.h"

#include <cmath>

namespace ganglion::robot {

Twist2 TwistOfWheels(const ChassisDescription& chassis, const WheelSpeeds& wheels) {
  return {
      chassis.wheel_radius_m * (wheels.left_rad_s + wheels.right_rad_s) / 2.0,
      chassis.wheel_radius_m * (wheels.right_rad_s - wheels.left_rad_s) / chassis.track_width_m};
}

WheelSpeeds WheelsOfTwist(const ChassisDescription& chassis, const Twist2& twist) {
  const double rim = twist.angular_rad_s * chassis.track_width_m / 2.0;
  return {(twist.linear_mps - rim) / chassis.wheel_radius_m,
          (twist.linear_mps + rim) / chassis.wheel_radius_m};
}

Pose2 Advance(const ChassisDescription& chassis, const Pose2& pose, double left_rad,
              double right_rad) {
  const Twist2 step = TwistOfWheels(chassis, {left_rad, right_rad});
  const double turn = step.angular_rad_s;
  // The chord of the arc: sin(turn / 2) / (turn / 2), which is 1 - turn^2 / 24 for small turns.
  const double half = turn / 2.0;
  const double ratio = std::abs(half) < 1e-4 ? 1.0 - half * half / 6.0 : std::sin(half) / half;
  const double chord = step.linear_mps * ratio;
  return {pose.x_m + chord * std::cos(pose.heading_rad + half),
          pose.y_m + chord * std::sin(pose.heading_rad + half), pose.heading_rad + turn};
}

}  // namespace ganglion::robot
