#pragma once

#include <array>

#include "ganglion/base/time.h"
#include "ganglion/robot/act/thing_memory.h"
#include "ganglion/robot/safety/verdict.h"
#include "ganglion/robot/world/pose.h"
#include "ganglion/robot/world/robot_description.h"

namespace ganglion::robot {

enum class PhotoAnswer : std::uint8_t { kNone, kTaken, kFailed };

// What a behaviour knows in one tick.
struct MotionContext {
  TimeNs now = 0;
  double dt_s = 0.0;
  Pose2 pose;        // odometry
  Twist2 measured;   // of the base
  Twist2 commanded;  // by the supervisor, in the last tick
  std::array<double, kJointCount> joint_rad = {};
  SafetyVerdict verdict;  // of the last tick
  const ThingMemory& things;
  TimeNs observed_at = 0;  // of the newest observation
  PhotoAnswer photo = PhotoAnswer::kNone;

  bool BaseRests() const;
};

// What a behaviour would like in one tick.
struct MotionWish {
  Twist2 twist;
  std::array<bool, kJointCount> joint_moves = {};
  std::array<double, kJointCount> joint_rad = {};
};

}  // namespace ganglion::robot
