#pragma once

#include <string_view>

#include "ganglion/api/generate.h"
#include "ganglion/serve/rest/fields.h"

namespace ganglion::serve::rest {

// tools, tool_choice and parallel_tool_calls of chat completions; each function lies in an object
// of its own: {"type":"function","function":{...}}.
void ReadNestedTools(const Fields& fields, api::GenerateRequest& request);
// Those of /v1/responses, where it does not: {"type":"function","name":...}.
void ReadFlatTools(const Fields& fields, api::GenerateRequest& request);

}  // namespace ganglion::serve::rest
