// POST /v1/responses

#include <utility>

#include "ganglion/serve/rest/collecting_writer.h"
#include "ganglion/serve/rest/endpoints.h"
#include "ganglion/serve/rest/generate_fields.h"
#include "ganglion/serve/rest/generation.h"
#include "ganglion/serve/rest/limits.h"
#include "ganglion/serve/rest/logprobs.h"
#include "ganglion/serve/rest/response_format.h"
#include "ganglion/serve/rest/responses_items.h"
#include "ganglion/serve/rest/responses_object.h"
#include "ganglion/serve/rest/responses_stream.h"
#include "ganglion/serve/rest/tool_fields.h"

namespace ganglion::serve::rest {
namespace {

struct ResponsesCall {
  GenerateCall common;
  Json echo;
};

void RefuseFields(const Fields& fields) {
  constexpr std::string_view kNothingKept = "nothing is kept here; send the whole conversation";
  fields.Refuse("previous_response_id", kNothingKept);
  fields.Refuse("conversation", kNothingKept);
  fields.Refuse("background", "nothing is kept here; stream the answer");
  fields.Refuse("prompt", "there are no stored prompts here; send input");
}

// Log probabilities are wanted where "include" names them, or so many of the likeliest are asked
// for.
void ReadLogprobs(const Fields& fields, api::GenerateRequest& request) {
  const auto top =
      static_cast<std::int32_t>(fields.Integer("top_logprobs", {0, kTopLogprobsMax}, 0));
  if (top > 0) request.top_logprobs = top;
  const Json* const include = fields.Array("include", 64);
  if (include == nullptr) return;
  for (const Json& name : *include) {
    if (name == "message.output_text.logprobs") request.top_logprobs = top;
  }
}

OrError<ResponsesCall> Read(Services& services, const http::Request& http) {
  OrError<Json> body = ParseBody(http, services.options());
  if (!body) return tl::unexpected(std::move(body).error());
  Problem problem;
  const Fields fields(*body, {}, problem);
  GenerateCall call;
  call.model = ReadModel(fields, services.models(), Purpose::kGenerate);
  if (!problem.ok()) return tl::unexpected(problem.error());
  RefuseFields(fields);
  SetTokensMax(ReadTokensMax(fields, {"max_output_tokens"}), services.options(), call);
  ReadGenerateFields(fields, http, services, call);
  if (call.n != 1) fields.Wrong("n", "there is one answer to a response");
  call.request.messages = ReadResponsesInput(fields);
  ReadFlatTools(fields, call.request);
  ReadTextFormat(fields, call.request);
  ReadUnenforced(fields, call.request);
  ReadLogprobs(fields, call.request);
  if (!problem.ok()) return tl::unexpected(problem.error());
  Json echo = ResponseEcho(fields, call.request);
  return ResponsesCall{std::move(call), std::move(echo)};
}

Json Body(const ResponseHead& head, const CollectedAnswer& answer) {
  Json output = Json::array();
  const bool cut = answer.reason == api::FinishReason::kLength;
  if (!answer.text.empty() || answer.tool_calls.empty()) {
    const Json part = TextPart(answer.text, ChatLogprobList(answer.tokens));
    output.push_back(
        MessageItem(MessageItemId(head, 0), cut ? "incomplete" : "completed", Json::array({part})));
  }
  for (const api::ToolCall& call : answer.tool_calls) {
    output.push_back(CallItem(CallItemId(head, output.size()), "completed", call, call.arguments));
  }
  return ResponseDone(head, output, answer.reason, answer.usage);
}

}  // namespace

Outcome Responses(Services& services, const std::shared_ptr<http::Exchange>& exchange) {
  OrError<ResponsesCall> call = Read(services, exchange->request());
  if (!call) return tl::unexpected(std::move(call).error());
  const GenerateCall& common = call->common;
  ResponseHead head = {services.NewId("resp_"), services.WallSeconds(), common.model->name,
                       std::move(call->echo), services.NewId({})};
  std::unique_ptr<AnswerWriter> writer;
  if (common.stream) {
    writer = std::make_unique<ResponsesStream>(exchange, std::move(head));
  } else {
    writer = std::make_unique<CollectingWriter>(
        exchange, ErrorShape::kOpenAi, 1,
        [head = std::move(head)](const std::vector<CollectedAnswer>& answers) {
          return Body(head, answers.front());
        });
  }
  Generation::Start(services, exchange,
                    {.model = common.model,
                     .requests = Repeat(common.request, 1),
                     .tokens_max_asked = common.tokens_max_asked},
                    std::move(writer));
  return {};
}

}  // namespace ganglion::serve::rest
