#include "ganglion/model/weights.h"

#include <cmath>
#include <string>
#include <utility>

#include "ganglion/model/tensor_loader.h"

namespace ganglion {
namespace {

Status LoadAttention(TensorLoader& loader, const ModelConfig& config, const std::string& at,
                     LayerWeights& layer) {
  const std::size_t width = config.width;
  const std::size_t q_rows = std::size_t{config.heads} * config.key_dim;
  const std::size_t k_rows = std::size_t{config.kv_heads} * config.key_dim;
  const std::size_t v_rows = std::size_t{config.kv_heads} * config.value_dim;
  const std::size_t o_cols = std::size_t{config.heads} * config.value_dim;
  GN_ASSIGN_OR_RETURN(layer.attention_norm, loader.Vector(at + "attn_norm.weight", width));
  if (loader.Has(at + "attn_qkv.weight")) {
    const TensorPart parts[] = {{&layer.q, q_rows}, {&layer.k, k_rows}, {&layer.v, v_rows}};
    GN_RETURN_IF_ERROR(loader.Split(at + "attn_qkv", width, parts, config.qkv_bias));
  } else {
    GN_ASSIGN_OR_RETURN(layer.q, loader.Matrix(at + "attn_q", q_rows, width, config.qkv_bias));
    GN_ASSIGN_OR_RETURN(layer.k, loader.Matrix(at + "attn_k", k_rows, width, config.qkv_bias));
    GN_ASSIGN_OR_RETURN(layer.v, loader.Matrix(at + "attn_v", v_rows, width, config.qkv_bias));
  }
  GN_ASSIGN_OR_RETURN(layer.attention_output,
                      loader.Matrix(at + "attn_output", width, o_cols, config.other_bias));
  if (config.qk_norm != QkNorm::kNone) {
    const bool each = config.qk_norm == QkNorm::kEachHead;
    GN_ASSIGN_OR_RETURN(layer.q_norm,
                        loader.Vector(at + "attn_q_norm.weight", each ? config.key_dim : q_rows));
    GN_ASSIGN_OR_RETURN(layer.k_norm,
                        loader.Vector(at + "attn_k_norm.weight", each ? config.key_dim : k_rows));
  }
  if (config.post_norms) {
    GN_ASSIGN_OR_RETURN(layer.post_attention_norm,
                        loader.Vector(at + "post_attention_norm.weight", width));
  }
  return Status();
}

Status LoadExperts(TensorLoader& loader, const ModelConfig& config, const std::string& at,
                   LayerWeights& layer) {
  const ExpertConfig& experts = config.experts;
  const std::size_t width = config.width;
  layer.experts.resize(experts.count);
  GN_ASSIGN_OR_RETURN(layer.router, loader.Router(at, experts, width));
  GN_RETURN_IF_ERROR(loader.Experts(at + "ffn_gate", experts, experts.width, width, layer.experts,
                                    &ExpertWeights::gate));
  GN_RETURN_IF_ERROR(loader.Experts(at + "ffn_up", experts, experts.width, width, layer.experts,
                                    &ExpertWeights::up));
  GN_RETURN_IF_ERROR(loader.Experts(at + "ffn_down", experts, width, experts.width, layer.experts,
                                    &ExpertWeights::down));
  if (experts.shared_width == 0) return Status();
  constexpr Presence kNoBias = Presence::kAbsent;
  GN_ASSIGN_OR_RETURN(layer.gate,
                      loader.Matrix(at + "ffn_gate_shexp", experts.shared_width, width, kNoBias));
  GN_ASSIGN_OR_RETURN(layer.up,
                      loader.Matrix(at + "ffn_up_shexp", experts.shared_width, width, kNoBias));
  GN_ASSIGN_OR_RETURN(layer.down,
                      loader.Matrix(at + "ffn_down_shexp", width, experts.shared_width, kNoBias));
  return Status();
}

Status LoadFeedForward(TensorLoader& loader, const ModelConfig& config, const std::string& at,
                       LayerWeights& layer) {
  const std::size_t width = config.width;
  const std::size_t ffn = config.ffn_width;
  const Presence bias = config.other_bias;
  GN_ASSIGN_OR_RETURN(layer.ffn_norm, loader.Vector(at + "ffn_norm.weight", width));
  if (config.post_norms) {
    GN_ASSIGN_OR_RETURN(layer.post_ffn_norm, loader.Vector(at + "post_ffw_norm.weight", width));
  }
  if (config.experts.count != 0) return LoadExperts(loader, config, at, layer);
  if (config.fused_gate_up) {
    const TensorPart parts[] = {{&layer.gate, ffn}, {&layer.up, ffn}};
    GN_RETURN_IF_ERROR(loader.Split(at + "ffn_up", width, parts, bias));
  } else {
    GN_ASSIGN_OR_RETURN(layer.gate, loader.Matrix(at + "ffn_gate", ffn, width, bias));
    GN_ASSIGN_OR_RETURN(layer.up, loader.Matrix(at + "ffn_up", ffn, width, bias));
  }
  GN_ASSIGN_OR_RETURN(layer.down, loader.Matrix(at + "ffn_down", width, ffn, bias));
  return Status();
}

Status LoadEmbedding(TensorLoader& loader, ModelConfig& config, Weights& weights) {
  GN_ASSIGN_OR_RETURN(const auto embedding, loader.FindTokenEmbedding(config.width));
  weights.embedding = embedding.tensor;
  config.vocab_size = embedding.vocab_size;
  return Status();
}

// The list that divides the frequencies; of two, the one that the config chose.
Status LoadRopeFactors(TensorLoader& loader, const RopeConfig& rope, Weights& weights) {
  const std::string freqs = "rope_freqs.weight";
  const std::string lists[] = {"rope_factors_short.weight", "rope_factors_long.weight"};
  const bool by_length = rope.factors == RopeFactors::kShort || rope.factors == RopeFactors::kLong;
  if (rope.scaling == RopeScaling::kLlama3) loader.Skip(freqs);
  if (by_length || rope.factors == RopeFactors::kNone) {
    for (const std::string& name : lists) loader.Skip(name);
  }
  if (rope.factors == RopeFactors::kNone || (!by_length && !loader.Has(freqs))) return Status();
  const std::string& name = by_length ? lists[rope.factors == RopeFactors::kLong ? 1 : 0] : freqs;
  GN_ASSIGN_OR_RETURN(const auto factors, loader.Vector(name, rope.dims / 2));
  for (std::size_t i = 0; i < factors.size(); ++i) {
    if (factors.data()[i] > 0.0f && std::isfinite(factors.data()[i])) continue;
    return Status(Code::kInvalidArgument, "tensor '" + name + "': element " + std::to_string(i) +
                                              " is " + std::to_string(factors.data()[i]) +
                                              "; a factor is positive and finite");
  }
  weights.rope_factors.assign(factors.data(), factors.data() + factors.size());
  return Status();
}

}  // namespace

Result<Weights> LoadWeights(std::shared_ptr<const gguf::File> file, PackedStore store,
                            ModelConfig& config, sys::ThreadPool& pool) {
  Weights weights;
  weights.file = std::move(file);
  weights.store = std::move(store);
  TensorLoader loader(*weights.file, weights.store, pool);
  GN_RETURN_IF_ERROR(LoadEmbedding(loader, config, weights));
  GN_RETURN_IF_ERROR(LoadRopeFactors(loader, config.rope, weights));
  for (std::uint32_t i = 0; i < config.layers; ++i) {
    const std::string at = "blk." + std::to_string(i) + ".";
    LayerWeights& layer = weights.layers.emplace_back();
    GN_RETURN_IF_ERROR(LoadAttention(loader, config, at, layer));
    GN_RETURN_IF_ERROR(LoadFeedForward(loader, config, at, layer));
  }
  GN_ASSIGN_OR_RETURN(weights.output_norm, loader.Vector("output_norm.weight", config.width));
  const gguf::Tensor* output = weights.embedding;  // tied to it, where the file has no other
  if (weights.file->FindTensor("output.weight") != nullptr) {
    GN_ASSIGN_OR_RETURN(output, loader.Find("output.weight", {config.width, config.vocab_size}));
  }
  GN_ASSIGN_OR_RETURN(weights.output, loader.Pack(*output, 0, config.vocab_size, config.width));
  GN_RETURN_IF_ERROR(loader.CheckAllUsed());
  weights.store.Finish();
  weights.bytes = loader.bytes();
  return weights;
}

}  // namespace ganglion
