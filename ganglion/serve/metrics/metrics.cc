#include "ganglion/serve/metrics/metrics.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/serve/metrics/http_counters.h"
#include "ganglion/serve/metrics/limits.h"
#include "ganglion/serve/metrics/names.h"

namespace ganglion::serve::metrics {

struct Metrics::Impl {
  struct Model {
    MetricsModel source;
    ModelCounters counters;
  };

  ModelCounters* Find(std::string_view name) {
    for (const auto& model : models) {
      if (model->source.name == name) return &model->counters;
    }
    return nullptr;
  }

  std::string version;
  std::vector<std::unique_ptr<Model>> models;
  HttpCounters http;
  LlamaCppNames llamacpp;
  std::array<std::atomic<std::uint64_t>, kRefusals> refused = {};  // of no model
};

Metrics::Metrics(std::string version, std::vector<MetricsModel> models)
    : impl_(std::make_unique<Impl>()) {
  GN_CHECK(models.size() <= kModelsMax);
  impl_->version = std::move(version);
  for (MetricsModel& model : models) {
    GN_CHECK(model.client != nullptr);
    auto made = std::make_unique<Impl::Model>();
    made->source = std::move(model);
    impl_->models.push_back(std::move(made));
  }
}

Metrics::~Metrics() = default;

void Metrics::AddRoute(std::string_view method, std::string_view route) {
  impl_->http.AddRoute(method, route);
}

std::unique_ptr<GenerateObserver> Metrics::OnArrival(const GenerateArrival& arrival) {
  ModelCounters* counters = impl_->Find(arrival.model);
  if (counters == nullptr) return NoObserver().OnArrival(arrival);
  return Follow(*counters, arrival);
}

void Metrics::OnRefused(Refusal reason, std::string_view model) {
  ModelCounters* counters = impl_->Find(model);
  auto& refused = counters == nullptr ? impl_->refused : counters->refused;
  refused[static_cast<std::size_t>(reason)].fetch_add(1, std::memory_order_relaxed);
}

void Metrics::OnMeasured(const GenerateArrival& arrival, std::int32_t prompt_tokens, TimeNs now) {
  ModelCounters* counters = impl_->Find(arrival.model);
  if (counters == nullptr) return;
  counters->measured.Observe(static_cast<double>(now - arrival.arrival_ns) * 1e-9);
  counters->measured_tokens.fetch_add(static_cast<std::uint64_t>(std::max(0, prompt_tokens)),
                                      std::memory_order_relaxed);
}

void Metrics::OnHttp(const HttpSample& sample) { impl_->http.Count(sample); }

std::string Metrics::Text(const ServerState& state) {
  Page page;
  std::vector<ModelScrape> scrapes;
  for (std::size_t i = 0; i < impl_->models.size(); ++i) {
    const Impl::Model& model = *impl_->models[i];
    scrapes.push_back({.name = model.source.name,
                       .engine = i,
                       .counters = &model.counters,
                       .stats = model.source.client->Stats(),
                       .info = model.source.client->Describe()});
  }
  for (const ModelScrape& scrape : scrapes) AppendOwnNames(scrape, page);
  for (std::size_t i = 0; i < kRefusals; ++i) {
    page.Counter({"ganglion_requests_refused_total",
                  "Requests that no model began with; without a model where none was found."},
                 {{"model", ""}, {"reason", std::string(NameOf(static_cast<Refusal>(i)))}},
                 static_cast<double>(impl_->refused[i].load(std::memory_order_relaxed)));
  }
  AppendServerNames(state, impl_->version, page);
  for (const ModelScrape& scrape : scrapes) AppendVllmNames(scrape, page);
  impl_->llamacpp.Append(scrapes, page);
  impl_->http.Append(page);
  AppendProcessNames(page);
  return page.Text();
}

}  // namespace ganglion::serve::metrics
