#include "ganglion/robot/sim/sim_drivers.h"

#include <cmath>

namespace ganglion::robot::sim {
namespace {

bool IsTimely(const SafeCommand& command, IoWindow io) {
  return io.now >= command.issued_at() && io.now < command.expires_at();
}

}  // namespace

Status SimChassis::Open() {
  if (world_.faults().chassis_silent) return Status(Code::kUnavailable, "chassis: no answer");
  open_ = true;
  return {};
}

Status SimChassis::Arm(const BusToken& token) {
  if (!open_) return Status(Code::kFailedPrecondition, "chassis: arm while closed; open it first");
  if (!Owns(token)) return Status(Code::kFailedPrecondition, "chassis: arm without its token");
  armed_ = true;
  world_.ArmWheels();
  return {};
}

void SimChassis::Disarm() noexcept {
  armed_ = false;
  world_.CutWheels();
}

void SimChassis::Close() noexcept {
  Disarm();
  open_ = false;
}

BusResult SimChassis::Read(WheelState& state, IoWindow) noexcept {
  if (!open_ || world_.faults().chassis_silent) return BusResult::kTimeout;
  world_.ReadWheels(state);
  return BusResult::kOk;
}

BusResult SimChassis::Write(const BusToken& token, const SafeCommand& command,
                            IoWindow io) noexcept {
  if (!armed_) return BusResult::kNotArmed;
  if (!Owns(token)) return BusResult::kNotOwner;
  if (!IsTimely(command, io)) return BusResult::kExpired;
  const WheelSpeeds wheels = command.wheels();
  if (!std::isfinite(wheels.left_rad_s) || !std::isfinite(wheels.right_rad_s)) {
    return BusResult::kFault;
  }
  if (world_.faults().chassis_silent) return BusResult::kTimeout;
  world_.ApplyWheels(command);
  return BusResult::kOk;
}

Status SimServoBus::Open() {
  if (world_.faults().servos_silent) return Status(Code::kUnavailable, "servo bus: no answer");
  open_ = true;
  return {};
}

Status SimServoBus::Arm(const BusToken& token) {
  if (!open_) {
    return Status(Code::kFailedPrecondition, "servo bus: arm while closed; open it first");
  }
  if (!Owns(token)) return Status(Code::kFailedPrecondition, "servo bus: arm without its token");
  armed_ = true;
  world_.ArmServos();
  return {};
}

void SimServoBus::Disarm() noexcept {
  armed_ = false;
  world_.CutServos();
}

void SimServoBus::Close() noexcept {
  Disarm();
  open_ = false;
}

BusResult SimServoBus::Read(std::span<ServoState> states, IoWindow) noexcept {
  if (!open_ || world_.faults().servos_silent) return BusResult::kTimeout;
  world_.ReadServos(states);
  return BusResult::kOk;
}

BusResult SimServoBus::Write(const BusToken& token, const SafeCommand& command,
                             IoWindow io) noexcept {
  if (!armed_) return BusResult::kNotArmed;
  if (!Owns(token)) return BusResult::kNotOwner;
  if (!IsTimely(command, io)) return BusResult::kExpired;
  for (std::size_t i = 0; i < command.servo_count(); ++i) {
    const ServoTarget& target = command.servo(i);
    if (!std::isfinite(target.position_rad) || !std::isfinite(target.velocity_rad_s_max) ||
        !world_.KnowsServo(target.id)) {
      return BusResult::kFault;
    }
  }
  if (world_.faults().servos_silent) return BusResult::kTimeout;
  world_.ApplyServos(command);
  return BusResult::kOk;
}

Status SimProximity::Open() {
  open_ = true;
  return {};
}

void SimProximity::Close() noexcept { open_ = false; }

BusResult SimProximity::Read(ProximityState& state, IoWindow) noexcept {
  if (!open_ || world_.faults().proximity_silent) return BusResult::kTimeout;
  world_.ReadProximity(state);
  return BusResult::kOk;
}

BusResult SimLight::Write(const SafeCommand& command, IoWindow io) noexcept {
  if (!IsTimely(command, io)) return BusResult::kExpired;
  shown_ = command.light();
  world_.ApplyLight(shown_);
  return BusResult::kOk;
}

}  // namespace ganglion::robot::sim
