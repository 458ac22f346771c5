#include "ganglion/serve/health.h"

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"

namespace ganglion::serve {
namespace {

std::string ReasonOf(const Readiness& readiness) {
  if (readiness.draining) return "the server is shutting down";
  if (!readiness.canary_age) return "not every model has given a token yet";
  return Concat("a model has given no token for ", *readiness.canary_age / 1_s, " s; at most ",
                readiness.canary_age_max / 1_s, " s are allowed");
}

}  // namespace

http::Response ReadyAnswer(const Readiness& readiness) {
  nlohmann::ordered_json body;
  http::Response response;
  body["status"] = readiness.ready() ? "ready" : "not ready";
  if (!readiness.ready()) {
    body["reason"] = ReasonOf(readiness);
    response.status = 503;
    response.headers.emplace_back("Retry-After", "1");
  }
  if (readiness.canary_age) {
    body["canary_age_seconds"] = static_cast<double>(*readiness.canary_age) * 1e-9;
  }
  response.body = body.dump();
  return response;
}

}  // namespace ganglion::serve
