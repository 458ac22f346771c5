#pragma once

// The numbers that every tiny model has in its metadata.
namespace ganglion::tiny {

constexpr double kEpsilon = 1e-5;
constexpr double kRopeBase = 5000.0;
constexpr double kDefaultLocalBase = 10000.0;
constexpr double kRopeFactor = 4.0;
constexpr double kAttentionFactor = 1.19;
constexpr double kQueryGrowth = 0.3;
constexpr double kScoreCap = 3.0;
constexpr double kLogitCap = 5.0;
constexpr unsigned kContext = 256;
constexpr unsigned kOriginalContext = 32;

}  // namespace ganglion::tiny
