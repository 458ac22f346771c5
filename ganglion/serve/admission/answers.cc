#include "ganglion/serve/admission/answers.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"

namespace ganglion::serve::admission {
namespace {

struct Error {
  int status;
  std::string_view message;
  std::string_view type;
  std::string_view code;
};

http::Response Answer(std::string_view path, const Error& error) {
  nlohmann::ordered_json body;
  if (path.starts_with("/api/")) {
    body["error"] = error.message;
  } else {
    body["error"] = {
        {"message", error.message}, {"type", error.type}, {"param", nullptr}, {"code", error.code}};
  }
  // Messages come from here and from names, which may hold any bytes.
  return {.status = error.status,
          .body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

void AppendShare(const Shares::Share& share, const std::string& what, http::Headers& headers) {
  if (share.limit <= 0) return;
  const auto whole = [](double value) { return std::to_string(static_cast<std::int64_t>(value)); };
  headers.emplace_back("x-ratelimit-limit-" + what, whole(share.limit));
  headers.emplace_back("x-ratelimit-remaining-" + what, whole(std::floor(share.left)));
  headers.emplace_back("x-ratelimit-reset-" + what, DurationText(share.full_in));
}

}  // namespace

http::Response Unauthorized(std::string_view path) {
  http::Response response =
      Answer(path, {401, "No valid token; send one as \"Authorization: Bearer TOKEN\".",
                    "invalid_request_error", "invalid_api_key"});
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

http::Response Forbidden(std::string_view path, std::string_view message) {
  return Answer(path, {403, message, "invalid_request_error", "insufficient_permissions"});
}

http::Response TooMany(std::string_view path, const Decision& decision) {
  const std::int64_t seconds = std::max<std::int64_t>(1, (decision.retry_after + 1_s - 1) / 1_s);
  std::string_view what = "requests at once";
  std::string_view type = "requests";
  if (decision.kind == Decision::Kind::kRequests) what = "requests per minute";
  if (decision.kind == Decision::Kind::kTokens) {
    what = "tokens per minute";
    type = "tokens";
  }
  const std::string message = Concat("The quota of this token is used up (", what,
                                     "). Send the request again in ", seconds, " s.");
  http::Response response = Answer(path, {429, message, type, "rate_limit_exceeded"});
  response.headers.emplace_back("Retry-After", std::to_string(seconds));
  AppendShares(decision.shares, response.headers);
  return response;
}

void AppendShares(const Shares& shares, http::Headers& headers) {
  AppendShare(shares.requests, "requests", headers);
  AppendShare(shares.tokens, "tokens", headers);
}

std::string DurationText(TimeNs time) {
  const std::int64_t milliseconds = (time + 1_ms - 1) / 1_ms;
  if (milliseconds < 1000) return Concat(milliseconds, "ms");
  const std::int64_t seconds = (milliseconds + 999) / 1000;
  if (seconds < 60) return Concat(seconds, "s");
  return Concat(seconds / 60, "m", seconds % 60, "s");
}

}  // namespace ganglion::serve::admission
