#include "ganglion/robot/act/robot_state.h"

namespace ganglion::robot {

std::string_view StepReasonName(StepReason reason) {
  switch (reason) {
    case StepReason::kNone:
      return "none";
    case StepReason::kTimeOut:
      return "it took too long";
    case StepReason::kTooFar:
      return "it went too far";
    case StepReason::kBlocked:
      return "something is in the way";
    case StepReason::kStuck:
      return "the wheels do not follow";
    case StepReason::kTargetNotSeen:
      return "the target is not to be seen";
    case StepReason::kTargetLost:
      return "the target was lost";
    case StepReason::kGripMissed:
      return "the gripper closed on nothing";
    case StepReason::kDropped:
      return "what was held is gone";
    case StepReason::kNothingHeld:
      return "nothing is held";
    case StepReason::kHandsFull:
      return "something is held already";
    case StepReason::kNoSuchJoint:
      return "the robot lacks the joint";
    case StepReason::kNotAnswered:
      return "no picture was taken";
    case StepReason::kStoppedBySafety:
      return "stopped for safety";
    case StepReason::kPlanReplaced:
      return "a newer plan came";
    case StepReason::kPlanStale:
      return "the plan's owner gave no sign of life";
  }
  return "?";
}

std::string_view StepPhaseName(StepPhase phase) {
  switch (phase) {
    case StepPhase::kStarted:
      return "started";
    case StepPhase::kDone:
      return "done";
    case StepPhase::kRefused:
      return "refused";
    case StepPhase::kFailed:
      return "failed";
    case StepPhase::kCancelled:
      return "cancelled";
  }
  return "?";
}

}  // namespace ganglion::robot
