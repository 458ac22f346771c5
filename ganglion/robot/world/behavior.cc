#include "ganglion/robot/world/behavior.h"

#include <array>

#include "ganglion/base/check.h"

namespace ganglion::robot {
namespace {

constexpr std::array<ParameterInfo, 13> kParameters = {{
    {Parameter::kNone, "", Quantity::kWords},
    {Parameter::kDistance, "distance_m", Quantity::kLength},
    {Parameter::kSpeed, "speed_mps", Quantity::kSpeed},
    {Parameter::kAngle, "angle_deg", Quantity::kAngle},
    {Parameter::kRate, "rate_dps", Quantity::kAngularRate},
    {Parameter::kPan, "pan_deg", Quantity::kAngle},
    {Parameter::kTilt, "tilt_deg", Quantity::kAngle},
    {Parameter::kOpening, "opening_pct", Quantity::kPercent},
    {Parameter::kHeight, "height_pct", Quantity::kPercent},
    {Parameter::kTarget, "target", Quantity::kWords},
    {Parameter::kSeconds, "seconds", Quantity::kTime},
    {Parameter::kColor, "color", Quantity::kWords},
    {Parameter::kText, "text", Quantity::kWords},
}};

constexpr std::array<ParameterUse, 2> kDriveUses = {
    {{Parameter::kDistance, true}, {Parameter::kSpeed, false}}};
constexpr std::array<ParameterUse, 2> kTurnUses = {
    {{Parameter::kAngle, true}, {Parameter::kRate, false}}};
constexpr std::array<ParameterUse, 2> kLookUses = {
    {{Parameter::kPan, true}, {Parameter::kTilt, true}}};
constexpr std::array<ParameterUse, 1> kGripUses = {{{Parameter::kOpening, true}}};
constexpr std::array<ParameterUse, 1> kArmUses = {{{Parameter::kHeight, true}}};
constexpr std::array<ParameterUse, 1> kTargetUses = {{{Parameter::kTarget, true}}};
constexpr std::array<ParameterUse, 2> kFollowUses = {
    {{Parameter::kTarget, true}, {Parameter::kSeconds, false}}};
constexpr std::array<ParameterUse, 1> kLightUses = {{{Parameter::kColor, true}}};
constexpr std::array<ParameterUse, 1> kSayUses = {{{Parameter::kText, true}}};
constexpr std::array<ParameterUse, 1> kWaitUses = {{{Parameter::kSeconds, true}}};

constexpr std::array<BehaviorInfo, kBehaviorCount> kBehaviors = {{
    {Behavior::kDrive, "drive", kDriveUses},
    {Behavior::kTurn, "turn", kTurnUses},
    {Behavior::kLook, "look", kLookUses},
    {Behavior::kGrip, "grip", kGripUses},
    {Behavior::kArm, "arm", kArmUses},
    {Behavior::kGoto, "goto", kTargetUses},
    {Behavior::kFind, "find", kTargetUses},
    {Behavior::kPick, "pick", kTargetUses},
    {Behavior::kPlace, "place", kTargetUses},
    {Behavior::kFollow, "follow", kFollowUses},
    {Behavior::kPhoto, "photo", {}},
    {Behavior::kLight, "light", kLightUses},
    {Behavior::kSay, "say", kSayUses},
    {Behavior::kWait, "wait", kWaitUses},
    {Behavior::kStop, "stop", {}},
}};

}  // namespace

const BehaviorInfo& InfoOf(Behavior behavior) {
  const auto i = static_cast<std::size_t>(behavior);
  GN_CHECK(i < kBehaviors.size() && kBehaviors[i].behavior == behavior);
  return kBehaviors[i];
}

const ParameterInfo& InfoOf(Parameter parameter) {
  const auto i = static_cast<std::size_t>(parameter);
  GN_CHECK(i < kParameters.size() && kParameters[i].parameter == parameter);
  return kParameters[i];
}

std::optional<Behavior> FindBehavior(std::string_view name) {
  for (const BehaviorInfo& info : kBehaviors) {
    if (info.name == name) return info.behavior;
  }
  return std::nullopt;
}

std::optional<Parameter> FindParameter(std::string_view name) {
  for (const ParameterInfo& info : kParameters) {
    if (!name.empty() && info.name == name) return info.parameter;
  }
  return std::nullopt;
}

}  // namespace ganglion::robot
