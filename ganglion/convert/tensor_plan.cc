#include "ganglion/convert/tensor_plan.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"
#include "ganglion/convert/limits.h"
#include "ganglion/gguf/printable.h"
#include "ganglion/gguf/quantize.h"

namespace ganglion::convert {
namespace {

using gguf::SafetensorsTensor;

// Where the language model's tensors begin: by itself, or inside a model that also sees.
constexpr std::string_view kPrefixes[] = {"model.", "language_model.model.",
                                          "model.language_model."};
constexpr std::string_view kOutputNames[] = {"lm_head.weight", "language_model.lm_head.weight"};
constexpr std::string_view kEncoderPrefixes[] = {"", "bert."};
// Of an encoder: what makes one vector of all hidden states for tasks other than embedding, and a
// list of numbers from 0 on.
constexpr std::string_view kEncoderExtras[] = {"pooler.", "embeddings.position_ids"};
// Parts of models that also see, which are left out.
constexpr std::string_view kOtherParts[] = {"vision_tower.", "multi_modal_projector.",
                                            "model.vision_tower.", "model.multi_modal_projector."};
// Tables that the model's code computes itself, in folders of old.
constexpr std::string_view kComputed = ".rotary_emb.inv_freq";

std::string ShapeText(std::span<const std::uint64_t> dims) {
  std::string text;
  for (const std::uint64_t dim : dims) text += (text.empty() ? "[" : ", ") + std::to_string(dim);
  return text.empty() ? "[]" : text + "]";
}

Status Bad(std::string_view name, std::string_view what) {
  return {Code::kInvalidArgument, Concat("tensor \"", gguf::Printable(name), "\": ", what)};
}

class Planner {
 public:
  Planner(const Architecture& architecture, const gguf::SafetensorsFolder& folder,
          Description& description)
      : architecture_(architecture),
        folder_(folder),
        shape_(description.shape),
        description_(description) {}

  Result<std::vector<PlannedTensor>> Run() {
    const std::span<const std::string_view> prefixes =
        architecture_.encoder ? std::span<const std::string_view>(kEncoderPrefixes) : kPrefixes;
    for (const std::string_view prefix : prefixes) {
      prefix_ = prefix;
      if (folder_.Find(Concat(prefix_, architecture_.embedding)) != nullptr) break;
      prefix_ = prefixes[0];
    }
    GN_RETURN_IF_ERROR(Embedding());
    for (const TensorRule& rule : architecture_.outer) {
      GN_RETURN_IF_ERROR(Add(rule, {Concat(prefix_, rule.from)}, std::string(rule.to)));
    }
    for (ExtraTensor& extra : description_.extra) {
      const std::uint64_t size = extra.values.size();
      planned_.push_back({.tensor = {extra.name, gguf::TensorType::kF32, {size}},
                          .parts = {},
                          .values = std::move(extra.values)});
    }
    for (std::uint64_t layer = 0; layer < shape_.layers; ++layer) {
      for (const auto& rules : architecture_.rules) {
        for (const TensorRule& rule : rules) GN_RETURN_IF_ERROR(Apply(rule, layer));
      }
    }
    if (architecture_.encoder) {
      GN_RETURN_IF_ERROR(CheckAllUsed());
      return std::move(planned_);
    }
    GN_RETURN_IF_ERROR(
        Add({.from = "norm.weight", .to = "output_norm.weight", .cols = Size::kWidth},
            {Concat(prefix_, "norm.weight")}, "output_norm.weight"));
    GN_RETURN_IF_ERROR(Output());
    GN_RETURN_IF_ERROR(CheckAllUsed());
    return std::move(planned_);
  }

 private:
  // Its rows say how many tokens there are, where config.json does not.
  Status Embedding() {
    const std::string name = Concat(prefix_, architecture_.embedding);
    const SafetensorsTensor* const found = folder_.Find(name);
    if (found != nullptr && shape_.vocabulary == 0 && found->shape.size() == 2) {
      shape_.vocabulary = found->shape[0];
    }
    if (shape_.vocabulary > kVocabularyMax) {
      return Bad(name, Concat("more than ", kVocabularyMax, " tokens"));
    }
    return Add({.from = {}, .to = {}, .cols = Size::kWidth, .rows = Size::kVocabulary}, {name},
               "token_embd.weight");
  }

  // Tied matrices are published once: where the other name is there too, it is the same.
  Status Output() {
    std::string name(kOutputNames[0]);
    for (const std::string_view known : kOutputNames) {
      if (folder_.Find(known) != nullptr) name = known;
    }
    if (!shape_.tied.value_or(folder_.Find(name) == nullptr)) {
      return Add({.from = {}, .to = {}, .cols = Size::kWidth, .rows = Size::kVocabulary}, {name},
                 "output.weight");
    }
    used_.insert(name);
    return {};
  }

  Status Apply(const TensorRule& rule, std::uint64_t layer) {
    const std::string base = Concat(prefix_, architecture_.layers, layer, ".");
    std::string to = Concat("blk.", layer, ".", rule.to);
    const std::size_t star = rule.from.find('*');
    if (star == std::string_view::npos) {
      const std::string name = base + std::string(rule.from);
      if (rule.optional && folder_.Find(name) == nullptr) return {};
      return Add(rule, {name}, std::move(to));
    }
    const std::string fused = base + std::string(rule.fused);
    if (!rule.fused.empty() && folder_.Find(fused) != nullptr) {
      return AddShares(rule, fused, std::move(to));
    }
    std::vector<std::string> names;
    for (std::uint64_t expert = 0; expert < shape_.experts; ++expert) {
      names.push_back(Concat(base, rule.from.substr(0, star), expert, rule.from.substr(star + 1)));
    }
    return Add(rule, names, std::move(to));
  }

  Status Add(const TensorRule& rule, const std::vector<std::string>& names, std::string to) {
    std::vector<std::uint64_t> dims = {ValueOf(rule.cols, shape_)};
    if (rule.rows != Size::kOne) dims.push_back(ValueOf(rule.rows, shape_));
    PlannedTensor planned;
    for (const std::string& name : names) {
      GN_ASSIGN_OR_RETURN(const SafetensorsTensor* part, Take(name, dims));
      planned.parts.push_back({part});
    }
    const bool stacked = rule.from.find('*') != std::string_view::npos;
    if (stacked) dims.push_back(names.size());
    planned.tensor = {std::move(to), *planned.parts[0].tensor->type, std::move(dims)};
    if (rule.rotated && architecture_.interleaved) planned.interleaved_head = shape_.head_dim;
    if (architecture_.norms_add_one && rule.to.ends_with("norm.weight")) planned.addend = 1;
    planned_.push_back(std::move(planned));
    return {};
  }

  // Of a tensor that holds all experts, and in each the rows of several matrices.
  Status AddShares(const TensorRule& rule, const std::string& name, std::string to) {
    const std::uint64_t cols = ValueOf(rule.cols, shape_);
    const std::uint64_t rows = ValueOf(rule.rows, shape_);
    GN_ASSIGN_OR_RETURN(const SafetensorsTensor* whole,
                        Take(name, std::array{cols, rows * rule.shares, shape_.experts}));
    PlannedTensor planned;
    planned.tensor = {std::move(to), *whole->type, {cols, rows, shape_.experts}};
    for (std::uint64_t expert = 0; expert < shape_.experts; ++expert) {
      planned.parts.push_back({whole, (expert * rule.shares + rule.share) * rows * cols});
    }
    planned_.push_back(std::move(planned));
    return {};
  }

  // The tensor, of a shape that reads backwards as `dims`.
  Result<const SafetensorsTensor*> Take(const std::string& name,
                                        std::span<const std::uint64_t> dims) {
    const SafetensorsTensor* const tensor = folder_.Find(name);
    const std::vector<std::uint64_t> wanted(dims.rbegin(), dims.rend());
    if (tensor == nullptr) return Bad(name, Concat("of shape ", ShapeText(wanted), " is missing"));
    std::span<const std::uint64_t> shape = tensor->shape;
    while (shape.size() > wanted.size() && shape[0] == 1) shape = shape.subspan(1);
    if (!std::ranges::equal(shape, wanted)) {
      return Bad(name, Concat("is of shape ", ShapeText(tensor->shape), "; config.json asks for ",
                              ShapeText(wanted)));
    }
    if (!tensor->type) {
      return Bad(
          name, Concat("values of type ", tensor->dtype, " cannot be read; F32, F16 and BF16 can"));
    }
    used_.insert(name);
    return tensor;
  }

  // What nobody asked for would be missing from the model's numbers.
  Status CheckAllUsed() const {
    for (const SafetensorsTensor* tensor : folder_.tensors()) {
      const std::string_view name = tensor->name;
      if (used_.contains(tensor->name) || name.ends_with(kComputed)) continue;
      const auto begins = [name](std::string_view part) { return name.starts_with(part); };
      if (prefix_ != kPrefixes[0] && std::ranges::any_of(kOtherParts, begins)) continue;
      const bool extra = std::ranges::any_of(kEncoderExtras, [&](std::string_view part) {
        return name.starts_with(Concat(prefix_, part));
      });
      if (architecture_.encoder && extra) continue;
      return Status(Code::kUnimplemented, Concat("tensor \"", gguf::Printable(name),
                                                 "\" has no place in a ", architecture_.published));
    }
    return {};
  }

  const Architecture& architecture_;
  const gguf::SafetensorsFolder& folder_;
  ModelShape& shape_;
  Description& description_;
  std::string_view prefix_;
  std::unordered_set<std::string> used_;
  std::vector<PlannedTensor> planned_;
};

// Elements [first, first + values.size()) of the part as it is stored.
void ReadStored(const TensorPart& part, std::uint64_t first, std::span<float> values) {
  const SafetensorsTensor& tensor = *part.tensor;
  first += part.first;
  const std::uint64_t bytes = gguf::Info(*tensor.type).bytes;
  gguf::Dequantize(*tensor.type, tensor.data.subspan(first * bytes, values.size() * bytes), values);
}

// From which row comes row `row` of heads of `head` rows.
std::uint64_t HalfSplitRow(std::uint64_t row, std::uint64_t head) {
  const std::uint64_t within = row % head;
  return row - within + within / 2 + within % 2 * (head / 2);
}

}  // namespace

Result<std::vector<PlannedTensor>> PlanTensors(const Architecture& architecture,
                                               const gguf::SafetensorsFolder& folder,
                                               Description& description) {
  return Planner(architecture, folder, description).Run();
}

void ReadPlannedRows(const PlannedTensor& planned, std::uint64_t first_row,
                     std::span<float> values) {
  const std::uint64_t row_size = planned.tensor.row_size();
  GN_CHECK(values.size() % row_size == 0);
  const std::uint64_t rows = values.size() / row_size;
  GN_CHECK(first_row <= planned.tensor.rows() && rows <= planned.tensor.rows() - first_row);
  if (planned.parts.empty()) {
    std::ranges::copy(std::span(planned.values).subspan(first_row * row_size, values.size()),
                      values.begin());
    return;
  }
  // A vector is a column of single numbers where its rows are moved.
  const bool moves = planned.interleaved_head != 0;
  const std::uint64_t unit = moves && planned.tensor.dims.size() == 1 ? 1 : row_size;
  const std::uint64_t units_in_part =
      planned.tensor.rows() * row_size / unit / planned.parts.size();
  for (std::uint64_t i = 0; i < values.size() / unit; ++i) {
    const std::uint64_t at = first_row * row_size / unit + i;
    const std::uint64_t within = at % units_in_part;
    const std::uint64_t from = moves ? HalfSplitRow(within, planned.interleaved_head) : within;
    ReadStored(planned.parts[at / units_in_part], from * unit, values.subspan(i * unit, unit));
  }
  if (planned.addend == 0) return;
  for (float& value : values) value += planned.addend;
}

}  // namespace ganglion::convert
