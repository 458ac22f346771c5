#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/engine/job.h"
#include "ganglion/engine/limits.h"
#include "ganglion/engine/prompt.h"
#include "ganglion/sampling/sampler.h"

namespace ganglion::engine {
namespace {

Status Bad(std::string what) { return Status(Code::kInvalidArgument, std::move(what)); }

Status CheckRole(const std::string& role, std::size_t index) {
  if (role == "system" || role == "user" || role == "assistant" || role == "tool") return {};
  return Bad(Concat("message ", index + 1, ": role '", role,
                    "' is none of system, user, assistant, tool"));
}

Status CheckPrompt(const api::GenerateRequest& request) {
  if (request.prompt.has_value() == !request.messages.empty()) {
    return Bad("a request needs either messages or a raw prompt");
  }
  if (request.messages.size() > kMessagesMax) {
    return Bad(Concat(request.messages.size(), " messages are more than ", kMessagesMax));
  }
  std::size_t bytes = request.prompt.value_or("").size();
  for (std::size_t i = 0; i < request.messages.size(); ++i) {
    GN_RETURN_IF_ERROR(CheckRole(request.messages[i].role, i));
    bytes += request.messages[i].content.size();
  }
  if (bytes > kPromptBytesMax) {
    return Bad(Concat("the prompt has ", bytes, " bytes, over ", kPromptBytesMax));
  }
  return {};
}

Status CheckEnd(const api::GenerateRequest& request) {
  if (request.tokens_max < 1 || request.tokens_max > kTokensMax) {
    return Bad(
        Concat("tokens_max is ", request.tokens_max, "; it must lie in [1, ", kTokensMax, "]"));
  }
  if (request.stop.size() > kStopsMax) {
    return Bad(Concat(request.stop.size(), " stop strings are more than ", kStopsMax));
  }
  for (const std::string& stop : request.stop) {
    if (stop.empty() || stop.size() > kStopBytesMax) {
      return Bad(
          Concat("a stop string has ", stop.size(), " bytes; it must have 1 to ", kStopBytesMax));
    }
  }
  if (!request.json_schema) return {};
  if (!request.stop.empty()) {
    return Bad("stop strings and json_schema exclude each other: the text must be whole");
  }
  if (request.json_schema->size() > kSchemaBytesMax) {
    return Bad(
        Concat("json_schema has ", request.json_schema->size(), " bytes, over ", kSchemaBytesMax));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Job>> PrepareJob(api::GenerateRequest request, const LoadedModel& loaded,
                                        GrammarCache& grammars) {
  GN_RETURN_IF_ERROR(CheckPrompt(request));
  GN_RETURN_IF_ERROR(CheckEnd(request));
  GN_RETURN_IF_ERROR(sampling::Validate(request.sampling));
  auto job = std::make_unique<Job>();
  if (request.prompt) {
    GN_ASSIGN_OR_RETURN(job->prompt, TokenizeRaw(*request.prompt, loaded));
  } else {
    GN_ASSIGN_OR_RETURN(job->prompt, TokenizeMessages(request.messages, loaded));
  }
  if (job->prompt.empty()) return Bad("the prompt is empty");
  if (job->prompt.size() >= loaded.context_tokens) {
    return Status(Code::kResourceExhausted,
                  Concat("the prompt has ", job->prompt.size(), " tokens, but the context holds ",
                         loaded.context_tokens, " with the answer: shorten the prompt"));
  }
  if (request.json_schema) {
    auto grammar = grammars.Get(*request.json_schema);
    if (!grammar.ok()) return std::move(grammar).error().WithContext("json_schema");
    job->matcher.emplace(*std::move(grammar), loaded.vocabulary);
  }
  job->sampling = request.sampling;
  job->tokens_max = request.tokens_max;
  job->stops = std::move(request.stop);
  return job;
}

}  // namespace ganglion::engine
