#include "ganglion/serve/rest/tool_fields.h"

#include <algorithm>
#include <string>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/limits.h"

namespace ganglion::serve::rest {
namespace {

enum class Layout { kNested, kFlat };

// The object that describes the function of `tool`, or null with a Problem.
const Json* Function(const Fields& fields, const Json& tool, Layout layout) {
  const std::string type = fields.Text("type", "function");
  if (type != "function") {
    ApiError error = InvalidField(fields.Path("type"),
                                  Concat(fields.Path("type"), ": tools of type '", type,
                                         "' are not supported: functions are the only tools here"));
    error.code = "unsupported_tool";
    error.refusal = metrics::Refusal::kUnsupported;
    fields.problem().Set(std::move(error));
    return nullptr;
  }
  if (layout == Layout::kFlat) return &tool;
  const Json* const function = fields.Object("function");
  if (function == nullptr) fields.Wrong("function", "is missing: expected an object");
  return function;
}

// As OpenAI has it in chat completions, whatever the layout of the request: templates show this.
std::string Definition(const Json& function) {
  Json inner = Json::object();
  for (const auto& [name, value] : function.items()) {
    if (name != "type" && name != "strict") inner[name] = value;
  }
  Json definition;
  definition["type"] = "function";
  definition["function"] = std::move(inner);
  return Dump(definition);
}

void ReadTools(const Fields& fields, Layout layout, api::GenerateRequest& request) {
  const Json* const list = fields.Array("tools", kToolsMax);
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size() && fields.problem().ok(); ++i) {
    const Fields tool((*list)[i], fields.Path("tools", i), fields.problem());
    const Json* const function = Function(tool, (*list)[i], layout);
    if (function == nullptr) return;
    const bool nested = layout == Layout::kNested;
    const Fields inner(*function, nested ? tool.Path("function") : fields.Path("tools", i),
                       fields.problem());
    std::string name = inner.RequiredText("name");
    if (fields.problem().ok() && (name.empty() || name.size() > kToolNameBytesMax)) {
      inner.Wrong("name", Concat("expected 1 to ", kToolNameBytesMax, " bytes"));
    }
    static_cast<void>(inner.Object("parameters"));
    if (!fields.problem().ok()) return;
    request.tools.push_back({.name = std::move(name),
                             .definition = Definition(*function),
                             .strict = inner.Flag("strict", false)});
  }
}

void ReadNamedChoice(const Fields& choice, Layout layout, api::GenerateRequest& request) {
  const std::string type = choice.RequiredText("type");
  if (choice.problem().ok() && type != "function") {
    choice.Wrong("type", Concat("'", type, "' is not supported; expected 'function'"));
    return;
  }
  if (layout == Layout::kFlat) {
    request.tool_name = choice.RequiredText("name");
  } else if (const Json* const function = choice.Object("function"); function != nullptr) {
    const Fields inner(*function, choice.Path("function"), choice.problem());
    request.tool_name = inner.RequiredText("name");
  } else {
    choice.Wrong("function", "is missing: expected an object with the name of a tool");
  }
  request.tool_choice = api::ToolChoice::kNamed;
  const bool known = std::ranges::any_of(
      request.tools, [&](const api::Tool& tool) { return tool.name == request.tool_name; });
  if (choice.problem().ok() && !known) {
    choice.Wrong("name", Concat("no tool is named '", request.tool_name, "'"));
  }
}

void ReadToolChoice(const Fields& fields, Layout layout, api::GenerateRequest& request) {
  const Json* const choice = fields.Find("tool_choice");
  if (choice == nullptr) return;
  if (choice->is_object()) {
    return ReadNamedChoice(Fields(*choice, fields.Path("tool_choice"), fields.problem()), layout,
                           request);
  }
  const std::string name = fields.Text("tool_choice");
  if (name == "none") {
    request.tool_choice = api::ToolChoice::kNone;
  } else if (name == "required") {
    request.tool_choice = api::ToolChoice::kRequired;
    if (request.tools.empty()) fields.Wrong("tool_choice", "'required' needs tools");
  } else if (name != "auto") {
    fields.Wrong("tool_choice",
                 "expected \"auto\", \"none\", \"required\" or an object that names a tool");
  }
}

void ReadAll(const Fields& fields, Layout layout, api::GenerateRequest& request) {
  ReadTools(fields, layout, request);
  ReadToolChoice(fields, layout, request);
  request.parallel_tool_calls = fields.Flag("parallel_tool_calls", true);
}

}  // namespace

void ReadNestedTools(const Fields& fields, api::GenerateRequest& request) {
  ReadAll(fields, Layout::kNested, request);
}

void ReadFlatTools(const Fields& fields, api::GenerateRequest& request) {
  ReadAll(fields, Layout::kFlat, request);
}

}  // namespace ganglion::serve::rest
