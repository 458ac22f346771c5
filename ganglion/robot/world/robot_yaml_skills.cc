#include "ganglion/robot/world/robot_yaml_skills.h"

#include <algorithm>
#include <numbers>

namespace ganglion::robot {
namespace {

struct Unit {
  std::string_view name;
  Quantity quantity;
  double to_si;
};
constexpr double kDegree = std::numbers::pi / 180.0;
constexpr Unit kUnits[] = {
    {"m", Quantity::kLength, 1.0},
    {"cm", Quantity::kLength, 0.01},
    {"mm", Quantity::kLength, 0.001},
    {"ft", Quantity::kLength, 0.3048},
    {"in", Quantity::kLength, 0.0254},
    {"m/s", Quantity::kSpeed, 1.0},
    {"cm/s", Quantity::kSpeed, 0.01},
    {"deg", Quantity::kAngle, kDegree},
    {"rad", Quantity::kAngle, 1.0},
    {"deg/s", Quantity::kAngularRate, kDegree},
    {"rad/s", Quantity::kAngularRate, 1.0},
    {"%", Quantity::kPercent, 1.0},
    {"s", Quantity::kTime, 1.0},
    {"ms", Quantity::kTime, 0.001},
    {"min", Quantity::kTime, 60.0},
};

void ReadNumberField(const yaml::Section& at, FieldDescription& field) {
  field.unit = at.Text("unit", 20);
  const Quantity quantity = InfoOf(field.means).quantity;
  const Unit* unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                  [&](const Unit& u) { return u.name == field.unit; });
  if (unit == std::end(kUnits)) return at.Fail("unknown unit '" + field.unit + "'");
  if (unit->quantity != quantity) {
    return at.Fail("'" + field.unit + "' is no unit of this parameter");
  }
  field.to_si = unit->to_si;
  field.min = at.Number("min", -1e6, 1e6);
  field.max = at.Number("max", -1e6, 1e6);
  if (!(field.min <= field.max)) at.Fail("min is above max");
  field.nonzero = at.Flag("nonzero", false);
  if (at.Has("default")) field.default_value = at.Number("default", field.min, field.max);
}

FieldDescription ReadField(const yaml::Section& at) {
  at.AllowOnly({"name", "kind", "means", "required", "min", "max", "nonzero", "unit", "default",
                "chars_max", "choices"});
  FieldDescription field;
  field.name = at.Text("name", 40);
  if (field.name == "do") at.Fail("'do' names the skill and cannot be a field");
  field.required = at.Flag("required", true);
  const std::string means = at.Text("means", 40, field.name.c_str());
  const auto parameter = FindParameter(means);
  if (!parameter) {
    at.Fail("'" + means + "' is no parameter; say which with 'means'");
    return field;
  }
  field.means = *parameter;
  const std::string kind = at.Text("kind", 20);
  const bool is_words = InfoOf(field.means).quantity == Quantity::kWords;
  if (is_words == (kind == "number")) at.Fail("this parameter cannot be a " + kind);
  if (kind == "number") {
    ReadNumberField(at, field);
  } else if (kind == "text") {
    field.kind = FieldKind::kText;
    field.chars_max = static_cast<std::size_t>(at.Number("chars_max", 1, kTextCharsMax));
  } else if (kind == "choice") {
    field.kind = FieldKind::kChoice;
    field.choices = at.Words("choices", kChoicesMax);
    if (field.choices.empty()) at.Fail("choices is empty");
  } else {
    at.Fail("kind must be number, text or choice");
  }
  return field;
}

void CheckColorChoices(const yaml::Section& at, const SkillDescription& skill,
                       const RobotDescription& robot) {
  const auto i = skill.FieldThatMeans(Parameter::kColor);
  if (!i) return;
  if (skill.fields[*i].kind != FieldKind::kChoice) {
    return at.Fail("skill " + skill.name + ": a color must be a choice");
  }
  for (const std::string& choice : skill.fields[*i].choices) {
    if (choice != "off" && !robot.FindColor(choice)) {
      at.Fail("skill " + skill.name + ": '" + choice + "' is none of the robot's colors");
    }
  }
}

}  // namespace

SkillDescription ReadSkill(const yaml::Section& at, const RobotDescription& robot) {
  at.AllowOnly({"name", "behavior", "description", "fields"});
  SkillDescription skill;
  skill.name = at.Text("name", 40);
  const std::string behavior = at.Text("behavior", 40);
  const auto found = FindBehavior(behavior);
  if (!found) {
    at.Fail("unknown behavior '" + behavior + "'");
    return skill;
  }
  skill.behavior = *found;
  skill.description = at.Text("description", 400, "");
  if (robot.FindSkill(skill.name)) at.Fail("two skills are named '" + skill.name + "'");
  if (at.Has("fields")) {
    for (const yaml::Section& item : at.Items("fields", kFieldsMax, "field")) {
      FieldDescription field = ReadField(item);
      const auto uses = InfoOf(skill.behavior).parameters;
      if (std::none_of(uses.begin(), uses.end(),
                       [&](const ParameterUse& u) { return u.parameter == field.means; })) {
        at.Fail("behavior '" + behavior + "' has no parameter for field '" + field.name + "'");
      }
      for (const FieldDescription& other : skill.fields) {
        if (other.name == field.name || other.means == field.means) {
          at.Fail("fields '" + other.name + "' and '" + field.name + "' are the same");
        }
      }
      skill.fields.push_back(std::move(field));
    }
  }
  for (const ParameterUse& use : InfoOf(skill.behavior).parameters) {
    const auto i = skill.FieldThatMeans(use.parameter);
    const bool always = i && (skill.fields[*i].required || skill.fields[*i].default_value);
    if (use.required && !always) {
      at.Fail("behavior '" + behavior + "' needs a required field that means " +
              std::string(InfoOf(use.parameter).name));
    }
  }
  CheckColorChoices(at, skill, robot);
  return skill;
}

}  // namespace ganglion::robot
