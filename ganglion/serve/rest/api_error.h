#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "ganglion/api/inference_client.h"
#include "ganglion/base/status.h"
#include "ganglion/serve/http/exchange.h"
#include "ganglion/serve/metrics/request_observer.h"

// What went wrong, as OpenAI's and Ollama's clients expect to be told.
namespace ganglion::serve::rest {

struct ApiError {
  int status = 400;
  std::string message;
  std::string type = "invalid_request_error";
  std::string param = {};  // the field: "messages[2].role"; empty: none
  std::string code = {};   // empty: none
  int retry_after_s = 0;   // 0: says nothing
  metrics::Refusal refusal = metrics::Refusal::kInvalid;
};

// A value, or the answer that the client gets in its place.
template <class T>
using OrError = tl::expected<T, ApiError>;

ApiError InvalidField(std::string param, std::string message);
ApiError UnknownModel(std::string_view name);

// What the client that computes cannot know about an error of its own.
struct Circumstances {
  api::EngineStats stats;
  bool draining = false;
};
ApiError FromStatus(const Status& status, const Circumstances& circumstances);

// {"error":{"message","type","param","code"}}
std::string OpenAiErrorBody(const ApiError& error);
// {"error":"..."}
std::string OllamaErrorBody(const ApiError& error);

enum class ErrorShape : std::uint8_t { kOpenAi, kOllama };
std::string ErrorBody(ErrorShape shape, const ApiError& error);
http::Response ErrorResponse(ErrorShape shape, const ApiError& error);

}  // namespace ganglion::serve::rest
