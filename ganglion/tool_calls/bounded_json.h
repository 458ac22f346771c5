#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "ganglion/base/status.h"

namespace ganglion::tool_calls {

// Parses a JSON object whose members keep their order. A text that is none, is nested deeper than
// kJsonNestingMax or has an object of more than kJsonMembersMax members (finding one takes time in
// all of them) is kInvalidArgument; `what` is the subject of the message.
Result<nlohmann::ordered_json> ParseObject(std::string_view text, const std::string& what);

}  // namespace ganglion::tool_calls
