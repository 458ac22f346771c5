#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/api/model_info.h"
#include "ganglion/serve/metrics/metrics.h"
#include "ganglion/serve/metrics/model_counters.h"
#include "ganglion/serve/metrics/page.h"

// Private to this room: who calls what by which name.

namespace ganglion::serve::metrics {

// One model at one scrape.
struct ModelScrape {
  std::string name;
  std::size_t engine = 0;  // its number, from 0
  const ModelCounters* counters = nullptr;
  api::EngineStats stats;
  api::ModelInfo info;
};

void AppendOwnNames(const ModelScrape& model, Page& page);
void AppendVllmNames(const ModelScrape& model, Page& page);
void AppendServerNames(const ServerState& state, const std::string& version, Page& page);
void AppendProcessNames(Page& page);

// llama.cpp's server has one model and no labels: all of ours are added up. Remembers the last
// scrape, as some of its gauges are of the time since then; several scrapers take it from each
// other, there as here.
class LlamaCppNames {
 public:
  void Append(const std::vector<ModelScrape>& models, Page& page);

 private:
  struct Last {
    double prompt_tokens = 0;
    double prompt_seconds = 0;
    double generated_tokens = 0;
    double decode_seconds = 0;
  };
  std::mutex mutex_;  // guards last_
  Last last_;
};

std::string_view NameOf(api::Priority priority);
std::string_view NameOf(Refusal reason);
// Of the text pieces that one step computed, as EngineStats has them.
BucketCounts StepTokens(const api::EngineStats& stats);

template <std::size_t kSize>
double Sum(const std::array<std::uint32_t, kSize>& values) {
  double sum = 0;
  for (const std::uint32_t value : values) sum += value;
  return sum;
}
template <std::size_t kSize>
double Sum(const std::array<std::uint64_t, kSize>& values) {
  double sum = 0;
  for (const std::uint64_t value : values) sum += static_cast<double>(value);
  return sum;
}

}  // namespace ganglion::serve::metrics
