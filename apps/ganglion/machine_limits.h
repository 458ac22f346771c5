#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "ganglion/base/status.h"
#include "ganglion/kernels/kernels.h"

namespace ganglion::app {

// What a number of threads can do at most on this machine, in the instructions that the kernels
// use. 0 where the processor (or the instruction set that was asked for) has no such instruction.
struct MachineLimits {
  std::uint32_t threads = 0;
  std::size_t read_buffer_bytes = 0;
  double read_plain = 0.0;  // bytes a second
  double read_ahead = 0.0;  // the same with the better prefetch
  double int8 = 0.0;        // operations a second; a product and a sum are two
  double int8_amx = 0.0;    // by the matrix unit
  double bf16 = 0.0;
  double fp32 = 0.0;

  double read() const { return std::max(read_plain, read_ahead); }
};

// The best of a few runs of each: others share the machine, and a limit is what it does without
// them. Reads go over a buffer of huge pages, where the system has them. It is larger than the
// caches; only where the model's `weight_bytes` fit into a cache (below 64 MiB), the buffer is as
// large as they are. Takes some seconds. Fails where there is no memory for the buffer.
Result<MachineLimits> MeasureLimits(const kernels::KernelTable& kernels, std::uint32_t threads,
                                    std::size_t weight_bytes);

// Of each limit the better of two measurements.
MachineLimits BetterOf(const MachineLimits& a, const MachineLimits& b);

}  // namespace ganglion::app
