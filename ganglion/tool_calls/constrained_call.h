#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "ganglion/api/generate.h"
#include "ganglion/base/status.h"
#include "ganglion/tool_calls/style.h"

namespace ganglion::tool_calls {

// How an answer that must be a call is made: the prefix is put behind the prompt as if the model
// had written it, a grammar makes the model write JSON that fits the schema, and then the answer
// ends. A CallParser of `style`, given prefix and JSON, finds the one call.
struct ConstrainedCall {
  std::string prefix;  // its control tokens are tokens
  std::string schema;  // a JSON Schema
  Style style = Style::kNone;
};

enum class Arguments : std::uint8_t {
  kByTool,  // as each tool's parameters say
  kAny,     // any JSON object, but of tools that are strict
};

// A call of one of the tools. A style that writes the name outside the JSON (kMistralArgs,
// kFunctionary) takes its own form for one tool; for several the call is written as
// {"name": ..., "arguments": ...}, because the model is to choose the name, too.
Result<ConstrainedCall> ConstrainCall(Style style, std::span<const api::Tool> tools,
                                      Arguments arguments);

// Whether each tool has a name of letters, digits, "_", "-" and ".", and is the JSON that
// api::Tool wants.
Status CheckTools(std::span<const api::Tool> tools);

}  // namespace ganglion::tool_calls
