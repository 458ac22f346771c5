#pragma once

#include <cstddef>

namespace ganglion::robot {

// The limits of this room. Everything that crosses into the control loop has a fixed size, so that
// the loop never allocates.
inline constexpr std::size_t kStepsMax = 16;
inline constexpr std::size_t kPlanTextBytesMax = 64 * 1024;
inline constexpr std::size_t kPlanSayCharsMax = 200;
inline constexpr std::size_t kTextCharsMax = 200;
inline constexpr std::size_t kSkillsMax = 32;
inline constexpr std::size_t kFieldsMax = 8;
inline constexpr std::size_t kChoicesMax = 32;
inline constexpr std::size_t kServosMax = 8;
inline constexpr std::size_t kThingsMax = 64;
inline constexpr std::size_t kWordsMax = 32;
inline constexpr std::size_t kObjectsMax = 32;
inline constexpr std::size_t kColorsMax = 32;
inline constexpr std::size_t kDescriptionBytesMax = 256 * 1024;

}  // namespace ganglion::robot
