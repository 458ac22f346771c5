#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "ganglion/base/time.h"
#include "ganglion/robot/safety/verdict.h"
#include "ganglion/robot/world/behavior.h"
#include "ganglion/robot/world/observation.h"
#include "ganglion/robot/world/pose.h"
#include "ganglion/robot/world/safe_command.h"

namespace ganglion::robot {

// Why a step was refused, failed or cancelled.
enum class StepReason : std::uint8_t {
  kNone,
  kTimeOut,  // not done within its time
  kTooFar,   // not done within its distance
  kBlocked,  // the supervisor held the motion for too long: obstacle
  kStuck,    // no progress although nothing holds it
  kTargetNotSeen,
  kTargetLost,
  kGripMissed,       // the gripper closed on nothing
  kDropped,          // what was held is gone
  kNothingHeld,      // place without holding
  kHandsFull,        // pick while holding
  kNoSuchJoint,      // the robot lacks the servo
  kNotAnswered,      // a photo was not acknowledged in time, or failed
  kStoppedBySafety,  // a latched stop
  kPlanReplaced,     // a newer plan came
  kPlanStale,        // the sign of life of the plan's owner stayed away
};
std::string_view StepReasonName(StepReason reason);

enum class StepPhase : std::uint8_t { kStarted, kDone, kRefused, kFailed, kCancelled };
std::string_view StepPhaseName(StepPhase phase);

// One event in the life of a plan. After kRefused, kFailed or kCancelled no further step of that
// plan runs. A kSay step is done, and a kPhoto step waits, when its kStarted is reported: whoever
// takes the reports speaks the text or takes the picture; see ControlLoop::AcknowledgePhoto().
struct StepReport {
  std::uint64_t plan_number = 0;
  std::uint8_t step = 0;  // index into the plan
  Behavior behavior = Behavior::kStop;
  StepPhase phase = StepPhase::kStarted;
  StepReason reason = StepReason::kNone;
  Cause cause = Cause::kNone;  // of the supervisor, where it had to do with it
  bool plan_ended = false;     // this was the last report of its plan
  TimeNs at = 0;
};

// What the control loop knows, once per tick. Plain data: it leaves the loop by mailbox.
struct RobotState {
  TimeNs at = 0;
  Pose2 pose;    // odometry: where the wheels say the base is, from where it was armed
  Twist2 twist;  // measured
  std::array<double, kJointCount> joint_rad = {};  // by Joint; 0 where the robot lacks it
  bool holds_something = false;
  bool bumper_pressed = false;
  double free_ahead_m = 0.0;
  double free_behind_m = 0.0;
  SafetyVerdict verdict;
  std::uint64_t plan_number = 0;  // of the running or last plan; 0: none yet
  bool plan_running = false;
  std::uint8_t step = 0;
  WheelSpeeds wheels;  // commanded in this tick
};

}  // namespace ganglion::robot
