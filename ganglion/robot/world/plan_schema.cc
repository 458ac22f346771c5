#include <nlohmann/json.hpp>

#include "ganglion/robot/world/json_number.h"
#include "ganglion/robot/world/plan.h"

namespace ganglion::robot {
namespace {

using Json = nlohmann::ordered_json;

Json FieldSchema(const FieldDescription& field) {
  switch (field.kind) {
    case FieldKind::kNumber:
      return {{"type", "number"},
              {"minimum", JsonNumber(field.min)},
              {"maximum", JsonNumber(field.max)}};
    case FieldKind::kText:
      return {{"type", "string"}, {"minLength", 1}, {"maxLength", field.chars_max}};
    case FieldKind::kChoice:
      return {{"enum", field.choices}};
  }
  return {};
}

// The branch of one skill, its discriminator left empty.
Json SkillSchema(const SkillDescription& skill) {
  Json properties = {{"do", Json::object()}};
  Json required = {"do"};
  for (const FieldDescription& field : skill.fields) {
    properties[field.name] = FieldSchema(field);
    if (field.required) required.push_back(field.name);
  }
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

}  // namespace

std::string PlanSchemaJson(const RobotDescription& description) {
  struct Branch {
    Json schema;
    std::vector<std::string> skills;
  };
  std::vector<Branch> branches;
  for (const SkillDescription& skill : description.skills) {
    Json schema = SkillSchema(skill);
    const auto same = std::find_if(branches.begin(), branches.end(),
                                   [&](const Branch& b) { return b.schema == schema; });
    if (same != branches.end()) {
      same->skills.push_back(skill.name);
    } else {
      branches.push_back({std::move(schema), {skill.name}});
    }
  }
  Json one_of = Json::array();
  for (Branch& branch : branches) {
    Json& discriminator = branch.schema["properties"]["do"];
    if (branch.skills.size() == 1) {
      discriminator["const"] = branch.skills.front();
    } else {
      discriminator["enum"] = branch.skills;
    }
    one_of.push_back(std::move(branch.schema));
  }
  const Json steps = {{"type", "array"},
                      {"maxItems", description.steps_max},
                      {"items", {{"oneOf", std::move(one_of)}}}};
  const Json say = {{"type", "string"}, {"maxLength", kPlanSayCharsMax}};
  const Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                       {"title", "Plan"},
                       {"type", "object"},
                       {"properties", {{"steps", steps}, {"say", say}}},
                       {"required", Json::array({"steps"})},
                       {"additionalProperties", false}};
  return schema.dump();
}

}  // namespace ganglion::robot
