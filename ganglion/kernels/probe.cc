#include "ganglion/kernels/probe.h"

#include <cstring>

namespace ganglion::kernels {
namespace {

constexpr std::size_t kLineFloats = 16;
constexpr int kPastCaches = 0;  // as __builtin_prefetch() counts
constexpr int kSecondCache = 2;

// Four floats: a vector register that every processor of 64 bits has.
typedef float Quad __attribute__((vector_size(16)));

Quad Load(const float* x) {
  Quad quad;
  std::memcpy(&quad, x, sizeof quad);
  return quad;
}

template <int kInto, std::size_t kAheadBytes>
float ReadAhead(const float* x, std::size_t count) {
  Quad sums[8] = {};
  std::size_t i = 0;
  for (; i + 2 * kLineFloats <= count; i += 2 * kLineFloats) {
    const char* const ahead = reinterpret_cast<const char*>(x + i) + kAheadBytes;
    __builtin_prefetch(ahead, 0, kInto);
    __builtin_prefetch(ahead + kLineFloats * sizeof(float), 0, kInto);
    for (std::size_t s = 0; s < 8; ++s) sums[s] += Load(x + i + 4 * s);
  }
  float total = 0.0f;
  for (; i < count; ++i) total += x[i];
  for (const Quad& sum : sums) total += sum[0] + sum[1] + sum[2] + sum[3];
  return total;
}

}  // namespace

float ProbeReadPastCaches(const float* x, std::size_t count) {
  return ReadAhead<kPastCaches, 4096>(x, count);
}

float ProbeReadIntoCache(const float* x, std::size_t count) {
  return ReadAhead<kSecondCache, 2048>(x, count);
}

}  // namespace ganglion::kernels
