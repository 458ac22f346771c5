#include "ganglion/model/encoder_weights.h"

#include <string>
#include <utility>

#include "ganglion/gguf/quantize.h"
#include "ganglion/model/tensor_loader.h"

namespace ganglion {
namespace {

Result<LayerNormWeights> LoadNorm(TensorLoader& loader, const std::string& base,
                                  std::size_t width) {
  LayerNormWeights norm;
  GN_ASSIGN_OR_RETURN(norm.weight, loader.Vector(base + ".weight", width));
  GN_ASSIGN_OR_RETURN(norm.bias, loader.Vector(base + ".bias", width));
  return norm;
}

// Of the kinds of text that the model can tell apart, only the first is used: a text stands alone.
Status LoadType(TensorLoader& loader, std::size_t width, EncoderWeights& weights) {
  constexpr const char* kName = "token_types.weight";
  const gguf::Tensor* const found = weights.file->FindTensor(kName);
  if (found == nullptr) return Status();
  const std::uint64_t types = found->dims.size() == 2 ? found->dims[1] : 1;
  GN_ASSIGN_OR_RETURN(const gguf::Tensor* const tensor, loader.Find(kName, {width, types}));
  GN_RETURN_IF_ERROR(loader.CheckLookupType(*tensor));
  weights.type = AlignedBuffer<float>(width);
  if (weights.type.data() == nullptr) {
    return Status(Code::kResourceExhausted, "the system refuses the memory for a row of " +
                                                std::to_string(width) + " numbers");
  }
  gguf::Dequantize(tensor->type, tensor->data.first(tensor->data.size() / types),
                   std::span(weights.type.data(), width));
  return Status();
}

Status LoadEmbeddings(TensorLoader& loader, EncoderConfig& config, EncoderWeights& weights) {
  GN_ASSIGN_OR_RETURN(const auto embedding, loader.FindTokenEmbedding(config.width));
  weights.embedding = embedding.tensor;
  config.vocab_size = embedding.vocab_size;
  if (!config.rope.has_value()) {
    GN_ASSIGN_OR_RETURN(weights.positions,
                        loader.Find("position_embd.weight", {config.width, config.context_length}));
    GN_RETURN_IF_ERROR(loader.CheckLookupType(*weights.positions));
  }
  GN_RETURN_IF_ERROR(LoadType(loader, config.width, weights));
  GN_ASSIGN_OR_RETURN(weights.embedding_norm, LoadNorm(loader, "token_embd_norm", config.width));
  return Status();
}

Status LoadLayer(TensorLoader& loader, const EncoderConfig& config, const std::string& at,
                 EncoderLayerWeights& layer) {
  const std::size_t width = config.width;
  const std::size_t ffn = config.ffn_width;
  const Presence bias = config.bias;
  if (loader.Has(at + "attn_qkv.weight")) {
    const TensorPart parts[] = {{&layer.q, width}, {&layer.k, width}, {&layer.v, width}};
    GN_RETURN_IF_ERROR(loader.Split(at + "attn_qkv", width, parts, bias));
  } else {
    GN_ASSIGN_OR_RETURN(layer.q, loader.Matrix(at + "attn_q", width, width, bias));
    GN_ASSIGN_OR_RETURN(layer.k, loader.Matrix(at + "attn_k", width, width, bias));
    GN_ASSIGN_OR_RETURN(layer.v, loader.Matrix(at + "attn_v", width, width, bias));
  }
  GN_ASSIGN_OR_RETURN(layer.attention_output,
                      loader.Matrix(at + "attn_output", width, width, bias));
  GN_ASSIGN_OR_RETURN(layer.attention_norm, LoadNorm(loader, at + "attn_output_norm", width));
  if (config.gated) {
    GN_ASSIGN_OR_RETURN(layer.gate, loader.Matrix(at + "ffn_gate", ffn, width, bias));
  }
  GN_ASSIGN_OR_RETURN(layer.up, loader.Matrix(at + "ffn_up", ffn, width, bias));
  GN_ASSIGN_OR_RETURN(layer.down, loader.Matrix(at + "ffn_down", width, ffn, bias));
  GN_ASSIGN_OR_RETURN(layer.output_norm, LoadNorm(loader, at + "layer_output_norm", width));
  return Status();
}

}  // namespace

Result<EncoderWeights> LoadEncoderWeights(std::shared_ptr<const gguf::File> file, PackedStore store,
                                          EncoderConfig& config, sys::ThreadPool& pool) {
  EncoderWeights weights;
  weights.file = std::move(file);
  weights.store = std::move(store);
  TensorLoader loader(*weights.file, weights.store, pool);
  GN_RETURN_IF_ERROR(LoadEmbeddings(loader, config, weights));
  for (std::uint32_t i = 0; i < config.layers; ++i) {
    GN_RETURN_IF_ERROR(
        LoadLayer(loader, config, "blk." + std::to_string(i) + ".", weights.layers.emplace_back()));
  }
  GN_RETURN_IF_ERROR(loader.CheckAllUsed());
  weights.store.Finish();
  return weights;
}

}  // namespace ganglion
