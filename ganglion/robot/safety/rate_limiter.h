#pragma once

#include "ganglion/robot/world/robot_description.h"

namespace ganglion::robot {

// Limits the change of one velocity, tick by tick: first its jerk, then its acceleration, then the
// velocity itself (the order of diff_drive_controller). Speeding up is bounded by acceleration_max
// and jerk_max, slowing down by deceleration_max alone, so that a stop is never softened. A change
// of direction goes through zero.
//
// No heap, no clock. Invariant: the value is finite and within velocity_max, whatever is wanted.
class RateLimiter {
 public:
  explicit RateLimiter(const AxisLimits& limits) : limits_(limits) {}

  // The velocity for the next `dt_s` seconds (above zero). A wish that is not finite means zero.
  double Step(double wanted, double dt_s);

  double value() const { return value_; }
  // At rest: after torque was off.
  void Reset() { value_ = acceleration_ = 0.0; }

 private:
  AxisLimits limits_;
  double value_ = 0.0;
  double acceleration_ = 0.0;  // of the last step
};

// The same for the position of a joint: runs to a target with bounded velocity and acceleration and
// comes to rest on it.
struct JointLimits {
  double position_min = 0.0;
  double position_max = 0.0;
  double velocity_max = 0.0;
  double acceleration_max = 0.0;
};

class JointLimiter {
 public:
  JointLimiter() = default;
  explicit JointLimiter(const JointLimits& limits) : limits_(limits) {}

  // The position for the next `dt_s` seconds. A target outside the range means its nearest end; one
  // that is not finite means: come to rest.
  double Step(double target, double velocity_max, double dt_s);
  // Comes to rest as fast as allowed, wherever that is.
  double Rest(double dt_s);

  double position() const { return position_; }
  double velocity() const { return velocity_; }
  // Starts at rest at a measured position, which may lie outside the range: then the joint may only
  // move inward.
  void Reset(double position);

 private:
  double Advance(double wanted_velocity, double dt_s);

  JointLimits limits_;
  double position_ = 0.0;
  double velocity_ = 0.0;
};

}  // namespace ganglion::robot
