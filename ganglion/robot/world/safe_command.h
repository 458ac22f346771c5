#pragma once

#include <array>
#include <cstdint>

#include "ganglion/base/time.h"
#include "ganglion/robot/world/limits.h"
#include "ganglion/robot/world/robot_description.h"

namespace ganglion::robot {

struct WheelSpeeds {
  double left_rad_s = 0.0;
  double right_rad_s = 0.0;
};

struct ServoTarget {
  ServoId id = {};
  double position_rad = 0.0;
  double velocity_rad_s_max = 0.0;
};

// Everything that may move in one control tick. Drivers accept nothing else, and only the safety
// supervisor can make one: so what reaches a motor has passed it. (Tests of drivers make theirs
// with SafeCommandForge, which no other file may use; drivers/only_door_test.cc looks.)
//
// Torque that is not granted here must be cut by the driver. The default grants nothing.
class SafeCommand {
 public:
  SafeCommand() = default;

  bool wheels_on() const { return wheels_on_; }
  WheelSpeeds wheels() const { return wheels_; }  // zero where wheels_on() is false
  bool servos_on() const { return servos_on_; }
  std::size_t servo_count() const { return servo_count_; }  // 0 where servos_on() is false
  const ServoTarget& servo(std::size_t i) const { return servos_[i]; }
  Rgb light() const { return light_; }

  std::uint64_t sequence() const { return sequence_; }  // counts the supervisor's verdicts
  TimeNs issued_at() const { return issued_at_; }
  // After this a driver with a watchdog stops by itself; no driver accepts the command any more.
  TimeNs expires_at() const { return expires_at_; }

 private:
  friend class SafetySupervisor;
  friend class SafeCommandForge;

  std::array<ServoTarget, kServosMax> servos_ = {};
  std::size_t servo_count_ = 0;
  WheelSpeeds wheels_;
  Rgb light_;
  bool wheels_on_ = false;
  bool servos_on_ = false;
  std::uint64_t sequence_ = 0;
  TimeNs issued_at_ = 0;
  TimeNs expires_at_ = 0;
};

}  // namespace ganglion::robot
