#include "ganglion/serve/rest/responses_object.h"

#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/answer_head.h"

namespace ganglion::serve::rest {
namespace {

Json Given(const Fields& fields, std::string_view name, const Json& fallback) {
  const Json* const value = fields.Find(name);
  return value == nullptr ? fallback : *value;
}

struct State {
  std::string_view status;
  Json error = nullptr;
  Json incomplete = nullptr;
  Json output = Json::array();
  Json usage = nullptr;
};

Json Response(const ResponseHead& head, State state) {
  Json body = {{"id", head.id},
               {"object", "response"},
               {"created_at", head.created_s},
               {"status", state.status},
               {"background", false},
               {"error", std::move(state.error)},
               {"incomplete_details", std::move(state.incomplete)},
               {"model", head.model},
               {"output", std::move(state.output)}};
  body.update(head.echo);
  body["usage"] = std::move(state.usage);
  return body;
}

}  // namespace

Json ResponseEcho(const Fields& fields, const api::GenerateRequest& request) {
  const Json plain_text = {{"format", {{"type", "text"}}}};
  return {{"instructions", Given(fields, "instructions", nullptr)},
          {"max_output_tokens", Given(fields, "max_output_tokens", nullptr)},
          {"max_tool_calls", nullptr},
          {"parallel_tool_calls", request.parallel_tool_calls},
          {"previous_response_id", nullptr},
          {"prompt_cache_key", nullptr},
          {"reasoning", {{"effort", nullptr}, {"summary", nullptr}}},
          {"safety_identifier", nullptr},
          {"service_tier", "default"},
          {"store", false},
          {"temperature", Given(fields, "temperature", request.sampling.temperature)},
          {"text", Given(fields, "text", plain_text)},
          {"tool_choice", Given(fields, "tool_choice", "auto")},
          {"tools", Given(fields, "tools", Json::array())},
          {"top_logprobs", request.top_logprobs > 0 ? request.top_logprobs : 0},
          {"top_p", Given(fields, "top_p", request.sampling.top_p)},
          {"truncation", "disabled"},
          {"user", Given(fields, "user", nullptr)},
          {"metadata", Given(fields, "metadata", Json::object())}};
}

std::string MessageItemId(const ResponseHead& head, std::size_t index) {
  return Concat("msg_", head.id_tail, index);
}

std::string CallItemId(const ResponseHead& head, std::size_t index) {
  return Concat("fc_", head.id_tail, index);
}

Json TextPart(const std::string& text, const Json& logprobs) {
  return {{"type", "output_text"},
          {"text", text},
          {"annotations", Json::array()},
          {"logprobs", logprobs}};
}

Json MessageItem(const std::string& id, std::string_view status, const Json& content) {
  return {{"id", id},
          {"type", "message"},
          {"status", status},
          {"role", "assistant"},
          {"content", content}};
}

Json CallItem(const std::string& id, std::string_view status, const api::ToolCall& call,
              const std::string& arguments) {
  return {{"id", id},           {"type", "function_call"}, {"status", status},
          {"call_id", call.id}, {"name", call.name},       {"arguments", arguments}};
}

Json ResponseInProgress(const ResponseHead& head) {
  return Response(head, {.status = "in_progress"});
}

Json ResponseFailed(const ResponseHead& head, const ApiError& error) {
  return Response(head, {.status = "failed",
                         .error = {{"code", error.code.empty() ? "server_error" : error.code},
                                   {"message", error.message}}});
}

Json ResponseDone(const ResponseHead& head, const Json& output, api::FinishReason reason,
                  const api::Usage& usage) {
  UsageSum sum(1);
  sum.Add(0, usage);
  const bool cut = reason == api::FinishReason::kLength;
  return Response(head, {.status = cut ? "incomplete" : "completed",
                         .incomplete = cut ? Json{{"reason", "max_output_tokens"}} : Json(nullptr),
                         .output = output,
                         .usage = sum.ToResponsesJson()});
}

}  // namespace ganglion::serve::rest
