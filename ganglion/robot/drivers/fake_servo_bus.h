#pragma once

#include <span>
#include <vector>

#include "ganglion/robot/drivers/servo_bus.h"

namespace ganglion::robot {

// Servos that run to their target at the commanded speed, in the time that they are told.
class FakeServoBus final : public ServoBus {
 public:
  explicit FakeServoBus(std::span<const ServoId> ids);

  // Faults and circumstances, for tests.
  BusResult read_result = BusResult::kOk;
  BusResult write_result = BusResult::kOk;
  bool samples_frozen = false;
  double added_to_positions = 0.0;
  double temperature_c = 25.0;
  // The servo `blocked_id` cannot go below this, as a gripper that closes on a thing.
  ServoId blocked_id = {};
  double blocked_at_rad = -1e9;

  void SetPosition(ServoId id, double position_rad);

  const SafeCommand& last_command() const { return command_; }
  std::size_t commands() const { return commands_; }

  Status Open() override;
  Status Arm(const BusToken& token) override;
  void Disarm() noexcept override;
  void Close() noexcept override;
  BusResult Read(std::span<ServoState> states, IoWindow io) noexcept override;
  BusResult Write(const BusToken& token, const SafeCommand& command, IoWindow io) noexcept override;

 private:
  void Advance(TimeNs now);

  std::vector<ServoState> servos_;
  SafeCommand command_;
  std::size_t commands_ = 0;
  TimeNs advanced_to_ = 0;
  bool open_ = false;
  bool armed_ = false;
};

}  // namespace ganglion::robot
