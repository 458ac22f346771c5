#include <algorithm>
#include <string>

#include "ganglion/robot/world/plan.h"

namespace ganglion::robot {
namespace {

Status Refuse(std::size_t step, std::string_view why, std::string_view words = {}) {
  std::string message = "steps[";
  message.append(std::to_string(step)).append("]: ").append(why);
  if (!words.empty()) message.append(" '").append(words).append("'");
  return Status(Code::kFailedPrecondition, std::move(message));
}

// The things that satisfy `property`.
ThingMask ThingsWith(const RobotDescription& description, bool ThingDescription::*property) {
  ThingMask mask = 0;
  for (std::size_t i = 0; i < description.things.size(); ++i) {
    if (description.things[i].*property) mask |= ThingMask{1} << i;
  }
  return mask;
}

std::string_view StripPrefix(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

// Lower case (ASCII), no white space at the ends, no article in front, no 的.
std::string Normalize(std::string_view words) {
  std::string text;
  for (const char c : words) text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (std::size_t at; (at = text.find("的")) != std::string::npos;) text.erase(at, 3);
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_space(text.back())) text.pop_back();
  std::string_view view = text;
  while (!view.empty() && is_space(view.front())) view.remove_prefix(1);
  for (const std::string_view article : {"the ", "a ", "an "}) view = StripPrefix(view, article);
  return std::string(view);
}

bool IsOneOf(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

ThingMask ResolveTarget(std::string_view words, const RobotDescription& description) {
  const std::string text = Normalize(words);
  // The whole of it can be a noun ("ball") or a name ("red ball").
  ThingMask mask = 0;
  for (std::size_t i = 0; i < description.things.size(); ++i) {
    const ThingDescription& thing = description.things[i];
    if (IsOneOf(thing.words, text) || thing.name == text) mask |= ThingMask{1} << i;
  }
  // Or a colour and a noun. Every split is tried, since 白 begins 白色.
  for (std::size_t c = 0; c < description.colors.size(); ++c) {
    for (const std::string& color : description.colors[c].words) {
      if (!text.starts_with(color)) continue;
      const std::string noun = Normalize(std::string_view(text).substr(color.size()));
      for (std::size_t i = 0; i < description.things.size(); ++i) {
        const ThingDescription& thing = description.things[i];
        if (thing.color == c && IsOneOf(thing.words, noun)) mask |= ThingMask{1} << i;
      }
    }
  }
  return mask;
}

Status CheckPlan(const Plan& plan, const RobotDescription& description, const PlanWorld& world) {
  const ThingMask can_be_picked = ThingsWith(description, &ThingDescription::can_be_picked);
  const ThingMask can_receive = ThingsWith(description, &ThingDescription::can_receive);
  // What the gripper holds after it closed on who knows what is known only when it has happened;
  // then the step itself is checked as it starts.
  enum class Held { kNo, kYes, kUnknown };
  Held held = world.holds_something ? Held::kYes : Held::kNo;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const Step& step = plan.steps[i];
    const SkillDescription& skill = description.skills[step.skill];
    const std::string_view words = WordsOf(step, skill, Parameter::kTarget);
    ThingMask target = 0;
    if (skill.FieldThatMeans(Parameter::kTarget)) {
      target = ResolveTarget(words, description);
      if (target == 0) return Refuse(i, "I cannot recognise", words);
    }
    if (skill.behavior == Behavior::kPick) {
      if (held == Held::kYes) return Refuse(i, "something is held already");
      if ((target & can_be_picked) == 0) {
        return Refuse(i, "I cannot pick up", words);
      }
      held = Held::kYes;
    } else if (skill.behavior == Behavior::kPlace) {
      if (held == Held::kNo) return Refuse(i, "nothing is held that could be placed");
      if ((target & can_receive) == 0) {
        return Refuse(i, "I can place nothing at", words);
      }
      held = Held::kNo;
    } else if (skill.behavior == Behavior::kGrip) {
      const double opening = NumberOf(step, skill, Parameter::kOpening).value_or(100.0);
      const bool opens_wide =
          opening > (description.reach.grip_open_pct + description.reach.grip_closed_pct) / 2.0;
      if (opens_wide) held = Held::kNo;
      if (!opens_wide && held == Held::kNo) held = Held::kUnknown;
    }
  }
  return {};
}

}  // namespace ganglion::robot
