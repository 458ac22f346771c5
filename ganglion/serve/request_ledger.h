#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "ganglion/serve/admission/admission.h"
#include "ganglion/serve/metrics/request_observer.h"

namespace ganglion::serve {

// Stands between the handlers and the metrics: charges each answer to its tenant, and keeps what it
// cost until the HTTP layer says that the request is over, for the log.
//
// Thread: any. A mutex guards the entries; the engine's thread holds it once for each answer.
class RequestLedger final : public metrics::RequestObserver {
 public:
  struct Entry {
    std::string model;
    std::int64_t prompt_tokens = 0;
    std::int64_t generated_tokens = 0;
  };

  // Both are lent.
  RequestLedger(metrics::RequestObserver& next, admission::Admission& admission);

  std::unique_ptr<metrics::GenerateObserver> OnArrival(
      const metrics::GenerateArrival& arrival) override;
  void OnRefused(metrics::Refusal reason, std::string_view model) override;
  void OnMeasured(const metrics::GenerateArrival& arrival, std::int32_t prompt_tokens,
                  TimeNs now) override;

  // Of the request with this id; forgets it.
  std::optional<Entry> Take(std::string_view request_id);

 private:
  class Watch;

  void Open(const metrics::GenerateArrival& arrival);
  void Add(std::string_view request_id, std::int64_t prompt_tokens, std::int64_t generated_tokens);

  metrics::RequestObserver& next_;
  admission::Admission& admission_;
  std::mutex mutex_;  // guards what follows
  std::map<std::string, Entry, std::less<>> entries_;
  std::deque<std::string> order_;  // of their arrival; some are taken already
};

}  // namespace ganglion::serve
