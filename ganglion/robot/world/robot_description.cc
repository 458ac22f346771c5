#include "ganglion/robot/world/robot_description.h"

#include <algorithm>

namespace ganglion::robot {
namespace {

template <class T>
std::optional<std::size_t> IndexOfName(const std::vector<T>& items, std::string_view name) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const T& item) { return item.name == name; });
  if (found == items.end()) return std::nullopt;
  return static_cast<std::size_t>(found - items.begin());
}

}  // namespace

std::string_view JointName(Joint joint) {
  switch (joint) {
    case Joint::kPan:
      return "pan";
    case Joint::kTilt:
      return "tilt";
    case Joint::kArm:
      return "arm";
    case Joint::kGripper:
      return "gripper";
  }
  return "?";
}

double ServoMap::ToRadians(double input) const {
  const double share = (input - input_a) / (input_b - input_a);
  return position_rad_a + share * (position_rad_b - position_rad_a);
}

double ServoMap::FromRadians(double position_rad) const {
  const double share = (position_rad - position_rad_a) / (position_rad_b - position_rad_a);
  return input_a + share * (input_b - input_a);
}

std::optional<std::size_t> SkillDescription::FieldThatMeans(Parameter parameter) const {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].means == parameter) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> RobotDescription::FindServoIndex(Joint joint) const {
  for (std::size_t i = 0; i < servos.size(); ++i) {
    if (servos[i].joint == joint) return i;
  }
  return std::nullopt;
}

const ServoDescription* RobotDescription::FindServo(Joint joint) const {
  const auto i = FindServoIndex(joint);
  return i ? &servos[*i] : nullptr;
}

std::optional<std::size_t> RobotDescription::FindSkill(std::string_view skill) const {
  return IndexOfName(skills, skill);
}

std::optional<std::size_t> RobotDescription::FindColor(std::string_view color) const {
  return IndexOfName(colors, color);
}

}  // namespace ganglion::robot
