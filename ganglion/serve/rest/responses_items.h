#pragma once

#include <vector>

#include "ganglion/api/generate.h"
#include "ganglion/serve/rest/fields.h"

namespace ganglion::serve::rest {

// "instructions" and "input" of /v1/responses: a text, or a list of messages, calls and the results
// of calls.
std::vector<api::Message> ReadResponsesInput(const Fields& fields);

}  // namespace ganglion::serve::rest
