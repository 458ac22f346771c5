#include "ganglion/robot/safety/supervisor.h"

#include <algorithm>
#include <cmath>

#include "ganglion/robot/world/diff_drive.h"

namespace ganglion::robot {
namespace {

constexpr double kTickSecondsMax = 0.02;     // a late tick does not get a larger step
constexpr double kShortTickSeconds = 0.001;  // assumed where the clock cannot tell
constexpr double kStopSecondsMax = 2.0;      // of a controlled stop, until torque is cut anyway
constexpr double kStuckSecondsMax = 1.0;
constexpr double kRunawaySecondsMax = 0.5;
constexpr double kRunawayMps = 0.3;  // faster than commanded by this much
constexpr double kRestMps = 0.05;
constexpr double kRestRadS = 0.1;
constexpr double kServoOutsideRad = 0.1;  // measured, beyond the joint's range
// Tracking error lets the commanded path be longer than the driven one.
constexpr double kCommandedShare = 0.8;
constexpr double kBoundSlack = 1.1;  // a motion's bound may exceed the robot's limit by this
constexpr double kBoundSlackM = 0.25;
constexpr double kBoundSlackRad = 0.5;

// A time in the future is as broken as one too far in the past.
bool IsFresh(TimeNs now, TimeNs at, TimeNs age_max) { return at <= now && at >= now - age_max; }

// Every caller writes !(safe), so that a NaN from a broken sensor counts as unsafe.
void Worsen(SafetyVerdict& worst, bool present, Motion motion, Cause cause) {
  if (present && motion > worst.motion) worst = {motion, cause};
}

bool IsNearRange(const JointLimits& joint, double position_rad) {
  return position_rad >= joint.position_min - kServoOutsideRad &&
         position_rad <= joint.position_max + kServoOutsideRad;
}

}  // namespace

SafetyLimits MakeSafetyLimits(const RobotDescription& description) {
  SafetyLimits limits = {.chassis = description.chassis, .safety = description.safety};
  limits.servo_count = std::min(description.servos.size(), kServosMax);
  for (std::size_t i = 0; i < limits.servo_count; ++i) {
    const ServoDescription& servo = description.servos[i];
    limits.joints[i] = {servo.position_rad_min, servo.position_rad_max, servo.velocity_rad_s_max,
                        servo.acceleration_rad_s2_max};
    limits.servo_ids[i] = servo.id;
  }
  return limits;
}

SafetySupervisor::SafetySupervisor(const SafetyLimits& limits, bool was_stopped)
    : limits_(limits),
      latched_{Motion::kTorqueOff, was_stopped ? Cause::kEstop : Cause::kUnarmed},
      verdict_(latched_),
      linear_(limits.chassis.linear),
      angular_(limits.chassis.angular) {
  for (std::size_t i = 0; i < limits_.servo_count; ++i) {
    JointLimits inner = limits_.joints[i];
    const double margin =
        std::min(limits_.safety.joint_margin_rad, (inner.position_max - inner.position_min) / 4.0);
    inner.position_min += margin;
    inner.position_max -= margin;
    joints_[i] = JointLimiter(inner);
  }
}

double SafetySupervisor::TickSeconds(TimeNs now) {
  // Not by subtraction first: a clock that jumps far enough would overflow it.
  const bool forward = now > last_tick_;
  clock_jumped_ = ticked_ && (!forward || now > last_tick_ + limits_.safety.velocity_watchdog);
  const bool usable = ticked_ && !clock_jumped_;
  elapsed_s_ = usable ? static_cast<double>(now - last_tick_) * 1e-9 : kShortTickSeconds;
  ticked_ = true;
  last_tick_ = now;
  return std::min(elapsed_s_, kTickSecondsMax);
}

// Follows the wheels from tick to tick: jumps, standstill against the command, running away.
void SafetySupervisor::WatchWheels(const SafetyInput& input, double dt_s) {
  const double left = input.left_rad - left_rad_;
  const double right = input.right_rad - right_rad_;
  left_rad_ = input.left_rad;
  right_rad_ = input.right_rad;
  const double possible = limits_.chassis.wheel_speed_rad_s_max * 1.5 * elapsed_s_ + 0.2;
  wheels_jumped_ = wheels_known_ && !(std::abs(left) <= possible && std::abs(right) <= possible);
  if (wheels_known_ && !wheels_jumped_) {
    const Twist2 moved = TwistOfWheels(limits_.chassis, {left, right});
    measured_m_ += std::abs(moved.linear_mps);
    measured_rad_ += std::abs(moved.angular_rad_s);
  }
  wheels_known_ = true;
  commanded_m_ += std::abs(linear_.value()) * dt_s;
  commanded_rad_ += std::abs(angular_.value()) * dt_s;

  const Twist2 measured = TwistOfWheels(limits_.chassis, {input.left_rad_s, input.right_rad_s});
  const double wanted =
      std::abs(linear_.value()) + std::abs(angular_.value()) * limits_.chassis.track_width_m / 2.0;
  const double got = std::abs(measured.linear_mps) +
                     std::abs(measured.angular_rad_s) * limits_.chassis.track_width_m / 2.0;
  stuck_s_ = wanted > 0.03 && !(got > 0.1 * wanted) ? stuck_s_ + dt_s : 0.0;
  runaway_s_ = !(got < wanted + kRunawayMps) ? runaway_s_ + dt_s : 0.0;
}

// What is wrong with the robot itself, whatever is asked of it.
void SafetySupervisor::JudgeStates(TimeNs now, const SafetyInput& input,
                                   SafetyVerdict& worst) const {
  const SafetyDescription& safety = limits_.safety;
  const Twist2 measured = TwistOfWheels(limits_.chassis, {input.left_rad_s, input.right_rad_s});
  Worsen(worst, !(input.person_distance_m >= safety.person_distance_m_min), Motion::kSlow,
         Cause::kPersonNear);
  Worsen(worst, clock_jumped_, Motion::kStop, Cause::kClockJumped);
  Worsen(worst, !IsFresh(now, input.wheels_at, safety.state_age_max), Motion::kStop,
         Cause::kStatesStale);
  const bool angles_good =
      std::isfinite(input.left_rad) && std::isfinite(input.right_rad) && !wheels_jumped_;
  Worsen(worst, !angles_good, Motion::kStop, Cause::kStatesInvalid);
  const bool speeds_finite =
      std::isfinite(measured.linear_mps) && std::isfinite(measured.angular_rad_s);
  Worsen(worst, !speeds_finite, Motion::kTorqueOff, Cause::kStatesInvalid);
  if (limits_.servo_count > 0) {
    Worsen(worst, !IsFresh(now, input.servos_at, safety.state_age_max), Motion::kStop,
           Cause::kStatesStale);
  }
  for (std::size_t i = 0; i < limits_.servo_count; ++i) {
    Worsen(worst, !(input.servos[i].temperature_c <= safety.temperature_c_max), Motion::kHold,
           Cause::kServoHot);
    Worsen(worst, !std::isfinite(input.servos[i].position_rad), Motion::kStop,
           Cause::kStatesInvalid);
    Worsen(worst, !IsNearRange(limits_.joints[i], input.servos[i].position_rad), Motion::kStop,
           Cause::kJointLimit);
  }
  Worsen(worst, safety.has_bumper && input.bumper_pressed, Motion::kStop, Cause::kBumper);
  Worsen(worst, input.estop_pressed, Motion::kStop, Cause::kEstop);
  Worsen(worst, stuck_s_ > kStuckSecondsMax, Motion::kStop, Cause::kWheelsStuck);
  const bool too_fast =
      std::abs(measured.linear_mps) > limits_.chassis.linear.velocity_max * 1.2 + 0.1 ||
      std::abs(measured.angular_rad_s) > limits_.chassis.angular.velocity_max * 1.2 + 0.3;
  Worsen(worst, too_fast || runaway_s_ > kRunawaySecondsMax, Motion::kTorqueOff, Cause::kOverspeed);
}

// Notes the bounds of a motion that is seen for the first time. False where it has none.
bool SafetySupervisor::BeginMotion(TimeNs now, const MotionRequest& request) {
  const SafetyDescription& safety = limits_.safety;
  const bool bounded = request.motion < kStepsMax && request.ends_at >= now &&
                       request.ends_at <= now + safety.motion_time_max + 1_s &&
                       request.distance_m_max >= 0.0 &&
                       request.distance_m_max <= safety.drive_m_max * kBoundSlack + kBoundSlackM &&
                       request.turn_rad_max >= 0.0 &&
                       request.turn_rad_max <= safety.turn_rad_max * kBoundSlack + kBoundSlackRad;
  if (!bounded) return false;
  plan_number_ = request.plan_number;
  motion_ = request.motion;
  motion_ends_at_ = request.ends_at;
  distance_m_max_ = request.distance_m_max;
  turn_rad_max_ = request.turn_rad_max;
  measured_m_ = measured_rad_ = commanded_m_ = commanded_rad_ = 0.0;
  return true;
}

void SafetySupervisor::JudgeMotion(TimeNs now, const MotionRequest& request, SafetyVerdict& worst) {
  const bool is_known = request.plan_number == plan_number_ && request.motion == motion_;
  if (!is_known) {
    const bool is_later = request.plan_number > plan_number_ ||
                          (request.plan_number == plan_number_ && request.motion > motion_);
    if (!is_later) return Worsen(worst, true, Motion::kHold, Cause::kDeadPlan);
    if (!BeginMotion(now, request)) {
      return Worsen(worst, true, Motion::kHold, Cause::kMotionUnbounded);
    }
  }
  Worsen(worst, now > motion_ends_at_, Motion::kHold, Cause::kMotionOverdue);
  const bool in_reach =
      std::max(measured_m_, commanded_m_ * kCommandedShare) <= distance_m_max_ + 0.02 &&
      std::max(measured_rad_, commanded_rad_ * kCommandedShare) <= turn_rad_max_ + 0.02;
  const bool moves_base = request.twist.linear_mps != 0.0 || request.twist.angular_rad_s != 0.0;
  Worsen(worst, moves_base && !in_reach, Motion::kHold, Cause::kMotionTooFar);
}

// What is wrong with what is asked for.
void SafetySupervisor::JudgePlan(TimeNs now, const SafetyInput& input, const MotionRequest& request,
                                 SafetyVerdict& worst) {
  const SafetyDescription& safety = limits_.safety;
  if (request.plan_number == 0) {
    return Worsen(worst, true, Motion::kHold, Cause::kNoPlan);
  }
  if (request.plan_number <= dead_plans_) {
    return Worsen(worst, true, Motion::kHold, Cause::kDeadPlan);
  }
  bool finite = std::isfinite(request.twist.linear_mps) &&
                std::isfinite(request.twist.angular_rad_s) &&
                std::isfinite(request.servo_rad_s_max);
  bool moves_servo = false;
  for (std::size_t i = 0; i < limits_.servo_count; ++i) {
    finite = finite && (!request.servo_moves[i] || std::isfinite(request.servo_rad[i]));
    moves_servo = moves_servo || request.servo_moves[i];
  }
  Worsen(worst, !finite, Motion::kHold, Cause::kRequestInvalid);
  Worsen(worst, !IsFresh(now, request.at, safety.velocity_watchdog), Motion::kHold,
         Cause::kRequestStale);
  Worsen(worst, moves_servo && !IsFresh(now, request.at, safety.servo_watchdog), Motion::kHold,
         Cause::kRequestStale);
  if (!IsFresh(now, input.lease_renewed_at, safety.lease)) {
    dead_plans_ = request.plan_number;
    Worsen(worst, true, Motion::kHold, Cause::kPlanStale);
  }
  JudgeMotion(now, request, worst);
}

// The speed from which the base can still stop in the free distance, on the side to which it moves.
double SafetySupervisor::LinearCap(TimeNs now, const SafetyInput& input, double wanted,
                                   SafetyVerdict& worst) const {
  const SafetyDescription& safety = limits_.safety;
  const double cap = limits_.chassis.linear.velocity_max;
  const double direction = linear_.value() != 0.0 ? linear_.value() : wanted;
  if (!safety.has_range_sensors || direction == 0.0) return cap;
  const double free = direction > 0.0 ? input.free_ahead_m : input.free_behind_m;
  if (!IsFresh(now, input.range_at, safety.range_age_max) || !(free >= 0.0)) {
    Worsen(worst, true, Motion::kHold, Cause::kRangeStale);
    return 0.0;
  }
  const double room = free - safety.free_margin_m;
  if (!(room > 0.0)) {
    Worsen(worst, true, Motion::kSlow, Cause::kObstacle);
    return 0.0;
  }
  // v^2 / (2 a) + v t = room, solved for v in the form that does not cancel.
  const double a = limits_.chassis.linear.deceleration_max;
  const double t = safety.latency_s;
  const double allowed =
      std::isfinite(room) ? 2.0 * room / (t + std::sqrt(t * t + 2.0 * room / a)) : cap;
  Worsen(worst, allowed < std::min(cap, std::abs(wanted)), Motion::kSlow, Cause::kObstacleNear);
  return std::min(cap, allowed);
}

void SafetySupervisor::MoveBase(const Twist2& wanted, double dt_s, SafeCommand& command) {
  const double v = linear_.Step(wanted.linear_mps, dt_s);
  const double w = angular_.Step(wanted.angular_rad_s, dt_s);
  command.wheels_on_ = true;
  // The loader has seen to it that no pair of v and w within the limits is too fast for a wheel.
  command.wheels_ = WheelsOfTwist(limits_.chassis, {v, w});
}

void SafetySupervisor::MoveServos(const SafetyInput& input, const MotionRequest* request,
                                  double dt_s, SafeCommand& command) {
  if (!joints_known_) {
    for (std::size_t i = 0; i < limits_.servo_count; ++i) {
      const double position = input.servos[i].position_rad;
      if (!IsNearRange(limits_.joints[i], position)) return;  // no torque where nothing can be
      joints_[i].Reset(position);
    }
    joints_known_ = true;
  }
  command.servos_on_ = true;
  command.servo_count_ = limits_.servo_count;
  for (std::size_t i = 0; i < limits_.servo_count; ++i) {
    const double velocity_max = limits_.joints[i].velocity_max;
    if (request != nullptr && request->servo_moves[i]) {
      const double asked = request->servo_rad_s_max;
      joints_[i].Step(request->servo_rad[i], asked > 0.0 ? asked : velocity_max, dt_s);
    } else {
      joints_[i].Rest(dt_s);
    }
    command.servos_[i] = {limits_.servo_ids[i], joints_[i].position(), velocity_max};
  }
}

bool SafetySupervisor::IsAtRest() const {
  bool at_rest = linear_.value() == 0.0 && angular_.value() == 0.0;
  for (std::size_t i = 0; i < limits_.servo_count; ++i) {
    at_rest = at_rest && joints_[i].velocity() == 0.0;
  }
  return at_rest;
}

void SafetySupervisor::CutTorque() {
  linear_.Reset();
  angular_.Reset();
  for (JointLimiter& joint : joints_) joint.Reset(joint.position());
  joints_known_ = false;
}

SafeCommand SafetySupervisor::Update(TimeNs now, const SafetyInput& input,
                                     const MotionRequest& request) {
  const double dt_s = TickSeconds(now);
  WatchWheels(input, dt_s);
  SafetyVerdict worst = {Motion::kFree, Cause::kNone};
  JudgeStates(now, input, worst);
  JudgePlan(now, input, request, worst);
  const double cap_free = LinearCap(now, input, request.twist.linear_mps, worst);
  if (worst.motion >= Motion::kStop && worst.motion > latched_.motion) {
    latched_ = worst;
    stopping_s_ = 0.0;
  }
  if (is_latched()) dead_plans_ = std::max(dead_plans_, request.plan_number);
  verdict_ = is_latched() ? latched_ : worst;

  SafeCommand command;
  command.sequence_ = ++sequence_;
  command.issued_at_ = now;
  command.expires_at_ = now + limits_.safety.servo_watchdog;
  command.light_ = request.light;
  if (verdict_.motion == Motion::kTorqueOff) {
    CutTorque();
    return command;
  }
  const bool may_move = verdict_.motion <= Motion::kSlow;
  const double cap =
      verdict_.cause == Cause::kPersonNear ? std::min(cap_free, limits_.safety.slow_mps) : cap_free;
  Twist2 wanted = may_move ? request.twist : Twist2{};
  const double asked = wanted.linear_mps;
  wanted.linear_mps = std::clamp(asked, -cap, cap);
  if (wanted.linear_mps != asked) ++clamped_ticks_;
  MoveBase(wanted, dt_s, command);
  MoveServos(input, may_move ? &request : nullptr, dt_s, command);

  if (verdict_.motion == Motion::kStop) {
    stopping_s_ += dt_s;
    if (IsAtRest() || stopping_s_ > kStopSecondsMax) latched_.motion = Motion::kTorqueOff;
  }
  return command;
}

bool SafetySupervisor::Reset(TimeNs now, const SafetyInput& input, OperatorKey) {
  const Twist2 measured = TwistOfWheels(limits_.chassis, {input.left_rad_s, input.right_rad_s});
  const bool rests = std::abs(measured.linear_mps) < kRestMps &&
                     std::abs(measured.angular_rad_s) < kRestRadS && IsAtRest();
  if (!rests || now < last_tick_) return false;
  const double stuck_s = stuck_s_;
  stuck_s_ = 0.0;  // it was stuck against a command that is gone
  clock_jumped_ = false;
  SafetyVerdict worst = {Motion::kFree, Cause::kNone};
  JudgeStates(now, input, worst);
  if (worst.motion >= Motion::kStop) {
    stuck_s_ = stuck_s;
    return false;
  }
  latched_ = {Motion::kFree, Cause::kNone};
  wheels_known_ = false;  // encoders may start anew
  CutTorque();
  return true;
}

}  // namespace ganglion::robot
