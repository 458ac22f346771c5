#pragma once

#include <cstddef>
#include <cstdint>

// What the machine can do at most, where that does not depend on a table of kernels. For
// benchmarks, as the probes in KernelTable are.
namespace ganglion::kernels {

// The sum of `count` floats in some order, read with a prefetch, which many processors need to read
// at their best: their own prefetchers stop at page borders. Which one helps differs, so there are
// two: past the caches (non-temporal) 4 KiB ahead, and into the second cache 2 KiB ahead. They may
// reach beyond the array, which is harmless.
float ProbeReadPastCaches(const float* x, std::size_t count);
float ProbeReadIntoCache(const float* x, std::size_t count);

// Runs products of bfloat16 pairs (AVX-512 BF16) that depend on nothing, and returns how many
// operations (a product and a sum are two) they were: 0 where the processor has none.
std::uint64_t ProbeBf16(std::size_t rounds);

// The same for products of bytes by the matrix unit (AMX).
std::uint64_t ProbeAmxInt8(std::size_t rounds);

}  // namespace ganglion::kernels
