#pragma once

#include <cstddef>

namespace ganglion::robot::sense {

// The limits of this room.
inline constexpr int kPictureSideMax = 4096;               // pixels
inline constexpr std::size_t kBlobsMax = 64;               // regarded in one picture, largest first
inline constexpr std::size_t kPlacesMax = 24;              // of a map
inline constexpr std::size_t kMapBytesMax = 256 * 1024;    // of a map's file
inline constexpr double kMapReach_m = 1000.0;              // of a coordinate in a map
inline constexpr std::size_t kTrackPointsMax = 1'000'000;  // drawn in one picture

}  // namespace ganglion::robot::sense
