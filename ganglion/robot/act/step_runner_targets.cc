// The behaviours that need a thing in view: find, goto, pick, place, follow. Each is a short list
// of phases; phase 0 is always the search.

#include <algorithm>
#include <cmath>

#include "ganglion/robot/act/limits.h"
#include "ganglion/robot/act/step_runner.h"

namespace ganglion::robot {
namespace {

constexpr double kPickRunUpM = 0.12;       // the last stretch to a thing, driven slowly
constexpr double kBackOffM = 0.2;          // after placing
constexpr double kLowThingM = 0.06;        // up to this height the arm is lowered to place
constexpr double kNearEnoughM = 0.3;       // blocked this near to the goal counts as there
constexpr TimeNs kFreshLookMax = 1500_ms;  // wait for a new picture before the last stretch

constexpr StepOutcome kRunning = {};
constexpr StepOutcome kDone = {StepStatus::kDone, StepReason::kNone};
StepOutcome Failed(StepReason reason) { return {StepStatus::kFailed, reason}; }

}  // namespace

const ThingDescription& StepRunner::Thing(int thing) const {
  return robot_->things[static_cast<std::size_t>(thing)];
}

// From the axle to the thing's centre, for goto.
double StepRunner::RangeFor(int thing) const {
  return Thing(thing).size_m / 2.0 + robot_->chassis.body_radius_m + robot_->reach.stand_off_m;
}

StepOutcome StepRunner::Search(const MotionContext& context, MotionWish& wish) {
  switch (searcher_.Tick(context, wish)) {
    case SearchResult::kSearching:
      return kRunning;
    case SearchResult::kNothing:
      return Failed(StepReason::kTargetNotSeen);
    case SearchResult::kFound:
      break;
  }
  thing_ = searcher_.thing();
  joints_.PointHead(context, context.things.sighting(thing_).position);
  return kDone;
}

// Keeps the head on the thing and drives up to it. What is no longer in view is taken to be where
// it was: odometry is good over the few metres that are left.
bool StepRunner::ApproachThing(const MotionContext& context, double range_m, double speed_mps,
                               MotionWish& wish) {
  const Point3& position = context.things.sighting(thing_).position;
  joints_.PointHead(context, position);
  return base_.Approach(context, position, range_m, speed_mps, wish.twist);
}

StepOutcome StepRunner::Goto(const MotionContext& context, MotionWish& wish) {
  if (phase_ == 0) {
    const StepOutcome found = Search(context, wish);
    if (found.status != StepStatus::kDone) return found;
    base_.Forget();
    NextPhase(context);
  }
  const double range_m = RangeFor(thing_);
  if (ApproachThing(context, range_m, step_.speed_mps, wish)) return kDone;
  const Point3 local = ToLocal(context.pose, context.things.sighting(thing_).position);
  const bool near = std::hypot(local.x_m, local.y_m) - range_m < kNearEnoughM;
  return near && blocked_s_ > kBlockedSecondsMax / 2.0 ? kDone : kRunning;
}

StepOutcome StepRunner::Pick(const MotionContext& context, MotionWish& wish) {
  const ReachDescription& reach = robot_->reach;
  switch (phase_) {
    case 0: {
      const StepOutcome found = Search(context, wish);
      if (found.status != StepStatus::kDone) return found;
      base_.Forget();
      NextPhase(context);
      break;
    }
    case 1:
      if (!ApproachThing(context, reach.gripper_forward_m + kPickRunUpM, step_.speed_mps, wish)) {
        break;
      }
      joints_.SetInput(context, Joint::kGripper, reach.grip_open_pct);
      joints_.SetInput(context, Joint::kArm, reach.pick_height_pct);
      NextPhase(context);
      break;
    case 2:  // the arm is down and the picture is newer than the last move
      joints_.PointHead(context, context.things.sighting(thing_).position);
      if (!joints_.Settled(context)) break;
      if (context.things.sighting(thing_).at > phase_since_ ||
          context.now - phase_since_ > kFreshLookMax) {
        NextPhase(context);
      }
      break;
    case 3:
      if (!ApproachThing(context, reach.gripper_forward_m, kSlowApproachMps, wish)) break;
      joints_.SetInput(context, Joint::kGripper, reach.grip_closed_pct);
      NextPhase(context);
      break;
    case 4:
      if (!joints_.Settled(context)) break;
      if (!holds_something()) return Failed(StepReason::kGripMissed);
      joints_.SetInput(context, Joint::kArm, reach.carry_height_pct);
      NextPhase(context);
      break;
    default:
      if (!holds_something()) return Failed(StepReason::kDropped);
      return joints_.Settled(context) ? kDone : kRunning;
  }
  return kRunning;
}

StepOutcome StepRunner::Place(const MotionContext& context, MotionWish& wish) {
  const ReachDescription& reach = robot_->reach;
  const double range_m = reach.gripper_forward_m + reach.place_stand_off_m;
  if (phase_ <= 3 && !holds_something()) return Failed(StepReason::kDropped);
  switch (phase_) {
    case 0: {
      const StepOutcome found = Search(context, wish);
      if (found.status != StepStatus::kDone) return found;
      base_.Forget();
      joints_.SetInput(context, Joint::kArm, reach.carry_height_pct);
      NextPhase(context);
      break;
    }
    case 1:
      if (ApproachThing(context, range_m + kPickRunUpM, step_.speed_mps, wish)) NextPhase(context);
      if (blocked_s_ > kBlockedSecondsMax / 2.0) NextPhase(context);
      break;
    case 2: {
      const bool there = ApproachThing(context, range_m, kSlowApproachMps, wish);
      if (!there && blocked_s_ < kBlockedSecondsMax / 2.0) break;
      const Point3 local = ToLocal(context.pose, context.things.sighting(thing_).position);
      if (!there && std::hypot(local.x_m, local.y_m) - range_m > kNearEnoughM) break;
      if (Thing(thing_).height_m < kLowThingM) {
        joints_.SetInput(context, Joint::kArm, reach.pick_height_pct);
      }
      NextPhase(context);
      break;
    }
    case 3:
      if (!context.BaseRests() || !joints_.Settled(context)) break;
      joints_.SetInput(context, Joint::kGripper, reach.grip_open_pct);
      NextPhase(context);
      break;
    case 4:
      if (!joints_.Settled(context)) break;
      base_.BeginDrive(context, -kBackOffM, kSlowApproachMps);
      NextPhase(context);
      break;
    default:
      if (base_.Drive(context, wish.twist)) return kDone;
      // It is placed; a wall behind the robot does not change that.
      if (blocked_s_ > kBlockedSecondsMax / 2.0) return kDone;
  }
  return kRunning;
}

StepOutcome StepRunner::Follow(const MotionContext& context, MotionWish& wish) {
  if (context.now - began_at_ >= static_cast<TimeNs>(step_.seconds * 1e9)) return kDone;
  if (phase_ == 0) {
    const StepOutcome found = Search(context, wish);
    if (found.status != StepStatus::kDone) return found;
    base_.Forget();
    NextPhase(context);
  }
  const int nearest = context.things.Nearest(step_.target, context.now - kSeenAgeMax, context.pose);
  if (nearest < 0) {  // out of view: look at where it was, then search
    joints_.PointHead(context, context.things.sighting(thing_).position);
    const double lost_s =
        static_cast<double>(context.now - context.things.sighting(thing_).at) * 1e-9;
    return lost_s > kLostSecondsMax ? Failed(StepReason::kTargetLost) : kRunning;
  }
  thing_ = nearest;
  const double gap_m = Thing(thing_).size_m / 2.0 + robot_->chassis.body_radius_m + kFollowGapM;
  if (ApproachThing(context, gap_m, step_.speed_mps, wish)) wish.twist = {};
  // What comes nearer is not fled from: it is what should be followed.
  wish.twist.linear_mps = std::max(wish.twist.linear_mps, 0.0);
  blocked_s_ = 0.0;
  return kRunning;
}

}  // namespace ganglion::robot
