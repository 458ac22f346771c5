#include "ganglion/tool_calls/constrained_call.h"

#include <set>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/tool_calls/bounded_json.h"
#include "ganglion/tool_calls/limits.h"

namespace ganglion::tool_calls {
namespace {

using Json = nlohmann::ordered_json;

Result<Json> ParseDefinition(const api::Tool& tool) {
  const auto bad = [&tool](const char* why) {
    return Status(Code::kInvalidArgument, Concat("tools: '", tool.name, "' ", why));
  };
  if (tool.definition.size() > kDefinitionBytesMax) return bad("is too large");
  GN_ASSIGN_OR_RETURN(Json definition, ParseObject(tool.definition, "tools: '" + tool.name + "'"));
  const auto function = definition.find("function");
  if (function == definition.end() || !function->is_object()) {
    return bad("has no object \"function\"");
  }
  const auto name = function->find("name");
  if (name == function->end() || *name != Json(tool.name)) return bad("has another name inside");
  const auto parameters = function->find("parameters");
  if (parameters != function->end() && !parameters->is_object() && !parameters->is_null()) {
    return bad("has parameters that are no JSON Schema object");
  }
  return definition;
}

bool IsName(std::string_view name) {
  constexpr std::string_view kAllowed =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-.";
  return !name.empty() && name.size() <= kNameBytesMax &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

// References are to the root of their own schema, which from now on lies deeper.
void MoveReferences(Json& schema, const std::string& root) {
  if (schema.is_array()) {
    for (Json& item : schema) MoveReferences(item, root);
  }
  if (!schema.is_object()) return;
  for (const auto& [key, value] : schema.items()) {
    if (key == "const" || key == "enum" || key == "default" || key == "examples") continue;
    if (key == "$ref" && value.is_string()) {
      const auto& reference = value.get_ref<const std::string&>();
      if (reference.starts_with('#')) value = "#" + root + reference.substr(1);
    } else {
      MoveReferences(value, root);
    }
  }
}

Result<Json> ParametersOf(const api::Tool& tool, Arguments arguments, const std::string& root) {
  GN_ASSIGN_OR_RETURN(Json definition, ParseDefinition(tool));
  Json parameters = definition["function"].value("parameters", Json());
  if (parameters.is_null() || parameters.empty()) {
    return Json{{"type", "object"}, {"additionalProperties", false}};
  }
  if (arguments == Arguments::kAny && !tool.strict) return Json{{"type", "object"}};
  parameters.erase("$id");
  parameters.erase("$schema");
  MoveReferences(parameters, root);
  return parameters;
}

std::string_view ArgumentsKey(Style style) {
  return style == Style::kLlama ? "parameters" : "arguments";
}

Json CallSchema(const std::string& name, std::string_view key, const std::string& reference) {
  Json schema = {{"type", "object"}};
  schema["properties"]["name"] = {{"const", name}};
  schema["properties"][std::string(key)] = {{"$ref", reference}};
  schema["required"] = {"name", key};
  schema["additionalProperties"] = false;
  return schema;
}

// Prefix and style of a call of any of several tools, or of one whose style names it inside.
ConstrainedCall FormOf(Style style) {
  switch (style) {
    case Style::kHermes:
      return {.prefix = "<tool_call>\n", .schema = {}, .style = style};
    case Style::kMistral:
    case Style::kMistralArgs:
      return {.prefix = "[TOOL_CALLS]", .schema = {}, .style = style};
    default:
      return {.prefix = {}, .schema = {}, .style = Style::kLlama};
  }
}

}  // namespace

Status CheckTools(std::span<const api::Tool> tools) {
  if (tools.size() > kToolsMax) {
    return {Code::kInvalidArgument, Concat(tools.size(), " tools are more than ", kToolsMax)};
  }
  std::set<std::string_view> names;
  for (const api::Tool& tool : tools) {
    if (!IsName(tool.name)) {
      return {Code::kInvalidArgument,
              Concat("tools: the name '", tool.name.substr(0, kNameBytesMax),
                     "' must be letters, digits, '_', '-' and '.', 1 to ", kNameBytesMax)};
    }
    if (!names.insert(tool.name).second) {
      return {Code::kInvalidArgument, Concat("tools: '", tool.name, "' is declared twice")};
    }
    const auto definition = ParseDefinition(tool);
    if (!definition.ok()) {
      return {definition.error().code(), std::string(definition.error().message())};
    }
  }
  return {};
}

Result<ConstrainedCall> ConstrainCall(Style style, std::span<const api::Tool> tools,
                                      Arguments arguments) {
  if (tools.empty()) return Status(Code::kInvalidArgument, "there is no tool to call");
  if (style == Style::kNone) {
    return Status(Code::kUnimplemented,
                  "the model's chat template writes calls of tools in no known form");
  }
  const bool is_outside = style == Style::kMistralArgs || style == Style::kFunctionary;
  if (is_outside && tools.size() == 1) {
    GN_ASSIGN_OR_RETURN(const Json parameters, ParametersOf(tools[0], arguments, ""));
    const std::string& name = tools[0].name;
    const std::string prefix =
        style == Style::kFunctionary ? "<function=" + name + ">" : "[TOOL_CALLS]" + name + "[ARGS]";
    return ConstrainedCall{.prefix = prefix, .schema = parameters.dump(), .style = style};
  }
  ConstrainedCall form = FormOf(style);
  Json schema;
  Json definitions = Json::object();
  Json branches = Json::array();
  for (std::size_t i = 0; i < tools.size(); ++i) {
    const std::string key = Concat("tool_", i);
    GN_ASSIGN_OR_RETURN(definitions[key], ParametersOf(tools[i], arguments, "/$defs/" + key));
    branches.push_back(CallSchema(tools[i].name, ArgumentsKey(style), "#/$defs/" + key));
  }
  schema["anyOf"] = std::move(branches);
  if (form.prefix == "[TOOL_CALLS]") {
    schema = Json{{"type", "array"}, {"items", schema}, {"minItems", 1}, {"maxItems", 1}};
  }
  schema["$defs"] = std::move(definitions);
  form.schema = schema.dump();
  return form;
}

}  // namespace ganglion::tool_calls
