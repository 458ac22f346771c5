#pragma once

#include <array>
#include <cstdint>

#include "ganglion/base/time.h"
#include "ganglion/robot/world/limits.h"
#include "ganglion/robot/world/plan.h"
#include "ganglion/robot/world/robot_description.h"

namespace ganglion::robot {

// One step with every word resolved and every unit converted: what crosses into the control loop.
struct ExecutableStep {
  Behavior behavior = Behavior::kStop;
  double distance_m = 0.0;
  double speed_mps = 0.0;  // of drive, or how fast to go to a target
  double angle_rad = 0.0;
  double rate_rad_s = 0.0;
  double pan_rad = 0.0;
  double tilt_rad = 0.0;
  double opening_pct = 0.0;
  double height_pct = 0.0;
  double seconds = 0.0;
  Rgb light;
  ThingMask target = 0;
};

// Plain data of fixed size.
struct ExecutablePlan {
  std::uint64_t number = 0;
  TimeNs at = 0;  // when its owner handed it in
  std::uint8_t step_count = 0;
  std::array<ExecutableStep, kStepsMax> steps = {};
};

// The plan must have been made by ParsePlan() for this description. May allocate.
ExecutablePlan MakeExecutable(const Plan& plan, const RobotDescription& description);

}  // namespace ganglion::robot
