#include "ganglion/serve/rest/api_error.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/json.h"
#include "ganglion/serve/rest/limits.h"

namespace ganglion::serve::rest {
namespace {

using metrics::Refusal;

// How long the prompts that wait already will take.
int RetryAfterSeconds(const api::EngineStats& stats) {
  if (!(stats.tokens_per_second > 0)) return kRetryAfterSecondsMin;
  const double seconds = static_cast<double>(stats.waiting_tokens) / stats.tokens_per_second;
  return static_cast<int>(
      std::ceil(std::clamp<double>(seconds, kRetryAfterSecondsMin, kRetryAfterSecondsMax)));
}

ApiError Unavailable(std::string message, const Circumstances& circumstances) {
  ApiError error = {.status = 429,
                    .message = std::move(message),
                    .type = "rate_limit_exceeded",
                    .code = "overloaded",
                    .retry_after_s = RetryAfterSeconds(circumstances.stats),
                    .refusal = Refusal::kQueueFull};
  if (circumstances.draining) {
    error.status = 503;
    error.type = "server_error";
    error.code = "shutting_down";
    error.refusal = Refusal::kDraining;
  }
  return error;
}

// Where that cuts a character, Dump() mends it.
std::string Short(const std::string& message) { return message.substr(0, kErrorBytesMax); }

Json OrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace

ApiError InvalidField(std::string param, std::string message) {
  return {.message = std::move(message), .param = std::move(param)};
}

ApiError UnknownModel(std::string_view name) {
  return {.status = 404,
          .message = Concat("there is no model '", name, "'; GET /v1/models names those that are"),
          .param = "model",
          .code = "model_not_found",
          .refusal = Refusal::kUnknownModel};
}

ApiError FromStatus(const Status& status, const Circumstances& circumstances) {
  std::string message(status.message());
  switch (status.code()) {
    case Code::kInvalidArgument:
      return {.message = std::move(message)};
    case Code::kResourceExhausted:
      return {.message = std::move(message),
              .code = "context_length_exceeded",
              .refusal = Refusal::kTooLong};
    case Code::kUnavailable:
      return Unavailable(std::move(message), circumstances);
    case Code::kCancelled:
      return Unavailable(std::move(message), {.stats = circumstances.stats, .draining = true});
    case Code::kDeadlineExceeded:
      return {.status = 504,
              .message = std::move(message),
              .type = "timeout",
              .code = "deadline_exceeded",
              .refusal = Refusal::kDeadline};
    case Code::kUnimplemented:
      // Not 501: clients send again what fails with 5xx, and this fails each time.
      return {
          .message = std::move(message), .code = "unsupported", .refusal = Refusal::kUnsupported};
    case Code::kFailedPrecondition:
      // The model's fault. Not 5xx: clients would send again what was tried again already.
      return {.status = 422,
              .message = std::move(message),
              .type = "server_error",
              .code = "invalid_answer",
              .refusal = Refusal::kOther};
    case Code::kNotFound:
      return {.status = 404,
              .message = std::move(message),
              .code = "not_found",
              .refusal = Refusal::kOther};
    default:
      return {.status = 500,
              .message = std::move(message),
              .type = "server_error",
              .code = "internal_error",
              .refusal = Refusal::kOther};
  }
}

std::string OpenAiErrorBody(const ApiError& error) {
  Json body;
  body["error"] = {{"message", Short(error.message)},
                   {"type", error.type},
                   {"param", OrNull(error.param)},
                   {"code", OrNull(error.code)}};
  return Dump(body);
}

std::string OllamaErrorBody(const ApiError& error) {
  const std::string where = error.param.empty() ? "" : Concat(error.param, ": ");
  return Dump(Json{{"error", Short(where + error.message)}});
}

std::string ErrorBody(ErrorShape shape, const ApiError& error) {
  return shape == ErrorShape::kOllama ? OllamaErrorBody(error) : OpenAiErrorBody(error);
}

http::Response ErrorResponse(ErrorShape shape, const ApiError& error) {
  http::Response response = {.status = error.status, .body = ErrorBody(shape, error)};
  if (error.retry_after_s > 0) {
    response.headers.emplace_back("retry-after", std::to_string(error.retry_after_s));
  }
  // OpenAI's clients send again what fails with 5xx, unless they are told; a deadline that has
  // passed stays so.
  if (error.status == 504) response.headers.emplace_back("x-should-retry", "false");
  return response;
}

}  // namespace ganglion::serve::rest
