#include "ganglion/learn/fused_ops.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

#include <ATen/Parallel.h>

// One text, compiled for each processor family; the loader picks.
#define GN_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))

namespace ganglion::learn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

constexpr float kEpsilon = 1e-6f;
constexpr std::int64_t kGrain = 64;  // rows a thread takes at least

using Half = std::uint16_t;  // the bits of a bfloat16

inline float Widen(Half bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}
inline Half Narrow(float value) {  // round to nearest even; NaN does not occur in a healthy run
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return static_cast<Half>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}
inline float FastExp(float x) {  // relative error 2e-7 in [-87, 88]; clamped outside
  x = x < -87.0f ? -87.0f : (x > 88.0f ? 88.0f : x);
  const float scaled = x * 1.44269504f;
  // Not the trick of adding 1.5 * 2^23: the compiler may reorder sums in this file.
  const auto whole = static_cast<std::int32_t>(scaled + (scaled < 0.0f ? -0.5f : 0.5f));
  const float f = (scaled - static_cast<float>(whole)) * 0.693147181f;
  float p = 1.0f / 5040;
  p = p * f + 1.0f / 720;
  p = p * f + 1.0f / 120;
  p = p * f + 1.0f / 24;
  p = p * f + 1.0f / 6;
  p = p * f + 0.5f;
  p = p * f + 1.0f;
  p = p * f + 1.0f;
  return p * std::bit_cast<float>((whole + 127) << 23);
}

Half* HalfData(const Tensor& t) { return reinterpret_cast<Half*>(t.data_ptr<at::BFloat16>()); }

GN_CLONES void NormRow(const float* x, const float* w, Half* y, float* rms_inverse,
                       std::int64_t d) {
  float sum = 0;
  for (std::int64_t i = 0; i < d; ++i) sum += x[i] * x[i];
  const float r = 1.0f / std::sqrt(sum / static_cast<float>(d) + kEpsilon);
  for (std::int64_t i = 0; i < d; ++i) y[i] = Narrow(x[i] * r * w[i]);
  *rms_inverse = r;
}

GN_CLONES void NormRowBack(const float* x, const float* w, const Half* dy, float r, float* dx,
                           float* dw, std::int64_t d) {
  float dot = 0;
  for (std::int64_t i = 0; i < d; ++i) {
    const float g = Widen(dy[i]);
    dot += g * w[i] * x[i];
    dw[i] += g * x[i] * r;
  }
  const float c = dot * r * r * r / static_cast<float>(d);
  for (std::int64_t i = 0; i < d; ++i) dx[i] = Widen(dy[i]) * w[i] * r - x[i] * c;
}

// Runs body(begin, end, dw) over rows with a private dw per chunk, and adds the chunks up in order,
// so that the sum does not depend on which thread came first.
template <class Body>
Tensor SumOverRows(std::int64_t rows, std::int64_t d, const Body& body) {
  const std::int64_t chunk = std::max<std::int64_t>(kGrain, (rows + 15) / 16);
  const std::int64_t chunks = (rows + chunk - 1) / chunk;
  Tensor partial = torch::zeros({chunks, d}, torch::kFloat);
  float* const sums = partial.data_ptr<float>();
  at::parallel_for(0, chunks, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t c = begin; c < end; ++c) {
      body(c * chunk, std::min(rows, (c + 1) * chunk), sums + c * d);
    }
  });
  return partial.sum(0);
}

struct RmsNormOp : Function<RmsNormOp> {
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight) {
    const std::int64_t d = x.size(1), rows = x.size(0);
    Tensor y = torch::empty(x.sizes(), torch::kBFloat16);
    Tensor r = torch::empty({rows}, torch::kFloat);
    at::parallel_for(0, rows, kGrain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        NormRow(x.data_ptr<float>() + i * d, weight.data_ptr<float>(), HalfData(y) + i * d,
                r.data_ptr<float>() + i, d);
      }
    });
    context->save_for_backward({x, weight, r});
    return y;
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const Tensor &x = saved[0], &weight = saved[1], &r = saved[2];
    const Tensor dy = gradients[0].contiguous();
    const std::int64_t d = x.size(1);
    Tensor dx = torch::empty_like(x);
    Tensor dw = SumOverRows(x.size(0), d, [&](std::int64_t begin, std::int64_t end, float* sums) {
      for (std::int64_t i = begin; i < end; ++i) {
        NormRowBack(x.data_ptr<float>() + i * d, weight.data_ptr<float>(), HalfData(dy) + i * d,
                    r.data_ptr<float>()[i], dx.data_ptr<float>() + i * d, sums, d);
      }
    });
    return {dx, dw};
  }
};

GN_CLONES void SwiGluRow(const Half* in, Half* out, std::int64_t f) {
  for (std::int64_t i = 0; i < f; ++i) {
    const float g = Widen(in[i]);
    out[i] = Narrow(g / (1.0f + FastExp(-g)) * Widen(in[f + i]));
  }
}

GN_CLONES void SwiGluRowBack(const Half* in, const Half* dy, Half* dx, std::int64_t f) {
  for (std::int64_t i = 0; i < f; ++i) {
    const float g = Widen(in[i]), u = Widen(in[f + i]), grad = Widen(dy[i]);
    const float s = 1.0f / (1.0f + FastExp(-g));
    dx[i] = Narrow(grad * u * s * (1.0f + g * (1.0f - s)));
    dx[f + i] = Narrow(grad * g * s);
  }
}

struct SwiGluOp : Function<SwiGluOp> {
  static Tensor forward(AutogradContext* context, const Tensor& x) {
    const std::int64_t rows = x.size(0), f = x.size(1) / 2;
    Tensor y = torch::empty({rows, f}, torch::kBFloat16);
    at::parallel_for(0, rows, kGrain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        SwiGluRow(HalfData(x) + i * 2 * f, HalfData(y) + i * f, f);
      }
    });
    context->save_for_backward({x});
    return y;
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const Tensor x = context->get_saved_variables()[0];
    const Tensor dy = gradients[0].contiguous();
    const std::int64_t rows = x.size(0), f = x.size(1) / 2;
    Tensor dx = torch::empty_like(x);
    at::parallel_for(0, rows, kGrain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        SwiGluRowBack(HalfData(x) + i * 2 * f, HalfData(dy) + i * f, HalfData(dx) + i * 2 * f, f);
      }
    });
    return {dx};
  }
};

GN_CLONES void HeadForward(const Half* x, const float* w, const float* angles, Half* y,
                           float* rms_inverse, std::int64_t size) {
  float sum = 0;
  for (std::int64_t i = 0; i < size; ++i) sum += Widen(x[i]) * Widen(x[i]);
  const float r = 1.0f / std::sqrt(sum / static_cast<float>(size) + kEpsilon);
  const std::int64_t half = size / 2;
  for (std::int64_t i = 0; i < half; ++i) {
    const float a = Widen(x[i]) * r * w[i], b = Widen(x[half + i]) * r * w[half + i];
    const float c = angles[i], s = angles[half + i];
    y[i] = Narrow(a * c - b * s);
    y[half + i] = Narrow(a * s + b * c);
  }
  *rms_inverse = r;
}

GN_CLONES void HeadBackward(const Half* x, const float* w, const float* angles, const Half* dy,
                            float r, Half* dx, float* dw, std::int64_t size) {
  const std::int64_t half = size / 2;
  float dn[256];  // gradient before the rotation; heads of at most 256
  float dot = 0;
  for (std::int64_t i = 0; i < half; ++i) {
    const float a = Widen(dy[i]), b = Widen(dy[half + i]);
    const float c = angles[i], s = angles[half + i];
    dn[i] = a * c + b * s;
    dn[half + i] = b * c - a * s;
  }
  for (std::int64_t i = 0; i < size; ++i) {
    const float hat = Widen(x[i]) * r;
    dw[i] += dn[i] * hat;
    dn[i] *= w[i];
    dot += dn[i] * hat;
  }
  dot /= static_cast<float>(size);
  for (std::int64_t i = 0; i < size; ++i) {
    dx[i] = Narrow(r * (dn[i] - Widen(x[i]) * r * dot));
  }
}

struct HeadNormRopeOp : Function<HeadNormRopeOp> {
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight,
                        const Tensor& angles) {
    const std::int64_t batch = x.size(0), length = x.size(1), heads = x.size(2), size = x.size(3);
    TORCH_CHECK(size <= 256, "heads of at most 256");
    Tensor y = torch::empty({batch, heads, length, size}, torch::kBFloat16);
    Tensor r = torch::empty({batch, length, heads}, torch::kFloat);
    at::parallel_for(0, batch * length, kGrain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) {
        const std::int64_t b = row / length, t = row % length;
        for (std::int64_t h = 0; h < heads; ++h) {
          HeadForward(HalfData(x) + (row * heads + h) * size, weight.data_ptr<float>(),
                      angles.data_ptr<float>() + t * size,
                      HalfData(y) + ((b * heads + h) * length + t) * size,
                      r.data_ptr<float>() + row * heads + h, size);
        }
      }
    });
    context->save_for_backward({x, weight, angles, r});
    return y;
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const Tensor &x = saved[0], &weight = saved[1], &angles = saved[2], &r = saved[3];
    const Tensor dy = gradients[0].contiguous();
    const std::int64_t batch = x.size(0), length = x.size(1), heads = x.size(2), size = x.size(3);
    Tensor dx = torch::empty_like(x);
    Tensor dw =
        SumOverRows(batch * length, size, [&](std::int64_t begin, std::int64_t end, float* sums) {
          for (std::int64_t row = begin; row < end; ++row) {
            const std::int64_t b = row / length, t = row % length;
            for (std::int64_t h = 0; h < heads; ++h) {
              const std::int64_t at = (row * heads + h) * size;
              HeadBackward(HalfData(x) + at, weight.data_ptr<float>(),
                           angles.data_ptr<float>() + t * size,
                           HalfData(dy) + ((b * heads + h) * length + t) * size,
                           r.data_ptr<float>()[row * heads + h], HalfData(dx) + at, sums, size);
            }
          }
        });
    return {dx, dw, Tensor()};
  }
};

// Turns a row of logits into (softmax - onehot) * scale; returns the loss of the row.
GN_CLONES float CrossEntropyRow(Half* row, std::int64_t size, std::int64_t target, float scale) {
  float high = -3e38f;
  for (std::int64_t i = 0; i < size; ++i) {
    const float v = Widen(row[i]);
    high = v > high ? v : high;
  }
  float sum = 0;
  for (std::int64_t i = 0; i < size; ++i) sum += FastExp(Widen(row[i]) - high);
  const float loss = std::log(sum) + high - Widen(row[target]);
  const float factor = scale / sum;
  const float at_target = FastExp(Widen(row[target]) - high) * factor - scale;
  for (std::int64_t i = 0; i < size; ++i) row[i] = Narrow(FastExp(Widen(row[i]) - high) * factor);
  row[target] = Narrow(at_target);
  return loss;
}

struct CrossEntropyOp : Function<CrossEntropyOp> {
  static Tensor forward(AutogradContext* context, const Tensor& logits, const Tensor& targets) {
    const std::int64_t rows = logits.size(0), size = logits.size(1);
    Tensor losses = torch::empty({rows}, torch::kFloat);
    const float scale = 1.0f / static_cast<float>(rows);
    at::parallel_for(0, rows, 8, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        losses.data_ptr<float>()[i] = CrossEntropyRow(HalfData(logits) + i * size, size,
                                                      targets.data_ptr<std::int64_t>()[i], scale);
      }
    });
    context->saved_data["gradient"] = logits;
    return losses.mean();
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const Tensor gradient = context->saved_data["gradient"].toTensor();
    const auto factor = gradients[0].item<float>();
    return {factor == 1.0f ? gradient : gradient * factor, Tensor()};
  }
};

}  // namespace

Tensor FusedRmsNorm(const Tensor& x, const Tensor& weight) { return RmsNormOp::apply(x, weight); }
Tensor FusedSwiGlu(const Tensor& gate_up) { return SwiGluOp::apply(gate_up); }
Tensor FusedHeadNormRope(const Tensor& x, const Tensor& weight, const Tensor& angles) {
  return HeadNormRopeOp::apply(x, weight, angles);
}
Tensor FusedCrossEntropy(const Tensor& logits, const Tensor& targets) {
  return CrossEntropyOp::apply(logits, targets);
}

}  // namespace ganglion::learn
