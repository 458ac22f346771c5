#pragma once

#include "ganglion/robot/act/motion_context.h"

namespace ganglion::robot {

// Moves the base to exact poses by odometry. The speed follows from what is left to go, so every
// motion ends at rest on its goal; the supervisor's limiters shape how it begins.
//
// Successive drives and turns are chained from goal to goal and not from where each one came to
// rest, so that their small errors do not add up.
class BaseMover {
 public:
  explicit BaseMover(const ChassisDescription& chassis) : chassis_(chassis) {}

  void BeginDrive(const MotionContext& context, double distance_m, double speed_mps);
  void BeginTurn(const MotionContext& context, double angle_rad, double rate_rad_s);
  // True once the goal is reached and the base rests.
  bool Drive(const MotionContext& context, Twist2& twist) const;
  bool Turn(const MotionContext& context, Twist2& twist) const;

  // Drives until the point (odometry frame) is straight ahead at this range; true once it is.
  bool Approach(const MotionContext& context, const Point3& point, double range_m, double speed_mps,
                Twist2& twist) const;

  // The base was moved by something else: the next motion starts where it is.
  void Forget() { chained_ = false; }

 private:
  Pose2 Start(const MotionContext& context) const;

  ChassisDescription chassis_;
  Pose2 goal_;
  bool chained_ = false;
  double direction_ = 1.0;  // of a drive along the goal's heading
  double speed_max_ = 0.0;
};

}  // namespace ganglion::robot
