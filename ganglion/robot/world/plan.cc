#include "ganglion/robot/world/plan.h"

#include <nlohmann/json.hpp>

#include "ganglion/robot/world/json_number.h"

namespace ganglion::robot {

namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const Step& step, const RobotDescription& description) {
  const SkillDescription& skill = description.skills[step.skill];
  Json json = {{"do", skill.name}};
  for (std::size_t i = 0; i < skill.fields.size(); ++i) {
    const FieldDescription& field = skill.fields[i];
    const FieldValue& value = step.values[i];
    if (const auto* number = std::get_if<double>(&value)) {
      json[field.name] = JsonNumber(*number);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      json[field.name] = *text;
    } else if (const auto* choice = std::get_if<ChoiceIndex>(&value)) {
      json[field.name] = field.choices[static_cast<std::size_t>(*choice)];
    }
  }
  return json;
}

// A plan that code made may hold bytes that are not UTF-8; they must not throw here.
std::string Text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string PlanJson(const Plan& plan, const RobotDescription& description) {
  Json steps = Json::array();
  for (const Step& step : plan.steps) steps.push_back(ToJson(step, description));
  Json json = {{"steps", std::move(steps)}};
  if (!plan.say.empty()) json["say"] = plan.say;
  return Text(json);
}

std::string StepJson(const Step& step, const RobotDescription& description) {
  return Text(ToJson(step, description));
}

std::optional<double> NumberOf(const Step& step, const SkillDescription& skill,
                               Parameter parameter) {
  const auto i = skill.FieldThatMeans(parameter);
  if (!i) return std::nullopt;
  const FieldDescription& field = skill.fields[*i];
  if (const auto* number = std::get_if<double>(&step.values[*i])) return *number * field.to_si;
  if (field.default_value) return *field.default_value * field.to_si;
  return std::nullopt;
}

std::string_view WordsOf(const Step& step, const SkillDescription& skill, Parameter parameter) {
  const auto i = skill.FieldThatMeans(parameter);
  if (!i) return {};
  if (const auto* text = std::get_if<std::string>(&step.values[*i])) return *text;
  if (const auto* choice = std::get_if<ChoiceIndex>(&step.values[*i])) {
    return skill.fields[*i].choices[static_cast<std::size_t>(*choice)];
  }
  return {};
}

}  // namespace ganglion::robot
