#pragma once

#include "ganglion/robot/drivers/bus.h"
#include "ganglion/robot/world/safe_command.h"

namespace ganglion::robot {

// A coloured lamp; black is off. It moves nothing, so it is not armed and has no owner, but it too
// shows only what the supervisor let through.
class Light {
 public:
  Light() = default;
  Light(const Light&) = delete;
  Light& operator=(const Light&) = delete;
  virtual ~Light() = default;

  // For the control loop: back by the deadline, no allocation.
  virtual BusResult Write(const SafeCommand& command, IoWindow io) noexcept = 0;
};

}  // namespace ganglion::robot
