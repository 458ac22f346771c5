#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/base/time.h"
#include "ganglion/serve/metrics/request_observer.h"

namespace ganglion::serve::metrics {

struct MetricsModel {
  std::string name;  // that clients use
  const api::InferenceClient* client = nullptr;
};

// One request to the HTTP layer, over.
struct HttpSample {
  std::string_view method;
  std::string_view route;  // its pattern; empty where none was found
  int status = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  double seconds = 0;
};

// The state of the HTTP layer.
struct HttpState {
  std::uint64_t connections_open = 0;
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0;
  std::uint64_t requests_open = 0;
  std::uint64_t requests_aborted = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
};

// The state of the process at a scrape, from whoever knows. Nothing where nobody does: a series of
// what is unknown is absent, never 0.
struct ServerState {
  std::optional<HttpState> http = {};
  bool ready = false;
  std::optional<double> canary_age_s =
      {};  // of the last canary token of the model that is behind most
  std::uint64_t canary_failures = 0;
  std::uint64_t log_lines_dropped = 0;
};

// Everything that /metrics says: our own names, and those that dashboards for vLLM and for
// llama.cpp's server read. What requests do is counted as it happens; what engines know is read
// from them at each scrape.
//
// Thread: any, after AddRoute().
class Metrics final : public RequestObserver {
 public:
  // At most kModelsMax; the clients outlive it.
  Metrics(std::string version, std::vector<MetricsModel> models);
  ~Metrics() override;

  // Gives a route its own series from the start; others share one.
  void AddRoute(std::string_view method, std::string_view route);

  std::unique_ptr<GenerateObserver> OnArrival(const GenerateArrival& arrival) override;
  void OnRefused(Refusal reason, std::string_view model) override;
  void OnMeasured(const GenerateArrival& arrival, std::int32_t prompt_tokens, TimeNs now) override;
  void OnHttp(const HttpSample& sample);

  // In Prometheus' text form.
  std::string Text(const ServerState& state);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The Content-Type of Text().
inline constexpr std::string_view kTextType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace ganglion::serve::metrics
