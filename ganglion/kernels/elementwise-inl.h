#pragma once

#include <cstddef>
#include <cstdint>

#include "ganglion/kernels/exp-inl.h"
#include "ganglion/kernels/kernels.h"

namespace ganglion::kernels {
namespace {

template <class V>
void RopeInterleaved(const RopeArgs& args) {
  for (std::size_t r = 0; r < args.rows; ++r) {
    float* x = args.x + r * args.stride;
    std::size_t i = 0;
    // Lanes come in pairs, and so do the elements of a tail.
    if constexpr (V::kLanes > 1) {
      const auto turn = [](typename V::Reg v, typename V::Reg cosine, typename V::Reg sine) {
        return V::MulAdd(v, cosine, V::Mul(V::SwapPairs(v), sine));
      };
      for (; i + V::kLanes <= args.dims; i += V::kLanes) {
        V::Store(x + i, turn(V::Load(x + i), V::Load(args.cosine + i), V::Load(args.sine + i)));
      }
      const std::size_t tail = args.dims - i;
      if (tail != 0) {
        const auto turned = turn(V::LoadFirst(x + i, tail), V::LoadFirst(args.cosine + i, tail),
                                 V::LoadFirst(args.sine + i, tail));
        V::StoreFirst(x + i, turned, tail);
      }
    } else {
      for (; i < args.dims; i += 2) {
        const float first = x[i];
        const float second = x[i + 1];
        x[i] = first * args.cosine[i] + second * args.sine[i];
        x[i + 1] = second * args.cosine[i + 1] + first * args.sine[i + 1];
      }
    }
  }
}

template <class V>
void RopeHalfSplit(const RopeArgs& args) {
  const std::size_t half = args.dims / 2;
  const std::size_t tail = half % V::kLanes;
  const std::size_t whole = half - tail;
  for (std::size_t r = 0; r < args.rows; ++r) {
    float* a = args.x + r * args.stride;
    float* b = a + half;
    const float* cosine = args.cosine;
    const float* sine = args.sine;
    for (std::size_t i = 0; i < whole; i += V::kLanes) {
      const auto first = V::Load(a + i);
      const auto second = V::Load(b + i);
      const auto cross_first = V::Mul(second, V::Load(sine + i));
      const auto cross_second = V::Mul(first, V::Load(sine + half + i));
      V::Store(a + i, V::MulAdd(first, V::Load(cosine + i), cross_first));
      V::Store(b + i, V::MulAdd(second, V::Load(cosine + half + i), cross_second));
    }
    for (std::size_t i = whole; i < half; ++i) {
      const float first = a[i];
      const float second = b[i];
      a[i] = first * cosine[i] + second * sine[i];
      b[i] = second * cosine[half + i] + first * sine[half + i];
    }
  }
}

// y = gate(x, up) for all elements.
template <class V, class Gate>
void ApplyGate(const GateMulArgs& args, Gate gate) {
  std::size_t i = 0;
  for (; i + V::kLanes <= args.count; i += V::kLanes) {
    V::Store(args.y + i, gate(V::Load(args.x + i), V::Load(args.up + i)));
  }
  const std::size_t tail = args.count - i;
  if (tail != 0) {
    const auto y = gate(V::LoadFirst(args.x + i, tail), V::LoadFirst(args.up + i, tail));
    V::StoreFirst(args.y + i, y, tail);
  }
}

template <class V>
void SiluMul(const GateMulArgs& args) {
  using Reg = typename V::Reg;
  ApplyGate<V>(args, [](Reg x, Reg up) {
    const Reg power = Exp<V>(V::Sub(V::Zero(), x));
    return V::Mul(V::Div(x, V::Add(V::Broadcast(1.0f), power)), up);
  });
}

// (1 + tanh(t)) / 2 = 1 / (1 + exp(-2t)), so this is the gate above with another argument.
template <class V>
void GeluMul(const GateMulArgs& args) {
  using Reg = typename V::Reg;
  ApplyGate<V>(args, [](Reg x, Reg up) {
    constexpr float kLinear = -2.0f * 0.797884560802865f;
    const Reg cubic =
        V::MulAdd(V::Mul(x, x), V::Broadcast(0.044715f * kLinear), V::Broadcast(kLinear));
    const Reg power = Exp<V>(V::Mul(x, cubic));
    return V::Mul(V::Div(x, V::Add(V::Broadcast(1.0f), power)), up);
  });
}

template <class V>
void GeluErf(float* x, std::size_t count) {
  std::size_t i = 0;
  for (; i + V::kLanes <= count; i += V::kLanes) V::Store(x + i, GaussGate<V>(V::Load(x + i)));
  const std::size_t tail = count - i;
  if (tail != 0) V::StoreFirst(x + i, GaussGate<V>(V::LoadFirst(x + i, tail)), tail);
}

template <class V>
void SoftcapRow(float* x, std::size_t count, float cap) {
  const auto twice_inverse = V::Broadcast(2.0f / cap);
  const auto caps = V::Broadcast(cap);
  std::size_t i = 0;
  for (; i + V::kLanes <= count; i += V::kLanes) {
    V::Store(x + i, Softcap<V>(V::Load(x + i), twice_inverse, caps));
  }
  const std::size_t tail = count - i;
  if (tail != 0) {
    V::StoreFirst(x + i, Softcap<V>(V::LoadFirst(x + i, tail), twice_inverse, caps), tail);
  }
}

template <class V>
void AddScaled(const float* x, float factor, float* y, std::size_t count) {
  const auto factors = V::Broadcast(factor);
  std::size_t i = 0;
  for (; i + V::kLanes <= count; i += V::kLanes) {
    V::Store(y + i, V::MulAdd(V::Load(x + i), factors, V::Load(y + i)));
  }
  const std::size_t tail = count - i;
  if (tail == 0) return;
  V::StoreFirst(y + i, V::MulAdd(V::LoadFirst(x + i, tail), factors, V::LoadFirst(y + i, tail)),
                tail);
}

template <class V>
void QuantizeRows(const QuantizeRowsArgs& args) {
  using Reg = typename V::Reg;
  const std::size_t blocks = args.cols / kBlock;
  for (std::size_t r = 0; r < args.rows; ++r) {
    for (std::size_t b = 0; b < blocks; ++b) {
      const float* x = args.x + r * args.stride_x + b * kBlock;
      std::int8_t* codes = args.out.codes + r * args.cols + b * kBlock;
      Reg largest = V::Zero();
      for (std::size_t i = 0; i < kBlock; i += V::kLanes) {
        largest = V::Max(V::Abs(V::Load(x + i)), largest);
      }
      const float range = V::MaxAcross(largest);
      const Reg inverse = V::Broadcast(range > 0.0f ? 127.0f / range : 0.0f);
      for (std::size_t half = 0; half < 2; ++half) {
        Reg sum = V::Zero();
        for (std::size_t i = half * kHalfBlock; i < (half + 1) * kHalfBlock; i += V::kLanes) {
          const Reg code = V::Round(V::Mul(V::Load(x + i), inverse));
          // A tiny range has an infinite inverse; the bounds keep even that inside a byte.
          const Reg bounded = V::Min(V::Max(code, V::Broadcast(-127.0f)), V::Broadcast(127.0f));
          V::StoreBytes(codes + i, bounded);
          sum = V::Add(sum, bounded);
        }
        args.out.sums[2 * (r * blocks + b) + half] = static_cast<std::int32_t>(V::Sum(sum));
      }
      args.out.scales[r * blocks + b] = range / 127.0f;
    }
  }
}

}  // namespace
}  // namespace ganglion::kernels
