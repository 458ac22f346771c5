#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>

#include "ganglion/serve/metrics/buckets.h"

// Private to this room: nothing outside sees prometheus-cpp.

namespace ganglion::serve::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;

// The name and help line of a family.
struct Title {
  std::string_view name;
  std::string_view help;
};

// What one scrape says. Series of one name come together under one type and one help line,
// whichever model they are of.
class Page {
 public:
  void Gauge(const Title& title, const Labels& labels, double value);
  void Counter(const Title& title, const Labels& labels, double value);
  void Histogram(const Title& title, const Labels& labels, const BucketCounts& counts);
  // A sum and a count.
  void Summary(const Title& title, const Labels& labels, double sum, std::uint64_t count);

  std::string Text() const;

 private:
  prometheus::ClientMetric& Series(const Title& title, prometheus::MetricType type,
                                   const Labels& labels);

  std::vector<prometheus::MetricFamily> families_;
  std::map<std::string, std::size_t, std::less<>> places_;  // of names in families_
};

}  // namespace ganglion::serve::metrics
