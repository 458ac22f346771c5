#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/api/generate.h"
#include "ganglion/base/ids.h"
#include "ganglion/base/status.h"
#include "ganglion/engine/loaded_model.h"

namespace ganglion::engine {

// What a chat template sees.
struct Conversation {
  const std::vector<api::Message>& messages;
  const std::vector<api::Tool>& tools;
  const std::string& template_arguments;  // a JSON object or empty
  // Text that stands behind the rendering as if the model had begun its answer with it; what it
  // says of control tokens is meant.
  std::string_view answer_prefix = {};
};

// The tokens of a conversation, in the form of the model's own chat template.
//
// A message may hold the text of a control token ("<|im_end|>"). It stays text, as in every string
// that comes with the request: only what the template itself writes becomes control tokens, so
// nobody can end his message and speak as another role.
Result<std::vector<TokenId>> TokenizeConversation(const Conversation& conversation,
                                                  const LoadedModel& loaded);
// The same without tools.
Result<std::vector<TokenId>> TokenizeMessages(const std::vector<api::Message>& messages,
                                              const LoadedModel& loaded);

// How many tokens at the beginning of `prompt` come from the system messages at the head of the
// conversation, and from the tools; 0 where the template renders no beginning alone.
std::size_t CountSystemTokens(const Conversation& conversation, const std::vector<TokenId>& prompt,
                              const LoadedModel& loaded);

// The tokens of a raw prompt, in which control tokens may be written by their text.
Result<std::vector<TokenId>> TokenizeRaw(const std::string& prompt, const LoadedModel& loaded);

}  // namespace ganglion::engine
