#include "ganglion/learn/decoder.h"

#include <cmath>
#include <string>

#include "ganglion/learn/fused_ops.h"

namespace ganglion::learn {
namespace {

using torch::indexing::None;
using torch::indexing::Slice;

Tensor Half(const Tensor& weight) { return weight.to(torch::kBFloat16); }

// [length][size]: cosines of the size/2 angles of each position, then their sines.
Tensor Angles(std::int64_t length, std::int64_t size, double base) {
  const Tensor pair = torch::arange(size / 2, torch::kDouble);
  const Tensor frequency = torch::pow(base, -2.0 * pair / static_cast<double>(size));
  const Tensor angle = torch::outer(torch::arange(length, torch::kDouble), frequency);
  return torch::cat({angle.cos(), angle.sin()}, 1).to(torch::kFloat).contiguous();
}

}  // namespace

LayerImpl::LayerImpl(const DecoderShape& s, double residual_scale) : shape(s) {
  const auto matrix = [this](const char* name, std::int64_t out, std::int64_t in, double scale) {
    return register_parameter(
        name, torch::randn({out, in}) * (scale / std::sqrt(static_cast<double>(in))));
  };
  const auto ones = [this](const char* name, std::int64_t size) {
    return register_parameter(name, torch::ones({size}));
  };
  const std::int64_t q_rows = s.heads * s.head_size, kv_rows = s.kv_heads * s.head_size;
  attention_norm = ones("attention_norm", s.width);
  qkv = matrix("qkv", q_rows + 2 * kv_rows, s.width, 1.0);
  q_norm = ones("q_norm", s.head_size);
  k_norm = ones("k_norm", s.head_size);
  attention_out = matrix("attention_out", s.width, q_rows, residual_scale);
  ffn_norm = ones("ffn_norm", s.width);
  gate_up = matrix("gate_up", 2 * s.feed_forward, s.width, 1.0);
  down = matrix("down", s.width, s.feed_forward, residual_scale);
}

torch::Tensor LayerImpl::forward(const Tensor& x, const Tensor& angles, const Tensor& mask,
                                 std::int64_t batch) {
  const std::int64_t length = x.size(0) / batch;
  const std::int64_t q_rows = shape.heads * shape.head_size;
  const std::int64_t kv_rows = shape.kv_heads * shape.head_size;
  const Tensor mixed = torch::linear(FusedRmsNorm(x, attention_norm), Half(qkv));
  const auto heads = [&](std::int64_t first, std::int64_t rows) {
    return mixed.slice(1, first, first + rows)
        .contiguous()
        .view({batch, length, rows / shape.head_size, shape.head_size});
  };
  const Tensor q = FusedHeadNormRope(heads(0, q_rows), q_norm, angles);
  const Tensor k = FusedHeadNormRope(heads(q_rows, kv_rows), k_norm, angles);
  const Tensor v = heads(q_rows + kv_rows, kv_rows).transpose(1, 2);
  const std::int64_t group = shape.heads / shape.kv_heads;
  // Queries of one group share a key head: fold them into the length, so that nothing is copied.
  const Tensor grouped = q.view({batch, shape.kv_heads, group * length, shape.head_size});
  Tensor scores = torch::matmul(grouped, k.transpose(2, 3)) *
                  (1.0 / std::sqrt(static_cast<double>(shape.head_size)));
  scores = torch::softmax(scores.view({batch, shape.heads, length, length}) + mask, -1);
  const Tensor weights = scores.view({batch, shape.kv_heads, group * length, length});
  const Tensor out = torch::matmul(weights, v)
                         .view({batch, shape.heads, length, shape.head_size})
                         .transpose(1, 2)
                         .reshape({batch * length, q_rows});
  const Tensor h = x + torch::linear(out, Half(attention_out));
  return h + torch::linear(FusedSwiGlu(torch::linear(FusedRmsNorm(h, ffn_norm), Half(gate_up))),
                           Half(down));
}

DecoderImpl::DecoderImpl(const DecoderShape& s) : shape(s) {
  embedding = register_parameter("embedding", torch::randn({s.vocabulary, s.width}) * 0.02);
  output_norm = register_parameter("output_norm", torch::ones({s.width}));
  const double residual_scale = 1.0 / std::sqrt(2.0 * static_cast<double>(s.layers));
  for (std::int64_t i = 0; i < s.layers; ++i) {
    layers.push_back(register_module("layer" + std::to_string(i), Layer(s, residual_scale)));
  }
}

torch::Tensor DecoderImpl::forward(const Tensor& tokens, const Tensor& picked) {
  const std::int64_t batch = tokens.size(0), length = tokens.size(1);
  const Tensor angles = Angles(length, shape.head_size, shape.rope_base);
  const Tensor mask = torch::full({length, length}, -1e9f).triu(1).to(torch::kBFloat16);
  Tensor x = torch::embedding(embedding, tokens.view({-1}));
  for (Layer& layer : layers) x = layer(x, angles, mask, batch);
  const Tensor rows = x.index_select(0, picked);
  return torch::linear(FusedRmsNorm(rows, output_norm), Half(embedding));
}

std::vector<Muon::Matrix> DecoderImpl::Matrices() const {
  const std::int64_t q_rows = shape.heads * shape.head_size;
  const std::int64_t kv_rows = shape.kv_heads * shape.head_size;
  std::vector<Muon::Matrix> out;
  for (const Layer& layer : layers) {
    out.push_back({layer->qkv, {q_rows, kv_rows, kv_rows}});
    out.push_back({layer->attention_out, {shape.width}});
    out.push_back({layer->gate_up, {shape.feed_forward, shape.feed_forward}});
    out.push_back({layer->down, {shape.width}});
  }
  return out;
}

std::vector<Tensor> DecoderImpl::Others() const {
  std::vector<Tensor> out = {embedding, output_norm};
  for (const Layer& layer : layers) {
    for (const Tensor& t : {layer->attention_norm, layer->q_norm, layer->k_norm, layer->ffn_norm}) {
      out.push_back(t);
    }
  }
  return out;
}

}  // namespace ganglion::learn
