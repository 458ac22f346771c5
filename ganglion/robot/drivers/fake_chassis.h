#pragma once

#include "ganglion/robot/drivers/chassis.h"

namespace ganglion::robot {

// Wheels that take on their commanded speed at once, in the time that they are told. The members
// break it in every way that a test needs.
class FakeChassis final : public Chassis {
 public:
  // Faults, for tests.
  BusResult read_result = BusResult::kOk;
  BusResult write_result = BusResult::kOk;
  bool wheels_stuck = false;     // speed stays zero whatever is commanded
  bool samples_frozen = false;   // reads repeat the last sample, with its old time
  double speed_scale = 1.0;      // measured over commanded
  double added_to_angles = 0.0;  // NaN, or a jump
  double added_to_speeds = 0.0;

  // What was commanded last, and how often.
  const SafeCommand& last_command() const { return command_; }
  std::size_t commands() const { return commands_; }

  Status Open() override;
  Status Arm(const BusToken& token) override;
  void Disarm() noexcept override;
  void Close() noexcept override;
  BusResult Read(WheelState& state, IoWindow io) noexcept override;
  BusResult Write(const BusToken& token, const SafeCommand& command, IoWindow io) noexcept override;

 private:
  void Advance(TimeNs now);

  WheelState state_;
  SafeCommand command_;
  std::size_t commands_ = 0;
  bool open_ = false;
  bool armed_ = false;
};

}  // namespace ganglion::robot
