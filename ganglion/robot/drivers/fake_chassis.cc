#include "ganglion/robot/drivers/fake_chassis.h"

#include <algorithm>
#include <cmath>

namespace ganglion::robot {

Status FakeChassis::Open() {
  open_ = true;
  return {};
}

Status FakeChassis::Arm(const BusToken& token) {
  if (!open_) return Status(Code::kFailedPrecondition, "arm: the chassis is closed");
  if (!Owns(token)) return Status(Code::kFailedPrecondition, "arm: not the owner's token");
  armed_ = true;
  command_ = {};
  return {};
}

void FakeChassis::Disarm() noexcept {
  armed_ = false;
  command_ = {};
  state_.left_rad_s = state_.right_rad_s = 0.0;
}

void FakeChassis::Close() noexcept {
  Disarm();
  open_ = false;
}

// Turns the wheels up to `now`; the device's own watchdog ends a command where it expires.
void FakeChassis::Advance(TimeNs now) {
  const TimeNs until = std::min(now, std::max(command_.expires_at(), state_.sampled_at));
  const bool runs = armed_ && command_.wheels_on() && !wheels_stuck;
  const WheelSpeeds speeds = runs ? command_.wheels() : WheelSpeeds{};
  const double seconds = static_cast<double>(std::max<TimeNs>(until - state_.sampled_at, 0)) * 1e-9;
  const bool expired = now >= command_.expires_at();
  state_.left_rad += speeds.left_rad_s * speed_scale * seconds;
  state_.right_rad += speeds.right_rad_s * speed_scale * seconds;
  state_.left_rad_s = expired ? 0.0 : speeds.left_rad_s * speed_scale;
  state_.right_rad_s = expired ? 0.0 : speeds.right_rad_s * speed_scale;
  state_.sampled_at = now;
}

BusResult FakeChassis::Read(WheelState& state, IoWindow io) noexcept {
  if (!open_) return BusResult::kTimeout;
  if (read_result != BusResult::kOk) return read_result;
  if (!samples_frozen) Advance(io.now);
  state = state_;
  state.left_rad += added_to_angles;
  state.right_rad += added_to_angles;
  state.left_rad_s += added_to_speeds;
  state.right_rad_s += added_to_speeds;
  return BusResult::kOk;
}

BusResult FakeChassis::Write(const BusToken& token, const SafeCommand& command,
                             IoWindow io) noexcept {
  if (BusResult checked = CheckCommand(armed_, token, command, io.now); checked != BusResult::kOk) {
    return checked;
  }
  if (write_result != BusResult::kOk) return write_result;
  const WheelSpeeds wheels = command.wheels();
  if (!std::isfinite(wheels.left_rad_s) || !std::isfinite(wheels.right_rad_s)) {
    return BusResult::kFault;
  }
  if (!samples_frozen) Advance(io.now);
  command_ = command;
  ++commands_;
  return BusResult::kOk;
}

}  // namespace ganglion::robot
