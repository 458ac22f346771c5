#include "ganglion/serve/metrics/model_counters.h"

#include <algorithm>
#include <vector>

#include "ganglion/serve/metrics/limits.h"

namespace ganglion::serve::metrics {
namespace {

double Seconds(TimeNs time) { return static_cast<double>(std::max<TimeNs>(0, time)) * 1e-9; }
double Seconds(double milliseconds) { return std::max(0.0, milliseconds) * 1e-3; }

class Follower final : public GenerateObserver {
 public:
  Follower(ModelCounters& counters, const GenerateArrival& arrival)
      : counters_(counters),
        of_priority_(counters.of_priority[static_cast<std::size_t>(arrival.priority)]),
        arrival_ns_(arrival.arrival_ns),
        tokens_asked_(arrival.tokens_max),
        answers_(std::clamp<std::size_t>(static_cast<std::size_t>(std::max(1, arrival.n)), 1,
                                         kAnswersMax)) {}

  void OnToken(std::int32_t index, TimeNs now) override {
    if (index < 0 || static_cast<std::size_t>(index) >= answers_.size()) return;
    Answer& answer = answers_[static_cast<std::size_t>(index)];
    if (answer.last_token_ns == 0) {
      of_priority_.first_token.Observe(Seconds(now - arrival_ns_));
    } else {
      of_priority_.token_gap.Observe(Seconds(now - answer.last_token_ns));
    }
    answer.last_token_ns = now;
  }

  void OnDone(std::int32_t index, api::FinishReason reason, const api::Usage& usage, Code /*code*/,
              TimeNs now) override {
    of_priority_.finished[static_cast<std::size_t>(reason)].fetch_add(1, std::memory_order_relaxed);
    ++done_;
    tokens_max_ = std::max(tokens_max_, usage.generated_tokens);
    const bool complete =
        reason != api::FinishReason::kCancelled && reason != api::FinishReason::kError;
    if (complete) {
      any_complete_ = true;
      CountAnswer(index, usage, now);
    }
    if (done_ == answers_.size() && any_complete_) {
      counters_.generated_tokens_max.Observe(tokens_max_);
      counters_.answers_asked.Observe(static_cast<double>(answers_.size()));
      if (tokens_asked_ > 0) counters_.tokens_asked.Observe(tokens_asked_);
    }
  }

 private:
  struct Answer {
    TimeNs last_token_ns = 0;
  };

  void CountAnswer(std::int32_t index, const api::Usage& usage, TimeNs now) {
    const double total = Seconds(now - arrival_ns_);
    // The engine's clock starts when it is handed the request; ours before that.
    const double before = std::max(0.0, total - Seconds(usage.total_ms));
    of_priority_.end_to_end.Observe(total);
    of_priority_.queue.Observe(Seconds(usage.queue_ms) + before);
    counters_.inference.Observe(Seconds(usage.total_ms - usage.queue_ms));
    if (usage.first_token_ms > 0) {
      counters_.prefill.Observe(Seconds(usage.first_token_ms - usage.queue_ms));
      counters_.decode.Observe(Seconds(usage.total_ms - usage.first_token_ms));
      if (usage.generated_tokens > 1) {
        counters_.token_gap_mean.Observe(Seconds(usage.total_ms - usage.first_token_ms) /
                                         (usage.generated_tokens - 1));
      }
      // An answer of tool calls has no text whose first piece could have been seen.
      const auto at = static_cast<std::size_t>(std::max(0, index));
      if (at < answers_.size() && answers_[at].last_token_ns == 0) {
        of_priority_.first_token.Observe(Seconds(usage.first_token_ms) + before);
      }
    }
    counters_.prompt_tokens.Observe(usage.prompt_tokens);
    counters_.prompt_tokens_computed.Observe(usage.prompt_tokens - usage.prompt_tokens_cached);
    counters_.generated_tokens.Observe(usage.generated_tokens);
  }

  ModelCounters& counters_;
  ModelCounters::OfPriority& of_priority_;
  const TimeNs arrival_ns_;
  const std::int32_t tokens_asked_;
  std::vector<Answer> answers_;
  std::size_t done_ = 0;
  std::int32_t tokens_max_ = 0;
  bool any_complete_ = false;
};

}  // namespace

std::unique_ptr<GenerateObserver> Follow(ModelCounters& counters, const GenerateArrival& arrival) {
  return std::make_unique<Follower>(counters, arrival);
}

}  // namespace ganglion::serve::metrics
