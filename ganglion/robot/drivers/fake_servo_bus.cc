#include "ganglion/robot/drivers/fake_servo_bus.h"

#include <algorithm>
#include <cmath>

namespace ganglion::robot {

FakeServoBus::FakeServoBus(std::span<const ServoId> ids) {
  for (const ServoId id : ids) servos_.push_back({.id = id, .temperature_c = temperature_c});
}

void FakeServoBus::SetPosition(ServoId id, double position_rad) {
  for (ServoState& servo : servos_) {
    if (servo.id == id) servo.position_rad = position_rad;
  }
}

Status FakeServoBus::Open() {
  if (servos_.empty()) return Status(Code::kNotFound, "no servo answers");
  open_ = true;
  return {};
}

Status FakeServoBus::Arm(const BusToken& token) {
  if (!open_) return Status(Code::kFailedPrecondition, "arm: the servo bus is closed");
  if (!Owns(token)) return Status(Code::kFailedPrecondition, "arm: not the owner's token");
  armed_ = true;
  command_ = {};
  return {};
}

void FakeServoBus::Disarm() noexcept {
  armed_ = false;
  command_ = {};
}

void FakeServoBus::Close() noexcept {
  Disarm();
  open_ = false;
}

void FakeServoBus::Advance(TimeNs now) {
  const double seconds = static_cast<double>(std::max<TimeNs>(now - advanced_to_, 0)) * 1e-9;
  advanced_to_ = now;
  for (ServoState& servo : servos_) {
    servo.velocity_rad_s = 0.0;
    servo.effort = 0.0;
    if (!armed_) continue;
    for (std::size_t i = 0; i < command_.servo_count(); ++i) {
      const ServoTarget& target = command_.servo(i);
      if (target.id != servo.id) continue;
      const double reach = target.velocity_rad_s_max * seconds;
      double next =
          servo.position_rad + std::clamp(target.position_rad - servo.position_rad, -reach, reach);
      const bool closes_on_it = next < blocked_at_rad && next < servo.position_rad;
      if (servo.id == blocked_id && closes_on_it) {
        next = std::min(servo.position_rad, blocked_at_rad);
        servo.effort = -1.0;
      }
      servo.velocity_rad_s = seconds > 0.0 ? (next - servo.position_rad) / seconds : 0.0;
      servo.position_rad = next;
    }
  }
}

BusResult FakeServoBus::Read(std::span<ServoState> states, IoWindow io) noexcept {
  if (!open_) return BusResult::kTimeout;
  if (read_result != BusResult::kOk) return read_result;
  if (!samples_frozen) Advance(io.now);
  for (std::size_t i = 0; i < states.size() && i < servos_.size(); ++i) {
    states[i] = servos_[i];
    states[i].position_rad += added_to_positions;
    states[i].temperature_c = temperature_c;
    states[i].sampled_at = advanced_to_;
  }
  return BusResult::kOk;
}

BusResult FakeServoBus::Write(const BusToken& token, const SafeCommand& command,
                              IoWindow io) noexcept {
  if (BusResult checked = CheckCommand(armed_, token, command, io.now); checked != BusResult::kOk) {
    return checked;
  }
  if (write_result != BusResult::kOk) return write_result;
  for (std::size_t i = 0; i < command.servo_count(); ++i) {
    const ServoTarget& target = command.servo(i);
    const bool known = std::any_of(servos_.begin(), servos_.end(),
                                   [&](const ServoState& s) { return s.id == target.id; });
    if (!known || !std::isfinite(target.position_rad) ||
        !std::isfinite(target.velocity_rad_s_max)) {
      return BusResult::kFault;
    }
  }
  if (!samples_frozen) Advance(io.now);
  command_ = command;
  ++commands_;
  return BusResult::kOk;
}

}  // namespace ganglion::robot
