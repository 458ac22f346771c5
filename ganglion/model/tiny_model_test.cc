#include "ganglion/model/tiny_model_test.h"

#include <cmath>
#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/gguf/quantize.h"
#include "ganglion/model/tiny_constants_test.h"

namespace ganglion {

using gguf::TensorType;

TinyTraits TraitsOf(const TinySpec& spec) {
  const std::string& name = spec.architecture;
  if (name == "llama" || name == "mistral") {
    return {.half_split = false, .experts = spec.experts, .renormalize = true};
  }
  if (name == "mistral3") return {.half_split = false, .growing_queries = true};
  if (name == "qwen2") return {.qkv_bias = true};
  if (name == "qwen2moe") return {.qkv_bias = true, .experts = true, .shared_expert = true};
  if (name == "qwen3") return {.head_norms = true};
  if (name == "qwen3moe") return {.head_norms = true, .experts = true, .renormalize = true};
  if (name == "olmoe") return {.row_norms = true, .experts = true};
  if (name == "phi3") return {.fused = true, .window_everywhere = true};
  if (name == "gemma2") return {.gemma = true, .softcaps = true, .period = 2};
  if (name == "gemma3") return {.head_norms = true, .gemma = true, .period = 6};
  GN_CHECK(false);
  return {};
}

TinyModel::TinyModel(const TinySpec& spec, testing::SeededRng& rng)
    : spec_(spec), traits_(TraitsOf(spec)) {
  gguf::Writer writer;
  AddMetadata(writer);
  AddMatrix(writer, "token_embd", spec.vocab, spec.width, false, rng);
  AddVector(writer, "output_norm.weight", spec.width, rng);
  if (!spec.tied) AddMatrix(writer, "output", spec.vocab, spec.width, false, rng);
  if (spec.rope_factors) AddVector(writer, "rope_freqs.weight", spec.rope_dims / 2, rng);
  if (spec.scaling == "longrope") {
    AddVector(writer, "rope_factors_long.weight", spec.rope_dims / 2, rng);
    AddVector(writer, "rope_factors_short.weight", spec.rope_dims / 2, rng);
  }
  for (std::size_t i = 0; i < spec.layers; ++i) {
    const std::string at = "blk." + std::to_string(i) + ".";
    AddAttention(writer, at, rng);
    AddFeedForward(writer, at, rng);
  }
  bytes_ = writer.Serialize();
}

void TinyModel::AddMetadata(gguf::Writer& writer) const {
  const std::string prefix = spec_.architecture + ".";
  const auto count = [&](const char* name, std::size_t value) {
    writer.Add(prefix + name, static_cast<std::uint32_t>(value));
  };
  writer.Add("general.architecture", spec_.architecture);
  count("block_count", spec_.layers);
  count("embedding_length", spec_.width);
  count("feed_forward_length",
        spec_.architecture == "llama" && traits_.experts ? spec_.expert_ffn : spec_.ffn);
  count("context_length", tiny::kContext);
  count("attention.head_count", spec_.heads);
  count("attention.head_count_kv", spec_.kv_heads);
  count("attention.key_length", spec_.key_dim);
  count("attention.value_length", spec_.value_dim);
  count("rope.dimension_count", spec_.rope_dims);
  writer.Add(prefix + "rope.freq_base", static_cast<float>(tiny::kRopeBase));
  writer.Add(prefix + "attention.layer_norm_rms_epsilon", static_cast<float>(tiny::kEpsilon));
  if (!spec_.scaling.empty()) AddRopeMetadata(writer);
  if (traits_.experts) AddExpertMetadata(writer);
  if (traits_.period != 0 || traits_.window_everywhere) AddWindowMetadata(writer);
  if (traits_.growing_queries) {
    writer.Add(prefix + "attention.temperature_scale", static_cast<float>(tiny::kQueryGrowth));
  }
  if (!traits_.softcaps) return;
  writer.Add(prefix + "attn_logit_softcapping", static_cast<float>(tiny::kScoreCap));
  writer.Add(prefix + "final_logit_softcapping", static_cast<float>(tiny::kLogitCap));
}

void TinyModel::AddRopeMetadata(gguf::Writer& writer) const {
  const std::string prefix = spec_.architecture + ".rope.scaling.";
  writer.Add(prefix + "original_context_length", std::uint32_t{tiny::kOriginalContext});
  if (spec_.scaling == "longrope") {
    writer.Add(prefix + "attn_factor", static_cast<float>(tiny::kAttentionFactor));
    if (spec_.architecture == "phi3") return;  // where the tensors alone say so
  } else {
    writer.Add(prefix + "factor", static_cast<float>(tiny::kRopeFactor));
  }
  writer.Add(prefix + "type", spec_.scaling);
  if (traits_.growing_queries) writer.Add(prefix + "yarn_log_multiplier", 1.0f);
}

void TinyModel::AddExpertMetadata(gguf::Writer& writer) const {
  const std::string prefix = spec_.architecture + ".expert_";
  const auto count = [&](const char* name, std::size_t value) {
    writer.Add(prefix + name, static_cast<std::uint32_t>(value));
  };
  count("count", spec_.experts_count);
  count("used_count", spec_.experts_used);
  if (spec_.architecture != "llama") count("feed_forward_length", spec_.expert_ffn);
  if (traits_.shared_expert) count("shared_feed_forward_length", spec_.shared_ffn);
}

void TinyModel::AddWindowMetadata(gguf::Writer& writer) const {
  const std::string prefix = spec_.architecture + ".attention.sliding_window";
  writer.Add(prefix, static_cast<std::uint32_t>(spec_.window));
  if (spec_.period > 0) writer.Add(prefix + "_pattern", static_cast<std::uint32_t>(spec_.period));
  if (spec_.period < 0) {
    std::vector<std::int64_t> flags;
    for (std::size_t i = 0; i < spec_.layers; ++i) flags.push_back(IsLocal(i) ? 1 : 0);
    writer.Add(prefix + "_pattern", gguf::Array{flags, 7});
  }
  if (spec_.local_base == 0.0) return;
  writer.Add(spec_.architecture + ".rope.freq_base_swa", static_cast<float>(spec_.local_base));
}

// A vector's weights lie around 1 (norms, factors) or 0 (biases).
void TinyModel::AddTensor(gguf::Writer& writer, const std::string& name, TensorType type,
                          std::vector<std::uint64_t> dims, testing::SeededRng& rng) {
  const bool vector = dims.size() == 1;
  const double size = vector ? 0.5 : 2.5 / std::sqrt(static_cast<double>(dims[0]));
  const double middle = vector && name.ends_with("weight") ? 1.0 : 0.0;
  std::size_t elements = 1;
  for (const std::uint64_t dim : dims) elements *= dim;
  std::vector<float> values(elements);
  for (float& v : values) {
    const double uniform = static_cast<double>(rng.Below(20001)) / 10000.0 - 1.0;
    v = static_cast<float>(middle + size * uniform);
  }
  auto data = gguf::Quantize(type, values);
  GN_CHECK(data.ok());
  gguf::Dequantize(type, *data, values);
  tensors_[name] = values;
  GN_CHECK(writer.AddTensor(name, type, std::move(dims), *std::move(data)).ok());
}

void TinyModel::AddMatrix(gguf::Writer& writer, const std::string& name, std::size_t rows,
                          std::size_t cols, bool bias, testing::SeededRng& rng) {
  AddTensor(writer, name + ".weight", spec_.type, {cols, rows}, rng);
  if (bias) AddVector(writer, name + ".bias", rows, rng);
}

void TinyModel::AddVector(gguf::Writer& writer, const std::string& name, std::size_t size,
                          testing::SeededRng& rng) {
  AddTensor(writer, name, TensorType::kF32, {size}, rng);
}

void TinyModel::AddAttention(gguf::Writer& writer, const std::string& at, testing::SeededRng& rng) {
  const bool bias = spec_.every_bias || traits_.qkv_bias;
  const std::size_t width = spec_.width;
  const std::size_t q_rows = spec_.heads * spec_.key_dim;
  const std::size_t k_rows = spec_.kv_heads * spec_.key_dim;
  const std::size_t v_rows = spec_.kv_heads * spec_.value_dim;
  AddVector(writer, at + "attn_norm.weight", width, rng);
  if (traits_.fused) {
    AddMatrix(writer, at + "attn_qkv", q_rows + k_rows + v_rows, width, spec_.every_bias, rng);
  } else {
    AddMatrix(writer, at + "attn_q", q_rows, width, bias, rng);
    AddMatrix(writer, at + "attn_k", k_rows, width, bias, rng);
    AddMatrix(writer, at + "attn_v", v_rows, width, bias, rng);
  }
  const std::size_t o_cols = spec_.heads * spec_.value_dim;
  const bool llama_bias = spec_.every_bias && !traits_.fused;
  AddMatrix(writer, at + "attn_output", width, o_cols, llama_bias, rng);
  if (traits_.head_norms || traits_.row_norms) {
    AddVector(writer, at + "attn_q_norm.weight", traits_.row_norms ? q_rows : spec_.key_dim, rng);
    AddVector(writer, at + "attn_k_norm.weight", traits_.row_norms ? k_rows : spec_.key_dim, rng);
  }
  if (traits_.gemma) AddVector(writer, at + "post_attention_norm.weight", width, rng);
}

void TinyModel::AddFeedForward(gguf::Writer& writer, const std::string& at,
                               testing::SeededRng& rng) {
  const std::size_t width = spec_.width;
  AddVector(writer, at + "ffn_norm.weight", width, rng);
  if (traits_.gemma) AddVector(writer, at + "post_ffw_norm.weight", width, rng);
  if (traits_.experts) return AddExperts(writer, at, rng);
  if (traits_.fused) {
    AddMatrix(writer, at + "ffn_up", 2 * spec_.ffn, width, false, rng);
    AddMatrix(writer, at + "ffn_down", width, spec_.ffn, false, rng);
    return;
  }
  AddMatrix(writer, at + "ffn_gate", spec_.ffn, width, spec_.every_bias, rng);
  AddMatrix(writer, at + "ffn_up", spec_.ffn, width, spec_.every_bias, rng);
  AddMatrix(writer, at + "ffn_down", width, spec_.ffn, spec_.every_bias, rng);
}

void TinyModel::AddExperts(gguf::Writer& writer, const std::string& at, testing::SeededRng& rng) {
  const std::size_t width = spec_.width;
  const auto add = [&](const std::string& name, std::size_t rows, std::size_t cols) {
    if (!spec_.experts_apart) {
      AddTensor(writer, name + "_exps.weight", spec_.type, {cols, rows, spec_.experts_count}, rng);
    }
    for (std::size_t i = 0; spec_.experts_apart && i < spec_.experts_count; ++i) {
      AddMatrix(writer, name + "." + std::to_string(i), rows, cols, false, rng);
    }
  };
  AddTensor(writer, at + "ffn_gate_inp.weight", TensorType::kF32, {width, spec_.experts_count},
            rng);
  add(at + "ffn_gate", spec_.expert_ffn, width);
  add(at + "ffn_up", spec_.expert_ffn, width);
  add(at + "ffn_down", width, spec_.expert_ffn);
  if (!traits_.shared_expert) return;
  AddVector(writer, at + "ffn_gate_inp_shexp.weight", width, rng);
  AddMatrix(writer, at + "ffn_gate_shexp", spec_.shared_ffn, width, false, rng);
  AddMatrix(writer, at + "ffn_up_shexp", spec_.shared_ffn, width, false, rng);
  AddMatrix(writer, at + "ffn_down_shexp", width, spec_.shared_ffn, false, rng);
}

std::shared_ptr<const gguf::File> TinyModel::Open() const {
  auto file = gguf::File::Parse(bytes_);
  GN_CHECK(file.ok());
  return *std::move(file);
}

std::vector<TokenId> TinyModel::RandomTokens(std::size_t count, testing::SeededRng& rng) const {
  std::vector<TokenId> tokens(count);
  for (TokenId& token : tokens) token = TokenId{static_cast<std::int32_t>(rng.Below(spec_.vocab))};
  return tokens;
}

}  // namespace ganglion
