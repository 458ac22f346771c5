#pragma once

#include <cstddef>
#include <vector>

#include "ganglion/api/generate.h"
#include "ganglion/serve/rest/json.h"

namespace ganglion::serve::rest {

// {"content":[{"token","logprob","bytes","top_logprobs":[...]}],"refusal":null}
Json ChatLogprobs(const std::vector<api::TokenEvent>& tokens);
// The list alone, as /v1/responses has it.
Json ChatLogprobList(const std::vector<api::TokenEvent>& tokens);
// {"tokens","token_logprobs","top_logprobs","text_offset"}; the offset of the first token is given,
// in bytes as the tokens have them.
Json CompletionLogprobs(const std::vector<api::TokenEvent>& tokens, std::size_t offset);

std::size_t ByteCount(const std::vector<api::TokenEvent>& tokens);

}  // namespace ganglion::serve::rest
