#pragma once

#include <cstddef>

#include "ganglion/kernels/kernels.h"

namespace ganglion::kernels {
namespace {

// The sum of term(x) over a row. Two accumulators hide the latency of the add.
template <class V, class Term>
float SumOfTerms(const float* x, std::size_t cols, Term term) {
  const std::size_t tail = cols % V::kLanes;
  const std::size_t whole = cols - tail;
  const std::size_t pairs = whole - whole % (2 * V::kLanes);
  typename V::Reg even = V::Zero();
  typename V::Reg odd = V::Zero();
  std::size_t i = 0;
  for (; i < pairs; i += 2 * V::kLanes) {
    even = term(V::Load(x + i), even);
    odd = term(V::Load(x + i + V::kLanes), odd);
  }
  for (; i < whole; i += V::kLanes) even = term(V::Load(x + i), even);
  if (tail != 0) odd = term(V::LoadFirst(x + whole, tail), odd);
  return V::Sum(even) + V::Sum(odd);
}

// y = op(i, x) for the elements of a row, a vector at a time.
template <class V, class Op>
void MapRow(const float* x, float* y, std::size_t cols, Op op) {
  std::size_t i = 0;
  for (; i + V::kLanes <= cols; i += V::kLanes) {
    V::Store(y + i, op(V::Load(x + i), [i](const float* p) { return V::Load(p + i); }));
  }
  const std::size_t tail = cols - i;
  if (tail == 0) return;
  const auto load = [i, tail](const float* p) { return V::LoadFirst(p + i, tail); };
  V::StoreFirst(y + i, op(load(x), load), tail);
}

// The mean goes first, so that the squares do not cancel. What is left stands in `y` meanwhile: the
// lanes that a tail lacks must be 0 in the sum, which those of x less its mean are not.
template <class V>
void LayerNorm(const LayerNormArgs& args) {
  using Reg = typename V::Reg;
  const auto cols = static_cast<float>(args.cols);
  for (std::size_t r = 0; r < args.rows; ++r) {
    const float* x = args.x + r * args.stride_x;
    float* y = args.y + r * args.stride_y;
    const float sum =
        SumOfTerms<V>(x, args.cols, [](Reg v, Reg total) { return V::Add(v, total); });
    const Reg mean = V::Broadcast(sum / cols);
    MapRow<V>(x, y, args.cols, [mean](Reg v, auto) { return V::Sub(v, mean); });
    const float squares =
        SumOfTerms<V>(y, args.cols, [](Reg v, Reg total) { return V::MulAdd(v, v, total); });
    const Reg scale = V::Broadcast(1.0f / __builtin_sqrtf(squares / cols + args.epsilon));
    MapRow<V>(y, y, args.cols, [&](Reg v, auto load) {
      return V::MulAdd(V::Mul(v, scale), load(args.weight), load(args.bias));
    });
  }
}

}  // namespace
}  // namespace ganglion::kernels
