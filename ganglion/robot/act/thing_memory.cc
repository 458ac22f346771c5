#include "ganglion/robot/act/thing_memory.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ganglion/robot/act/limits.h"

namespace ganglion::robot {

void ThingMemory::Add(const Observation& observation) {
  const std::size_t count = std::min<std::size_t>(observation.object_count, kObjectsMax);
  for (std::size_t i = 0; i < count; ++i) {
    const DetectedObject& object = observation.objects[i];
    const bool known = object.thing >= 0 && object.thing < static_cast<int>(kThingsMax);
    if (!known || !(object.confidence >= kConfidenceMin)) continue;
    const Point3 position = ToOuter(observation.pose, object.position);
    if (!std::isfinite(position.x_m) || !std::isfinite(position.y_m) ||
        !std::isfinite(position.z_m)) {
      continue;
    }
    things_[static_cast<std::size_t>(object.thing)] = {position, observation.at, true};
  }
}

void ThingMemory::Forget() { things_ = {}; }

int ThingMemory::Nearest(ThingMask mask, TimeNs since, const Pose2& pose) const {
  int nearest = -1;
  double nearest_m = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < kThingsMax; ++i) {
    const Sighting& thing = things_[i];
    if ((mask >> i & 1) == 0 || !thing.seen || thing.at < since) continue;
    const double distance_m =
        std::hypot(thing.position.x_m - pose.x_m, thing.position.y_m - pose.y_m);
    if (distance_m < nearest_m) {
      nearest_m = distance_m;
      nearest = static_cast<int>(i);
    }
  }
  return nearest;
}

}  // namespace ganglion::robot
