#include "ganglion/robot/act/executable_plan.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ganglion/base/check.h"

namespace ganglion::robot {
namespace {

constexpr double kFollowSecondsDefault = 30.0;

// Of the things that the words can mean, those that the behaviour can be done with.
ThingMask UsefulTargets(Behavior behavior, ThingMask target, const RobotDescription& description) {
  for (std::size_t i = 0; i < description.things.size(); ++i) {
    const ThingDescription& thing = description.things[i];
    const bool useful = (behavior != Behavior::kPick || thing.can_be_picked) &&
                        (behavior != Behavior::kPlace || thing.can_receive);
    if (!useful) target &= ~(ThingMask{1} << i);
  }
  return target;
}

Rgb LightOf(std::string_view color, const RobotDescription& description) {
  const auto found = description.FindColor(color);
  return found ? description.colors[*found].rgb : Rgb{};  // "off" is black
}

}  // namespace

ExecutablePlan MakeExecutable(const Plan& plan, const RobotDescription& description) {
  GN_CHECK(plan.steps.size() <= kStepsMax);
  ExecutablePlan executable;
  executable.step_count = static_cast<std::uint8_t>(plan.steps.size());
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const Step& step = plan.steps[i];
    const SkillDescription& skill = description.skills[step.skill];
    const auto number = [&](Parameter parameter, double fallback) {
      return NumberOf(step, skill, parameter).value_or(fallback);
    };
    ExecutableStep& out = executable.steps[i];
    out.behavior = skill.behavior;
    out.distance_m = number(Parameter::kDistance, 0.0);
    out.speed_mps = number(Parameter::kSpeed, description.chassis.linear_mps_default);
    out.angle_rad = number(Parameter::kAngle, 0.0);
    out.rate_rad_s = number(Parameter::kRate, description.chassis.angular_rad_s_default);
    out.pan_rad = number(Parameter::kPan, 0.0);
    out.tilt_rad = number(Parameter::kTilt, 0.0);
    out.opening_pct = number(Parameter::kOpening, 0.0);
    out.height_pct = number(Parameter::kHeight, 0.0);
    out.seconds = number(Parameter::kSeconds, kFollowSecondsDefault);
    out.light = LightOf(WordsOf(step, skill, Parameter::kColor), description);
    out.target = UsefulTargets(out.behavior,
                               ResolveTarget(WordsOf(step, skill, Parameter::kTarget), description),
                               description);
  }
  return executable;
}

}  // namespace ganglion::robot
