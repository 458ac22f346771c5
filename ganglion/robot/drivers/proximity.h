#pragma once

#include "ganglion/robot/drivers/bus.h"

namespace ganglion::robot {

// Bumper and distance sensors in one sample. Where a robot has several that look one way, the
// driver gives the nearest; where it has none that way, infinity.
struct ProximityState {
  bool bumper_pressed = false;
  bool estop_pressed = false;  // the button on the robot, if it has one
  double free_ahead_m = 0.0;   // from the front of the body to the nearest thing in the way
  double free_behind_m = 0.0;
  TimeNs sampled_at = 0;
};

// Thread: one at a time.
class Proximity {
 public:
  Proximity() = default;
  Proximity(const Proximity&) = delete;
  Proximity& operator=(const Proximity&) = delete;
  virtual ~Proximity() = default;

  virtual Status Open() = 0;
  virtual void Close() noexcept = 0;

  // For the control loop: back by the deadline, no allocation. On any result but kOk, `state` is
  // unchanged.
  virtual BusResult Read(ProximityState& state, IoWindow io) noexcept = 0;
};

}  // namespace ganglion::robot
