#pragma once

#include <span>

#include "ganglion/robot/drivers/bus.h"
#include "ganglion/robot/world/safe_command.h"

namespace ganglion::robot {

struct ServoState {
  ServoId id = {};
  double position_rad = 0.0;
  double velocity_rad_s = 0.0;
  double effort = 0.0;  // share of the largest torque, -1 to 1
  double temperature_c = 0.0;
  TimeNs sampled_at = 0;
};

// A bus of position servos: pan, tilt, arm, gripper. States and threads as Actuator says.
class ServoBus : public Actuator {
 public:
  // For the control loop: back by the deadline, no allocation, no log, no exception. Fills the
  // states of the servos in the order in which the bus was made with them. On any result but kOk,
  // `states` is unchanged.
  virtual BusResult Read(std::span<ServoState> states, IoWindow io) noexcept = 0;

  // Applies the command's servo targets, and cuts torque where servos_on() is false (the device
  // stays armed). An unknown id or a target that is not finite is refused with kFault, and no servo
  // moves.
  virtual BusResult Write(const BusToken& token, const SafeCommand& command,
                          IoWindow io) noexcept = 0;
};

}  // namespace ganglion::robot
