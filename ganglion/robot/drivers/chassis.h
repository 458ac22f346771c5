#pragma once

#include "ganglion/robot/drivers/bus.h"
#include "ganglion/robot/world/safe_command.h"

namespace ganglion::robot {

// What the wheels do, from their encoders. Angles grow without wrapping and are positive forward.
struct WheelState {
  double left_rad = 0.0;
  double right_rad = 0.0;
  double left_rad_s = 0.0;
  double right_rad_s = 0.0;
  TimeNs sampled_at = 0;
};

// A base with two driven wheels under velocity control. States and threads as Actuator says.
//
// The device has a watchdog of its own where it can: wheels stop when no command came before the
// last one's expires_at(). Opening sets nothing in motion and keeps the encoder angles.
class Chassis : public Actuator {
 public:
  // For the control loop: back by the deadline, no allocation, no log, no exception. On any result
  // but kOk, `state` is unchanged.
  virtual BusResult Read(WheelState& state, IoWindow io) noexcept = 0;

  // Applies wheels() and cuts torque where wheels_on() is false (the device stays armed). A command
  // with a speed that is not finite is refused with kFault.
  virtual BusResult Write(const BusToken& token, const SafeCommand& command,
                          IoWindow io) noexcept = 0;
};

}  // namespace ganglion::robot
