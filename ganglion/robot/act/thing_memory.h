#pragma once

#include <array>

#include "ganglion/base/time.h"
#include "ganglion/robot/world/observation.h"
#include "ganglion/robot/world/plan.h"

namespace ganglion::robot {

// Where each thing was seen last, in the odometry frame. Fixed size; thread: the control loop's.
class ThingMemory {
 public:
  struct Sighting {
    Point3 position;  // odometry frame
    TimeNs at = 0;
    bool seen = false;
  };

  void Add(const Observation& observation);
  void Forget();

  // The thing of `mask` that is nearest to `pose` among those seen after `since`; -1 if there is
  // none.
  int Nearest(ThingMask mask, TimeNs since, const Pose2& pose) const;
  const Sighting& sighting(int thing) const { return things_[static_cast<std::size_t>(thing)]; }

 private:
  std::array<Sighting, kThingsMax> things_ = {};
};

}  // namespace ganglion::robot
