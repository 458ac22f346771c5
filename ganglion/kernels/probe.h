#pragma once

#include <cstddef>
#include <cstdint>

// What the machine can do at most, where that does not depend on a table of kernels. For
// benchmarks, as the probes in KernelTable are.
namespace ganglion::kernels {

// The sum of `count` floats in some order, read with a non-temporal prefetch 4 KiB ahead. On many
// processors that reads faster than the loads alone, whose own prefetchers stop at page borders.
// The prefetches may reach beyond the array, which is harmless.
float ProbeReadAhead(const float* x, std::size_t count);

// Runs products of bfloat16 pairs (AVX-512 BF16) that depend on nothing, and returns how many
// operations (a product and a sum are two) they were: 0 where the processor has none.
std::uint64_t ProbeBf16(std::size_t rounds);

// The same for products of bytes by the matrix unit (AMX).
std::uint64_t ProbeAmxInt8(std::size_t rounds);

}  // namespace ganglion::kernels
