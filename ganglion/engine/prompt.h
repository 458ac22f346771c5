#pragma once

#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/base/ids.h"
#include "ganglion/base/status.h"
#include "ganglion/engine/loaded_model.h"

namespace ganglion::engine {

// The tokens of a conversation, in the form of the model's own chat template.
//
// A message may hold the text of a control token ("<|im_end|>"). It stays text: only what the
// template itself writes becomes control tokens, so nobody can end his message and speak as another
// role.
Result<std::vector<TokenId>> TokenizeMessages(const std::vector<api::Message>& messages,
                                              const LoadedModel& loaded);

// The tokens of a raw prompt, in which control tokens may be written by their text.
Result<std::vector<TokenId>> TokenizeRaw(const std::string& prompt, const LoadedModel& loaded);

}  // namespace ganglion::engine
