#include "ganglion/serve/metrics/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/serve/metrics/buckets.h"
#include "ganglion/serve/metrics/scrape_test.h"

namespace ganglion::serve::metrics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kM = "{model_name=\"m\",engine=\"0\"}";

class MetricsTest : public ::testing::Test {
 protected:
  std::string Text() { return metrics.Text({}); }
  std::string Value(const std::string& series) { return ValueOf(Text(), series); }

  StatsClient client;
  Metrics metrics{"1.2", {{"m", &client}}};
};

// Boards divide by counters: one that appears with its first event makes them empty until then.
TEST_F(MetricsTest, EverySeriesThatBoardsReadIsThereFromTheStart) {
  client.stats.pages_total = 100;
  const std::string text = Text();
  const std::string m = "{model_name=\"m\",engine=\"0\"";
  for (const char* name :
       {"num_requests_running", "num_requests_waiting", "num_requests_swapped",
        "kv_cache_usage_perc", "gpu_cache_usage_perc", "prefix_cache_queries_total",
        "prefix_cache_hits_total", "num_preemptions_total", "prompt_tokens_total",
        "prompt_tokens_cached_total", "generation_tokens_total", "corrupted_requests_total",
        "spec_decode_num_drafts_total", "spec_decode_num_draft_tokens_total",
        "spec_decode_num_accepted_tokens_total"}) {
    EXPECT_EQ(ValueOf(text, "vllm:" + std::string(name) + m + "}"), "0") << name;
  }
  for (const char* name :
       {"time_to_first_token_seconds", "inter_token_latency_seconds",
        "time_per_output_token_seconds", "request_time_per_output_token_seconds",
        "e2e_request_latency_seconds", "request_queue_time_seconds", "request_prefill_time_seconds",
        "request_decode_time_seconds", "request_inference_time_seconds", "request_prompt_tokens",
        "request_generation_tokens", "request_max_num_generation_tokens", "request_params_n",
        "request_params_max_tokens", "request_prefill_kv_computed_tokens",
        "iteration_tokens_total"}) {
    EXPECT_EQ(ValueOf(text, "vllm:" + std::string(name) + "_count" + m + "}"), "0") << name;
    EXPECT_EQ(ValueOf(text, "vllm:" + std::string(name) + "_bucket" + m + ",le=\"+Inf\"}"), "0")
        << name;
  }
  for (const char* reason : {"stop", "length", "abort", "error"}) {
    EXPECT_EQ(
        ValueOf(text, "vllm:request_success_total" + m + ",finished_reason=\"" + reason + "\"}"),
        "0");
  }
  for (const char* name :
       {"prompt_tokens_total", "prompt_tokens_cached_total", "prompt_seconds_total",
        "tokens_predicted_total", "tokens_predicted_seconds_total", "prompt_tokens_seconds",
        "predicted_tokens_seconds", "requests_processing", "requests_deferred",
        "kv_cache_usage_ratio", "kv_cache_tokens", "n_decode_total", "n_busy_slots_per_decode",
        "n_tokens_max"}) {
    EXPECT_EQ(ValueOf(text, "llamacpp:" + std::string(name)), "0") << name;
  }
  EXPECT_THAT(text, HasSubstr("# TYPE llamacpp:n_tokens_max counter"));
  EXPECT_THAT(text, HasSubstr("# TYPE vllm:iteration_tokens_total histogram"));
  EXPECT_THAT(text, HasSubstr("vllm:cache_config_info{engine=\"0\",block_size=\"0\""));
}

TEST_F(MetricsTest, WhatIsUnknownIsAbsent) {
  const std::string text = Text();
  for (const char* name :
       {"vllm:kv_cache_usage_perc", "llamacpp:kv_cache_usage_ratio", "ganglion_kv_pages",
        "ganglion_canary_age_seconds", "ganglion_http_connections", "vllm:external_prefix_cache",
        "vllm:mm_cache", "vllm:lora"}) {
    EXPECT_THAT(text, Not(HasSubstr(name)));
  }
}

TEST_F(MetricsTest, OneRequestIsTimedFromArrivalToItsLastToken) {
  const auto watch = metrics.OnArrival({.model = "m",
                                        .priority = api::Priority::kRealtime,
                                        .n = 1,
                                        .tokens_max = 50,
                                        .arrival_ns = 1_s});
  watch->OnToken(0, 1_s + 30_ms);
  watch->OnToken(0, 1_s + 31_ms);
  watch->OnToken(0, 1_s + 33_ms);
  api::Usage usage;
  usage.prompt_tokens = 100;
  usage.prompt_tokens_cached = 60;
  usage.generated_tokens = 3;
  usage.queue_ms = 5;
  usage.first_token_ms = 25;
  usage.total_ms = 30;
  watch->OnDone(0, api::FinishReason::kToolCalls, usage, Code::kOk, 1_s + 35_ms);

  const std::string text = Text();
  const std::string realtime = "{model=\"m\",priority=\"realtime\"";
  EXPECT_EQ(ValueOf(text, "ganglion_time_to_first_token_seconds_sum" + realtime + "}"), "0.03");
  EXPECT_EQ(ValueOf(text, "ganglion_inter_token_seconds_count" + realtime + "}"), "2");
  EXPECT_EQ(ValueOf(text, "ganglion_request_seconds_sum" + realtime + "}"), "0.035");
  EXPECT_EQ(ValueOf(text, "ganglion_request_queue_seconds_sum" + realtime + "}").substr(0, 4),
            "0.01");  // 5 ms before the engine, and 5 in it
  EXPECT_EQ(ValueOf(text, "ganglion_requests_total" + realtime + ",outcome=\"tool_calls\"}"), "1");
  const std::string m = kM;
  EXPECT_EQ(ValueOf(text, "vllm:time_to_first_token_seconds_count" + m), "1");
  EXPECT_EQ(ValueOf(text, "vllm:inter_token_latency_seconds_count" + m), "2");
  EXPECT_EQ(ValueOf(text, "vllm:time_per_output_token_seconds_count" + m), "2");
  EXPECT_EQ(ValueOf(text, "vllm:request_prefill_kv_computed_tokens_sum" + m), "40");
  EXPECT_EQ(ValueOf(text, "vllm:request_params_max_tokens_sum" + m), "50");
  EXPECT_EQ(
      ValueOf(text,
              "vllm:request_success_total{model_name=\"m\",engine=\"0\",finished_reason=\"stop\"}"),
      "1");
}

TEST_F(MetricsTest, WhoWentAwayIsCountedAndNotTimed) {
  const auto watch = metrics.OnArrival({.model = "m", .arrival_ns = 1_s});
  watch->OnDone(0, api::FinishReason::kCancelled, {}, Code::kCancelled, 9_s);
  const std::string text = Text();
  EXPECT_EQ(
      ValueOf(
          text,
          "vllm:request_success_total{model_name=\"m\",engine=\"0\",finished_reason=\"abort\"}"),
      "1");
  EXPECT_EQ(ValueOf(text, std::string("vllm:e2e_request_latency_seconds_count") + kM), "0");
  EXPECT_EQ(ValueOf(text, std::string("vllm:request_params_n_count") + kM), "0");
}

TEST_F(MetricsTest, TheAnswersOfOneRequestAreFollowedEach) {
  const auto watch = metrics.OnArrival({.model = "m", .n = 2, .arrival_ns = 0});
  for (const int index : {0, 1}) {
    watch->OnToken(index, 10_ms);
    api::Usage usage;
    usage.generated_tokens = 10 * (index + 1);
    watch->OnDone(index, api::FinishReason::kStop, usage, Code::kOk, 20_ms);
  }
  watch->OnToken(7, 30_ms);  // no such answer
  EXPECT_EQ(Value(std::string("vllm:time_to_first_token_seconds_count") + kM), "2");
  EXPECT_EQ(Value(std::string("vllm:request_max_num_generation_tokens_sum") + kM), "20");
  EXPECT_EQ(Value(std::string("vllm:request_params_n_sum") + kM), "2");
}

TEST_F(MetricsTest, RefusalsAreInNoTime) {
  metrics.OnRefused(Refusal::kQueueFull, "m");
  metrics.OnRefused(Refusal::kUnknownModel, "other");
  const std::string text = Text();
  EXPECT_EQ(ValueOf(text, "ganglion_requests_refused_total{model=\"m\",reason=\"queue_full\"}"),
            "1");
  EXPECT_EQ(ValueOf(text, "ganglion_requests_refused_total{model=\"\",reason=\"unknown_model\"}"),
            "1");
  EXPECT_EQ(ValueOf(text,
                    "vllm:admission_rejections_total{model_name=\"m\",engine=\"0\",reason="
                    "\"queue_full\"}"),
            "1");
  EXPECT_EQ(ValueOf(text, std::string("vllm:e2e_request_latency_seconds_count") + kM), "0");
}

TEST_F(MetricsTest, PromptTokensMeanTwoThings) {
  client.stats.prompt_tokens = 1000;
  client.stats.prompt_tokens_cached = 300;
  const std::string text = Text();
  EXPECT_EQ(ValueOf(text, std::string("vllm:prompt_tokens_total") + kM), "1000");
  EXPECT_EQ(ValueOf(text, "llamacpp:prompt_tokens_total"), "700");
}

TEST_F(MetricsTest, RatesAreOfTheTimeSinceTheLastScrape) {
  client.stats.generated_tokens = 100;
  client.stats.decode_seconds = 2;
  EXPECT_EQ(Value("llamacpp:predicted_tokens_seconds"), "50");
  client.stats.generated_tokens = 130;
  client.stats.decode_seconds = 3;
  EXPECT_EQ(Value("llamacpp:predicted_tokens_seconds"), "30");
  EXPECT_EQ(Value("llamacpp:predicted_tokens_seconds"), "0");
}

TEST_F(MetricsTest, UsageIsAShareOfPagesThatAreHeld) {
  client.stats.pages_total = 200;
  client.stats.pages_live = 50;
  client.stats.pages_cached = 100;
  client.stats.page_tokens = 16;
  const std::string text = Text();
  EXPECT_EQ(ValueOf(text, std::string("vllm:kv_cache_usage_perc") + kM), "0.25");
  EXPECT_EQ(ValueOf(text, "llamacpp:kv_cache_tokens"), "800");
  EXPECT_EQ(ValueOf(text, "ganglion_kv_pages{model=\"m\",state=\"free\"}"), "50");
}

TEST_F(MetricsTest, TheHttpLayerIsCountedByRouteAndNeverByPath) {
  metrics.AddRoute("GET", "/v1/models/{id}");
  EXPECT_EQ(Value("http_requests_total{handler=\"/v1/models/{id}\",method=\"GET\",status=\"2xx\"}"),
            "0");
  metrics.OnHttp({.method = "GET",
                  .route = "/v1/models/{id}",
                  .status = 200,
                  .bytes_in = 10,
                  .bytes_out = 200,
                  .seconds = 0.001});
  const std::size_t size = Text().size();
  for (int i = 0; i < 9; ++i) {
    metrics.OnHttp({.method = "X" + std::to_string(i), .route = "", .status = 404});
  }
  const std::string text = Text();
  EXPECT_LT(text.size(), size + 200);
  EXPECT_EQ(
      ValueOf(text,
              "http_requests_total{handler=\"/v1/models/{id}\",method=\"GET\",status=\"2xx\"}"),
      "1");
  EXPECT_EQ(ValueOf(text, "http_requests_total{handler=\"none\",method=\"none\",status=\"4xx\"}"),
            "9");
  EXPECT_EQ(
      ValueOf(text, "http_response_size_bytes_sum{handler=\"/v1/models/{id}\",method=\"GET\"}"),
      "200");
}

TEST_F(MetricsTest, TheProcessIsMeasured) {
  const std::string text = Text();
  EXPECT_THAT(text, HasSubstr("\nprocess_resident_memory_bytes "));
  EXPECT_THAT(text, HasSubstr("# TYPE process_cpu_seconds_total counter"));
  EXPECT_THAT(text, HasSubstr("\nprocess_open_fds "));
  EXPECT_THAT(text, HasSubstr("\nprocess_start_time_seconds "));
}

TEST(Metrics, OneFamilyHasOneHelpLineHoweverManyModels) {
  StatsClient a;
  StatsClient b;
  Metrics metrics("1", {{"a", &a}, {"b", &b}});
  const std::string text = metrics.Text({});
  const std::string help = "# HELP vllm:num_requests_running ";
  const std::size_t first = text.find(help);
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(text.find(help, first + 1), std::string::npos);
  EXPECT_EQ(ValueOf(text, "vllm:num_requests_running{model_name=\"b\",engine=\"1\"}"), "0");
}

TEST(Buckets, AValueOnABoundIsInThatBucket) {
  static constexpr double kBounds[] = {1, 2};
  Buckets buckets(kBounds);
  for (const double value : {0.5, 1.0, 1.5, 2.0, 3.0}) buckets.Observe(value);
  EXPECT_THAT(buckets.Read().counts, ::testing::ElementsAre(2, 2, 1));
  EXPECT_EQ(buckets.Read().sum, 8.0);
}

}  // namespace
}  // namespace ganglion::serve::metrics
