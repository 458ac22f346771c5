#pragma once

#include <memory>

#include "ganglion/robot/act/motion_context.h"
#include "ganglion/robot/world/robot_description.h"

namespace ganglion::robot {

// Moves head, arm and gripper to targets, knows when they have come to rest, and whether the
// gripper holds something. The supervisor makes the trajectories; this only names their ends.
class JointMover {
 public:
  explicit JointMover(std::shared_ptr<const RobotDescription> robot) : robot_(std::move(robot)) {}

  // False where the robot lacks the joint. Set() waits for rest anew, Steer() does not.
  bool Set(const MotionContext& context, Joint joint, double position_rad);
  bool SetInput(const MotionContext& context, Joint joint, double input);  // degrees or percent
  void Steer(Joint joint, double position_rad);
  void PointHead(const MotionContext& context, const Point3& point);  // odometry frame

  // Every tick, first: follows what is measured.
  void Watch(const MotionContext& context);
  // Every tick of a step, last: the targets.
  void Write(MotionWish& wish) const;
  // All joints that were Set() have reached their targets, or rest as near as they get.
  bool Settled(const MotionContext& context) const;
  bool holds_something() const { return holds_something_; }
  // Ends all targets: the joints stay where they are.
  void Release();

 private:
  struct Target {
    double position_rad = 0.0;
    bool active = false;
    bool awaited = false;
    TimeNs since = 0;
    double rest_rad = 0.0;  // where it was when it moved last
    TimeNs rest_since = 0;
  };

  bool Rests(const Target& target, TimeNs now) const;
  double Clamp(const ServoDescription& servo, double position_rad) const;
  void WatchGripper(const MotionContext& context);

  std::shared_ptr<const RobotDescription> robot_;  // shared: immutable
  std::array<Target, kJointCount> targets_ = {};
  double grip_rad_ = 0.0;  // newest target of the gripper
  bool grip_known_ = false;
  bool holds_something_ = false;
};

}  // namespace ganglion::robot
