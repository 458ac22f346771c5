#include <algorithm>
#include <atomic>

#include "ganglion/serve/metrics/names.h"

namespace ganglion::serve::metrics {
namespace {

constexpr const char* kOutcomes[kFinishReasons] = {"stop", "length", "tool_calls", "cancelled",
                                                   "error"};

double Count(const std::atomic<std::uint64_t>& value) {
  return static_cast<double>(value.load(std::memory_order_relaxed));
}

void AppendPriority(const ModelScrape& model, std::size_t index, Page& page) {
  const std::string priority(NameOf(static_cast<api::Priority>(index)));
  const Labels labels = {{"model", model.name}, {"priority", priority}};
  const api::EngineStats& stats = model.stats;
  const ModelCounters::OfPriority& counters = model.counters->of_priority[index];
  page.Gauge({"ganglion_requests_running", "Requests that take part in steps."}, labels,
             stats.running[index]);
  page.Gauge({"ganglion_requests_waiting", "Requests not yet scheduled, or pre-empted."}, labels,
             stats.waiting[index]);
  page.Counter(
      {"ganglion_preemptions_total", "Requests that lost their place to a more urgent one."},
      labels, static_cast<double>(stats.preemptions[index]));
  page.Counter({"ganglion_deadline_misses_total", "Requests whose deadline passed."}, labels,
               static_cast<double>(stats.deadline_misses[index]));
  for (std::size_t reason = 0; reason < kFinishReasons; ++reason) {
    Labels with_outcome = labels;
    with_outcome.emplace_back("outcome", kOutcomes[reason]);
    page.Counter({"ganglion_requests_total", "Answers that ended, by how."}, with_outcome,
                 Count(counters.finished[reason]));
  }
  page.Histogram({"ganglion_time_to_first_token_seconds", "Arrival to first token."}, labels,
                 counters.first_token.Read());
  page.Histogram({"ganglion_inter_token_seconds", "Time between two tokens of an answer."}, labels,
                 counters.token_gap.Read());
  page.Histogram({"ganglion_request_seconds", "Arrival to the end of the answer."}, labels,
                 counters.end_to_end.Read());
  page.Histogram({"ganglion_request_queue_seconds", "Arrival to first scheduled."}, labels,
                 counters.queue.Read());
}

void AppendPages(const ModelScrape& model, Page& page) {
  const api::EngineStats& stats = model.stats;
  if (stats.pages_total == 0) return;
  const Title title = {"ganglion_kv_pages", "Pages of keys and values, by who holds them."};
  const auto add = [&](const char* state, double pages) {
    page.Gauge(title, {{"model", model.name}, {"state", state}}, pages);
  };
  const double held = static_cast<double>(stats.pages_live) +
                      static_cast<double>(stats.pages_cached) +
                      static_cast<double>(stats.pages_pinned);
  add("live", stats.pages_live);
  add("cached", stats.pages_cached);
  add("pinned", stats.pages_pinned);
  add("free", std::max(0.0, stats.pages_total - held));
  const Labels labels = {{"model", model.name}};
  page.Gauge({"ganglion_kv_page_tokens", "Tokens of a page."}, labels, stats.page_tokens);
  page.Gauge({"ganglion_kv_bytes", "Memory of keys and values."}, labels,
             static_cast<double>(stats.kv_bytes));
}

void AppendEngine(const ModelScrape& model, Page& page) {
  const Labels labels = {{"model", model.name}};
  const api::EngineStats& stats = model.stats;
  const auto counter = [&](const char* name, const char* help, double value) {
    page.Counter({name, help}, labels, value);
  };
  const auto whole = [](std::uint64_t value) { return static_cast<double>(value); };
  page.Gauge({"ganglion_queue_tokens", "Prompt tokens of the requests that wait."}, labels,
             whole(stats.waiting_tokens));
  page.Gauge({"ganglion_queue_age_seconds", "How long the oldest request has waited."}, labels,
             stats.oldest_waiting_s);
  if (stats.tokens_per_second > 0) {
    page.Gauge({"ganglion_tokens_per_second", "Tokens computed lately, of prompts and answers."},
               labels, stats.tokens_per_second);
  }
  counter("ganglion_steps_total", "Steps of the engine.", whole(stats.steps));
  counter("ganglion_sequence_steps_total", "Sequences of all steps; by steps, the batch.",
          whole(stats.sequence_steps));
  counter("ganglion_prompt_tokens_total", "Prompt tokens of scheduled requests.",
          whole(stats.prompt_tokens));
  counter("ganglion_prompt_tokens_cached_total", "Of these, found in the cache.",
          whole(stats.prompt_tokens_cached));
  counter("ganglion_generated_tokens_total", "Tokens of answers.", whole(stats.generated_tokens));
  counter("ganglion_forced_tokens_total", "Of these, dictated by a grammar.",
          whole(stats.forced_tokens));
  counter("ganglion_drafts_total", "Passes that verified guessed tokens.", whole(stats.drafts));
  counter("ganglion_draft_tokens_total", "Guessed tokens.", whole(stats.draft_tokens));
  counter("ganglion_draft_tokens_accepted_total", "Of these, right.",
          whole(stats.draft_tokens_accepted));
  counter("ganglion_numeric_faults_total", "Requests whose logits held no number.",
          whole(stats.numeric_faults));
  counter("ganglion_answer_retries_total", "Answers generated again, as one was invalid.",
          whole(stats.answer_retries));
  counter("ganglion_invalid_answers_total", "Requests whose last answer was invalid.",
          whole(stats.invalid_answers));
  counter("ganglion_prompt_seconds_total", "Time of steps, by their share of prompt tokens.",
          stats.prompt_seconds);
  counter("ganglion_decode_seconds_total", "Time of steps, by their share of other tokens.",
          stats.decode_seconds);
  page.Gauge({"ganglion_sequence_tokens_max", "Tokens of the longest sequence seen."}, labels,
             whole(stats.sequence_tokens_max));
  page.Histogram({"ganglion_step_tokens", "Tokens that a step computed."}, labels,
                 StepTokens(stats));
}

}  // namespace

void AppendOwnNames(const ModelScrape& model, Page& page) {
  for (std::size_t i = 0; i < api::kPriorities; ++i) AppendPriority(model, i, page);
  const Labels labels = {{"model", model.name}};
  const ModelCounters& counters = *model.counters;
  page.Histogram({"ganglion_request_prefill_seconds", "First scheduled to first token."}, labels,
                 counters.prefill.Read());
  page.Histogram({"ganglion_measured_request_seconds", "Requests for vectors and scored choices."},
                 labels, counters.measured.Read());
  page.Counter({"ganglion_measured_tokens_total", "Tokens of these."}, labels,
               Count(counters.measured_tokens));
  for (std::size_t i = 0; i < kRefusals; ++i) {
    page.Counter({"ganglion_requests_refused_total",
                  "Requests that no model began with; without a model where none was found."},
                 {{"model", model.name}, {"reason", std::string(NameOf(static_cast<Refusal>(i)))}},
                 Count(counters.refused[i]));
  }
  AppendEngine(model, page);
  AppendPages(model, page);
  page.Gauge({"ganglion_model_info", "What is served; the value is 1."},
             {{"model", model.name},
              {"architecture", model.info.architecture},
              {"quantization", model.info.quantization}},
             1);
}

}  // namespace ganglion::serve::metrics
