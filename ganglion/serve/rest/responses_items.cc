#include "ganglion/serve/rest/responses_items.h"

#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/limits.h"
#include "ganglion/serve/rest/messages.h"

namespace ganglion::serve::rest {
namespace {

void ReadMessageItem(const Fields& item, std::vector<api::Message>& messages) {
  std::string role = item.RequiredText("role");
  if (role == "developer") role = "system";
  if (role != "system" && role != "user" && role != "assistant") {
    item.Wrong("role", Concat("'", role, "' is none of system, developer, user, assistant"));
  }
  messages.push_back({.role = std::move(role), .content = ReadContent(item)});
}

// Calls belong to the message of the assistant in front of them; they are items of their own here.
void ReadCallItem(const Fields& item, std::vector<api::Message>& messages) {
  if (messages.empty() || messages.back().role != "assistant") {
    messages.push_back({.role = "assistant", .content = {}});
  }
  std::string arguments = item.Text("arguments");
  messages.back().tool_calls.push_back({.id = item.RequiredText("call_id"),
                                        .name = item.RequiredText("name"),
                                        .arguments = arguments.empty() ? "{}" : arguments});
}

void ReadOutputItem(const Fields& item, std::vector<api::Message>& messages) {
  const Json* const output = item.Find("output");
  std::string text;
  if (output != nullptr && output->is_array()) {
    const Json content = {{"content", *output}};
    text = ReadContent(Fields(content, item.Path("output"), item.problem()));
  } else {
    text = item.RequiredText("output");
  }
  messages.push_back(
      {.role = "tool", .content = std::move(text), .tool_call_id = item.RequiredText("call_id")});
}

void ReadItem(const Fields& item, std::vector<api::Message>& messages) {
  const std::string type = item.Text("type", "message");
  if (type == "message") return ReadMessageItem(item, messages);
  if (type == "function_call") return ReadCallItem(item, messages);
  if (type == "function_call_output") return ReadOutputItem(item, messages);
  if (type == "reasoning") return;  // what another model thought: no template shows it
  ApiError error =
      InvalidField(item.Path("type"), Concat(item.Path("type"), ": items of type '", type,
                                             "' are not supported; send message, ",
                                             "function_call or function_call_output"));
  error.code = "unsupported_item";
  error.refusal = metrics::Refusal::kUnsupported;
  item.problem().Set(std::move(error));
}

}  // namespace

std::vector<api::Message> ReadResponsesInput(const Fields& fields) {
  std::vector<api::Message> messages;
  const std::string instructions = fields.Text("instructions");
  if (!instructions.empty()) messages.push_back({.role = "system", .content = instructions});
  const Json* const input = fields.Find("input");
  if (input != nullptr && input->is_string()) {
    messages.push_back({.role = "user", .content = input->get<std::string>()});
    return messages;
  }
  const Json* const list = fields.Array("input", kMessagesMax);
  if (list == nullptr || list->empty()) {
    fields.Wrong("input", "is missing or empty: expected a string or an array of items");
    return messages;
  }
  for (std::size_t i = 0; i < list->size() && fields.problem().ok(); ++i) {
    if (!(*list)[i].is_object()) {
      fields.problem().Set(
          fields.Path("input", i),
          Concat(fields.Path("input", i), ": expected an object, not ", Kind((*list)[i])));
      break;
    }
    ReadItem(Fields((*list)[i], fields.Path("input", i), fields.problem()), messages);
  }
  if (messages.empty()) fields.Wrong("input", "holds nothing to answer");
  return messages;
}

}  // namespace ganglion::serve::rest
