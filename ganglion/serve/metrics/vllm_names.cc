#include <atomic>
#include <utility>

#include "ganglion/serve/metrics/names.h"

// The names that dashboards for vLLM read. What this engine does not have (a second cache tier,
// encoder caches, adapters, the age of pages, acceptance by place in a draft) is absent.

namespace ganglion::serve::metrics {
namespace {

double Count(const std::atomic<std::uint64_t>& value) {
  return static_cast<double>(value.load(std::memory_order_relaxed));
}

// vLLM has no priorities in its series.
BucketCounts AllPriorities(const ModelCounters& counters,
                           Buckets ModelCounters::OfPriority::*which) {
  BucketCounts all = (counters.of_priority[0].*which).Read();
  for (std::size_t i = 1; i < api::kPriorities; ++i)
    all.Add((counters.of_priority[i].*which).Read());
  return all;
}

double Finished(const ModelCounters& counters, api::FinishReason reason) {
  double sum = 0;
  for (const auto& each : counters.of_priority) {
    sum += Count(each.finished[static_cast<std::size_t>(reason)]);
  }
  return sum;
}

Labels With(Labels labels, const char* name, std::string value) {
  labels.emplace_back(name, std::move(value));
  return labels;
}

void AppendState(const ModelScrape& model, const Labels& labels, Page& page) {
  const api::EngineStats& stats = model.stats;
  const double waiting = Sum(stats.waiting);
  page.Gauge({"vllm:num_requests_running", "Requests in the current batch."}, labels,
             Sum(stats.running));
  page.Gauge({"vllm:num_requests_waiting", "Requests not yet scheduled, or pre-empted."}, labels,
             waiting);
  const Title by_reason = {"vllm:num_requests_waiting_by_reason",
                           "The same, by what they wait for."};
  page.Gauge(by_reason, With(labels, "reason", "capacity"), waiting);
  page.Gauge(by_reason, With(labels, "reason", "deferred"), 0);
  page.Gauge({"vllm:num_requests_swapped", "Always 0: nothing is swapped."}, labels, 0);
  if (stats.pages_total > 0) {
    const double used = static_cast<double>(stats.pages_live) / stats.pages_total;
    page.Gauge({"vllm:kv_cache_usage_perc", "Share of pages that live requests hold, 0 to 1."},
               labels, used);
    page.Gauge({"vllm:gpu_cache_usage_perc", "The same, by its older name."}, labels, used);
    page.Gauge({"vllm:cache_config_info", "How the cache is set up; the value is 1."},
               {{"engine", std::to_string(model.engine)},
                {"block_size", std::to_string(stats.page_tokens)},
                {"num_gpu_blocks", std::to_string(stats.pages_total)},
                {"enable_prefix_caching", "True"}},
               1);
  }
  const Title sleep = {"vllm:engine_sleep_state", "Which state the model is in."};
  page.Gauge(sleep, With(labels, "sleep_state", "awake"), 1);
  page.Gauge(sleep, With(labels, "sleep_state", "weights_offloaded"), 0);
  page.Gauge(sleep, With(labels, "sleep_state", "discard_all"), 0);
}

void AppendTokens(const ModelScrape& model, const Labels& labels, Page& page) {
  const api::EngineStats& stats = model.stats;
  const auto counter = [&](const char* name, const char* help, std::uint64_t value) {
    page.Counter({name, help}, labels, static_cast<double>(value));
  };
  const std::uint64_t computed = stats.prompt_tokens - stats.prompt_tokens_cached;
  counter("vllm:prefix_cache_queries_total", "Prompt tokens looked up in the cache.",
          stats.prompt_tokens);
  counter("vllm:prefix_cache_hits_total", "Of these, found.", stats.prompt_tokens_cached);
  counter("vllm:prompt_tokens_total", "Prompt tokens of scheduled requests, cached ones included.",
          stats.prompt_tokens);
  counter("vllm:prompt_tokens_cached_total", "Of these, not computed again.",
          stats.prompt_tokens_cached);
  const Title by_source = {"vllm:prompt_tokens_by_source_total",
                           "The same, by where they are from."};
  page.Counter(by_source, With(labels, "source", "local_compute"), static_cast<double>(computed));
  page.Counter(by_source, With(labels, "source", "local_cache_hit"),
               static_cast<double>(stats.prompt_tokens_cached));
  counter("vllm:generation_tokens_total", "Tokens of answers.", stats.generated_tokens);
  page.Counter({"vllm:num_preemptions_total", "Requests that lost their place."}, labels,
               Sum(stats.preemptions));
  counter("vllm:corrupted_requests_total", "Requests whose logits held no number.",
          stats.numeric_faults);
  counter("vllm:spec_decode_num_drafts_total", "Passes that verified guessed tokens.",
          stats.drafts);
  counter("vllm:spec_decode_num_draft_tokens_total", "Guessed tokens.", stats.draft_tokens);
  counter("vllm:spec_decode_num_accepted_tokens_total", "Of these, right.",
          stats.draft_tokens_accepted);
}

void AppendEnds(const ModelCounters& counters, const Labels& labels, Page& page) {
  using api::FinishReason;
  const Title success = {"vllm:request_success_total", "Answers that ended, by why."};
  const auto add = [&](const char* reason, double count) {
    page.Counter(success, With(labels, "finished_reason", reason), count);
  };
  // A call of a tool ends an answer as its model meant it to end.
  add("stop",
      Finished(counters, FinishReason::kStop) + Finished(counters, FinishReason::kToolCalls));
  add("length", Finished(counters, FinishReason::kLength));
  add("abort", Finished(counters, FinishReason::kCancelled));
  add("error", Finished(counters, FinishReason::kError));
  const Title rejected = {"vllm:admission_rejections_total", "Refused before the queue."};
  for (const Refusal reason : {Refusal::kQueueFull, Refusal::kDraining, Refusal::kQuota}) {
    page.Counter(rejected, With(labels, "reason", std::string(NameOf(reason))),
                 Count(counters.refused[static_cast<std::size_t>(reason)]));
  }
}

void AppendTimes(const ModelCounters& counters, const Labels& labels, Page& page) {
  using OfPriority = ModelCounters::OfPriority;
  const auto add = [&](const char* name, const char* help, const BucketCounts& counts) {
    page.Histogram({name, help}, labels, counts);
  };
  const BucketCounts gaps = AllPriorities(counters, &OfPriority::token_gap);
  add("vllm:time_to_first_token_seconds", "Arrival to first token.",
      AllPriorities(counters, &OfPriority::first_token));
  add("vllm:inter_token_latency_seconds", "Time between two tokens of an answer.", gaps);
  add("vllm:time_per_output_token_seconds", "The same, by its older name.", gaps);
  add("vllm:request_time_per_output_token_seconds", "Mean time between tokens, of each answer.",
      counters.token_gap_mean.Read());
  add("vllm:e2e_request_latency_seconds", "Arrival to last token.",
      AllPriorities(counters, &OfPriority::end_to_end));
  add("vllm:request_queue_time_seconds", "Arrival to first scheduled.",
      AllPriorities(counters, &OfPriority::queue));
  add("vllm:request_prefill_time_seconds", "First scheduled to first token.",
      counters.prefill.Read());
  add("vllm:request_decode_time_seconds", "First to last token.", counters.decode.Read());
  add("vllm:request_inference_time_seconds", "First scheduled to last token.",
      counters.inference.Read());
  add("vllm:request_prompt_tokens", "Prompt tokens of a request.", counters.prompt_tokens.Read());
  add("vllm:request_generation_tokens", "Tokens of an answer.", counters.generated_tokens.Read());
  add("vllm:request_max_num_generation_tokens", "Tokens of a request's longest answer.",
      counters.generated_tokens_max.Read());
  add("vllm:request_params_n", "Answers that a request asked for.", counters.answers_asked.Read());
  add("vllm:request_params_max_tokens", "Tokens that a request allowed.",
      counters.tokens_asked.Read());
  add("vllm:request_prefill_kv_computed_tokens", "Prompt tokens really computed, of a request.",
      counters.prompt_tokens_computed.Read());
}

}  // namespace

void AppendVllmNames(const ModelScrape& model, Page& page) {
  const Labels labels = {{"model_name", model.name}, {"engine", std::to_string(model.engine)}};
  AppendState(model, labels, page);
  AppendTokens(model, labels, page);
  AppendEnds(*model.counters, labels, page);
  AppendTimes(*model.counters, labels, page);
  page.Histogram({"vllm:iteration_tokens_total", "Tokens of a step."}, labels,
                 StepTokens(model.stats));
}

}  // namespace ganglion::serve::metrics
