#pragma once

#include "ganglion/robot/sim/sim_model.h"

namespace ganglion::robot::sim {

// Holding. Friction alone lets a simulated thing creep out of a gripper, so once both fingers press
// on one thing a weld constraint joins it to the gripper, exactly where it is then. The weld ends
// when the fingers open again by more than kRelease_m.
//
//   state    entered when                                        weld
//   empty    start; fingers opened past the grip, or thing moved  none active
//   holding  both fingers touch one thing, gripper is closing     active for that thing
//
// Thread: its owner's. Does not allocate.
class Grasp {
 public:
  explicit Grasp(const SimModel& sim) : sim_(&sim) {}

  // Called after every physics step. `closing`: the gripper's target is narrower than its state.
  void Update(mjData_& data, bool closing);
  // Lets go at once, for when a test moves what is held.
  void Drop();

  // Index into SimModel::things, or -1.
  int held() const { return held_; }

 private:
  static constexpr double kRelease_m = 0.003;

  int ThingBetweenFingers(const mjData_& data) const;
  void Weld(mjData_& data, int thing);
  double Opening(const mjData_& data) const;

  const SimModel* sim_;  // never null; outlives this
  int held_ = -1;
  double held_opening_m_ = 0.0;
};

}  // namespace ganglion::robot::sim
