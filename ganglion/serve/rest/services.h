#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "ganglion/base/rng.h"
#include "ganglion/base/time.h"
#include "ganglion/serve/metrics/request_observer.h"
#include "ganglion/serve/rest/api_error.h"
#include "ganglion/serve/rest/models.h"
#include "ganglion/serve/rest/options.h"
#include "ganglion/serve/rest/worker.h"

namespace ganglion::serve::rest {

struct Clocks {
  std::function<TimeNs()> monotonic;  // as Request::arrival_ns
  std::function<TimeNs()> wall;       // since 1970
};

// What every endpoint needs. Thread: any.
class Services {
 public:
  // Models and observer are lent.
  Services(RestOptions options, const Models& models, metrics::RequestObserver& observer,
           Clocks clocks, Rng rng);

  const RestOptions& options() const { return options_; }
  const Models& models() const { return models_; }
  metrics::RequestObserver& observer() { return observer_; }
  Worker& worker() { return worker_; }

  TimeNs Now() const { return clocks_.monotonic(); }
  std::int64_t WallSeconds() const { return clocks_.wall() / 1'000'000'000; }
  TimeNs WallNow() const { return clocks_.wall(); }

  std::uint64_t Random();
  // "chatcmpl-" and 24 characters of chance.
  std::string NewId(std::string_view prefix);

  bool draining() const { return draining_.load(std::memory_order_relaxed); }
  void SetDraining() { draining_.store(true, std::memory_order_relaxed); }

  ApiError ErrorOf(const Status& status, const api::InferenceClient& client) const;

 private:
  const RestOptions options_;
  const Models& models_;
  metrics::RequestObserver& observer_;
  const Clocks clocks_;
  std::mutex rng_mutex_;  // guards rng_
  Rng rng_;
  std::atomic<bool> draining_ = false;
  Worker worker_;
};

}  // namespace ganglion::serve::rest
