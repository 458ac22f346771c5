#include "ganglion/robot/act/joint_mover.h"

#include <algorithm>
#include <cmath>

#include "ganglion/robot/act/limits.h"

namespace ganglion::robot {
namespace {

constexpr double kMovedRad = 0.004;
constexpr TimeNs kRestTime = 300_ms;

std::size_t Index(Joint joint) { return static_cast<std::size_t>(joint); }

}  // namespace

double JointMover::Clamp(const ServoDescription& servo, double position_rad) const {
  const double margin = robot_->safety.joint_margin_rad;
  const double low = servo.position_rad_min + margin;
  return std::clamp(position_rad, low, std::max(low, servo.position_rad_max - margin));
}

bool JointMover::Set(const MotionContext& context, Joint joint, double position_rad) {
  const ServoDescription* servo = robot_->FindServo(joint);
  if (servo == nullptr) return false;
  Target& target = targets_[Index(joint)];
  target.position_rad = Clamp(*servo, position_rad);
  target.active = target.awaited = true;
  target.since = target.rest_since = context.now;
  target.rest_rad = context.joint_rad[Index(joint)];
  if (joint == Joint::kGripper) {
    grip_rad_ = target.position_rad;
    grip_known_ = true;
  }
  return true;
}

bool JointMover::SetInput(const MotionContext& context, Joint joint, double input) {
  const ServoDescription* servo = robot_->FindServo(joint);
  return servo != nullptr && Set(context, joint, servo->map.ToRadians(input));
}

void JointMover::Steer(Joint joint, double position_rad) {
  const ServoDescription* servo = robot_->FindServo(joint);
  if (servo == nullptr) return;
  Target& target = targets_[Index(joint)];
  target.position_rad = Clamp(*servo, position_rad);
  target.active = true;
  target.awaited = false;
}

void JointMover::PointHead(const MotionContext& context, const Point3& point) {
  const Point3 local = ToLocal(context.pose, point);
  const double ahead = local.x_m - robot_->camera.forward_m;
  const double range = std::max(std::hypot(ahead, local.y_m), 0.05);
  Steer(Joint::kPan, std::atan2(local.y_m, ahead));
  Steer(Joint::kTilt, std::atan2(local.z_m - robot_->camera.height_m, range));
}

void JointMover::Release() {
  for (Target& target : targets_) target.active = target.awaited = false;
}

bool JointMover::Rests(const Target& target, TimeNs now) const {
  return now - target.rest_since >= kRestTime;
}

void JointMover::WatchGripper(const MotionContext& context) {
  const ServoDescription* servo = robot_->FindServo(Joint::kGripper);
  if (servo == nullptr || !grip_known_) return;
  const double asked = servo->map.FromRadians(grip_rad_);
  const double gap = servo->map.FromRadians(context.joint_rad[Index(Joint::kGripper)]) - asked;
  const ReachDescription& reach = robot_->reach;
  const bool closing = asked < (reach.grip_open_pct + reach.grip_closed_pct) / 2.0;
  // It opens or slips: let go at once. It closes: something is held once it rests with a gap.
  if (!closing || gap < reach.held_gap_pct_min) holds_something_ = false;
  if (closing && gap >= reach.held_gap_pct_min &&
      Rests(targets_[Index(Joint::kGripper)], context.now)) {
    holds_something_ = true;
  }
}

void JointMover::Watch(const MotionContext& context) {
  for (std::size_t i = 0; i < kJointCount; ++i) {
    Target& target = targets_[i];
    if (!(std::abs(context.joint_rad[i] - target.rest_rad) < kMovedRad)) {
      target.rest_rad = context.joint_rad[i];
      target.rest_since = context.now;
    }
  }
  WatchGripper(context);
}

void JointMover::Write(MotionWish& wish) const {
  for (std::size_t i = 0; i < kJointCount; ++i) {
    wish.joint_moves[i] = targets_[i].active;
    wish.joint_rad[i] = targets_[i].position_rad;
  }
}

bool JointMover::Settled(const MotionContext& context) const {
  for (std::size_t i = 0; i < kJointCount; ++i) {
    const Target& target = targets_[i];
    if (!target.awaited) continue;
    const double error = std::abs(context.joint_rad[i] - target.position_rad);
    const bool reached = error < kJointToleranceRad;
    // A gripper may be kept open by what it holds; other joints may sag a little.
    const bool may_stop_short = i == Index(Joint::kGripper) || error < kJointSettledRad;
    const bool stopped = Rests(target, context.now) && context.now - target.since > 2 * kRestTime;
    if (!reached && !(may_stop_short && stopped)) return false;
  }
  return true;
}

}  // namespace ganglion::robot
