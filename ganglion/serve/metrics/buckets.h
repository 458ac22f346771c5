#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ganglion::serve::metrics {

// Upper bounds of buckets, in seconds. A local engine answers in microseconds, so they begin at
// 100 us; above that they contain those of vLLM, so that recorded history stays comparable.
inline constexpr auto kFirstTokenBounds =
    std::to_array<double>({0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.04, 0.06,
                           0.08,   0.1,    0.15,   0.25,  0.35,  0.5,   0.75, 1,    1.5,  2.5,
                           5,      7.5,    10,     20,    40,    80,    160,  640,  2560});
// Finest where jitter is looked for, as p99.9 over p50.
inline constexpr auto kTokenGapBounds = std::to_array<double>(
    {0.0001, 0.00015, 0.0002, 0.0003, 0.0005, 0.00075, 0.001, 0.0015, 0.002, 0.003, 0.004, 0.005,
     0.0075, 0.01,    0.015,  0.02,   0.025,  0.035,   0.05,  0.075,  0.1,   0.15,  0.2,   0.3,
     0.4,    0.5,     0.75,   1,      2.5,    5,       7.5,   10,     20,    40,    80});
inline constexpr auto kRequestBounds =
    std::to_array<double>({0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2,
                           0.3,    0.5,    0.8,    1,     1.5,   2,     2.5,  5,    10,   15,  20,
                           30,     40,     50,     60,    120,   240,   480,  960,  1920, 7680});
inline constexpr auto kTokensBounds =
    std::to_array<double>({1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000,
                           50000, 100000, 200000, 500000, 1000000});
inline constexpr auto kAnswersBounds = std::to_array<double>({1, 2, 5, 10, 20});

// How many values fell into each bucket. Cumulative counts are made when it is read.
struct BucketCounts {
  std::span<const double> bounds;     // static
  std::vector<std::uint64_t> counts;  // one more than bounds: the last is for what is above
  double sum = 0;

  // Both have the same bounds.
  void Add(const BucketCounts& other);
};

// Counts values as they come. Readers may see a value in its bucket and not yet in the sum.
//
// Thread: any. Memory: taken at once.
class Buckets {
 public:
  // `bounds` rise and are static.
  explicit Buckets(std::span<const double> bounds);

  void Observe(double value);
  BucketCounts Read() const;

 private:
  const std::span<const double> bounds_;
  std::vector<std::atomic<std::uint64_t>> counts_;
  std::atomic<double> sum_ = 0;
};

}  // namespace ganglion::serve::metrics
