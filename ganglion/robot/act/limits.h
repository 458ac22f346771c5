#pragma once

#include <cstddef>

#include "ganglion/base/time.h"

namespace ganglion::robot {

// Times and distances of the built-in behaviours. What differs from robot to robot stands in its
// description instead.
inline constexpr std::size_t kReportsMax = 256;

inline constexpr double kDistanceToleranceM = 0.001;
inline constexpr double kAngleToleranceRad = 0.002;
inline constexpr double kRestMps = 0.01;
inline constexpr double kRestRadS = 0.02;
inline constexpr double kJointToleranceRad = 0.04;
inline constexpr double kJointSettledRad = 0.2;  // accepted where a joint sags and rests

inline constexpr TimeNs kServoTimeMax = 10_s;
inline constexpr TimeNs kFindTimeMax = 60_s;
inline constexpr TimeNs kGotoTimeMax = 90_s;
inline constexpr TimeNs kPickTimeMax = 120_s;
inline constexpr TimeNs kPhotoTimeMax = 10_s;
inline constexpr TimeNs kShortTimeMax = 5_s;

inline constexpr double kBlockedSecondsMax = 2.0;
inline constexpr double kStuckSecondsMax = 0.7;  // below the supervisor's second: fail, not latch
inline constexpr double kLostSecondsMax = 10.0;

inline constexpr TimeNs kSeenAgeMax = 2_s;     // younger: the thing is in view
inline constexpr TimeNs kRememberMax = 120_s;  // younger: it is where it was seen
inline constexpr double kConfidenceMin = 0.3;
inline constexpr double kFollowGapM = 0.7;  // between body and what is followed
inline constexpr double kSlowApproachMps = 0.12;

}  // namespace ganglion::robot
