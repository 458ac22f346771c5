#pragma once

#include <cstddef>

#include "ganglion/base/time.h"

namespace ganglion::robot::sim {

// The limits of this room.
inline constexpr TimeNs kAdvanceMax = 60_s;        // of simulated time in one call
inline constexpr std::size_t kThingsMax = 32;      // bodies that can move freely
inline constexpr std::size_t kWaypointsMax = 32;   // of a walking person
inline constexpr int kPictureSideMax = 2048;       // pixels
inline constexpr int kPictureGeometriesMax = 500;  // drawn shapes of one scene

}  // namespace ganglion::robot::sim
