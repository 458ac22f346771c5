#include "ganglion/serve/rest/messages.h"

#include <algorithm>
#include <array>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/limits.h"

namespace ganglion::serve::rest {
namespace {

void RefusePart(const Fields& part, const std::string& type) {
  ApiError error =
      InvalidField(part.Path("type"), Concat(part.Path("type"), ": a part of type '", type,
                                             "' is not supported: this model reads text alone"));
  error.code = "unsupported_content";
  error.refusal = metrics::Refusal::kUnsupported;
  part.problem().Set(std::move(error));
}

// /v1/responses calls its parts "input_text" and "output_text".
std::string ReadPart(const Fields& part) {
  const std::string type = part.RequiredText("type");
  if (type == "text" || type == "input_text" || type == "output_text") {
    return part.RequiredText("text");
  }
  if (type == "refusal") return part.RequiredText("refusal");
  if (part.problem().ok()) RefusePart(part, type);
  return {};
}

std::vector<api::ToolCall> ReadToolCalls(const Fields& message, std::size_t& calls_left) {
  std::vector<api::ToolCall> calls;
  const Json* const list = message.Array("tool_calls", calls_left);
  if (list == nullptr) return calls;
  calls_left -= list->size();
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Fields call((*list)[i], message.Path("tool_calls", i), message.problem());
    const std::string type = call.Text("type", "function");
    const Json* const function = call.Object("function");
    if (type != "function" || function == nullptr) {
      call.Wrong("function", "expected an object; functions are the only tools here");
      return calls;
    }
    const Fields fields(*function, call.Path("function"), call.problem());
    calls.push_back({.id = call.Text("id"),
                     .name = fields.RequiredText("name"),
                     .arguments = fields.Text("arguments", "{}")});
    if (calls.back().arguments.empty()) calls.back().arguments = "{}";
  }
  return calls;
}

bool IsRole(std::string_view role) {
  constexpr std::array<std::string_view, 4> kRoles = {"system", "user", "assistant", "tool"};
  return std::ranges::find(kRoles, role) != kRoles.end();
}

api::Message ReadMessage(const Fields& fields, std::size_t& calls_left) {
  api::Message message;
  message.role = fields.RequiredText("role");
  if (message.role == "developer") message.role = "system";
  if (!IsRole(message.role)) {
    fields.Wrong(
        "role", Concat("'", message.role, "' is none of system, developer, user, assistant, tool"));
  }
  fields.Refuse("function_call", "give it as tool_calls");
  fields.Refuse("audio", "this model reads text alone");
  message.content = ReadContent(fields);
  message.name = fields.Text("name");
  message.tool_call_id = fields.Text("tool_call_id");
  if (message.role == "assistant") message.tool_calls = ReadToolCalls(fields, calls_left);
  if (message.role == "user" && !fields.Has("content")) {
    fields.Wrong("content", "is missing: expected a string or an array of parts");
  }
  return message;
}

}  // namespace

std::string ReadContent(const Fields& message) {
  const Json* const content = message.Find("content");
  if (content == nullptr) return {};
  if (content->is_string()) return content->get<std::string>();
  if (!content->is_array()) {
    message.Wrong("content",
                  Concat("expected a string or an array of parts, not ", Kind(*content)));
    return {};
  }
  std::string text;
  for (std::size_t i = 0; i < content->size() && message.problem().ok(); ++i) {
    if (i > 0) text += '\n';
    text += ReadPart(Fields((*content)[i], message.Path("content", i), message.problem()));
  }
  return text;
}

std::vector<api::Message> ReadMessages(const Fields& fields) {
  std::vector<api::Message> messages;
  const Json* const list = fields.Array("messages", kMessagesMax);
  if (list == nullptr || list->empty()) {
    fields.Wrong("messages", "expected at least one message");
    return messages;
  }
  std::size_t calls_left = kToolCallsMax;
  for (std::size_t i = 0; i < list->size() && fields.problem().ok(); ++i) {
    const Fields message((*list)[i], fields.Path("messages", i), fields.problem());
    if (!(*list)[i].is_object()) {
      fields.problem().Set(
          fields.Path("messages", i),
          Concat(fields.Path("messages", i), ": expected an object, not ", Kind((*list)[i])));
      break;
    }
    messages.push_back(ReadMessage(message, calls_left));
  }
  return messages;
}

}  // namespace ganglion::serve::rest
