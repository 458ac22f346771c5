#include "apps/ganglion/random_model.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <map>
#include <numbers>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "apps/ganglion/random_vocabulary.h"

#include "ganglion/base/concat.h"
#include "ganglion/base/rng.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/gguf/quantize.h"
#include "ganglion/gguf/value.h"

namespace ganglion::app {
namespace {

using gguf::TensorType;

constexpr std::size_t kPoolRows = 64;  // that a matrix of one type and width is dealt from
constexpr std::uint32_t kQuantizationVersion = 2;  // of the block formats

// A normal number of mean 0 and deviation 1 (Box and Muller 1958).
float Normal(Rng& rng) {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - rng.Uniform()));
  return static_cast<float>(radius * std::cos(2.0 * std::numbers::pi * rng.Uniform()));
}

std::vector<std::byte> BytesOf(std::span<const float> values) {
  const auto bytes = std::as_bytes(values);
  return {bytes.begin(), bytes.end()};
}

gguf::Array Integers(gguf::ValueType type, std::vector<std::int64_t> items) {
  return {std::move(items), static_cast<std::uint32_t>(type)};
}

gguf::Array Texts(std::vector<std::string> items) {
  return {std::move(items), static_cast<std::uint32_t>(gguf::ValueType::kString)};
}

void AddSizes(const ModelShape& shape, gguf::Writer& writer) {
  const auto key = [&shape](std::string_view name) {
    return Concat(shape.architecture, ".", name);
  };
  writer.Add(key("block_count"), shape.layers);
  writer.Add(key("context_length"), shape.context_length);
  writer.Add(key("embedding_length"), shape.width);
  writer.Add(key("feed_forward_length"), shape.ffn_width);
  writer.Add(key("vocab_size"), shape.vocab_size);
  writer.Add(key("attention.head_count"), shape.heads);
  writer.Add(key("attention.head_count_kv"), shape.kv_heads);
  writer.Add(key("attention.key_length"), shape.head_dim);
  writer.Add(key("attention.value_length"), shape.head_dim);
  writer.Add(key("attention.layer_norm_rms_epsilon"), static_cast<float>(shape.epsilon));
  writer.Add(key("rope.dimension_count"), shape.head_dim);
  writer.Add(key("rope.freq_base"), static_cast<float>(shape.rope_base));
  if (shape.experts == 0) return;
  writer.Add(key("expert_count"), shape.experts);
  writer.Add(key("expert_used_count"), shape.experts_used);
}

void AddVocabulary(const ModelShape& shape, gguf::Writer& writer) {
  RandomVocabulary vocabulary = MakeVocabulary(shape.vocab_size);
  const auto id = [](std::int64_t token) { return static_cast<std::uint32_t>(token); };
  writer.Add("tokenizer.ggml.model", std::string("gpt2"));
  writer.Add("tokenizer.ggml.pre",
             std::string(shape.architecture == "llama" ? "llama-bpe" : "qwen2"));
  writer.Add("tokenizer.ggml.tokens", Texts(std::move(vocabulary.tokens)));
  writer.Add("tokenizer.ggml.token_type",
             Integers(gguf::ValueType::kInt32, std::move(vocabulary.types)));
  writer.Add("tokenizer.ggml.merges", Texts(std::move(vocabulary.merges)));
  writer.Add("tokenizer.ggml.bos_token_id", id(vocabulary.begin_id));
  writer.Add("tokenizer.ggml.eos_token_id", id(vocabulary.end_id));
  writer.Add("tokenizer.ggml.add_bos_token", false);
}

// Makes tensor data. Matrices are dealt from a few rows of each type and width, in random order:
// quantising every row for itself would take minutes and change no time that is measured.
class RandomTensors {
 public:
  RandomTensors(const ModelShape& shape, std::uint64_t seed) : shape_(shape), rng_(seed) {}

  Result<std::vector<std::byte>> Make(const ShapedTensor& tensor, TensorType type) {
    std::uint64_t elements = 1;
    for (const std::uint64_t dim : tensor.dims) elements *= dim;
    if (tensor.role == TensorRole::kRopeFactors) return BytesOf(RopeFactors(shape_));
    if (tensor.role == TensorRole::kMatrix) return Deal(tensor, type, elements);
    // A norm scales by about 1; a bias and a router add about as much as a tenth of their input.
    const float mean = tensor.role == TensorRole::kNorm ? 1.0f : 0.0f;
    const float spread =
        tensor.role == TensorRole::kRouter ? 1.0f / std::sqrt(float(tensor.dims[0])) : 0.1f;
    std::vector<float> values(elements);
    for (float& value : values) value = mean + spread * Normal(rng_);
    return BytesOf(values);
  }

 private:
  Result<std::vector<std::byte>> Deal(const ShapedTensor& tensor, TensorType type,
                                      std::uint64_t elements) {
    const std::uint64_t cols = tensor.dims[0];
    // What a layer adds to the residual stream is small against the stream, as in trained models.
    const bool adds = tensor.name.find("attn_output") != std::string::npos ||
                      tensor.name.find("ffn_down") != std::string::npos;
    GN_ASSIGN_OR_RETURN(const std::vector<std::byte>* pool, Pool(type, cols, adds));
    const std::size_t row_bytes = pool->size() / kPoolRows;
    std::vector<std::byte> data(elements / cols * row_bytes);
    for (std::size_t at = 0; at < data.size(); at += row_bytes) {
      std::memcpy(data.data() + at, pool->data() + rng_.Below(kPoolRows) * row_bytes, row_bytes);
    }
    return data;
  }

  Result<const std::vector<std::byte>*> Pool(TensorType type, std::uint64_t cols, bool adds) {
    const auto key = std::tuple(type, cols, adds);
    const auto found = pools_.find(key);
    if (found != pools_.end()) return &found->second;
    const double variance = static_cast<double>(cols) * (adds ? 2.0 * shape_.layers : 1.0);
    const auto scale = static_cast<float>(1.0 / std::sqrt(variance));
    std::vector<float> rows(kPoolRows * cols);
    for (float& value : rows) value = scale * Normal(rng_);
    GN_ASSIGN_OR_RETURN(pools_[key], gguf::Quantize(type, rows));
    return &pools_[key];
  }

  const ModelShape& shape_;
  Rng rng_;
  std::map<std::tuple<TensorType, std::uint64_t, bool>, std::vector<std::byte>> pools_;
};

}  // namespace

Status WriteRandomModel(const ModelShape& shape, std::string_view type, std::uint64_t seed,
                        const std::string& path) {
  const auto matrix_type = gguf::TypeNamed(type);
  if (!matrix_type || !gguf::Info(*matrix_type).supported) {
    return Status(Code::kInvalidArgument, Concat("\"", type, "\" is no weight type"));
  }
  gguf::Writer writer;
  writer.Add("general.architecture", std::string(shape.architecture));
  writer.Add("general.name", Concat(shape.name, " with random weights"));
  writer.Add("general.quantization_version", kQuantizationVersion);
  AddSizes(shape, writer);
  AddVocabulary(shape, writer);
  RandomTensors random(shape, seed);
  for (ShapedTensor& tensor : TensorsOf(shape)) {
    const TensorType stored = tensor.role == TensorRole::kMatrix ? *matrix_type : TensorType::kF32;
    GN_ASSIGN_OR_RETURN(std::vector<std::byte> data, random.Make(tensor, stored));
    GN_RETURN_IF_ERROR(
        writer.AddTensor(std::move(tensor.name), stored, std::move(tensor.dims), std::move(data)));
  }
  return writer.Write(path);
}

}  // namespace ganglion::app
