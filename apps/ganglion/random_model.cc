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
#include "ganglion/gguf/stream_writer.h"
#include "ganglion/gguf/tensor_source.h"
#include "ganglion/gguf/value.h"
#include "ganglion/quantize/mix.h"

namespace ganglion::app {
namespace {

using gguf::TensorType;

constexpr std::size_t kPoolRows = 64;    // that a matrix of one type and width is dealt from
constexpr std::size_t kPieceRows = 256;  // that are written together
constexpr std::uint32_t kQuantizationVersion = 2;  // of the block formats

// A normal number of mean 0 and deviation 1 (Box and Muller 1958).
float Normal(Rng& rng) {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - rng.Uniform()));
  return static_cast<float>(radius * std::cos(2.0 * std::numbers::pi * rng.Uniform()));
}

std::uint64_t Elements(const ShapedTensor& tensor) {
  std::uint64_t elements = 1;
  for (const std::uint64_t dim : tensor.dims) elements *= dim;
  return elements;
}

gguf::Array Integers(gguf::ValueType type, std::vector<std::int64_t> items) {
  return {std::move(items), static_cast<std::uint32_t>(type)};
}

gguf::Array Texts(std::vector<std::string> items) {
  return {std::move(items), static_cast<std::uint32_t>(gguf::ValueType::kString)};
}

// The metadata and the tensors of a shape, as far as choosing their types needs them.
class ShapeSource final : public gguf::TensorSource {
 public:
  void Add(std::string key, gguf::Value value) {
    metadata_.push_back({std::move(key), std::move(value)});
  }
  void AddTensor(const ShapedTensor& tensor) {
    tensors_.push_back({tensor.name, TensorType::kF32, tensor.dims});
  }

  const std::vector<gguf::KeyValue>& metadata() const override { return metadata_; }
  const std::vector<gguf::SourceTensor>& tensors() const override { return tensors_; }
  Status ReadRows(std::size_t, std::uint64_t, std::span<float>) const override {
    return Status(Code::kFailedPrecondition, "a shape has no values");
  }

 private:
  std::vector<gguf::KeyValue> metadata_;
  std::vector<gguf::SourceTensor> tensors_;
};

void AddSizes(const ModelShape& shape, ShapeSource& source) {
  const auto key = [&shape](std::string_view name) {
    return Concat(shape.architecture, ".", name);
  };
  source.Add(key("block_count"), shape.layers);
  source.Add(key("context_length"), shape.context_length);
  source.Add(key("embedding_length"), shape.width);
  source.Add(key("feed_forward_length"), shape.ffn_width);
  source.Add(key("vocab_size"), shape.vocab_size);
  source.Add(key("attention.head_count"), shape.heads);
  source.Add(key("attention.head_count_kv"), shape.kv_heads);
  source.Add(key("attention.key_length"), shape.head_dim);
  source.Add(key("attention.value_length"), shape.head_dim);
  source.Add(key("attention.layer_norm_rms_epsilon"), static_cast<float>(shape.epsilon));
  source.Add(key("rope.dimension_count"), shape.head_dim);
  source.Add(key("rope.freq_base"), static_cast<float>(shape.rope_base));
  if (shape.experts == 0) return;
  source.Add(key("expert_count"), shape.experts);
  source.Add(key("expert_used_count"), shape.experts_used);
}

void AddVocabulary(const ModelShape& shape, ShapeSource& source) {
  RandomVocabulary vocabulary = MakeVocabulary(shape.vocab_size);
  const auto id = [](std::int64_t token) { return static_cast<std::uint32_t>(token); };
  source.Add("tokenizer.ggml.model", std::string("gpt2"));
  source.Add("tokenizer.ggml.pre",
             std::string(shape.architecture == "llama" ? "llama-bpe" : "qwen2"));
  source.Add("tokenizer.ggml.tokens", Texts(std::move(vocabulary.tokens)));
  source.Add("tokenizer.ggml.token_type",
             Integers(gguf::ValueType::kInt32, std::move(vocabulary.types)));
  source.Add("tokenizer.ggml.merges", Texts(std::move(vocabulary.merges)));
  source.Add("tokenizer.ggml.bos_token_id", id(vocabulary.begin_id));
  source.Add("tokenizer.ggml.eos_token_id", id(vocabulary.end_id));
  source.Add("tokenizer.ggml.add_bos_token", false);
  if (shape.chat_template.empty()) return;
  source.Add("tokenizer.chat_template", std::string(shape.chat_template));
}

// Writes tensor data. Matrices are dealt from a few rows of each type and width, in random order:
// quantising every row for itself would take minutes and change no time that is measured.
class RandomTensors {
 public:
  RandomTensors(const ModelShape& shape, std::uint64_t seed) : shape_(shape), rng_(seed) {}

  Status Write(const ShapedTensor& tensor, TensorType type, gguf::StreamWriter& writer) {
    if (tensor.role == TensorRole::kMatrix) return Deal(tensor, type, writer);
    if (tensor.role == TensorRole::kRopeFactors) {
      const std::vector<float> factors = RopeFactors(shape_);
      return writer.Append(std::as_bytes(std::span(factors)));
    }
    // A norm scales by about 1; a bias and a router add about as much as a tenth of their input.
    const float mean = tensor.role == TensorRole::kNorm ? 1.0f : 0.0f;
    const float spread =
        tensor.role == TensorRole::kRouter ? 1.0f / std::sqrt(float(tensor.dims[0])) : 0.1f;
    std::vector<float> values(Elements(tensor));
    for (float& value : values) value = mean + spread * Normal(rng_);
    return writer.Append(std::as_bytes(std::span(values)));
  }

 private:
  Status Deal(const ShapedTensor& tensor, TensorType type, gguf::StreamWriter& writer) {
    const std::uint64_t cols = tensor.dims[0];
    // What a layer adds to the residual stream is small against the stream, as in trained models.
    const bool adds = tensor.name.find("attn_output") != std::string::npos ||
                      tensor.name.find("ffn_down") != std::string::npos;
    GN_ASSIGN_OR_RETURN(const std::vector<std::byte>* pool, Pool(type, cols, adds));
    const std::size_t row_bytes = pool->size() / kPoolRows;
    std::uint64_t rows = Elements(tensor) / cols;
    while (rows > 0) {
      const std::uint64_t count = std::min<std::uint64_t>(rows, kPieceRows);
      piece_.resize(count * row_bytes);
      for (std::size_t at = 0; at < piece_.size(); at += row_bytes) {
        std::memcpy(piece_.data() + at, pool->data() + rng_.Below(kPoolRows) * row_bytes,
                    row_bytes);
      }
      GN_RETURN_IF_ERROR(writer.Append(piece_));
      rows -= count;
    }
    return Status();
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
  std::vector<std::byte> piece_;
  std::map<std::tuple<TensorType, std::uint64_t, bool>, std::vector<std::byte>> pools_;
};

}  // namespace

Status WriteRandomModel(const ModelShape& shape, std::string_view type, std::uint64_t seed,
                        const std::string& path) {
  const quantize::Mix* const mix = quantize::MixNamed(type);
  if (mix == nullptr) {
    return Status(Code::kInvalidArgument,
                  Concat("\"", type, "\" is no weight type; these are: ", quantize::MixNames()));
  }
  const std::vector<ShapedTensor> shaped = TensorsOf(shape);
  ShapeSource source;
  source.Add("general.architecture", std::string(shape.architecture));
  source.Add("general.name", Concat(shape.name, " with random weights"));
  source.Add("general.file_type", mix->file_type);
  source.Add("general.quantization_version", kQuantizationVersion);
  AddSizes(shape, source);
  AddVocabulary(shape, source);
  for (const ShapedTensor& tensor : shaped) source.AddTensor(tensor);

  const std::vector<TensorType> types = quantize::ChooseTypes(*mix, source, {});
  std::vector<gguf::Tensor> tensors;
  for (std::size_t i = 0; i < shaped.size(); ++i) {
    tensors.push_back({shaped[i].name, types[i], shaped[i].dims, 0, {}});
  }
  GN_ASSIGN_OR_RETURN(auto writer, gguf::StreamWriter::Create(path, source.metadata(), tensors));
  RandomTensors random(shape, seed);
  for (std::size_t i = 0; i < shaped.size(); ++i) {
    GN_RETURN_IF_ERROR(random.Write(shaped[i], types[i], writer));
  }
  return writer.Finish();
}

}  // namespace ganglion::app
