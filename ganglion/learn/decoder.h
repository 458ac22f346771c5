#pragma once

#include <cstdint>
#include <vector>

#include <torch/torch.h>

#include "ganglion/learn/optimizer.h"

namespace ganglion::learn {

// The shape of a Qwen 3 decoder: RMS norms, heads of equal size with a norm of their own, rotary
// positions in half-split pairs, grouped-query attention, SwiGLU, output tied to the embedding.
struct DecoderShape {
  std::int64_t vocabulary = 0;
  std::int64_t width = 256;
  std::int64_t layers = 6;
  std::int64_t heads = 8;
  std::int64_t kv_heads = 4;
  std::int64_t head_size = 32;
  std::int64_t feed_forward = 768;
  double rope_base = 10'000.0;
};

struct LayerImpl : torch::nn::Module {
  LayerImpl(const DecoderShape& shape, double residual_scale);
  // x: float [batch * length][width]; returns the same shape.
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& angles,
                        const torch::Tensor& mask, std::int64_t batch);

  DecoderShape shape;
  // Matrices are [outputs][inputs]; qkv and gate_up stand fused, rows of q before k before v.
  torch::Tensor attention_norm, qkv, q_norm, k_norm, attention_out;
  torch::Tensor ffn_norm, gate_up, down;
};
TORCH_MODULE(Layer);

struct DecoderImpl : torch::nn::Module {
  explicit DecoderImpl(const DecoderShape& shape);
  // tokens: int64 [batch][length]. Returns bfloat16 logits [picked][vocabulary] of the flattened
  // positions in `picked` (int64).
  torch::Tensor forward(const torch::Tensor& tokens, const torch::Tensor& picked);

  // Matrices inside the layers, which Muon trains; and all the rest, which AdamW trains.
  std::vector<Muon::Matrix> Matrices() const;
  std::vector<torch::Tensor> Others() const;

  DecoderShape shape;
  torch::Tensor embedding, output_norm;
  std::vector<Layer> layers;
};
TORCH_MODULE(Decoder);

}  // namespace ganglion::learn
