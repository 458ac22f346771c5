// POST /v1/chat/completions

#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/chunk_stream.h"
#include "ganglion/serve/rest/collecting_writer.h"
#include "ganglion/serve/rest/endpoints.h"
#include "ganglion/serve/rest/generate_fields.h"
#include "ganglion/serve/rest/generation.h"
#include "ganglion/serve/rest/limits.h"
#include "ganglion/serve/rest/logprobs.h"
#include "ganglion/serve/rest/messages.h"
#include "ganglion/serve/rest/response_format.h"
#include "ganglion/serve/rest/tool_fields.h"

namespace ganglion::serve::rest {
namespace {

void RefuseFields(const Fields& fields) {
  fields.Refuse("functions", "give them as tools");
  fields.Refuse("function_call", "give it as tool_choice");
  fields.Refuse("audio", "this model writes text alone");
  fields.Refuse("web_search_options", "nothing is looked up here");
  const Json* const modalities = fields.Array("modalities", 8);
  if (modalities == nullptr) return;
  for (const Json& modality : *modalities) {
    if (modality != "text") fields.Refuse("modalities", "this model writes text alone");
  }
}

void ReadLogprobs(const Fields& fields, api::GenerateRequest& request) {
  const bool wanted = fields.Flag("logprobs", false);
  const auto top =
      static_cast<std::int32_t>(fields.Integer("top_logprobs", {0, kTopLogprobsMax}, 0));
  if (!wanted && top > 0) fields.Wrong("top_logprobs", "needs \"logprobs\": true");
  if (wanted) request.top_logprobs = top;
}

OrError<GenerateCall> Read(Services& services, const http::Request& http) {
  OrError<Json> body = ParseBody(http, services.options());
  if (!body) return tl::unexpected(std::move(body).error());
  Problem problem;
  const Fields fields(*body, {}, problem);
  GenerateCall call;
  call.model = ReadModel(fields, services.models(), Purpose::kGenerate);
  if (!problem.ok()) return tl::unexpected(problem.error());
  RefuseFields(fields);
  SetTokensMax(ReadTokensMax(fields, {"max_completion_tokens", "max_tokens"}), services.options(),
               call);
  ReadGenerateFields(fields, http, services, call);
  call.request.messages = ReadMessages(fields);
  ReadNestedTools(fields, call.request);
  ReadResponseFormat(fields, call.request);
  ReadConstraints(fields, call.request);
  ReadUnenforced(fields, call.request);
  ReadLogprobs(fields, call.request);
  if (const Json* const arguments = fields.Object("chat_template_kwargs"); arguments != nullptr) {
    call.request.template_arguments = Dump(*arguments);
  }
  if (!problem.ok()) return tl::unexpected(problem.error());
  return call;
}

Json ToolCallJson(const api::ToolCall& call) {
  return {{"id", call.id},
          {"type", "function"},
          {"function", {{"name", call.name}, {"arguments", call.arguments}}}};
}

class ChatStream final : public ChunkStream {
 public:
  explicit ChatStream(Setup setup)
      : ChunkStream(std::move(setup), {.object = "chat.completion.chunk",
                                       .text_open = "\"delta\":{\"content\":\"",
                                       .text_close = "\"}",
                                       .finish = "\"delta\":{}"}) {}

  bool OnToolCall(std::size_t answer, const api::ToolCall& call) override {
    if (answer >= calls_.size()) calls_.resize(answer + 1);
    Json entry = {{"index", calls_[answer]++}};
    entry.update(ToolCallJson(call));
    return AppendChunk(answer, Concat("\"delta\":{\"tool_calls\":[", Dump(entry), "]}"), {});
  }

 protected:
  std::string_view FirstContent() const override {
    return "\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}";
  }
  Json Logprobs(const std::vector<api::TokenEvent>& tokens, std::size_t /*offset*/) const override {
    return ChatLogprobs(tokens);
  }

 private:
  std::vector<int> calls_;  // so far, of each answer
};

Json Choice(std::size_t index, const CollectedAnswer& answer, bool has_logprobs) {
  Json message = {{"role", "assistant"}, {"content", answer.text}, {"refusal", nullptr}};
  if (!answer.tool_calls.empty()) {
    if (answer.text.empty()) message["content"] = nullptr;
    message["tool_calls"] = Json::array();
    for (const api::ToolCall& call : answer.tool_calls) {
      message["tool_calls"].push_back(ToolCallJson(call));
    }
  }
  return {{"index", index},
          {"message", std::move(message)},
          {"logprobs", has_logprobs ? ChatLogprobs(answer.tokens) : Json(nullptr)},
          {"finish_reason", FinishName(answer.reason)}};
}

Json Body(const AnswerHead& head, const std::vector<CollectedAnswer>& answers, bool has_logprobs) {
  UsageSum usage(answers.size());
  Json choices = Json::array();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    usage.Add(i, answers[i].usage);
    choices.push_back(Choice(i, answers[i], has_logprobs));
  }
  return ChoicesBody(head, "chat.completion", std::move(choices), usage);
}

}  // namespace

Outcome ChatCompletions(Services& services, const std::shared_ptr<http::Exchange>& exchange) {
  OrError<GenerateCall> call = Read(services, exchange->request());
  if (!call) return tl::unexpected(std::move(call).error());
  AnswerHead head = {services.NewId("chatcmpl-"), services.WallSeconds(), call->model->name,
                     call->model->fingerprint};
  const bool has_logprobs = call->request.top_logprobs >= 0;
  std::unique_ptr<AnswerWriter> writer;
  if (call->stream) {
    writer = std::make_unique<ChatStream>(ChunkStream::Setup{.exchange = exchange,
                                                             .head = std::move(head),
                                                             .answers = call->n,
                                                             .answers_per_prompt = call->n,
                                                             .include_usage = call->include_usage,
                                                             .has_logprobs = has_logprobs});
  } else {
    writer = std::make_unique<CollectingWriter>(
        exchange, ErrorShape::kOpenAi, call->n,
        [head = std::move(head), has_logprobs](const std::vector<CollectedAnswer>& answers) {
          return Body(head, answers, has_logprobs);
        });
  }
  Generation::Start(services, exchange,
                    {.model = call->model,
                     .requests = Repeat(call->request, call->n),
                     .tokens_max_asked = call->tokens_max_asked},
                    std::move(writer));
  return {};
}

}  // namespace ganglion::serve::rest
