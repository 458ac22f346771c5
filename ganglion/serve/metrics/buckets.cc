#include "ganglion/serve/metrics/buckets.h"

#include <algorithm>

#include "ganglion/base/check.h"

namespace ganglion::serve::metrics {

void BucketCounts::Add(const BucketCounts& other) {
  GN_CHECK(counts.size() == other.counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
  sum += other.sum;
}

Buckets::Buckets(std::span<const double> bounds) : bounds_(bounds), counts_(bounds.size() + 1) {}

void Buckets::Observe(double value) {
  const auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), value);
  counts_[static_cast<std::size_t>(bound - bounds_.begin())].fetch_add(1,
                                                                       std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

BucketCounts Buckets::Read() const {
  BucketCounts read{.bounds = bounds_, .counts = {}, .sum = sum_.load(std::memory_order_relaxed)};
  for (const auto& count : counts_) read.counts.push_back(count.load(std::memory_order_relaxed));
  return read;
}

}  // namespace ganglion::serve::metrics
