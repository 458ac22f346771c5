#include "ganglion/model/tensor_loader.h"

#include <algorithm>
#include <string_view>
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

template <class T>
Result<AlignedBuffer<T>> Allocate(std::size_t size, const std::string& name) {
  AlignedBuffer<T> buffer(size);
  if (buffer.data() != nullptr) return buffer;
  return Status(Code::kResourceExhausted, "tensor '" + name + "': the system refuses " +
                                              std::to_string(size * sizeof(T)) + " bytes");
}

}  // namespace

Result<const gguf::Tensor*> TensorLoader::Find(const std::string& name,
                                               std::vector<std::uint64_t> dims) {
  const gguf::Tensor* const tensor = file_.FindTensor(name);
  if (tensor == nullptr) {
    return Status(Code::kInvalidArgument,
                  "tensor '" + name + "' of shape " + ShapeText(dims) + " is missing");
  }
  used_.insert(tensor);
  if (tensor->dims != dims) {
    return Status(Code::kInvalidArgument, "tensor '" + name + "' has shape " +
                                              ShapeText(tensor->dims) + "; the metadata asks for " +
                                              ShapeText(dims));
  }
  return tensor;
}

Result<TensorLoader::TokenEmbedding> TensorLoader::FindTokenEmbedding(std::uint64_t width) {
  constexpr const char* kName = "token_embd.weight";
  const gguf::Tensor* const named = file_.FindTensor(kName);
  const bool counted = named != nullptr && named->dims.size() == 2;
  const std::uint64_t vocabulary = counted ? named->dims[1] : 1;
  GN_ASSIGN_OR_RETURN(const gguf::Tensor* const tensor, Find(kName, {width, vocabulary}));
  GN_RETURN_IF_ERROR(CheckLookupType(*tensor));
  if (vocabulary > static_cast<std::uint64_t>(kVocabularyMax)) {
    return Status(Code::kInvalidArgument,
                  std::string("tensor '") + kName + "' has " + std::to_string(vocabulary) +
                      " tokens; the limit is " + std::to_string(kVocabularyMax));
  }
  return TokenEmbedding{tensor, static_cast<std::uint32_t>(vocabulary)};
}

Result<AlignedBuffer<float>> TensorLoader::Vector(const std::string& name, std::size_t size) {
  GN_ASSIGN_OR_RETURN(auto values, Allocate<float>(size, name));
  GN_RETURN_IF_ERROR(Floats(name, {size}, std::span(values.data(), size)));
  return values;
}

Status TensorLoader::Floats(const std::string& name, std::vector<std::uint64_t> dims,
                            std::span<float> values) {
  GN_ASSIGN_OR_RETURN(const gguf::Tensor* tensor, Find(name, std::move(dims)));
  GN_RETURN_IF_ERROR(CheckLookupType(*tensor));
  gguf::Dequantize(tensor->type, tensor->data, values);
  bytes_ += tensor->data.size();
  return Status();
}

Result<AlignedBuffer<float>> TensorLoader::Bias(const std::string& name, std::size_t size,
                                                Presence presence) {
  if (presence == Presence::kRequired || (presence == Presence::kOptional && Has(name))) {
    return Vector(name, size);
  }
  return AlignedBuffer<float>();
}

Result<Linear> TensorLoader::Matrix(const std::string& base, std::size_t rows, std::size_t cols,
                                    Presence bias) {
  GN_ASSIGN_OR_RETURN(const gguf::Tensor* tensor, Find(base + ".weight", {cols, rows}));
  GN_ASSIGN_OR_RETURN(Linear linear, Pack(*tensor, 0, rows, cols));
  GN_ASSIGN_OR_RETURN(linear.bias, Bias(base + ".bias", rows, bias));
  return linear;
}

Status TensorLoader::Split(const std::string& base, std::size_t cols,
                           std::span<const TensorPart> parts, Presence bias) {
  std::size_t rows = 0;
  for (const TensorPart& part : parts) rows += part.rows;
  GN_ASSIGN_OR_RETURN(const gguf::Tensor* tensor, Find(base + ".weight", {cols, rows}));
  GN_ASSIGN_OR_RETURN(const auto all, Bias(base + ".bias", rows, bias));
  std::size_t first = 0;
  for (const TensorPart& part : parts) {
    GN_ASSIGN_OR_RETURN(*part.linear, Pack(*tensor, first, part.rows, cols));
    if (all.size() != 0) {
      GN_ASSIGN_OR_RETURN(part.linear->bias, Allocate<float>(part.rows, base));
      std::copy_n(all.data() + first, part.rows, part.linear->bias.data());
    }
    first += part.rows;
  }
  return Status();
}

Status TensorLoader::Experts(const std::string& base, const ExpertConfig& config, std::size_t rows,
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

Result<Linear> TensorLoader::Router(const std::string& at, const ExpertConfig& config,
                                    std::size_t cols) {
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

Result<Linear> TensorLoader::Pack(const gguf::Tensor& tensor, std::size_t first_row,
                                  std::size_t rows, std::size_t cols) {
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

Status TensorLoader::CheckLookupType(const gguf::Tensor& tensor) const {
  if (gguf::CanDequantize(tensor.type)) return Status();
  Result<WeightType> type = KernelType(tensor);
  return type.ok() ? Status() : std::move(type).error();
}

Status TensorLoader::CheckAllUsed() const {
  for (const gguf::Tensor& tensor : file_.tensors()) {
    if (used_.contains(&tensor)) continue;
    return Status(Code::kUnimplemented, "tensor '" + tensor.name +
                                            "' has no place in this architecture; the model "
                                            "needs something that is not supported yet");
  }
  return Status();
}

// The file's own bytes of what is packed are not needed any more.
void TensorLoader::Release(std::span<const std::byte> data) const {
  if (file_.mapping() != nullptr) file_.mapping()->Release(data);
}

// Fills in all of `linear` but its type, which is set, and its bias.
Status TensorLoader::PackRows(std::span<const std::byte> data, const std::string& name,
                              std::size_t rows, std::size_t cols, Linear& linear) {
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

}  // namespace ganglion
