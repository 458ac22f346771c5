#pragma once

#include <cstddef>
#include <cstdint>

#include "ganglion/kernels/kernels.h"

// What the processor can do at most, in the same instructions as the kernels use: the limits that a
// benchmark compares with.

namespace ganglion::kernels {
namespace {

constexpr std::size_t kProbeChains = 12;  // independent, which is more than any unit needs

template <class V>
float ProbeRead(const float* x, std::size_t count) {
  typename V::Reg sums[8];
  for (auto& sum : sums) sum = V::Zero();
  for (std::size_t i = 0; i + 8 * V::kLanes <= count; i += 8 * V::kLanes) {
    for (std::size_t s = 0; s < 8; ++s) {
      sums[s] = V::Add(sums[s], V::Load(x + i + s * V::kLanes));
    }
  }
  float total = 0.0f;
  for (const auto& sum : sums) total += V::Sum(sum);
  return total;
}

template <class V>
std::uint64_t ProbeFloat(std::size_t rounds) {
  typename V::Reg sums[kProbeChains];
  for (auto& sum : sums) {
    sum = V::Zero();
    V::Keep(sum);  // else all chains are known to be the same, and one is computed
  }
  const auto factor = V::Broadcast(0.5f);
  for (std::size_t i = 0; i < rounds; ++i) {
    for (auto& sum : sums) sum = V::MulAdd(sum, factor, factor);
  }
  for (auto& sum : sums) V::Keep(sum);
  return 2 * rounds * kProbeChains * V::kLanes;
}

template <class V>
std::uint64_t ProbeInt8(std::size_t rounds) {
  typename V::Int sums[kProbeChains] = {};
  for (auto& sum : sums) V::Keep(sum);
  typename V::Int codes = {};
  for (std::size_t i = 0; i < rounds; ++i) {
    V::Keep(codes);  // else a part of the product, the same each time, is moved out of the loop
    for (auto& sum : sums) sum = V::AddByteProducts(sum, codes, codes);
  }
  for (auto& sum : sums) V::Keep(sum);
  return 2 * rounds * kProbeChains * V::kLanes * V::kByteProducts;
}

}  // namespace
}  // namespace ganglion::kernels
