#include "ganglion/robot/act/control_loop.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "ganglion/robot/act/limits.h"
#include "ganglion/robot/act/plan_runner.h"
#include "ganglion/robot/safety/supervisor.h"
#include "ganglion/robot/world/diff_drive.h"
#include "ganglion/robot/world/mailbox.h"

namespace ganglion::robot {
namespace {

constexpr TimeNs kIoTime = 4_ms;
constexpr TimeNs kArmTimeMax = 1_s;      // Start() is answered within this or not at all
constexpr TimeNs kLeaseSkewMax = 50_ms;  // between the clocks of two threads of one tick
constexpr int kWriteFailuresMax = 10;    // ticks; then the device counts as lost
constexpr std::string_view kOwnerOfDevices = "the control loop";

ThingMask PeopleOf(const RobotDescription& robot) {
  ThingMask mask = 0;
  for (std::size_t i = 0; i < robot.things.size(); ++i) {
    if (robot.shapes[robot.things[i].shape].name == "person") mask |= ThingMask{1} << i;
  }
  return mask;
}

}  // namespace

struct ControlLoop::Impl {
  Impl(std::shared_ptr<const RobotDescription> description, ControlDevices lent,
       ControlLoopOptions options)
      : robot(description),
        devices(lent),
        people(PeopleOf(*description)),
        supervisor(MakeSafetyLimits(*description), options.was_stopped),
        runner(description, reports) {}

  // Immutable.
  const std::shared_ptr<const RobotDescription> robot;  // shared: immutable
  const ControlDevices devices;
  const ThingMask people;

  // The key that Start() was given: RequestReset() needs one as well, but may only raise a flag.
  std::optional<OperatorKey> key;

  // The plan's owner's thread.
  BusToken chassis_token;
  BusToken servo_token;
  std::uint64_t plans = 0;
  std::string owner;
  RobotState newest_state;  // as last taken by TakeState() or Submit()
  bool state_unread = false;

  // Between threads.
  Mailbox<ExecutablePlan> plan_box;
  Mailbox<Observation> observation_box;
  Mailbox<RobotState> state_box;
  ReportQueue reports;
  std::atomic<TimeNs> lease_renewed_at{std::numeric_limits<TimeNs>::min()};
  std::atomic<bool> estop_pressed{false};
  std::atomic<bool> reset_asked{false};
  std::atomic<TimeNs> arm_asked_at{std::numeric_limits<TimeNs>::min()};
  std::atomic<PhotoAnswer> photo{PhotoAnswer::kNone};

  // The control loop's thread.
  SafetySupervisor supervisor;
  PlanRunner runner;
  ThingMemory things;
  ExecutablePlan plan;  // scratch
  Observation observation;
  WheelState wheels;
  std::array<ServoState, kServosMax> servos = {};
  ProximityState proximity;
  Pose2 pose;
  double left_rad = 0.0;  // as of `pose`
  double right_rad = 0.0;
  bool odometry_known = false;
  bool wheels_fresh = false;
  int chassis_failures = 0;
  int servo_failures = 0;
  TimeNs last_tick = 0;

  void ReadDevices(TimeNs now);
  void Odometry();
  SafetyInput Measured(TimeNs now);
  void ResetIfAsked(TimeNs now, const SafetyInput& input);
  MotionContext Context(TimeNs now, const SafetyInput& input);
  void WriteDevices(TimeNs now, const SafeCommand& command);
  void Publish(const MotionContext& context, const SafeCommand& command);
  const RobotState& NewestState();
};

Result<std::unique_ptr<ControlLoop>> ControlLoop::Create(
    std::shared_ptr<const RobotDescription> description, ControlDevices devices,
    ControlLoopOptions options) {
  const SkillDescription* needs_gripper = nullptr;
  for (const SkillDescription& skill : description->skills) {
    const bool grips = skill.behavior == Behavior::kGrip || skill.behavior == Behavior::kPick ||
                       skill.behavior == Behavior::kPlace;
    if (grips) needs_gripper = &skill;
  }
  if (needs_gripper != nullptr && description->FindServo(Joint::kGripper) == nullptr) {
    return Status(Code::kInvalidArgument, "robot '" + description->name + "': skill '" +
                                              needs_gripper->name + "' needs a gripper servo");
  }
  return std::unique_ptr<ControlLoop>(
      new ControlLoop(std::make_unique<Impl>(std::move(description), devices, options)));
}

ControlLoop::ControlLoop(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ControlLoop::~ControlLoop() = default;

Status ControlLoop::Start(OperatorKey key, TimeNs now) {
  Impl& self = *impl_;
  self.key = key;
  Chassis& chassis = self.devices.chassis;
  ServoBus& servos = self.devices.servos;
  if (!chassis.Owns(self.chassis_token)) {
    GN_ASSIGN_OR_RETURN(self.chassis_token, chassis.Claim(std::string(kOwnerOfDevices)));
  }
  if (!servos.Owns(self.servo_token)) {
    GN_ASSIGN_OR_RETURN(self.servo_token, servos.Claim(std::string(kOwnerOfDevices)));
  }
  GN_RETURN_IF_ERROR(self.devices.proximity.Open());
  GN_RETURN_IF_ERROR(chassis.Open());
  GN_RETURN_IF_ERROR(chassis.Arm(self.chassis_token));
  if (!self.robot->servos.empty()) {
    GN_RETURN_IF_ERROR(servos.Open());
    GN_RETURN_IF_ERROR(servos.Arm(self.servo_token));
  }
  self.odometry_known = false;
  self.chassis_failures = self.servo_failures = 0;
  self.arm_asked_at.store(now);
  return {};
}

const RobotState& ControlLoop::Impl::NewestState() {
  if (state_box.TakeNewest(newest_state)) state_unread = true;
  return newest_state;
}

Result<std::uint64_t> ControlLoop::Submit(const Plan& plan, TimeNs now, std::string_view owner) {
  Impl& self = *impl_;
  const RobotState& state = self.NewestState();
  const TimeNs renewed_at = self.lease_renewed_at.load();
  const bool lease_runs = renewed_at <= now && renewed_at >= now - self.robot->safety.lease;
  if (state.plan_running && lease_runs && owner != self.owner) {
    return Status(Code::kFailedPrecondition,
                  "'" + self.owner + "' has the robot until its plan ends");
  }
  if (plan.steps.size() > kStepsMax) {
    return Status(Code::kInvalidArgument, "a plan has at most 16 steps");
  }
  GN_RETURN_IF_ERROR(CheckPlan(plan, *self.robot, {.holds_something = state.holds_something}));
  ExecutablePlan executable = MakeExecutable(plan, *self.robot);
  executable.number = ++self.plans;
  executable.at = now;
  self.owner = owner;
  self.lease_renewed_at.store(now);
  self.plan_box.Put(executable);
  return executable.number;
}

void ControlLoop::RenewLease(TimeNs now, std::string_view owner) {
  if (owner == impl_->owner) impl_->lease_renewed_at.store(now);
}

void ControlLoop::Observe(const Observation& observation) {
  impl_->observation_box.Put(observation);
}

void ControlLoop::AcknowledgePhoto(bool taken) {
  impl_->photo.store(taken ? PhotoAnswer::kTaken : PhotoAnswer::kFailed);
}

void ControlLoop::PressEstop() { impl_->estop_pressed.store(true); }
void ControlLoop::ReleaseEstop() { impl_->estop_pressed.store(false); }
void ControlLoop::RequestReset(OperatorKey) { impl_->reset_asked.store(true); }

bool ControlLoop::TakeReport(StepReport& report) { return impl_->reports.Pop(report); }

bool ControlLoop::TakeState(RobotState& state) {
  (void)impl_->NewestState();
  if (!impl_->state_unread) return false;
  impl_->state_unread = false;
  state = impl_->newest_state;
  return true;
}

// A failed read leaves the old sample with its old time: soon it is stale, which the supervisor
// sees.
void ControlLoop::Impl::ReadDevices(TimeNs now) {
  const IoWindow io = {.now = now, .deadline = now + kIoTime};
  wheels_fresh = devices.chassis.Read(wheels, io) == BusResult::kOk;
  if (!robot->servos.empty()) {
    (void)devices.servos.Read({servos.data(), robot->servos.size()}, io);
  }
  (void)devices.proximity.Read(proximity, io);
  if (observation_box.TakeNewest(observation)) things.Add(observation);
}

void ControlLoop::Impl::Odometry() {
  const double left = wheels.left_rad - left_rad;
  const double right = wheels.right_rad - right_rad;
  const bool usable = wheels_fresh && std::isfinite(left) && std::isfinite(right);
  if (!usable) return;
  // More than a wheel can do in a tick is a jump of the encoder, and no motion.
  const double possible = robot->chassis.wheel_speed_rad_s_max;
  if (odometry_known && std::abs(left) < possible && std::abs(right) < possible) {
    pose = Advance(robot->chassis, pose, left, right);
  }
  left_rad = wheels.left_rad;
  right_rad = wheels.right_rad;
  odometry_known = true;
}

SafetyInput ControlLoop::Impl::Measured(TimeNs now) {
  SafetyInput input;
  input.estop_pressed = estop_pressed.load() || proximity.estop_pressed;
  input.bumper_pressed = proximity.bumper_pressed;
  input.left_rad = wheels.left_rad;
  input.right_rad = wheels.right_rad;
  input.left_rad_s = wheels.left_rad_s;
  input.right_rad_s = wheels.right_rad_s;
  // A device that takes no commands is as lost as one that tells nothing.
  constexpr TimeNs kNever = std::numeric_limits<TimeNs>::min();
  input.wheels_at = chassis_failures > kWriteFailuresMax ? kNever : wheels.sampled_at;
  input.servos_at = servo_failures > kWriteFailuresMax ? kNever : now;
  for (std::size_t i = 0; i < robot->servos.size(); ++i) {
    input.servos[i] = {servos[i].position_rad, servos[i].temperature_c};
    input.servos_at = std::min(input.servos_at, servos[i].sampled_at);
  }
  input.free_ahead_m = proximity.free_ahead_m;
  input.free_behind_m = proximity.free_behind_m;
  input.range_at = proximity.sampled_at;
  input.person_distance_m = std::numeric_limits<double>::infinity();
  const int person = things.Nearest(people, now - kSeenAgeMax, pose);
  if (person >= 0) {
    const Point3& at = things.sighting(person).position;
    input.person_distance_m = std::hypot(at.x_m - pose.x_m, at.y_m - pose.y_m);
  }
  // The owner's thread may have read its clock a moment after this tick began.
  const TimeNs renewed_at = lease_renewed_at.load();
  input.lease_renewed_at = renewed_at > now && renewed_at - now <= kLeaseSkewMax ? now : renewed_at;
  return input;
}

void ControlLoop::Impl::ResetIfAsked(TimeNs now, const SafetyInput& input) {
  const TimeNs asked_at = arm_asked_at.load();
  const bool arming = now >= asked_at && asked_at > std::numeric_limits<TimeNs>::min() &&
                      now - asked_at <= kArmTimeMax;
  if (!reset_asked.exchange(false) && !arming) return;
  if (!key) return;  // never started
  if (supervisor.Reset(now, input, *key)) {
    arm_asked_at.store(std::numeric_limits<TimeNs>::min());
  }
}

MotionContext ControlLoop::Impl::Context(TimeNs now, const SafetyInput& input) {
  const double dt_s = static_cast<double>(std::clamp<TimeNs>(now - last_tick, 0, 20_ms)) * 1e-9;
  last_tick = now;
  MotionContext context = {
      .now = now,
      .dt_s = dt_s,
      .pose = pose,
      .measured = TwistOfWheels(robot->chassis, {input.left_rad_s, input.right_rad_s}),
      .commanded = supervisor.commanded(),
      .joint_rad = {},
      .verdict = supervisor.verdict(),
      .things = things,
      .observed_at = observation.at,
      .photo = photo.exchange(PhotoAnswer::kNone)};
  for (std::size_t i = 0; i < robot->servos.size(); ++i) {
    context.joint_rad[static_cast<std::size_t>(robot->servos[i].joint)] =
        input.servos[i].position_rad;
  }
  return context;
}

void ControlLoop::Impl::WriteDevices(TimeNs now, const SafeCommand& command) {
  const IoWindow io = {.now = now, .deadline = now + kIoTime};
  const auto count = [](int failures, bool wanted, BusResult result) {
    if (result == BusResult::kOk || !wanted) return 0;
    return std::min(failures + 1, kWriteFailuresMax + 1);
  };
  const BusResult moved = devices.chassis.Write(chassis_token, command, io);
  chassis_failures = count(chassis_failures, command.wheels_on(), moved);
  if (!robot->servos.empty()) {
    const BusResult posed = devices.servos.Write(servo_token, command, io);
    servo_failures = count(servo_failures, command.servos_on(), posed);
  }
  (void)devices.light.Write(command, io);  // a dark lamp is no danger
}

void ControlLoop::Impl::Publish(const MotionContext& context, const SafeCommand& command) {
  RobotState state;
  state.at = context.now;
  state.pose = pose;
  state.twist = context.measured;
  state.joint_rad = context.joint_rad;
  state.holds_something = runner.holds_something();
  state.bumper_pressed = proximity.bumper_pressed;
  state.free_ahead_m = proximity.free_ahead_m;
  state.free_behind_m = proximity.free_behind_m;
  state.verdict = supervisor.verdict();
  state.plan_number = runner.plan_number();
  state.plan_running = runner.is_running();
  state.step = runner.step();
  state.wheels = command.wheels();
  state_box.Put(state);
}

void ControlLoop::Tick(TimeNs now) {
  Impl& self = *impl_;
  self.ReadDevices(now);
  self.Odometry();
  const SafetyInput input = self.Measured(now);
  self.ResetIfAsked(now, input);
  const MotionContext context = self.Context(now, input);
  if (self.plan_box.TakeNewest(self.plan)) self.runner.Accept(context, self.plan);
  const MotionRequest request = self.runner.Tick(context);
  const SafeCommand command = self.supervisor.Update(now, input, request);
  self.WriteDevices(now, command);
  self.Publish(context, command);
}

}  // namespace ganglion::robot
