#include "ganglion/engine/conversation_json.h"

#include <cstddef>
#include <string_view>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/tool_calls/bounded_json.h"

namespace ganglion::engine {
namespace {

using Json = nlohmann::ordered_json;

Status Bad(std::string what) { return Status(Code::kInvalidArgument, std::move(what)); }

Result<Json> CallJson(const api::ToolCall& call, const std::string& where) {
  Json arguments = Json::object();
  if (!call.arguments.empty()) {
    GN_ASSIGN_OR_RETURN(arguments, tool_calls::ParseObject(call.arguments, where + ": arguments"));
  }
  Json json = {{"type", "function"},
               {"function", {{"name", call.name}, {"arguments", std::move(arguments)}}}};
  if (!call.id.empty()) json["id"] = call.id;
  return json;
}

Result<Json> MessageJson(const api::Message& message, std::size_t index) {
  Json json = {{"role", message.role == "developer" ? "system" : message.role},
               {"content", message.content}};
  for (std::size_t i = 0; i < message.tool_calls.size(); ++i) {
    const std::string where = Concat("message ", index + 1, ": tool call ", i + 1);
    GN_ASSIGN_OR_RETURN(Json call, CallJson(message.tool_calls[i], where));
    json["tool_calls"].push_back(std::move(call));
  }
  if (!message.tool_call_id.empty()) json["tool_call_id"] = message.tool_call_id;
  if (!message.name.empty()) json["name"] = message.name;
  return json;
}

Result<Json> ExtraJson(const std::string& text) {
  if (text.empty()) return Json();
  GN_ASSIGN_OR_RETURN(Json extra, tool_calls::ParseObject(text, "template_arguments"));
  for (const char* own : {"messages", "tools", "add_generation_prompt", "bos_token", "eos_token"}) {
    if (extra.contains(own)) {
      return Bad(Concat("template_arguments: '", own, "' is given by the request itself"));
    }
  }
  return extra;
}

}  // namespace

Result<ConversationJson> MakeConversationJson(const Conversation& conversation) {
  ConversationJson json;
  json.messages = Json::array();
  for (std::size_t i = 0; i < conversation.messages.size(); ++i) {
    GN_ASSIGN_OR_RETURN(Json message, MessageJson(conversation.messages[i], i));
    json.messages.push_back(std::move(message));
  }
  for (const api::Tool& tool : conversation.tools) {
    GN_ASSIGN_OR_RETURN(Json definition,
                        tool_calls::ParseObject(tool.definition, "tool '" + tool.name + "'"));
    json.tools.push_back(std::move(definition));
  }
  GN_ASSIGN_OR_RETURN(json.extra, ExtraJson(conversation.template_arguments));
  return json;
}

void VisitStrings(Json& value, const std::function<void(std::string&)>& visit) {
  if (value.is_string()) return visit(value.get_ref<std::string&>());
  if (value.is_array()) {
    for (Json& item : value) VisitStrings(item, visit);
  }
  if (!value.is_object()) return;
  Json visited = Json::object();
  for (auto& [key, member] : value.items()) {
    std::string name = key;
    visit(name);
    VisitStrings(member, visit);
    visited[name] = std::move(member);
  }
  value = std::move(visited);
}

}  // namespace ganglion::engine
