#include <algorithm>

#include "ganglion/serve/metrics/names.h"

namespace ganglion::serve::metrics {
namespace {

struct Totals {
  double prompt_tokens = 0;  // computed
  double prompt_tokens_cached = 0;
  double prompt_seconds = 0;
  double generated_tokens = 0;
  double decode_seconds = 0;
  double running = 0;
  double waiting = 0;
  double pages_total = 0;
  double pages_live = 0;
  double tokens_held = 0;
  double steps = 0;
  double sequence_steps = 0;
  double sequence_tokens_max = 0;
  double drafts = 0;
  double draft_tokens = 0;
  double draft_tokens_accepted = 0;
};

Totals AddUp(const std::vector<ModelScrape>& models) {
  Totals all;
  for (const ModelScrape& model : models) {
    const api::EngineStats& stats = model.stats;
    all.prompt_tokens += static_cast<double>(stats.prompt_tokens - stats.prompt_tokens_cached);
    all.prompt_tokens_cached += static_cast<double>(stats.prompt_tokens_cached);
    all.prompt_seconds += stats.prompt_seconds;
    all.generated_tokens += static_cast<double>(stats.generated_tokens);
    all.decode_seconds += stats.decode_seconds;
    all.running += Sum(stats.running);
    all.waiting += Sum(stats.waiting);
    all.pages_total += stats.pages_total;
    all.pages_live += stats.pages_live;
    all.tokens_held += static_cast<double>(stats.pages_live) * stats.page_tokens;
    all.steps += static_cast<double>(stats.steps);
    all.sequence_steps += static_cast<double>(stats.sequence_steps);
    all.sequence_tokens_max =
        std::max(all.sequence_tokens_max, static_cast<double>(stats.sequence_tokens_max));
    all.drafts += static_cast<double>(stats.drafts);
    all.draft_tokens += static_cast<double>(stats.draft_tokens);
    all.draft_tokens_accepted += static_cast<double>(stats.draft_tokens_accepted);
  }
  return all;
}

double Rate(double tokens, double seconds) { return seconds > 0 ? tokens / seconds : 0; }

}  // namespace

void LlamaCppNames::Append(const std::vector<ModelScrape>& models, Page& page) {
  const Totals all = AddUp(models);
  Last last;
  {
    const std::lock_guard lock(mutex_);
    last = last_;
    last_ = {all.prompt_tokens, all.prompt_seconds, all.generated_tokens, all.decode_seconds};
  }
  const auto counter = [&](const char* name, const char* help, double value) {
    page.Counter({name, help}, {}, value);
  };
  const auto gauge = [&](const char* name, const char* help, double value) {
    page.Gauge({name, help}, {}, value);
  };
  counter("llamacpp:prompt_tokens_total", "Prompt tokens computed, cached ones not counted.",
          all.prompt_tokens);
  counter("llamacpp:prompt_tokens_cached_total", "Prompt tokens taken from the cache.",
          all.prompt_tokens_cached);
  counter("llamacpp:prompt_seconds_total", "Time spent on prompts.", all.prompt_seconds);
  counter("llamacpp:tokens_predicted_total", "Tokens of answers.", all.generated_tokens);
  counter("llamacpp:tokens_predicted_seconds_total", "Time spent on these.", all.decode_seconds);
  gauge("llamacpp:prompt_tokens_seconds", "Prompt tokens per second, since the last scrape.",
        Rate(all.prompt_tokens - last.prompt_tokens, all.prompt_seconds - last.prompt_seconds));
  gauge(
      "llamacpp:predicted_tokens_seconds", "Tokens per second of answers, since the last scrape.",
      Rate(all.generated_tokens - last.generated_tokens, all.decode_seconds - last.decode_seconds));
  gauge("llamacpp:requests_processing", "Requests that run.", all.running);
  gauge("llamacpp:requests_deferred", "Requests that wait.", all.waiting);
  if (all.pages_total > 0) {
    gauge("llamacpp:kv_cache_usage_ratio", "Share of the cache that is in use, 0 to 1.",
          all.pages_live / all.pages_total);
    gauge("llamacpp:kv_cache_tokens", "Tokens for which that has room.", all.tokens_held);
  }
  counter("llamacpp:n_decode_total", "Steps of the engine.", all.steps);
  gauge("llamacpp:n_busy_slots_per_decode", "Mean batch since the start.",
        Rate(all.sequence_steps, all.steps));
  counter("llamacpp:n_tokens_max", "Tokens of the longest sequence seen.", all.sequence_tokens_max);
  counter("llamacpp:spec_decode_num_drafts_total", "Passes that verified guessed tokens.",
          all.drafts);
  counter("llamacpp:spec_decode_num_draft_tokens_total", "Guessed tokens.", all.draft_tokens);
  counter("llamacpp:spec_decode_num_accepted_tokens_total", "Of these, right.",
          all.draft_tokens_accepted);
}

}  // namespace ganglion::serve::metrics
