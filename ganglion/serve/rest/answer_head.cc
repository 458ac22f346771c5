#include "ganglion/serve/rest/answer_head.h"

#include <utility>

namespace ganglion::serve::rest {

void UsageSum::Add(std::size_t answer, const api::Usage& usage) {
  generated_ += usage.generated_tokens;
  if (answer % group_ != 0) return;
  prompt_ += usage.prompt_tokens;
  cached_ += usage.prompt_tokens_cached;
}

Json UsageSum::ToJson() const {
  return {{"prompt_tokens", prompt_},
          {"completion_tokens", generated_},
          {"total_tokens", prompt_ + generated_},
          {"prompt_tokens_details", {{"cached_tokens", cached_}}},
          {"completion_tokens_details", {{"reasoning_tokens", 0}}}};
}

Json UsageSum::ToResponsesJson() const {
  return {{"input_tokens", prompt_},
          {"input_tokens_details", {{"cached_tokens", cached_}}},
          {"output_tokens", generated_},
          {"output_tokens_details", {{"reasoning_tokens", 0}}},
          {"total_tokens", prompt_ + generated_}};
}

Json ChoicesBody(const AnswerHead& head, std::string_view object, Json choices,
                 const UsageSum& usage) {
  return {{"id", head.id},
          {"object", object},
          {"created", head.created_s},
          {"model", head.model},
          {"choices", std::move(choices)},
          {"usage", usage.ToJson()},
          {"system_fingerprint", head.fingerprint}};
}

std::string_view FinishName(api::FinishReason reason) {
  if (reason == api::FinishReason::kLength) return "length";
  return reason == api::FinishReason::kToolCalls ? "tool_calls" : "stop";
}

}  // namespace ganglion::serve::rest
