// Compiled with the flags of AVX-512 BF16, and alone in that: see isa_avx512.cc.

#include <immintrin.h>

#include "ganglion/kernels/probe.h"

namespace ganglion::kernels {
namespace {

constexpr std::size_t kChains = 12;  // independent, which is more than any unit needs
constexpr std::size_t kLanes = 16;
constexpr std::size_t kPairProducts = 2;

}  // namespace

std::uint64_t ProbeBf16(std::size_t rounds) {
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bf16")) return 0;
  __m512 sums[kChains] = {};
  __m512i pairs = _mm512_setzero_si512();
  for (__m512& sum : sums) asm volatile("" : "+v"(sum));
  for (std::size_t i = 0; i < rounds; ++i) {
    asm volatile("" : "+v"(pairs));  // else a product, the same each time, leaves the loop
    const auto factor = reinterpret_cast<__m512bh>(pairs);
    for (__m512& sum : sums) sum = _mm512_dpbf16_ps(sum, factor, factor);
  }
  for (__m512& sum : sums) asm volatile("" : "+v"(sum));
  return 2 * rounds * kChains * kLanes * kPairProducts;
}

}  // namespace ganglion::kernels
