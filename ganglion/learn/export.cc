#include "ganglion/learn/export.h"

#include <cstdint>
#include <span>
#include <vector>

#include "ganglion/base/concat.h"
#include "ganglion/gguf/quantize.h"
#include "ganglion/learn/vocabulary.h"

namespace ganglion::learn {
namespace {

constexpr std::uint32_t kContextLength = 512;
constexpr std::uint32_t kStringElements = 8, kInt32Elements = 5;  // GGUF value types

std::uint32_t U32(std::int64_t value) { return static_cast<std::uint32_t>(value); }

void AddShape(const DecoderShape& shape, const std::string& name, gguf::TensorType type,
              gguf::Writer& writer) {
  writer.Add("general.architecture", std::string("qwen3"));
  writer.Add("general.name", name);
  writer.Add("general.license", std::string("apache-2.0"));
  writer.Add("general.file_type", std::uint32_t{type == gguf::TensorType::kQ8_0 ? 7u : 0u});
  writer.Add("general.quantization_version", std::uint32_t{2});
  writer.Add("qwen3.context_length", kContextLength);
  writer.Add("qwen3.embedding_length", U32(shape.width));
  writer.Add("qwen3.block_count", U32(shape.layers));
  writer.Add("qwen3.feed_forward_length", U32(shape.feed_forward));
  writer.Add("qwen3.attention.head_count", U32(shape.heads));
  writer.Add("qwen3.attention.head_count_kv", U32(shape.kv_heads));
  writer.Add("qwen3.attention.key_length", U32(shape.head_size));
  writer.Add("qwen3.attention.value_length", U32(shape.head_size));
  writer.Add("qwen3.attention.layer_norm_rms_epsilon", 1e-6f);
  writer.Add("qwen3.rope.freq_base", static_cast<float>(shape.rope_base));
}

void AddVocabulary(const VocabularySource& vocabulary, gguf::Writer& writer) {
  std::vector<std::int64_t> types;
  for (const TokenType type : vocabulary.types) types.push_back(static_cast<std::int64_t>(type));
  writer.Add("tokenizer.ggml.model", vocabulary.model);
  writer.Add("tokenizer.ggml.pre", vocabulary.pre);
  writer.Add("tokenizer.ggml.tokens", gguf::Array{vocabulary.tokens, kStringElements});
  writer.Add("tokenizer.ggml.token_type", gguf::Array{std::move(types), kInt32Elements});
  writer.Add("tokenizer.ggml.merges", gguf::Array{vocabulary.merges, kStringElements});
  writer.Add("tokenizer.ggml.eos_token_id", std::uint32_t{0});
  writer.Add("tokenizer.ggml.padding_token_id", std::uint32_t{0});
  writer.Add("tokenizer.ggml.add_bos_token", false);
  writer.Add("tokenizer.chat_template", std::string(ChatTemplate()));
}

Status AddTensor(const std::string& name, const torch::Tensor& tensor, gguf::TensorType type,
                 gguf::Writer& writer) {
  const torch::Tensor values = tensor.detach().to(torch::kFloat).contiguous();
  std::vector<std::uint64_t> dims;
  for (std::int64_t i = values.dim(); i > 0; --i) {
    dims.push_back(static_cast<std::uint64_t>(values.size(i - 1)));
  }
  const std::span<const float> numbers(values.data_ptr<float>(),
                                       static_cast<std::size_t>(values.numel()));
  GN_ASSIGN_OR_RETURN(std::vector<std::byte> bytes, gguf::Quantize(type, numbers));
  return writer.AddTensor(name, type, std::move(dims), std::move(bytes));
}

Status AddLayer(const Layer& layer, std::int64_t index, gguf::TensorType type,
                gguf::Writer& writer) {
  const DecoderShape& shape = layer->shape;
  const std::int64_t q_rows = shape.heads * shape.head_size;
  const std::int64_t kv_rows = shape.kv_heads * shape.head_size;
  const auto rows = [](const torch::Tensor& t, std::int64_t first, std::int64_t count) {
    return t.slice(0, first, first + count);
  };
  struct Entry {
    const char* name;
    torch::Tensor tensor;
  };
  const Entry entries[] = {
      {"attn_norm", layer->attention_norm},
      {"attn_q", rows(layer->qkv, 0, q_rows)},
      {"attn_k", rows(layer->qkv, q_rows, kv_rows)},
      {"attn_v", rows(layer->qkv, q_rows + kv_rows, kv_rows)},
      {"attn_q_norm", layer->q_norm},
      {"attn_k_norm", layer->k_norm},
      {"attn_output", layer->attention_out},
      {"ffn_norm", layer->ffn_norm},
      {"ffn_gate", rows(layer->gate_up, 0, shape.feed_forward)},
      {"ffn_up", rows(layer->gate_up, shape.feed_forward, shape.feed_forward)},
      {"ffn_down", layer->down},
  };
  for (const auto& [name, tensor] : entries) {
    const gguf::TensorType stored = tensor.dim() == 1 ? gguf::TensorType::kF32 : type;
    GN_RETURN_IF_ERROR(
        AddTensor(Concat("blk.", index, ".", name, ".weight"), tensor, stored, writer));
  }
  return {};
}

}  // namespace

Status ExportModel(const Decoder& decoder, const VocabularySource& vocabulary,
                   gguf::TensorType type, const std::string& name, const std::string& path) {
  gguf::Writer writer;
  AddShape(decoder->shape, name, type, writer);
  AddVocabulary(vocabulary, writer);
  GN_RETURN_IF_ERROR(AddTensor("token_embd.weight", decoder->embedding, type, writer));
  for (std::size_t i = 0; i < decoder->layers.size(); ++i) {
    GN_RETURN_IF_ERROR(AddLayer(decoder->layers[i], static_cast<std::int64_t>(i), type, writer));
  }
  GN_RETURN_IF_ERROR(
      AddTensor("output_norm.weight", decoder->output_norm, gguf::TensorType::kF32, writer));
  return writer.Write(path);
}

}  // namespace ganglion::learn
