#pragma once

#include "ganglion/robot/world/pose.h"
#include "ganglion/robot/world/robot_description.h"
#include "ganglion/robot/world/safe_command.h"

namespace ganglion::robot {

// Kinematics of a base with two driven wheels on one axle.

Twist2 TwistOfWheels(const ChassisDescription& chassis, const WheelSpeeds& wheels);
WheelSpeeds WheelsOfTwist(const ChassisDescription& chassis, const Twist2& twist);

// The pose after the wheels turned by these angles, along the exact arc.
Pose2 Advance(const ChassisDescription& chassis, const Pose2& pose, double left_rad,
              double right_rad);

}  // namespace ganglion::robot
