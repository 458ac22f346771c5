#pragma once

#include <functional>
#include <string>

#include <nlohmann/json.hpp>

#include "ganglion/base/status.h"
#include "ganglion/engine/prompt.h"

namespace ganglion::engine {

// A conversation in the form that chat templates were written for. The library does not say that
// its values move without exceptions.
// NOLINTNEXTLINE(bugprone-exception-escape)
struct ConversationJson {
  nlohmann::ordered_json messages;
  nlohmann::ordered_json tools;  // null: none
  nlohmann::ordered_json extra;  // null: none
};

// The arguments of calls become objects, as the transformers library gives them to templates, and
// "developer" becomes "system", which is what templates know.
Result<ConversationJson> MakeConversationJson(const Conversation& conversation);

// Calls `visit` for each string in the value: names of members, too. It may change the string.
void VisitStrings(nlohmann::ordered_json& value, const std::function<void(std::string&)>& visit);

}  // namespace ganglion::engine
