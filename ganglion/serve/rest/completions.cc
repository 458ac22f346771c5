// POST /v1/completions

#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/chunk_stream.h"
#include "ganglion/serve/rest/collecting_writer.h"
#include "ganglion/serve/rest/endpoints.h"
#include "ganglion/serve/rest/generate_fields.h"
#include "ganglion/serve/rest/generation.h"
#include "ganglion/serve/rest/limits.h"
#include "ganglion/serve/rest/logprobs.h"
#include "ganglion/serve/rest/prompts.h"
#include "ganglion/serve/rest/response_format.h"

namespace ganglion::serve::rest {
namespace {

struct CompletionCall {
  GenerateCall common;
  std::vector<api::GenerateRequest> requests;  // n for each prompt
};

void RefuseFields(const Fields& fields) {
  fields.Refuse("echo", "the answer does not repeat its prompt");
  fields.Refuse("suffix", "text is not filled in before a given end");
  if (fields.Integer("best_of", {1, kChoicesMax}, 1) > 1) {
    fields.Refuse("best_of", "ask for n answers and choose among them");
  }
}

void ReadLogprobs(const Fields& fields, api::GenerateRequest& request) {
  const Json* const value = fields.Find("logprobs");
  if (value == nullptr || *value == false) return;  // some tools send a flag
  request.top_logprobs =
      static_cast<std::int32_t>(fields.Integer("logprobs", {0, kTopLogprobsMax}, 0));
}

std::vector<api::GenerateRequest> ForEachPrompt(const Prompts& prompts, const GenerateCall& call) {
  std::vector<api::GenerateRequest> requests;
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    api::GenerateRequest request = call.request;
    if (prompts.texts.empty()) {
      request.prompt_tokens = prompts.tokens[i];
    } else {
      request.prompt = prompts.texts[i];
    }
    for (api::GenerateRequest& repeated : Repeat(request, call.n)) {
      requests.push_back(std::move(repeated));
    }
  }
  return requests;
}

OrError<CompletionCall> Read(Services& services, const http::Request& http) {
  OrError<Json> body = ParseBody(http, services.options());
  if (!body) return tl::unexpected(std::move(body).error());
  Problem problem;
  const Fields fields(*body, {}, problem);
  GenerateCall call;
  call.model = ReadModel(fields, services.models(), Purpose::kGenerate);
  if (!problem.ok()) return tl::unexpected(problem.error());
  RefuseFields(fields);
  // Sixteen where the client does not say, as OpenAI has it here: a raw text has no end of its own.
  const std::int32_t configured = services.options().tokens_max_default;
  const std::int64_t fallback = configured > 0 ? configured : 16;
  const std::optional<std::int64_t> asked = ReadTokensMax(fields, {"max_tokens"});
  SetTokensMax(asked.value_or(fallback), services.options(), call);
  if (!asked) call.tokens_max_asked = 0;
  ReadGenerateFields(fields, http, services, call);
  ReadResponseFormat(fields, call.request);
  ReadConstraints(fields, call.request);
  ReadUnenforced(fields, call.request);
  ReadLogprobs(fields, call.request);
  const Prompts prompts = ReadPrompts(fields, "prompt", kPromptsMax, call.model->info.vocab_size);
  if (prompts.size() * call.n > kAnswersMax) {
    fields.Wrong("n", Concat(prompts.size(), " prompts with ", call.n,
                             " answers each are more than ", kAnswersMax, " answers"));
  }
  if (!problem.ok()) return tl::unexpected(problem.error());
  std::vector<api::GenerateRequest> requests = ForEachPrompt(prompts, call);
  return CompletionCall{std::move(call), std::move(requests)};
}

class CompletionStream final : public ChunkStream {
 public:
  explicit CompletionStream(Setup setup)
      : ChunkStream(std::move(setup), {.object = "text_completion",
                                       .text_open = "\"text\":\"",
                                       .text_close = "\"",
                                       .finish = "\"text\":\"\""}) {}

  // A raw prompt has no tools.
  bool OnToolCall(std::size_t /*answer*/, const api::ToolCall& /*call*/) override { return true; }

 protected:
  Json Logprobs(const std::vector<api::TokenEvent>& tokens, std::size_t offset) const override {
    return CompletionLogprobs(tokens, offset);
  }
};

Json Body(const AnswerHead& head, const std::vector<CollectedAnswer>& answers,
          std::size_t answers_per_prompt, bool has_logprobs) {
  UsageSum usage(answers_per_prompt);
  Json choices = Json::array();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const CollectedAnswer& answer = answers[i];
    usage.Add(i, answer.usage);
    choices.push_back(
        {{"index", i},
         {"text", answer.text},
         {"logprobs", has_logprobs ? CompletionLogprobs(answer.tokens, 0) : Json(nullptr)},
         {"finish_reason", FinishName(answer.reason)}});
  }
  return ChoicesBody(head, "text_completion", std::move(choices), usage);
}

}  // namespace

Outcome Completions(Services& services, const std::shared_ptr<http::Exchange>& exchange) {
  OrError<CompletionCall> call = Read(services, exchange->request());
  if (!call) return tl::unexpected(std::move(call).error());
  const GenerateCall& common = call->common;
  AnswerHead head = {services.NewId("cmpl-"), services.WallSeconds(), common.model->name,
                     common.model->fingerprint};
  const bool has_logprobs = common.request.top_logprobs >= 0;
  std::unique_ptr<AnswerWriter> writer;
  if (common.stream) {
    writer =
        std::make_unique<CompletionStream>(ChunkStream::Setup{.exchange = exchange,
                                                              .head = std::move(head),
                                                              .answers = call->requests.size(),
                                                              .answers_per_prompt = common.n,
                                                              .include_usage = common.include_usage,
                                                              .has_logprobs = has_logprobs});
  } else {
    writer =
        std::make_unique<CollectingWriter>(exchange, ErrorShape::kOpenAi, call->requests.size(),
                                           [head = std::move(head), n = common.n, has_logprobs](
                                               const std::vector<CollectedAnswer>& answers) {
                                             return Body(head, answers, n, has_logprobs);
                                           });
  }
  Generation::Start(services, exchange,
                    {.model = common.model,
                     .requests = std::move(call->requests),
                     .tokens_max_asked = common.tokens_max_asked},
                    std::move(writer));
  return {};
}

}  // namespace ganglion::serve::rest
