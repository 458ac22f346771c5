#include "ganglion/serve/metrics/names.h"

#include "ganglion/base/check.h"

namespace ganglion::serve::metrics {

std::string_view NameOf(api::Priority priority) {
  switch (priority) {
    case api::Priority::kRealtime:
      return "realtime";
    case api::Priority::kInteractive:
      return "interactive";
    case api::Priority::kBatch:
      break;
  }
  return "batch";
}

std::string_view NameOf(Refusal reason) {
  switch (reason) {
    case Refusal::kInvalid:
      return "invalid";
    case Refusal::kTooLong:
      return "too_long";
    case Refusal::kUnsupported:
      return "unsupported";
    case Refusal::kUnknownModel:
      return "unknown_model";
    case Refusal::kQueueFull:
      return "queue_full";
    case Refusal::kDraining:
      return "draining";
    case Refusal::kDeadline:
      return "deadline";
    case Refusal::kUnauthorized:
      return "unauthorized";
    case Refusal::kForbidden:
      return "forbidden";
    case Refusal::kQuota:
      return "quota";
    case Refusal::kOther:
      break;
  }
  return "other";
}

BucketCounts StepTokens(const api::EngineStats& stats) {
  return {.bounds = api::kStepTokensBounds,
          .counts = {stats.step_tokens.counts.begin(), stats.step_tokens.counts.end()},
          .sum = stats.step_tokens.sum};
}

}  // namespace ganglion::serve::metrics
