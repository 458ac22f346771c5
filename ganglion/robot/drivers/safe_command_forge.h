#pragma once

#include <algorithm>
#include <span>

#include "ganglion/robot/world/safe_command.h"

namespace ganglion::robot {

// Makes commands for the tests of drivers. Only files that end in _test.cc may include this
// (drivers/only_door_test.cc looks): everywhere else a command comes from the safety supervisor.
class SafeCommandForge {
 public:
  // A command issued at `now` that expires 100 ms later.
  static SafeCommand Make(TimeNs now, WheelSpeeds wheels, std::span<const ServoTarget> servos,
                          Rgb light = {}) {
    SafeCommand command;
    command.wheels_ = wheels;
    command.wheels_on_ = true;
    command.servos_on_ = true;
    for (const ServoTarget& servo : servos.first(std::min(servos.size(), kServosMax))) {
      command.servos_[command.servo_count_++] = servo;
    }
    command.light_ = light;
    command.issued_at_ = now;
    command.expires_at_ = now + 100_ms;
    return command;
  }
};

}  // namespace ganglion::robot
