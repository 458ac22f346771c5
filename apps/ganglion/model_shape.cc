#include "apps/ganglion/model_shape.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "ganglion/base/concat.h"

namespace ganglion::app {
namespace {

// From the published configuration of each model; mixtral-mini is Mixtral made small enough that
// its eight experts fit beside a test.
constexpr ModelShape kShapes[] = {
    {.name = "qwen2.5-0.5b",
     .architecture = "qwen2",
     .layers = 24,
     .width = 896,
     .ffn_width = 4864,
     .heads = 14,
     .kv_heads = 2,
     .head_dim = 64,
     .vocab_size = 151'936,
     .context_length = 32'768,
     .rope_base = 1e6,
     .epsilon = 1e-6,
     .tied_output = true,
     .qkv_bias = true},
    {.name = "llama-3.2-1b",
     .architecture = "llama",
     .layers = 16,
     .width = 2048,
     .ffn_width = 8192,
     .heads = 32,
     .kv_heads = 8,
     .head_dim = 64,
     .vocab_size = 128'256,
     .context_length = 131'072,
     .rope_base = 5e5,
     .rope_factor = 32.0,
     .tied_output = true},
    {.name = "qwen3-1.7b",
     .architecture = "qwen3",
     .layers = 28,
     .width = 2048,
     .ffn_width = 6144,
     .heads = 16,
     .kv_heads = 8,
     .head_dim = 128,
     .vocab_size = 151'936,
     .context_length = 40'960,
     .rope_base = 1e6,
     .epsilon = 1e-6,
     .tied_output = true,
     .qk_norm = true},
    {.name = "mixtral-mini",
     .architecture = "llama",
     .layers = 8,
     .width = 1024,
     .ffn_width = 3584,
     .heads = 16,
     .kv_heads = 4,
     .head_dim = 64,
     .vocab_size = 32'000,
     .context_length = 32'768,
     .experts = 8,
     .experts_used = 2,
     .rope_base = 1e6},
    {.name = "llama-3.1-8b",
     .architecture = "llama",
     .layers = 32,
     .width = 4096,
     .ffn_width = 14'336,
     .heads = 32,
     .kv_heads = 8,
     .head_dim = 128,
     .vocab_size = 128'256,
     .context_length = 131'072,
     .rope_base = 5e5,
     .rope_factor = 8.0},
};

class Tensors {
 public:
  void Add(std::string name, TensorRole role, std::vector<std::uint64_t> dims) {
    all_.push_back({std::move(name), role, std::move(dims)});
  }
  // A matrix of `rows` rows, with its bias where there is one.
  void Matrix(const std::string& base, std::uint64_t cols, std::uint64_t rows, bool bias = false) {
    Add(base + ".weight", TensorRole::kMatrix, {cols, rows});
    if (bias) Add(base + ".bias", TensorRole::kBias, {rows});
  }
  void Norm(std::string name, std::uint64_t size) {
    Add(std::move(name), TensorRole::kNorm, {size});
  }
  std::vector<ShapedTensor> Take() { return std::move(all_); }

 private:
  std::vector<ShapedTensor> all_;
};

void AddLayer(const ModelShape& shape, const std::string& at, Tensors& tensors) {
  const std::uint64_t width = shape.width;
  const std::uint64_t q_rows = std::uint64_t{shape.heads} * shape.head_dim;
  const std::uint64_t kv_rows = std::uint64_t{shape.kv_heads} * shape.head_dim;
  tensors.Norm(at + "attn_norm.weight", width);
  tensors.Matrix(at + "attn_q", width, q_rows, shape.qkv_bias);
  tensors.Matrix(at + "attn_k", width, kv_rows, shape.qkv_bias);
  tensors.Matrix(at + "attn_v", width, kv_rows, shape.qkv_bias);
  tensors.Matrix(at + "attn_output", q_rows, width);
  if (shape.qk_norm) {
    tensors.Norm(at + "attn_q_norm.weight", shape.head_dim);
    tensors.Norm(at + "attn_k_norm.weight", shape.head_dim);
  }
  tensors.Norm(at + "ffn_norm.weight", width);
  if (shape.experts == 0) {
    tensors.Matrix(at + "ffn_gate", width, shape.ffn_width);
    tensors.Matrix(at + "ffn_up", width, shape.ffn_width);
    tensors.Matrix(at + "ffn_down", shape.ffn_width, width);
    return;
  }
  using enum TensorRole;
  tensors.Add(at + "ffn_gate_inp.weight", kRouter, {width, shape.experts});
  tensors.Add(at + "ffn_gate_exps.weight", kMatrix, {width, shape.ffn_width, shape.experts});
  tensors.Add(at + "ffn_up_exps.weight", kMatrix, {width, shape.ffn_width, shape.experts});
  tensors.Add(at + "ffn_down_exps.weight", kMatrix, {shape.ffn_width, width, shape.experts});
}

}  // namespace

std::span<const ModelShape> KnownShapes() { return kShapes; }

Result<ModelShape> FindShape(std::string_view name) {
  const auto* const found = std::ranges::find(kShapes, name, &ModelShape::name);
  if (found != std::end(kShapes)) return *found;
  std::string known;
  for (const ModelShape& shape : kShapes) {
    known += Concat(known.empty() ? "" : ", ", shape.name);
  }
  return Status(Code::kInvalidArgument,
                Concat("no shape is called \"", name, "\"; these are: ", known));
}

std::vector<ShapedTensor> TensorsOf(const ModelShape& shape) {
  Tensors tensors;
  tensors.Matrix("token_embd", shape.width, shape.vocab_size);
  if (shape.rope_factor > 0.0) {
    tensors.Add("rope_freqs.weight", TensorRole::kRopeFactors, {shape.head_dim / 2});
  }
  for (std::uint32_t i = 0; i < shape.layers; ++i) AddLayer(shape, Concat("blk.", i, "."), tensors);
  tensors.Norm("output_norm.weight", shape.width);
  if (!shape.tied_output) tensors.Matrix("output", shape.width, shape.vocab_size);
  return tensors.Take();
}

std::vector<float> RopeFactors(const ModelShape& shape) {
  constexpr double kOriginalContext = 8192.0;
  constexpr double kLow = 1.0;
  constexpr double kHigh = 4.0;
  std::vector<float> factors;
  if (shape.rope_factor == 0.0) return factors;
  for (std::uint32_t i = 0; i < shape.head_dim / 2; ++i) {
    const double wave_length =
        2.0 * std::numbers::pi * std::pow(shape.rope_base, 2.0 * i / shape.head_dim);
    const double turns = kOriginalContext / wave_length;
    const double smooth = std::clamp((turns - kLow) / (kHigh - kLow), 0.0, 1.0);
    factors.push_back(static_cast<float>(1.0 / ((1.0 - smooth) / shape.rope_factor + smooth)));
  }
  return factors;
}

}  // namespace ganglion::app
