#pragma once

#include <array>
#include <cstdint>

#include "ganglion/base/time.h"
#include "ganglion/robot/safety/operator_key.h"
#include "ganglion/robot/safety/rate_limiter.h"
#include "ganglion/robot/safety/verdict.h"
#include "ganglion/robot/world/limits.h"
#include "ganglion/robot/world/pose.h"
#include "ganglion/robot/world/robot_description.h"
#include "ganglion/robot/world/safe_command.h"

namespace ganglion::robot {

// What the supervisor knows of the robot: the envelope, copied from the description.
struct SafetyLimits {
  ChassisDescription chassis;
  SafetyDescription safety;
  std::array<JointLimits, kServosMax> joints = {};  // without the joint margin
  std::array<ServoId, kServosMax> servo_ids = {};
  std::size_t servo_count = 0;
};
SafetyLimits MakeSafetyLimits(const RobotDescription& description);

struct MeasuredServo {
  double position_rad = 0.0;
  double temperature_c = 0.0;
};

// What was measured for this tick. Servos stand in the order of the description.
struct SafetyInput {
  bool estop_pressed = false;
  bool bumper_pressed = false;
  double left_rad = 0.0;  // wheel angles
  double right_rad = 0.0;
  double left_rad_s = 0.0;
  double right_rad_s = 0.0;
  TimeNs wheels_at = 0;
  std::array<MeasuredServo, kServosMax> servos = {};
  TimeNs servos_at = 0;
  double free_ahead_m = 0.0;
  double free_behind_m = 0.0;
  TimeNs range_at = 0;
  double person_distance_m = 0.0;  // infinity where none is seen
  TimeNs lease_renewed_at = 0;     // newest sign of life of the plan's owner
};

// What the motion stage would like to do in this tick. One motion is one step of one plan: it has
// a number within the plan that only grows, and it ends by its own bounds.
struct MotionRequest {
  TimeNs at = 0;                                  // when the motion stage made it
  std::uint64_t plan_number = 0;                  // 0: nothing to do
  std::uint8_t motion = 0;                        // below kStepsMax
  TimeNs ends_at = 0;                             // of the motion
  double distance_m_max = 0.0;                    // path of the base within the motion
  double turn_rad_max = 0.0;                      // sum of its turns
  Twist2 twist;                                   // of the base
  std::array<double, kServosMax> servo_rad = {};  // targets, in the order of the description
  std::array<bool, kServosMax> servo_moves = {};  // false: stay
  double servo_rad_s_max = 0.0;                   // 0: as fast as each servo may
  Rgb light;
};

// Decides, once per control tick, what may move, and is the only maker of the commands that drivers
// accept. docs/design/0002-safety-path.md says why it is built like this.
//
//   state        motion is                                  left by
//   unarmed      none, torque off                           Reset()
//   running      the request, cut down to the envelope      a cause that latches
//   stopping     running down to rest (category 1)          rest, or 2 s
//   stopped      none, torque off                           Reset()
//
// A state machine with no thread, I/O, clock, heap, lock or exception, and no loop but over servos:
// its only inputs are its arguments. So one and the same code runs on the robot, in simulation and
// in replay.
//
// Invariants: 1. It starts unarmed. 2. A latched stop ends only by Reset(), which needs a person's
// key, and never while its cause is present. 3. Nothing that was asked for before a latched stop,
// or by a plan whose lease ran out, ever moves again. 4. No command is outside the limits, whatever
// the inputs. 5. Where causes disagree, the stricter wins; a NaN counts as unsafe.
class SafetySupervisor {
 public:
  // `was_stopped`: an earlier life ended in an emergency stop that nobody reset.
  SafetySupervisor(const SafetyLimits& limits, bool was_stopped);

  SafeCommand Update(TimeNs now, const SafetyInput& input, const MotionRequest& request);

  // Arms, or leaves a latched stop. Returns false, and changes nothing, while a cause for a stop is
  // present or the base still rolls.
  [[nodiscard]] bool Reset(TimeNs now, const SafetyInput& input, OperatorKey key);

  SafetyVerdict verdict() const { return verdict_; }
  bool is_latched() const { return latched_.motion >= Motion::kStop; }
  // Ticks in which a finite request was cut down to the limits of speed or joint range.
  std::uint64_t clamped_ticks() const { return clamped_ticks_; }
  // The commanded motion of the base in the last tick.
  Twist2 commanded() const { return {linear_.value(), angular_.value()}; }

 private:
  double TickSeconds(TimeNs now);
  void WatchWheels(const SafetyInput& input, double dt_s);
  void JudgeStates(TimeNs now, const SafetyInput& input, SafetyVerdict& worst) const;
  void JudgePlan(TimeNs now, const SafetyInput& input, const MotionRequest& request,
                 SafetyVerdict& worst);
  void JudgeMotion(TimeNs now, const MotionRequest& request, SafetyVerdict& worst);
  bool BeginMotion(TimeNs now, const MotionRequest& request);
  double LinearCap(TimeNs now, const SafetyInput& input, double wanted, SafetyVerdict& worst) const;
  void MoveBase(const Twist2& wanted, double dt_s, SafeCommand& command);
  void MoveServos(const SafetyInput& input, const MotionRequest* request, double dt_s,
                  SafeCommand& command);
  bool IsAtRest() const;
  void CutTorque();

  SafetyLimits limits_;
  SafetyVerdict latched_;
  SafetyVerdict verdict_;
  bool clock_jumped_ = false;
  TimeNs last_tick_ = 0;
  double elapsed_s_ = 0.0;  // between the last two ticks
  bool ticked_ = false;
  double stopping_s_ = 0.0;  // since a controlled stop began

  RateLimiter linear_;
  RateLimiter angular_;
  std::array<JointLimiter, kServosMax> joints_;
  bool joints_known_ = false;

  // The motion under way, and what it has used up: the larger of measured and commanded.
  std::uint64_t plan_number_ = 0;
  std::uint64_t dead_plans_ = 0;  // plans up to this number are dead
  std::uint8_t motion_ = 0;
  TimeNs motion_ends_at_ = 0;
  double distance_m_max_ = 0.0;
  double turn_rad_max_ = 0.0;
  double measured_m_ = 0.0;
  double measured_rad_ = 0.0;
  double commanded_m_ = 0.0;
  double commanded_rad_ = 0.0;

  // The wheels in the last tick.
  double left_rad_ = 0.0;
  double right_rad_ = 0.0;
  bool wheels_known_ = false;
  bool wheels_jumped_ = false;
  double stuck_s_ = 0.0;
  double runaway_s_ = 0.0;

  std::uint64_t sequence_ = 0;
  std::uint64_t clamped_ticks_ = 0;
};

}  // namespace ganglion::robot
