#pragma once

#include <cstddef>

#include "ganglion/kernels/exp-inl.h"
#include "ganglion/kernels/kernels.h"

namespace ganglion::kernels {
namespace {

// A piece at a time: its largest first, and its place only where it is the largest so far.
template <class V>
std::size_t ArgMax(const float* x, std::size_t count) {
  constexpr std::size_t kPiece = 256;
  const auto lowest = V::Broadcast(-__builtin_inff());
  float largest = -__builtin_inff();
  std::size_t place = count;
  for (std::size_t begin = 0; begin < count; begin += kPiece) {
    const std::size_t left = count - begin;
    const std::size_t end = begin + (left < kPiece ? left : kPiece);
    auto lanes = lowest;
    std::size_t i = begin;
    for (; i + V::kLanes <= end; i += V::kLanes) lanes = V::Max(V::Load(x + i), lanes);
    float here = V::MaxAcross(lanes);
    for (; i < end; ++i) here = x[i] > here ? x[i] : here;
    if (!(here > largest)) continue;
    largest = here;
    place = begin;
  }
  if (place == count) return count;
  while (x[place] != largest) ++place;
  return place;
}

template <class V>
float SoftmaxWeights(const SoftmaxWeightsArgs& args) {
  const auto lowest = V::Broadcast(-__builtin_inff());
  const auto largest = V::Broadcast(args.largest);
  const auto factor = V::Broadcast(args.factor);
  const auto weigh = [&](typename V::Reg x) {
    return Exp<V>(V::Mul(V::Sub(V::Max(x, lowest), largest), factor));
  };
  auto sums = V::Zero();
  std::size_t i = 0;
  for (; i + V::kLanes <= args.count; i += V::kLanes) {
    const auto weights = weigh(V::Load(args.x + i));
    V::Store(args.y + i, weights);
    sums = V::Add(sums, weights);
  }
  float sum = V::Sum(sums);
  const std::size_t tail = args.count - i;
  if (tail != 0) {
    V::StoreFirst(args.y + i, weigh(V::LoadFirst(args.x + i, tail)), tail);
    for (; i < args.count; ++i) sum += args.y[i];
  }
  return sum;
}

}  // namespace
}  // namespace ganglion::kernels
