#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ganglion::robot {

// The built-in executors. A skill of a robot's YAML names one of them and says which of its own
// fields sets which parameter. So a new robot, or a skill in other words, needs no code; a new kind
// of motion does.
enum class Behavior : std::uint8_t {
  kDrive,
  kTurn,
  kLook,
  kGrip,
  kArm,
  kGoto,
  kFind,
  kPick,
  kPlace,
  kFollow,
  kPhoto,
  kLight,
  kSay,
  kWait,
  kStop,
};
inline constexpr std::size_t kBehaviorCount = 15;

enum class Parameter : std::uint8_t {
  kNone,
  kDistance,  // metres
  kSpeed,     // metres per second
  kAngle,     // radians
  kRate,      // radians per second
  kPan,       // radians
  kTilt,      // radians
  kOpening,   // percent
  kHeight,    // percent
  kTarget,    // words for a thing
  kSeconds,   // seconds
  kColor,     // the name of a colour, or "off"
  kText,      // to be spoken
};

enum class Quantity : std::uint8_t {
  kLength,
  kSpeed,
  kAngle,
  kAngularRate,
  kPercent,
  kTime,
  kWords
};

struct ParameterInfo {
  Parameter parameter = Parameter::kNone;
  std::string_view name;  // as `means:` in the YAML: "distance_m"
  Quantity quantity = Quantity::kWords;
};

struct ParameterUse {
  Parameter parameter = Parameter::kNone;
  bool required = true;
};

struct BehaviorInfo {
  Behavior behavior = Behavior::kStop;
  std::string_view name;
  std::span<const ParameterUse> parameters;
};

const BehaviorInfo& InfoOf(Behavior behavior);
const ParameterInfo& InfoOf(Parameter parameter);
std::optional<Behavior> FindBehavior(std::string_view name);
std::optional<Parameter> FindParameter(std::string_view name);

}  // namespace ganglion::robot
