#include "ganglion/robot/safety/verdict.h"

namespace ganglion::robot {

std::string_view CauseName(Cause cause) {
  switch (cause) {
    case Cause::kNone:
      return "none";
    case Cause::kPersonNear:
      return "a person is near";
    case Cause::kObstacleNear:
      return "an obstacle is near";
    case Cause::kObstacle:
      return "an obstacle is in the way";
    case Cause::kRangeStale:
      return "the distance sensors are silent";
    case Cause::kNoPlan:
      return "no plan";
    case Cause::kPlanStale:
      return "no sign of life of the plan's owner";
    case Cause::kRequestStale:
      return "the motion stage is late";
    case Cause::kRequestInvalid:
      return "the motion stage asked for nonsense";
    case Cause::kMotionUnbounded:
      return "the motion has no proper bound";
    case Cause::kMotionOverdue:
      return "the motion took too long";
    case Cause::kMotionTooFar:
      return "the motion went too far";
    case Cause::kDeadPlan:
      return "the plan ended with a stop";
    case Cause::kServoHot:
      return "a servo is hot";
    case Cause::kWheelsStuck:
      return "the wheels are stuck";
    case Cause::kOverspeed:
      return "measured speed is outside the envelope";
    case Cause::kJointLimit:
      return "a joint is outside its range";
    case Cause::kClockJumped:
      return "the clock jumped";
    case Cause::kStatesStale:
      return "wheels or servos are silent";
    case Cause::kStatesInvalid:
      return "wheels or servos report nonsense";
    case Cause::kBumper:
      return "the bumper is pressed";
    case Cause::kEstop:
      return "emergency stop";
    case Cause::kUnarmed:
      return "not armed by a person yet";
  }
  return "?";
}

std::string_view MotionName(Motion motion) {
  switch (motion) {
    case Motion::kFree:
      return "free";
    case Motion::kSlow:
      return "slow";
    case Motion::kHold:
      return "hold";
    case Motion::kStop:
      return "stop";
    case Motion::kTorqueOff:
      return "torque off";
  }
  return "?";
}

}  // namespace ganglion::robot
