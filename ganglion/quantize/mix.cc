#include "ganglion/quantize/mix.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "ganglion/base/concat.h"

namespace ganglion::quantize {
namespace {

using enum gguf::TensorType;
using gguf::TensorType;

constexpr Role kValue = Role::kAttentionValue;
constexpr Role kDown = Role::kFfnDown;
constexpr Role kJoin = Role::kAttentionOutput;
constexpr Layers kAll = Layers::kAll;
constexpr Layers kMore = Layers::kFirstLastAndEveryThird;
constexpr When kAlways = When::kAlways;

// Mixes of one type, but for the output matrix.
Mix Plain(TensorType type, std::uint32_t file_type, TensorType output,
          std::vector<Rule> rules = {}) {
  return {gguf::Info(type).name, type, file_type, output, std::move(rules), type, false};
}

Mix Mixed(std::string_view name, TensorType type, std::uint32_t file_type,
          TensorType expert_model_output, std::vector<Rule> rules) {
  return {name, type, file_type, kQ6_K, std::move(rules), expert_model_output, false};
}

std::vector<Rule> RulesIQ4() {
  return {{kValue, kAll, When::kSharedValues, kQ5_K},
          {kDown, Layers::kFirstEighth, When::kWithoutImportance, kQ5_K}};
}

const std::vector<Mix>& Mixes() {
  static const std::vector<Mix> mixes{
      Plain(kF32, 0, kF32),
      Plain(kF16, 1, kF16),
      Plain(kBF16, 32, kBF16),
      Plain(kQ8_0, 7, kQ8_0),
      Plain(kQ4_0, 2, kQ6_K, {{kDown, Layers::kFirstEighth, When::kWithImportance, kQ4_1}}),
      Plain(kQ4_1, 3, kQ6_K),
      Plain(kQ5_0, 8, kQ6_K, {{kDown, Layers::kFirstEighth, When::kWithImportance, kQ5_1}}),
      Plain(kQ5_1, 9, kQ6_K),
      Mixed("Q2_K", kQ2_K, 10, kQ5_K,
            {{kValue, kAll, When::kSharedValues, kQ4_K},
             {kValue, kAll, kAlways, kQ3_K},
             {kDown, kAll, kAlways, kQ3_K},
             {kJoin, kAll, kAlways, kQ3_K}}),
      Mixed("Q2_K_S", kQ2_K, 21, kQ2_K,
            {{kValue, kAll, When::kSharedValues, kQ4_K},
             {kDown, Layers::kFirstEighth, kAlways, kQ4_K}}),
      Mixed("Q3_K_S", kQ3_K, 11, kQ5_K, {}),
      Mixed("Q3_K_M", kQ3_K, 12, kQ5_K,
            {{kValue, Layers::kFirstTwo, kAlways, kQ5_K},
             {kValue, kAll, kAlways, kQ4_K},
             {kDown, Layers::kFirstSixteenth, kAlways, kQ5_K},
             {kDown, kAll, kAlways, kQ4_K},
             {kJoin, kAll, kAlways, kQ4_K}}),
      Mixed("Q3_K_L", kQ3_K, 13, kQ3_K,
            {{kValue, kAll, kAlways, kQ5_K},
             {kDown, kAll, kAlways, kQ5_K},
             {kJoin, kAll, kAlways, kQ5_K}}),
      Mixed("Q4_K_S", kQ4_K, 14, kQ5_K,
            {{kValue, Layers::kFirstFour, kAlways, kQ5_K},
             {kDown, Layers::kFirstEighth, kAlways, kQ5_K}}),
      Mixed("Q4_K_M", kQ4_K, 15, kQ5_K,
            {{kValue, kMore, kAlways, kQ6_K}, {kDown, kMore, kAlways, kQ6_K}}),
      Mixed("Q5_K_S", kQ5_K, 16, kQ5_K, {}),
      Mixed("Q5_K_M", kQ5_K, 17, kQ5_K,
            {{kValue, kMore, kAlways, kQ6_K}, {kDown, kMore, kAlways, kQ6_K}}),
      Plain(kQ6_K, 18, kQ6_K),
      Mixed("IQ4_NL", kIQ4_NL, 25, kQ5_K, RulesIQ4()),
      Mixed("IQ4_XS", kIQ4_XS, 30, kQ5_K, RulesIQ4()),
      Plain(kMXFP4, 38, kQ8_0),
      {"MXFP4_MOE", kMXFP4, 38, kQ8_0, {}, kQ8_0, true},
  };
  return mixes;
}

// The number in "blk.N.", and what follows it; none for other names.
struct LayerName {
  std::uint32_t layer;
  std::string_view rest;
};
std::optional<LayerName> SplitLayer(std::string_view name) {
  constexpr std::string_view kPrefix = "blk.";
  if (!name.starts_with(kPrefix)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  std::uint32_t layer = 0;
  std::size_t digits = 0;
  while (digits < name.size() && digits < 6 && name[digits] >= '0' && name[digits] <= '9') {
    layer = 10 * layer + static_cast<std::uint32_t>(name[digits++] - '0');
  }
  if (digits == 0 || digits == name.size() || name[digits] != '.') return std::nullopt;
  return LayerName{layer, name.substr(digits + 1)};
}

Role RoleInLayer(std::string_view rest) {
  if (rest == "attn_v.weight" || rest == "attn_qkv.weight" || rest == "attn_kv_b.weight") {
    return Role::kAttentionValue;
  }
  if (rest == "attn_k.weight") return Role::kAttentionKey;
  if (rest == "attn_output.weight") return Role::kAttentionOutput;
  return rest.starts_with("ffn_down") ? Role::kFfnDown : Role::kOther;
}

bool IsIn(Layers layers, std::uint32_t layer, std::uint32_t count) {
  switch (layers) {
    case Layers::kAll:
      return true;
    case Layers::kFirstTwo:
      return layer < 2;
    case Layers::kFirstFour:
      return layer < 4;
    case Layers::kFirstSixteenth:
      return layer < count / 16;
    case Layers::kFirstEighth:
      return layer < count / 8;
    case Layers::kFirstLastAndEveryThird:
      return layer < count / 8 || layer >= 7 * count / 8 || (layer - count / 8) % 3 == 2;
  }
  return false;
}

TensorType WithWholeBlocks(TensorType type, std::uint64_t row) {
  constexpr std::array<std::pair<TensorType, TensorType>, 6> kSmaller{{{kQ2_K, kQ4_0},
                                                                       {kQ3_K, kQ4_0},
                                                                       {kQ4_K, kQ5_0},
                                                                       {kQ5_K, kQ5_1},
                                                                       {kQ6_K, kQ8_0},
                                                                       {kIQ4_XS, kIQ4_NL}}};
  if (row % gguf::Info(type).elements == 0) return type;
  for (const auto& [from, to] : kSmaller) {
    if (from == type && row % gguf::Info(to).elements == 0) return to;
  }
  return kF16;
}

std::int64_t Number(const gguf::TensorSource& source, std::string_view key) {
  std::string architecture;
  for (const gguf::KeyValue& entry : source.metadata()) {
    const auto* const text = std::get_if<std::string>(&entry.value);
    if (entry.key == "general.architecture" && text != nullptr) architecture = *text;
  }
  const std::string full = Concat(architecture, ".", key);
  for (const gguf::KeyValue& entry : source.metadata()) {
    if (entry.key != full) continue;
    return std::visit(
        [](const auto& value) -> std::int64_t {
          using T = std::decay_t<decltype(value)>;
          if constexpr (std::is_integral_v<T>) return static_cast<std::int64_t>(value);
          return 0;  // an array counts per layer: no single number
        },
        entry.value);
  }
  return 0;
}

class Chooser {
 public:
  Chooser(const Mix& mix, const gguf::TensorSource& source, const MixOptions& options)
      : mix_(mix), options_(options) {
    experts_ = Number(source, "expert_count");
    const std::int64_t heads = Number(source, "attention.head_count");
    const std::int64_t value_heads = Number(source, "attention.head_count_kv");
    query_heads_per_value_ = value_heads > 0 ? heads / value_heads : 1;
    layers_ = Number(source, "block_count");
    tied_ = std::ranges::find(source.tensors(), "output.weight", &gguf::SourceTensor::name) ==
            source.tensors().end();
    for (const gguf::SourceTensor& tensor : source.tensors()) {
      if (const auto name = SplitLayer(tensor.name)) {
        layers_with_[RoleInLayer(name->rest)].insert(name->layer);
      }
    }
  }

  TensorType operator()(const gguf::SourceTensor& tensor) const {
    if (!IsWeightMatrix(tensor)) return kF32;
    if (gguf::Info(mix_.type).elements == 1) return mix_.type;
    return WithWholeBlocks(Wanted(tensor), tensor.row_size());
  }

 private:
  TensorType Wanted(const gguf::SourceTensor& tensor) const {
    const bool embedding = tensor.name == "token_embd.weight";
    if (embedding && options_.embedding_type) return *options_.embedding_type;
    if (tensor.name == "output.weight" || (embedding && tied_)) {
      return options_.output_type.value_or(mix_.output);
    }
    if (mix_.experts_only) return tensor.dims.size() > 2 && tensor.dims[2] > 1 ? kMXFP4 : kQ8_0;
    const auto name = SplitLayer(tensor.name);
    return name ? InLayer(RoleInLayer(name->rest), name->layer) : mix_.type;
  }

  TensorType InLayer(Role role, std::uint32_t number) const {
    constexpr std::int64_t kExperts = 8;
    if (experts_ == kExperts) {
      if (role == Role::kAttentionValue || role == Role::kAttentionKey) return kQ8_0;
      if (role == Role::kAttentionOutput) return mix_.expert_model_output;
    }
    const TensorType type = ByRule(role, number);
    // Llama 70B: eight query heads share a value head, so the matrix is small and worth more.
    const bool small = role == kValue && layers_ == 80 && query_heads_per_value_ == 8;
    return small && (type == kQ3_K || type == kQ4_K) ? kQ5_K : type;
  }

  TensorType ByRule(Role role, std::uint32_t number) const {
    const std::set<std::uint32_t>& with = layers_with_.at(role);
    const auto layer = static_cast<std::uint32_t>(std::distance(with.begin(), with.find(number)));
    for (const Rule& rule : mix_.rules) {
      if (rule.role == role && Holds(rule.when) &&
          IsIn(rule.layers, layer, static_cast<std::uint32_t>(with.size()))) {
        return rule.type;
      }
    }
    return mix_.type;
  }

  bool Holds(When when) const {
    switch (when) {
      case When::kAlways:
        return true;
      case When::kSharedValues:
        return query_heads_per_value_ >= 4;
      case When::kWithImportance:
        return options_.importance;
      case When::kWithoutImportance:
        return !options_.importance;
    }
    return false;
  }

  const Mix& mix_;
  const MixOptions& options_;
  std::int64_t experts_ = 0;
  std::int64_t query_heads_per_value_ = 1;
  std::int64_t layers_ = 0;
  bool tied_ = false;
  std::map<Role, std::set<std::uint32_t>> layers_with_;
};

}  // namespace

const Mix* MixNamed(std::string_view name) {
  if (name == "Q3_K" || name == "Q4_K" || name == "Q5_K") return MixNamed(Concat(name, "_M"));
  const auto found = std::ranges::find(Mixes(), name, &Mix::name);
  return found == Mixes().end() ? nullptr : &*found;
}

std::string MixNames() {
  std::string names;
  for (const Mix& mix : Mixes()) names += Concat(names.empty() ? "" : ", ", mix.name);
  return names;
}

bool IsWeightMatrix(const gguf::SourceTensor& tensor) {
  if (tensor.dims.size() < 2 || !tensor.name.ends_with(".weight")) return false;
  // Routers, position tables and small convolutions: few values, of which each matters.
  constexpr std::string_view kKept[] = {"_norm.weight", "ffn_gate_inp", "position_embd.",
                                        "token_types.", "ssm_conv1d",   "attn_rel_b",
                                        "rope_freqs"};
  return std::ranges::none_of(kKept, [&tensor](std::string_view part) {
    return tensor.name.find(part) != std::string::npos;
  });
}

std::vector<TensorType> ChooseTypes(const Mix& mix, const gguf::TensorSource& source,
                                    const MixOptions& options) {
  const Chooser choose(mix, source, options);
  std::vector<TensorType> types;
  for (const gguf::SourceTensor& tensor : source.tensors()) types.push_back(choose(tensor));
  return types;
}

}  // namespace ganglion::quantize
