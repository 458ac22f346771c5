#include "ganglion/serve/metrics/page.h"

#include <limits>

#include <prometheus/text_serializer.h>

#include "ganglion/base/check.h"

namespace ganglion::serve::metrics {

using prometheus::MetricType;

prometheus::ClientMetric& Page::Series(const Title& title, MetricType type, const Labels& labels) {
  auto place = places_.find(title.name);
  if (place == places_.end()) {
    place = places_.emplace(std::string(title.name), families_.size()).first;
    families_.push_back({std::string(title.name), std::string(title.help), type, {}});
  }
  prometheus::MetricFamily& family = families_[place->second];
  GN_CHECK(family.type == type);
  prometheus::ClientMetric& series = family.metric.emplace_back();
  for (const auto& [name, value] : labels) series.label.push_back({name, value});
  return series;
}

void Page::Gauge(const Title& title, const Labels& labels, double value) {
  Series(title, MetricType::Gauge, labels).gauge.value = value;
}

void Page::Counter(const Title& title, const Labels& labels, double value) {
  Series(title, MetricType::Counter, labels).counter.value = value;
}

void Page::Histogram(const Title& title, const Labels& labels, const BucketCounts& counts) {
  auto& histogram = Series(title, MetricType::Histogram, labels).histogram;
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < counts.counts.size(); ++i) {
    below += counts.counts[i];
    const double bound =
        i < counts.bounds.size() ? counts.bounds[i] : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({below, bound});
  }
  histogram.sample_count = below;
  histogram.sample_sum = counts.sum;
}

void Page::Summary(const Title& title, const Labels& labels, double sum, std::uint64_t count) {
  auto& summary = Series(title, MetricType::Summary, labels).summary;
  summary.sample_count = count;
  summary.sample_sum = sum;
}

std::string Page::Text() const { return prometheus::TextSerializer{}.Serialize(families_); }

}  // namespace ganglion::serve::metrics
