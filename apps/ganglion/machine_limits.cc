#include "apps/ganglion/machine_limits.h"

#include <algorithm>
#include <limits>
#include <span>
#include <vector>

#include "ganglion/base/time.h"
#include "ganglion/kernels/probe.h"
#include "ganglion/sys/clock.h"
#include "ganglion/sys/machine.h"
#include "ganglion/sys/memory_map.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion::app {
namespace {

constexpr int kReadRuns = 7;
constexpr int kPeakRuns = 5;
constexpr std::size_t kReadBytesMin = std::size_t{512} << 20;
constexpr std::size_t kReadBytesMax = std::size_t{2} << 30;
constexpr std::size_t kCachedBytesMax = std::size_t{64} << 20;
constexpr std::size_t kReadTaskBytes = std::size_t{1} << 20;
constexpr std::size_t kReadTaskFloats = kReadTaskBytes / sizeof(float);
constexpr std::uint32_t kPeakTasks = 16;  // for each thread: one that starts late does fewer
constexpr std::size_t kPeakRounds = 100'000;

using Read = float(const float* x, std::size_t count);
using Peak = std::uint64_t(std::size_t rounds);

template <class Body>
double BestSeconds(int runs, Body&& body) {
  double best = std::numeric_limits<double>::max();
  for (int i = 0; i < runs; ++i) {
    const TimeNs begin = sys::MonotonicNow();
    body();
    best = std::min(best, static_cast<double>(sys::MonotonicNow() - begin) * 1e-9);
  }
  return best;
}

// Several times the largest cache, as far as the memory allows; what a system calls a cache may be
// shared with others, and far larger than what one gets of it.
std::size_t ReadBufferBytes(std::size_t weight_bytes) {
  if (weight_bytes < kCachedBytesMax) return std::max(weight_bytes, kReadTaskBytes);
  const sys::MachineDescription machine = sys::DescribeMachine();
  const std::size_t wanted = std::clamp(4 * machine.cache_bytes, kReadBytesMin, kReadBytesMax);
  return std::clamp(machine.memory_available / 4, kCachedBytesMax, wanted);
}

// Bytes a second of all threads.
double ReadRate(sys::ThreadPool& pool, std::span<const float> data, Read* read) {
  const auto tasks = static_cast<std::uint32_t>(data.size() / kReadTaskFloats);
  std::vector<float> sums(tasks);  // so that the compiler cannot leave the reading out
  const double seconds = BestSeconds(kReadRuns, [&] {
    pool.ParallelFor(tasks, [&](std::uint32_t i) {
      sums[i] = read(data.data() + i * kReadTaskFloats, kReadTaskFloats);
    });
  });
  return static_cast<double>(data.size_bytes()) / seconds;
}

// Operations a second of all threads.
double PeakRate(sys::ThreadPool& pool, Peak* peak) {
  std::vector<std::uint64_t> operations(std::size_t{pool.threads()} * kPeakTasks);
  const auto tasks = static_cast<std::uint32_t>(operations.size());
  const double seconds = BestSeconds(kPeakRuns, [&] {
    pool.ParallelFor(tasks, [&](std::uint32_t i) { operations[i] = peak(kPeakRounds); });
  });
  return static_cast<double>(operations[0] * tasks) / seconds;
}

}  // namespace

Result<MachineLimits> MeasureLimits(const kernels::KernelTable& kernels, std::uint32_t threads,
                                    std::size_t weight_bytes) {
  sys::ThreadPool pool(threads);
  MachineLimits limits;
  limits.threads = threads;
  {
    limits.read_buffer_bytes = ReadBufferBytes(weight_bytes) / kReadTaskBytes * kReadTaskBytes;
    GN_ASSIGN_OR_RETURN(const auto map, sys::MemoryMap::Anonymous(limits.read_buffer_bytes));
    const std::span data(reinterpret_cast<float*>(map.bytes().data()),
                         limits.read_buffer_bytes / sizeof(float));
    std::ranges::fill(data, 1.0f);  // untouched memory is one page of zeros
    limits.read_plain = ReadRate(pool, data, kernels.probe_read);
    limits.read_ahead = std::max(ReadRate(pool, data, &kernels::ProbeReadPastCaches),
                                 ReadRate(pool, data, &kernels::ProbeReadIntoCache));
  }
  limits.int8 = PeakRate(pool, kernels.probe_int8);
  limits.int8_amx = PeakRate(pool, &kernels::ProbeAmxInt8);
  limits.bf16 = PeakRate(pool, &kernels::ProbeBf16);
  limits.fp32 = PeakRate(pool, kernels.probe_float);
  return limits;
}

MachineLimits BetterOf(const MachineLimits& a, const MachineLimits& b) {
  MachineLimits better = a;
  better.read_plain = std::max(a.read_plain, b.read_plain);
  better.read_ahead = std::max(a.read_ahead, b.read_ahead);
  better.int8 = std::max(a.int8, b.int8);
  better.int8_amx = std::max(a.int8_amx, b.int8_amx);
  better.bf16 = std::max(a.bf16, b.bf16);
  better.fp32 = std::max(a.fp32, b.fp32);
  return better;
}

}  // namespace ganglion::app
