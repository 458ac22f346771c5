#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "ganglion/api/generate.h"
#include "ganglion/serve/metrics/buckets.h"
#include "ganglion/serve/metrics/request_observer.h"

namespace ganglion::serve::metrics {

inline constexpr std::size_t kFinishReasons = 5;  // of api::FinishReason

// What is counted of one model's requests as they pass. All in seconds or tokens.
//
// Only answers that the model brought to an end are in the times and sizes of whole requests: how
// long somebody waited before he went away says nothing of the engine.
struct ModelCounters {
  // By api::Priority.
  struct OfPriority {
    Buckets first_token{kFirstTokenBounds};
    Buckets token_gap{kTokenGapBounds};
    Buckets end_to_end{kRequestBounds};
    Buckets queue{kRequestBounds};
    std::array<std::atomic<std::uint64_t>, kFinishReasons> finished = {};
  };
  std::array<OfPriority, api::kPriorities> of_priority;

  Buckets token_gap_mean{kTokenGapBounds};  // one for each answer
  Buckets prefill{kRequestBounds};
  Buckets decode{kRequestBounds};
  Buckets inference{kRequestBounds};
  Buckets prompt_tokens{kTokensBounds};
  Buckets prompt_tokens_computed{kTokensBounds};
  Buckets generated_tokens{kTokensBounds};
  Buckets generated_tokens_max{kTokensBounds};  // of the answers to one request
  Buckets answers_asked{kAnswersBounds};
  Buckets tokens_asked{kTokensBounds};

  Buckets measured{kRequestBounds};  // vectors and scored choices
  std::atomic<std::uint64_t> measured_tokens = 0;

  std::array<std::atomic<std::uint64_t>, kRefusals> refused = {};
};

// Counts into `counters`, which outlives it.
std::unique_ptr<GenerateObserver> Follow(ModelCounters& counters, const GenerateArrival& arrival);

}  // namespace ganglion::serve::metrics
