#pragma once

#include <string>

#include "ganglion/base/rng.h"
#include "ganglion/tool_calls/style.h"

namespace ganglion::tool_calls {

// "call_" and 24 letters and digits; of mistral's styles nine letters and digits, because their
// templates refuse others when the conversation comes back.
std::string NewCallId(Style style, Rng& rng);

}  // namespace ganglion::tool_calls
