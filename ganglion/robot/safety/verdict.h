#pragma once

#include <cstdint>
#include <string_view>

#include "ganglion/base/time.h"

namespace ganglion::robot {

// How much motion is allowed. Ordered: when causes disagree, the later one wins.
//
//   kFree       as requested, within the envelope
//   kSlow       the same, at the reduced speed
//   kHold       controlled stop through the deceleration limits, power kept (stop category 2);
//               ends with its cause
//   kStop       controlled stop, then torque off (category 1); latched
//   kTorqueOff  torque off at once (category 0); latched
enum class Motion : std::uint8_t { kFree, kSlow, kHold, kStop, kTorqueOff };

// Why. One for each rule.
enum class Cause : std::uint8_t {
  kNone,
  kPersonNear,
  kObstacleNear,     // speed reduced to what can stop in the free distance
  kObstacle,         // no free distance left that way
  kRangeStale,       // the distance sensors are silent or say nonsense
  kNoPlan,           // nothing is requested
  kPlanStale,        // the sign of life of the plan's owner is older than the lease
  kRequestStale,     // the motion stage is older than the watchdog
  kRequestInvalid,   // not finite
  kMotionUnbounded,  // a motion without a longest time or distance, or beyond the robot's own
  kMotionOverdue,    // the motion's time is over
  kMotionTooFar,     // the motion's distance is used up
  kDeadPlan,         // a plan from before the last latched stop
  kServoHot,
  kWheelsStuck,  // wheels do not follow their command
  kOverspeed,    // measured speed outside the envelope
  kJointLimit,   // measured joint outside its range
  kClockJumped,
  kStatesStale,    // encoders or servos are silent
  kStatesInvalid,  // encoders or servos say nonsense
  kBumper,
  kEstop,
  kUnarmed,  // no person has armed the robot since it started
};
std::string_view CauseName(Cause cause);
std::string_view MotionName(Motion motion);

struct SafetyVerdict {
  Motion motion = Motion::kTorqueOff;
  Cause cause = Cause::kUnarmed;
};

}  // namespace ganglion::robot
