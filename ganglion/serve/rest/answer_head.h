#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/api/generate.h"
#include "ganglion/serve/rest/json.h"

namespace ganglion::serve::rest {

// What every answer and every chunk of it begins with.
struct AnswerHead {
  std::string id;
  std::int64_t created_s = 0;
  std::string model;
  std::string fingerprint;
};

// Tokens of all answers to one HTTP request.
class UsageSum {
 public:
  // Answers come in groups of `answers_per_prompt`, each of which has one prompt. It counts once,
  // as OpenAI counts it; that later answers found it in the cache is no saving of the client's.
  explicit UsageSum(std::size_t answers_per_prompt) : group_(answers_per_prompt) {}

  void Add(std::size_t answer, const api::Usage& usage);
  // {"prompt_tokens","completion_tokens","total_tokens","prompt_tokens_details":{...}, ...}
  Json ToJson() const;
  // {"input_tokens","output_tokens",...}, as /v1/responses has it.
  Json ToResponsesJson() const;

 private:
  std::size_t group_;
  std::int64_t prompt_ = 0;
  std::int64_t cached_ = 0;
  std::int64_t generated_ = 0;
};

// The whole answer of an API that gives choices; `object` says which.
Json ChoicesBody(const AnswerHead& head, std::string_view object, Json choices,
                 const UsageSum& usage);

std::string_view FinishName(api::FinishReason reason);

}  // namespace ganglion::serve::rest
