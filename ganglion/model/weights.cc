#include "ganglion/model/weights.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "ganglion/gguf/quantize.h"
#include "ganglion/model/limits.h"

namespace ganglion {
namespace {

using gguf::TensorType;
using kernels::WeightType;

constexpr std::pair<TensorType, WeightType> kTypes[] = {
    {TensorType::kF32, WeightType::kF32},       {TensorType::kF16, WeightType::kF16},
    {TensorType::kBF16, WeightType::kBF16},     {TensorType::kQ8_0, WeightType::kQ8_0},
    {TensorType::kQ4_0, WeightType::kQ4_0},     {TensorType::kQ4_1, WeightType::kQ4_1},
    {TensorType::kQ5_0, WeightType::kQ5_0},     {TensorType::kQ5_1, WeightType::kQ5_1},
    {TensorType::kQ2_K, WeightType::kQ2_K},     {TensorType::kQ3_K, WeightType::kQ3_K},
    {TensorType::kQ4_K, WeightType::kQ4_K},     {TensorType::kQ5_K, WeightType::kQ5_K},
    {TensorType::kQ6_K, WeightType::kQ6_K},     {TensorType::kIQ4_NL, WeightType::kIQ4_NL},
    {TensorType::kIQ4_XS, WeightType::kIQ4_XS}, {TensorType::kMXFP4, WeightType::kMXFP4},
};

Result<WeightType> KernelType(const gguf::Tensor& tensor) {
  std::string known;
  for (const auto& [type, kernel_type] : kTypes) {
    if (type == tensor.type) return kernel_type;
    known += (known.empty() ? "" : ", ") + std::string(gguf::Info(type).name);
  }
  return Status(Code::kUnimplemented, "tensor '" + tensor.name + "' has type " +
                                          std::string(gguf::Info(tensor.type).name) +
                                          ", which is not supported yet; this build knows " +
                                          known);
}

std::string ShapeText(std::span<const std::uint64_t> dims) {
  std::string text;
  for (const std::uint64_t dim : dims) text += (text.empty() ? "[" : ", ") + std::to_string(dim);
  return text + "]";
}

// Some rows of a tensor, and the matrix that they are.
struct Part {
  Linear* linear;
  std::size_t rows;
};

// Finds, checks and packs tensors by name, and remembers which it was asked for.
class Loader {
 public:
  Loader(const gguf::File& file, PackedStore& store, sys::ThreadPool& pool)
      : file_(file), store_(store), pool_(pool) {}

  Result<const gguf::Tensor*> Find(const std::string& name, std::vector<std::uint64_t> dims) {
    const gguf::Tensor* const tensor = file_.FindTensor(name);
    if (tensor == nullptr) {
      return Status(Code::kInvalidArgument,
                    "tensor '" + name + "' of shape " + ShapeText(dims) + " is missing");
    }
    used_.insert(tensor);
    if (tensor->dims != dims) {
      return Status(Code::kInvalidArgument, "tensor '" + name + "' has shape " +
                                                ShapeText(tensor->dims) +
                                                "; the metadata asks for " + ShapeText(dims));
    }
    return tensor;
  }

  bool Has(const std::string& name) const { return file_.FindTensor(name) != nullptr; }

  Result<AlignedBuffer<float>> Vector(const std::string& name, std::size_t size) {
    GN_ASSIGN_OR_RETURN(auto values, Allocate<float>(size, name));
    GN_RETURN_IF_ERROR(Floats(name, {size}, std::span(values.data(), size)));
    return values;
  }

  Status Floats(const std::string& name, std::vector<std::uint64_t> dims, std::span<float> values) {
    GN_ASSIGN_OR_RETURN(const gguf::Tensor* tensor, Find(name, std::move(dims)));
    GN_RETURN_IF_ERROR(CheckLookupType(*tensor));
    gguf::Dequantize(tensor->type, tensor->data, values);
    bytes_ += tensor->data.size();
    return Status();
  }

  // A tensor that the file may have and this load does not need.
  void Skip(const std::string& name) { used_.insert(file_.FindTensor(name)); }

  Result<AlignedBuffer<float>> Bias(const std::string& name, std::size_t size, Presence presence) {
    if (presence == Presence::kRequired || (presence == Presence::kOptional && Has(name))) {
      return Vector(name, size);
    }
    return AlignedBuffer<float>();
  }

  // `base` without ".weight" and ".bias".
  Result<Linear> Matrix(const std::string& base, std::size_t rows, std::size_t cols,
                        Presence bias) {
    GN_ASSIGN_OR_RETURN(const gguf::Tensor* tensor, Find(base + ".weight", {cols, rows}));
    GN_ASSIGN_OR_RETURN(Linear linear, Pack(*tensor, 0, rows, cols));
    GN_ASSIGN_OR_RETURN(linear.bias, Bias(base + ".bias", rows, bias));
    return linear;
  }

  // Matrices that lie one after the other in the rows of one tensor, and likewise their biases.
  Status Split(const std::string& base, std::size_t cols, std::span<const Part> parts,
               Presence bias) {
    std::size_t rows = 0;
    for (const Part& part : parts) rows += part.rows;
    GN_ASSIGN_OR_RETURN(const gguf::Tensor* tensor, Find(base + ".weight", {cols, rows}));
    GN_ASSIGN_OR_RETURN(const auto all, Bias(base + ".bias", rows, bias));
    std::size_t first = 0;
    for (const Part& part : parts) {
      GN_ASSIGN_OR_RETURN(*part.linear, Pack(*tensor, first, part.rows, cols));
      if (all.size() != 0) {
        GN_ASSIGN_OR_RETURN(part.linear->bias, Allocate<float>(part.rows, base));
        std::copy_n(all.data() + first, part.rows, part.linear->bias.data());
      }
      first += part.rows;
    }
    return Status();
  }

  // One matrix of each expert: BASE_exps holds them all, or, in old files, BASE.0 the first and so
  // on. A token meets `used` of them.
  Status Experts(const std::string& base, const ExpertConfig& config, std::size_t rows,
                 std::size_t cols, std::span<ExpertWeights> experts,
                 Linear ExpertWeights::*member) {
    const std::string all_name = base + "_exps.weight";
    const bool apart = Has(base + ".0.weight") && !Has(all_name);
    const gguf::Tensor* tensor = nullptr;
    const std::size_t before = bytes_;
    if (!apart) {
      GN_ASSIGN_OR_RETURN(tensor, Find(all_name, {cols, rows, config.count}));
    }
    for (std::size_t i = 0; i < experts.size(); ++i) {
      if (apart) {
        const std::string name = base + "." + std::to_string(i) + ".weight";
        GN_ASSIGN_OR_RETURN(tensor, Find(name, {cols, rows}));
      }
      GN_ASSIGN_OR_RETURN(experts[i].*member, Pack(*tensor, apart ? 0 : i * rows, rows, cols));
    }
    bytes_ = before + (bytes_ - before) / experts.size() * config.used;
    return Status();
  }

  // The scores by which experts are chosen, always in F32. The gate of the shared expert becomes
  // one more row.
  Result<Linear> Router(const std::string& at, const ExpertConfig& config, std::size_t cols) {
    const std::size_t rows = config.count + (config.shared_width != 0 ? 1 : 0);
    GN_ASSIGN_OR_RETURN(auto values, Allocate<float>(rows * cols, at + "ffn_gate_inp"));
    const std::span all(values.data(), rows * cols);
    GN_RETURN_IF_ERROR(
        Floats(at + "ffn_gate_inp.weight", {cols, config.count}, all.first(config.count * cols)));
    if (config.shared_width != 0) {
      GN_RETURN_IF_ERROR(Floats(at + "ffn_gate_inp_shexp.weight", {cols}, all.last(cols)));
    }
    Linear linear;
    GN_RETURN_IF_ERROR(PackRows(std::as_bytes(all), at + "ffn_gate_inp", rows, cols, linear));
    return linear;
  }

  Result<Linear> Pack(const gguf::Tensor& tensor, std::size_t first_row, std::size_t rows,
                      std::size_t cols) {
    Linear linear;
    GN_ASSIGN_OR_RETURN(linear.type, KernelType(tensor));
    const std::size_t row_bytes = tensor.data.size() / tensor.rows();
    const auto data = tensor.data.subspan(first_row * row_bytes, rows * row_bytes);
    const std::string part = first_row == 0 ? "" : " from row " + std::to_string(first_row);
    GN_RETURN_IF_ERROR(PackRows(data, tensor.name + part, rows, cols, linear));
    Release(data);
    bytes_ += data.size();
    return linear;
  }

  // A tensor of which only single rows are read.
  Status CheckLookupType(const gguf::Tensor& tensor) const {
    return gguf::CanDequantize(tensor.type) ? Status() : CheckType(tensor);
  }

  Status CheckType(const gguf::Tensor& tensor) const {
    Result<WeightType> type = KernelType(tensor);
    return type.ok() ? Status() : std::move(type).error();
  }

  // A tensor that nobody asked for means that the model computes something else.
  Status CheckAllUsed() const {
    for (const gguf::Tensor& tensor : file_.tensors()) {
      if (used_.contains(&tensor)) continue;
      return Status(Code::kUnimplemented, "tensor '" + tensor.name +
                                              "' has no place in this architecture; the model "
                                              "needs something that is not supported yet");
    }
    return Status();
  }

  std::size_t bytes() const { return bytes_; }

 private:
  // The file's own bytes of what is packed are not needed any more.
  void Release(std::span<const std::byte> data) const {
    if (file_.mapping() != nullptr) file_.mapping()->Release(data);
  }

  // Fills in all of `linear` but its type, which is set, and its bias.
  Status PackRows(std::span<const std::byte> data, const std::string& name, std::size_t rows,
                  std::size_t cols, Linear& linear) {
    linear.rows = rows;
    linear.cols = cols;
    const std::size_t panels = kernels::Panels(rows);
    const std::size_t row_bytes = kernels::RowBytes(linear.type, cols);
    const PackedKey key = {.name = name,
                           .type = linear.type,
                           .rows = rows,
                           .cols = cols,
                           .bytes = panels * kernels::PanelBytes(linear.type, cols)};
    auto packed = store_.Add(key, panels, pool_, [&](std::size_t panel, std::byte* to) {
      const std::size_t first = panel * kernels::kPanelRows;
      kernels::PackPanels({.type = linear.type,
                           .rows_data = data.data() + first * row_bytes,
                           .rows = std::min(kernels::kPanelRows, rows - first),
                           .cols = cols,
                           .packed = to,
                           .first_panel = 0,
                           .last_panel = 1});
    });
    if (!packed.ok()) return std::move(packed).error().WithContext("tensor '" + name + "'");
    linear.packed = *packed;
    return Status();
  }

  template <class T>
  static Result<AlignedBuffer<T>> Allocate(std::size_t size, const std::string& name) {
    AlignedBuffer<T> buffer(size);
    if (buffer.data() != nullptr) return buffer;
    return Status(Code::kResourceExhausted, "tensor '" + name + "': the system refuses " +
                                                std::to_string(size * sizeof(T)) + " bytes");
  }

  const gguf::File& file_;
  PackedStore& store_;
  sys::ThreadPool& pool_;
  std::unordered_set<const gguf::Tensor*> used_;
  std::size_t bytes_ = 0;
};

Status LoadAttention(Loader& loader, const ModelConfig& config, const std::string& at,
                     LayerWeights& layer) {
  const std::size_t width = config.width;
  const std::size_t q_rows = std::size_t{config.heads} * config.key_dim;
  const std::size_t k_rows = std::size_t{config.kv_heads} * config.key_dim;
  const std::size_t v_rows = std::size_t{config.kv_heads} * config.value_dim;
  const std::size_t o_cols = std::size_t{config.heads} * config.value_dim;
  GN_ASSIGN_OR_RETURN(layer.attention_norm, loader.Vector(at + "attn_norm.weight", width));
  if (loader.Has(at + "attn_qkv.weight")) {
    const Part parts[] = {{&layer.q, q_rows}, {&layer.k, k_rows}, {&layer.v, v_rows}};
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

Status LoadExperts(Loader& loader, const ModelConfig& config, const std::string& at,
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

Status LoadFeedForward(Loader& loader, const ModelConfig& config, const std::string& at,
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
    const Part parts[] = {{&layer.gate, ffn}, {&layer.up, ffn}};
    GN_RETURN_IF_ERROR(loader.Split(at + "ffn_up", width, parts, bias));
  } else {
    GN_ASSIGN_OR_RETURN(layer.gate, loader.Matrix(at + "ffn_gate", ffn, width, bias));
    GN_ASSIGN_OR_RETURN(layer.up, loader.Matrix(at + "ffn_up", ffn, width, bias));
  }
  GN_ASSIGN_OR_RETURN(layer.down, loader.Matrix(at + "ffn_down", width, ffn, bias));
  return Status();
}

Status LoadEmbedding(Loader& loader, ModelConfig& config, Weights& weights) {
  constexpr const char* kName = "token_embd.weight";
  const gguf::Tensor* const tensor = weights.file->FindTensor(kName);
  const bool counted = tensor != nullptr && tensor->dims.size() == 2;
  const std::uint64_t vocabulary = counted ? tensor->dims[1] : 1;
  GN_ASSIGN_OR_RETURN(weights.embedding, loader.Find(kName, {config.width, vocabulary}));
  GN_RETURN_IF_ERROR(loader.CheckLookupType(*weights.embedding));
  if (vocabulary > static_cast<std::uint64_t>(kVocabularyMax)) {
    return Status(Code::kInvalidArgument,
                  std::string("tensor '") + kName + "' has " + std::to_string(vocabulary) +
                      " tokens; the limit is " + std::to_string(kVocabularyMax));
  }
  config.vocab_size = static_cast<std::uint32_t>(vocabulary);
  return Status();
}

// The list that divides the frequencies; of two, the one that the config chose.
Status LoadRopeFactors(Loader& loader, const RopeConfig& rope, Weights& weights) {
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
  Loader loader(*weights.file, weights.store, pool);
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
