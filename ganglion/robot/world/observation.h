#pragma once

#include <array>
#include <cstdint>

#include "ganglion/base/time.h"
#include "ganglion/robot/world/limits.h"
#include "ganglion/robot/world/pose.h"
#include "ganglion/robot/world/robot_description.h"

namespace ganglion::robot {

// Plain data of fixed size: an Observation crosses into the control loop by copy.

struct DetectedObject {
  std::int16_t thing = -1;        // index into RobotDescription::things, or -1: not recognised
  std::uint8_t color = kNoColor;  // index into RobotDescription::colors
  std::uint8_t shape = 255;       // index into RobotDescription::shapes
  double bearing_rad = 0.0;       // in the base frame, left is positive
  double range_m = 0.0;           // along the floor, from the axle's centre to the thing's centre
  Point3 position;                // of its centre, in the base frame of Observation::pose
  double confidence = 0.0;        // 0 to 1
};

// What the camera showed at one moment.
struct Observation {
  TimeNs at = 0;            // when the picture was taken
  std::uint32_t frame = 0;  // counts pictures
  Pose2 pose;               // odometry when the picture was taken
  std::uint8_t object_count = 0;
  std::array<DetectedObject, kObjectsMax> objects = {};
};

}  // namespace ganglion::robot
