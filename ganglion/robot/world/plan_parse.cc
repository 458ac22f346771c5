#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include <nlohmann/json.hpp>

#include "ganglion/robot/world/plan.h"

namespace ganglion::robot {
namespace {

using Json = nlohmann::json;

// A plan is an object with a list of objects of scalars.
constexpr int kDepthMax = 4;

Status Refuse(const std::string& place, const std::string& why) {
  return Status(Code::kInvalidArgument, place + ": " + why);
}

// A key or word of unknown origin, fit for a message.
std::string Quote(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text.substr(0, 40)) {
    quoted += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  return quoted + (text.size() > 40 ? "...'" : "'");
}

std::string Number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%g", value);
  return text;
}

// Refuses what the grammar of JSON leaves open: keys that stand twice, and depth.
class StrictCallback {
 public:
  explicit StrictCallback(std::string* error) : error_(error) {}

  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) keys_.emplace_back();
    if (event == Json::parse_event_t::object_end && !keys_.empty()) keys_.pop_back();
    if (event == Json::parse_event_t::key && !keys_.empty()) {
      const auto& key = parsed.get_ref<const std::string&>();
      auto& seen = keys_.back();
      if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
        return Fail("key " + Quote(key) + " stands twice");
      }
      // No object of a plan has more keys than this; more only cost time.
      if (seen.size() > kFieldsMax + 1) return Fail("too many keys in one object");
      seen.push_back(key);
    }
    return depth <= kDepthMax || Fail("nested too deep");
  }

 private:
  bool Fail(const std::string& why) {
    if (error_->empty()) *error_ = why;
    return false;
  }

  std::string* error_;
  std::vector<std::vector<std::string>> keys_;
};

Result<Json> ParseStrictly(std::string_view text) {
  std::string error;
  try {
    Json json = Json::parse(text.begin(), text.end(), StrictCallback(&error));
    if (!error.empty()) return Refuse("plan", error);
    return json;
  } catch (const Json::exception& exception) {
    if (error.empty()) error = exception.what();
    return Refuse("plan", error);
  }
}

// Characters are code points; the parser has already refused what is not UTF-8.
std::size_t CountChars(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

Status CheckText(const std::string& place, std::string_view text, std::size_t chars_max) {
  if (CountChars(text) > chars_max) {
    return Refuse(place, "longer than " + std::to_string(chars_max) + " characters");
  }
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      return Refuse(place, "control characters are not allowed");
    }
  }
  return {};
}

Result<FieldValue> ReadNumber(const std::string& place, const Json& json,
                              const FieldDescription& field) {
  if (!json.is_number())
    return Refuse(place, std::string("needs a number, not ") + json.type_name());
  const auto value = json.get<double>();
  if (!std::isfinite(value)) return Refuse(place, "is not finite");
  if (value < field.min) return Refuse(place, Number(value) + " is below " + Number(field.min));
  if (value > field.max) return Refuse(place, Number(value) + " is above " + Number(field.max));
  if (field.nonzero && value == 0.0) return Refuse(place, "must not be zero");
  return FieldValue(value);
}

Result<FieldValue> ReadField(const std::string& place, const Json& json,
                             const FieldDescription& field) {
  if (field.kind == FieldKind::kNumber) return ReadNumber(place, json, field);
  if (!json.is_string())
    return Refuse(place, std::string("needs a string, not ") + json.type_name());
  const auto& text = json.get_ref<const std::string&>();
  if (field.kind == FieldKind::kChoice) {
    const auto found = std::find(field.choices.begin(), field.choices.end(), text);
    if (found == field.choices.end()) return Refuse(place, Quote(text) + " is none of its choices");
    return FieldValue(static_cast<ChoiceIndex>(found - field.choices.begin()));
  }
  GN_RETURN_IF_ERROR(CheckText(place, text, field.chars_max));
  if (text.find_first_not_of(' ') == std::string::npos) return Refuse(place, "is empty");
  return FieldValue(text);
}

Result<Step> ReadStep(const std::string& place, const Json& json,
                      const RobotDescription& description) {
  if (!json.is_object()) return Refuse(place, "needs an object");
  const auto name = json.find("do");
  if (name == json.end()) return Refuse(place, "'do' is missing");
  if (!name->is_string()) return Refuse(place + ".do", "needs a string");
  const auto skill_index = description.FindSkill(name->get_ref<const std::string&>());
  if (!skill_index) {
    return Refuse(place + ".do", "unknown skill " + Quote(name->get_ref<const std::string&>()));
  }
  const SkillDescription& skill = description.skills[*skill_index];
  Step step = {.skill = *skill_index, .values = std::vector<FieldValue>(skill.fields.size())};
  std::size_t fields_read = 0;
  for (std::size_t i = 0; i < skill.fields.size(); ++i) {
    const FieldDescription& field = skill.fields[i];
    const auto found = json.find(field.name);
    const std::string field_place = place + "." + field.name;
    if (found == json.end()) {
      if (field.required) return Refuse(field_place, "is missing");
      continue;
    }
    GN_ASSIGN_OR_RETURN(step.values[i], ReadField(field_place, *found, field));
    ++fields_read;
  }
  if (fields_read + 1 == json.size()) return step;
  for (const auto& item : json.items()) {
    const std::string& key = item.key();
    const bool known =
        key == "do" || std::any_of(skill.fields.begin(), skill.fields.end(),
                                   [&](const FieldDescription& f) { return f.name == key; });
    if (!known) return Refuse(place, "skill '" + skill.name + "' has no field " + Quote(key));
  }
  return Refuse(place, "has a field that no skill has");
}

}  // namespace

Result<Plan> ParsePlan(std::string_view text, const RobotDescription& description) {
  if (text.size() > kPlanTextBytesMax) {
    return Refuse("plan", "longer than " + std::to_string(kPlanTextBytesMax) + " bytes");
  }
  GN_ASSIGN_OR_RETURN(const Json json, ParseStrictly(text));
  if (!json.is_object()) return Refuse("plan", "needs an object");
  for (const auto& [key, value] : json.items()) {
    if (key != "steps" && key != "say") return Refuse("plan", "unknown field " + Quote(key));
  }
  Plan plan;
  if (const auto say = json.find("say"); say != json.end()) {
    if (!say->is_string()) return Refuse("say", "needs a string");
    plan.say = say->get<std::string>();
    GN_RETURN_IF_ERROR(CheckText("say", plan.say, kPlanSayCharsMax));
  }
  const auto steps = json.find("steps");
  if (steps == json.end()) return Refuse("plan", "'steps' is missing");
  if (!steps->is_array()) return Refuse("steps", "needs a list");
  if (steps->size() > description.steps_max) {
    return Refuse("steps", "more than " + std::to_string(description.steps_max) + " steps");
  }
  for (std::size_t i = 0; i < steps->size(); ++i) {
    GN_ASSIGN_OR_RETURN(Step step,
                        ReadStep("steps[" + std::to_string(i) + "]", (*steps)[i], description));
    plan.steps.push_back(std::move(step));
  }
  return plan;
}

}  // namespace ganglion::robot
