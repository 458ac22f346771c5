#include <nlohmann/json.hpp>

#include "ganglion/serve/http/server.h"

namespace ganglion::serve::http {

Response OpenAiError(const ErrorCause& cause) {
  const bool is_ours = cause.status >= 500;
  const nlohmann::ordered_json body = {
      {"error",
       {{"message", cause.message},
        {"type", is_ours ? "server_error" : "invalid_request_error"},
        {"param", nullptr},
        {"code", nullptr}}}};
  // A path may be repeated in the message, and need not be UTF-8.
  const auto replace = nlohmann::ordered_json::error_handler_t::replace;
  return {.status = cause.status, .body = body.dump(-1, ' ', false, replace)};
}

}  // namespace ganglion::serve::http
