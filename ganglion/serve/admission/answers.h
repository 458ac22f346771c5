#pragma once

#include <string_view>

#include "ganglion/serve/admission/admission.h"
#include "ganglion/serve/http/exchange.h"

// What those hear who may not, in the shape that clients of `path` expect: OpenAI's, or Ollama's
// below /api/.

namespace ganglion::serve::admission {

// 401.
http::Response Unauthorized(std::string_view path);
// 403.
http::Response Forbidden(std::string_view path, std::string_view message);
// 429, with Retry-After. `decision` did not admit.
http::Response TooMany(std::string_view path, const Decision& decision);

// x-ratelimit-limit-requests and its five siblings; nothing for shares without a limit.
void AppendShares(const Shares& shares, http::Headers& headers);

// As OpenAI writes how long until a share is full again: "120ms", "1s", "6m0s".
std::string DurationText(TimeNs time);

}  // namespace ganglion::serve::admission
