#include "apps/ganglion/bench_cost.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"

namespace ganglion::app {
namespace {

constexpr std::int64_t kExpertsMax = 1 << 16;

Arithmetic ArithmeticOf(gguf::TensorType type) {
  switch (type) {
    case gguf::TensorType::kF32:
    case gguf::TensorType::kF16:
    case gguf::TensorType::kF64:
      return Arithmetic::kF32;
    case gguf::TensorType::kBF16:
      return Arithmetic::kBF16;
    default:
      return Arithmetic::kInt8;
  }
}

Status ReadExperts(const gguf::File& file, ModelCost& cost) {
  GN_ASSIGN_OR_RETURN(const auto architecture, file.String("general.architecture"));
  const std::string count = Concat(architecture, ".expert_count");
  const std::string used = Concat(architecture, ".expert_used_count");
  GN_ASSIGN_OR_RETURN(const std::int64_t experts, file.IntOr(count, 0));
  if (experts == 0) return Status();
  GN_ASSIGN_OR_RETURN(const std::int64_t experts_used, file.Int(used));
  if (experts < 1 || experts > kExpertsMax || experts_used < 1 || experts_used > experts) {
    return Status(Code::kInvalidArgument, Concat(used, ": ", experts_used, " of ", experts,
                                                 " experts; it must lie in 1 to that number"));
  }
  cost.experts = static_cast<std::uint32_t>(experts);
  cost.experts_used = static_cast<std::uint32_t>(experts_used);
  return Status();
}

}  // namespace

Result<ModelCost> CountCost(const gguf::File& file) {
  ModelCost cost;
  GN_RETURN_IF_ERROR(ReadExperts(file, cost));
  const bool tied = file.FindTensor("output.weight") == nullptr;
  const double used_share = cost.experts == 0 ? 1.0 : double(cost.experts_used) / cost.experts;
  double products[3] = {};  // by Arithmetic
  for (const gguf::Tensor& tensor : file.tensors()) {
    const auto elements = static_cast<double>(tensor.elements());
    const auto bytes = static_cast<double>(tensor.data.size());
    const std::string_view name = tensor.name;
    const bool embedding = name == "token_embd.weight";
    cost.weights += elements;
    cost.bytes += bytes;
    if (embedding && !tied) continue;
    const bool expert = cost.experts != 0 && name.find("_exps.") != std::string_view::npos;
    (expert ? cost.expert_bytes : cost.shared_bytes) += bytes;
    if (tensor.dims.size() < 2) continue;
    const bool output = embedding || name == "output.weight";
    const double used = elements * (expert ? used_share : 1.0);
    (output ? cost.products_per_logits_row : cost.products_per_token) += used;
    products[static_cast<std::size_t>(ArithmeticOf(tensor.type))] += used;
  }
  cost.arithmetic = static_cast<Arithmetic>(std::ranges::max_element(products) - products);
  return cost;
}

double StepBytes(const ModelCost& cost, double tokens) {
  if (cost.experts == 0) return cost.shared_bytes;
  const double missed = 1.0 - double(cost.experts_used) / cost.experts;
  return cost.shared_bytes + cost.expert_bytes * (1.0 - std::pow(missed, tokens));
}

double Operations(const ModelCost& cost, double tokens, double logits_rows) {
  return 2.0 * (cost.products_per_token * tokens + cost.products_per_logits_row * logits_rows);
}

Spread SpreadOf(std::vector<double> values) {
  GN_CHECK(!values.empty());
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2.0;
  return {median, values.front(), values.back()};
}

}  // namespace ganglion::app
