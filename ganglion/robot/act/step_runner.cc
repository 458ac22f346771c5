#include "ganglion/robot/act/step_runner.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ganglion/robot/act/limits.h"

namespace ganglion::robot {
namespace {

constexpr StepOutcome kRunning = {};
constexpr StepOutcome kDone = {StepStatus::kDone, StepReason::kNone};
StepOutcome Failed(StepReason reason) { return {StepStatus::kFailed, reason}; }

TimeNs Seconds(double seconds) { return static_cast<TimeNs>(seconds * 1e9); }

}  // namespace

StepRunner::StepRunner(std::shared_ptr<const RobotDescription> robot)
    : robot_(robot), base_(robot->chassis), joints_(robot), searcher_(*robot_, base_, joints_) {}

StepReason StepRunner::Precheck(const ExecutableStep& step) const {
  const auto lacks = [&](Joint joint) { return robot_->FindServo(joint) == nullptr; };
  switch (step.behavior) {
    case Behavior::kLook:
      return lacks(Joint::kPan) && lacks(Joint::kTilt) ? StepReason::kNoSuchJoint
                                                       : StepReason::kNone;
    case Behavior::kArm:
      return lacks(Joint::kArm) ? StepReason::kNoSuchJoint : StepReason::kNone;
    case Behavior::kGrip:
      return lacks(Joint::kGripper) ? StepReason::kNoSuchJoint : StepReason::kNone;
    case Behavior::kPick:
      if (lacks(Joint::kGripper) || lacks(Joint::kArm)) return StepReason::kNoSuchJoint;
      return holds_something() ? StepReason::kHandsFull : StepReason::kNone;
    case Behavior::kPlace:
      if (lacks(Joint::kGripper) || lacks(Joint::kArm)) return StepReason::kNoSuchJoint;
      return holds_something() ? StepReason::kNone : StepReason::kNothingHeld;
    default:
      return StepReason::kNone;
  }
}

StepBounds StepRunner::Bounds(const ExecutableStep& step) const {
  const double distance = std::abs(step.distance_m);
  const double angle = std::abs(step.angle_rad);
  // All the way around and back, whatever the robot's limit on one turn.
  const double search_rad = std::min(4.0 * std::numbers::pi, robot_->safety.turn_rad_max);
  const double drive_m = robot_->safety.drive_m_max;
  switch (step.behavior) {
    case Behavior::kDrive:
      return {5_s + Seconds(1.5 * distance / step.speed_mps), distance * 1.05 + 0.1, 1.0};
    case Behavior::kTurn:
      return {5_s + Seconds(1.5 * angle / step.rate_rad_s), 0.1, angle * 1.05 + 0.2};
    case Behavior::kLook:
    case Behavior::kGrip:
    case Behavior::kArm:
      return {kServoTimeMax, 0.0, 0.0};
    case Behavior::kFind:
      return {kFindTimeMax, 0.1, search_rad};
    case Behavior::kGoto:
      return {kGotoTimeMax, drive_m, search_rad};
    case Behavior::kPick:
    case Behavior::kPlace:
      return {kPickTimeMax, drive_m, search_rad};
    case Behavior::kFollow:
      return {Seconds(step.seconds) + 1_s, drive_m, search_rad};
    case Behavior::kPhoto:
      return {kPhotoTimeMax, 0.0, 0.0};
    case Behavior::kWait:
      return {Seconds(step.seconds) + 1_s, 0.0, 0.0};
    case Behavior::kLight:
    case Behavior::kSay:
    case Behavior::kStop:
      return {kShortTimeMax, 0.0, 0.0};
  }
  return {};
}

void StepRunner::NextPhase(const MotionContext& context) {
  ++phase_;
  phase_since_ = context.now;
}

void StepRunner::Begin(const MotionContext& context, const ExecutableStep& step) {
  step_ = step;
  began_at_ = phase_since_ = context.now;
  phase_ = 0;
  thing_ = -1;
  blocked_s_ = stuck_s_ = 0.0;
  joints_.Release();
  switch (step.behavior) {
    case Behavior::kDrive:
      base_.BeginDrive(context, step.distance_m, step.speed_mps);
      break;
    case Behavior::kTurn:
      base_.BeginTurn(context, step.angle_rad, step.rate_rad_s);
      break;
    case Behavior::kLook:
      joints_.Set(context, Joint::kPan, step.pan_rad);
      joints_.Set(context, Joint::kTilt, step.tilt_rad);
      break;
    case Behavior::kGrip:
      joints_.SetInput(context, Joint::kGripper, step.opening_pct);
      break;
    case Behavior::kArm:
      joints_.SetInput(context, Joint::kArm, step.height_pct);
      break;
    case Behavior::kLight:
      light_ = step.light;
      break;
    case Behavior::kGoto:
    case Behavior::kFind:
    case Behavior::kPick:
    case Behavior::kPlace:
    case Behavior::kFollow:
      searcher_.Begin(context, step.target);
      break;
    default:
      break;
  }
}

void StepRunner::Abort() {
  joints_.Release();
  base_.Forget();
}

StepOutcome StepRunner::Tick(const MotionContext& context, MotionWish& wish) {
  joints_.Watch(context);
  StepOutcome outcome = TickBehavior(context, wish);
  if (outcome.status == StepStatus::kRunning) outcome = WatchProgress(context, wish);
  joints_.Write(wish);
  return outcome;
}

StepOutcome StepRunner::TickBehavior(const MotionContext& context, MotionWish& wish) {
  switch (step_.behavior) {
    case Behavior::kDrive:
      return base_.Drive(context, wish.twist) ? kDone : kRunning;
    case Behavior::kTurn:
      return base_.Turn(context, wish.twist) ? kDone : kRunning;
    case Behavior::kLook:
    case Behavior::kGrip:
    case Behavior::kArm:
      return joints_.Settled(context) ? kDone : kRunning;
    case Behavior::kFind:
      return Search(context, wish);
    case Behavior::kGoto:
      return Goto(context, wish);
    case Behavior::kPick:
      return Pick(context, wish);
    case Behavior::kPlace:
      return Place(context, wish);
    case Behavior::kFollow:
      return Follow(context, wish);
    case Behavior::kPhoto:
      return Photo(context);
    case Behavior::kWait:
      return context.now - began_at_ >= Seconds(step_.seconds) ? kDone : kRunning;
    case Behavior::kLight:
    case Behavior::kSay:
      return kDone;
    case Behavior::kStop: {
      const Twist2& commanded = context.commanded;
      const bool told = commanded.linear_mps == 0.0 && commanded.angular_rad_s == 0.0;
      return told && context.BaseRests() ? kDone : kRunning;
    }
  }
  return kDone;
}

StepOutcome StepRunner::Photo(const MotionContext& context) const {
  if (context.photo == PhotoAnswer::kTaken) return kDone;
  return context.photo == PhotoAnswer::kFailed ? Failed(StepReason::kNotAnswered) : kRunning;
}

// Fails a step whose base is held back or does not follow.
StepOutcome StepRunner::WatchProgress(const MotionContext& context, const MotionWish& wish) {
  const bool wants_to_move =
      std::abs(wish.twist.linear_mps) > 0.01 || std::abs(wish.twist.angular_rad_s) > 0.02;
  const Cause cause = context.verdict.cause;
  const bool held = cause == Cause::kObstacle || cause == Cause::kObstacleNear ||
                    cause == Cause::kRangeStale || cause == Cause::kServoHot;
  const bool moves_on = std::abs(context.measured.linear_mps) > kRestMps ||
                        std::abs(context.measured.angular_rad_s) > kRestRadS;
  blocked_s_ = held && wants_to_move && !moves_on ? blocked_s_ + context.dt_s : 0.0;
  if (blocked_s_ > kBlockedSecondsMax) return Failed(StepReason::kBlocked);
  const double half_track = robot_->chassis.track_width_m / 2.0;
  const double commanded = std::abs(context.commanded.linear_mps) +
                           std::abs(context.commanded.angular_rad_s) * half_track;
  const double measured =
      std::abs(context.measured.linear_mps) + std::abs(context.measured.angular_rad_s) * half_track;
  stuck_s_ = commanded > 0.03 && measured < 0.1 * commanded ? stuck_s_ + context.dt_s : 0.0;
  if (stuck_s_ > kStuckSecondsMax) return Failed(StepReason::kStuck);
  const TimeNs time_max = Bounds(step_).duration - 500_ms;
  const bool overdue = context.now - began_at_ > time_max;
  if (overdue && step_.behavior == Behavior::kPhoto) return Failed(StepReason::kNotAnswered);
  return overdue ? Failed(StepReason::kTimeOut) : kRunning;
}

}  // namespace ganglion::robot
