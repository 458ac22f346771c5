#include "ganglion/convert/architecture.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/convert/families.h"
#include "ganglion/convert/limits.h"
#include "ganglion/convert/rope_scaling.h"

namespace ganglion::convert {
namespace {

using enum Size;

constexpr TensorRule kAttention[] = {
    {.from = "input_layernorm.weight", .to = "attn_norm.weight", .cols = kWidth},
    {.from = "self_attn.q_proj.weight",
     .to = "attn_q.weight",
     .cols = kWidth,
     .rows = kQuery,
     .rotated = true},
    {.from = "self_attn.q_proj.bias",
     .to = "attn_q.bias",
     .cols = kQuery,
     .optional = true,
     .rotated = true},
    {.from = "self_attn.k_proj.weight",
     .to = "attn_k.weight",
     .cols = kWidth,
     .rows = kKeyValue,
     .rotated = true},
    {.from = "self_attn.k_proj.bias",
     .to = "attn_k.bias",
     .cols = kKeyValue,
     .optional = true,
     .rotated = true},
    {.from = "self_attn.v_proj.weight", .to = "attn_v.weight", .cols = kWidth, .rows = kKeyValue},
    {.from = "self_attn.v_proj.bias", .to = "attn_v.bias", .cols = kKeyValue, .optional = true},
    {.from = "self_attn.o_proj.weight", .to = "attn_output.weight", .cols = kQuery, .rows = kWidth},
    {.from = "self_attn.o_proj.bias", .to = "attn_output.bias", .cols = kWidth, .optional = true},
};
constexpr TensorRule kFusedAttention[] = {
    {.from = "input_layernorm.weight", .to = "attn_norm.weight", .cols = kWidth},
    {.from = "self_attn.qkv_proj.weight", .to = "attn_qkv.weight", .cols = kWidth, .rows = kQkv},
    {.from = "self_attn.o_proj.weight", .to = "attn_output.weight", .cols = kQuery, .rows = kWidth},
};
constexpr TensorRule kHeadNorms[] = {
    {.from = "self_attn.q_norm.weight", .to = "attn_q_norm.weight", .cols = kHead},
    {.from = "self_attn.k_norm.weight", .to = "attn_k_norm.weight", .cols = kHead},
};
constexpr TensorRule kRowNorms[] = {
    {.from = "self_attn.q_norm.weight", .to = "attn_q_norm.weight", .cols = kQuery},
    {.from = "self_attn.k_norm.weight", .to = "attn_k_norm.weight", .cols = kKeyValue},
};
constexpr TensorRule kFfnNorm[] = {
    {.from = "post_attention_layernorm.weight", .to = "ffn_norm.weight", .cols = kWidth},
};
constexpr TensorRule kGemmaNorms[] = {
    {.from = "post_attention_layernorm.weight", .to = "post_attention_norm.weight", .cols = kWidth},
    {.from = "pre_feedforward_layernorm.weight", .to = "ffn_norm.weight", .cols = kWidth},
    {.from = "post_feedforward_layernorm.weight", .to = "post_ffw_norm.weight", .cols = kWidth},
};
constexpr TensorRule kFeedForward[] = {
    {.from = "mlp.gate_proj.weight", .to = "ffn_gate.weight", .cols = kWidth, .rows = kFfn},
    {.from = "mlp.gate_proj.bias", .to = "ffn_gate.bias", .cols = kFfn, .optional = true},
    {.from = "mlp.up_proj.weight", .to = "ffn_up.weight", .cols = kWidth, .rows = kFfn},
    {.from = "mlp.up_proj.bias", .to = "ffn_up.bias", .cols = kFfn, .optional = true},
    {.from = "mlp.down_proj.weight", .to = "ffn_down.weight", .cols = kFfn, .rows = kWidth},
    {.from = "mlp.down_proj.bias", .to = "ffn_down.bias", .cols = kWidth, .optional = true},
};
constexpr TensorRule kFusedFeedForward[] = {
    {.from = "mlp.gate_up_proj.weight", .to = "ffn_up.weight", .cols = kWidth, .rows = kGateUp},
    {.from = "mlp.down_proj.weight", .to = "ffn_down.weight", .cols = kFfn, .rows = kWidth},
};
constexpr TensorRule kMixture[] = {
    {.from = "mlp.gate.weight", .to = "ffn_gate_inp.weight", .cols = kWidth, .rows = kExperts},
    {.from = "mlp.experts.*.gate_proj.weight",
     .to = "ffn_gate_exps.weight",
     .cols = kWidth,
     .rows = kExpertFfn,
     .fused = "mlp.experts.gate_up_proj",
     .shares = 2},
    {.from = "mlp.experts.*.up_proj.weight",
     .to = "ffn_up_exps.weight",
     .cols = kWidth,
     .rows = kExpertFfn,
     .fused = "mlp.experts.gate_up_proj",
     .share = 1,
     .shares = 2},
    {.from = "mlp.experts.*.down_proj.weight",
     .to = "ffn_down_exps.weight",
     .cols = kExpertFfn,
     .rows = kWidth,
     .fused = "mlp.experts.down_proj"},
};
constexpr TensorRule kMixtralMixture[] = {
    {.from = "block_sparse_moe.gate.weight",
     .to = "ffn_gate_inp.weight",
     .cols = kWidth,
     .rows = kExperts},
    {.from = "block_sparse_moe.experts.*.w1.weight",
     .to = "ffn_gate_exps.weight",
     .cols = kWidth,
     .rows = kExpertFfn},
    {.from = "block_sparse_moe.experts.*.w3.weight",
     .to = "ffn_up_exps.weight",
     .cols = kWidth,
     .rows = kExpertFfn},
    {.from = "block_sparse_moe.experts.*.w2.weight",
     .to = "ffn_down_exps.weight",
     .cols = kExpertFfn,
     .rows = kWidth},
};
constexpr TensorRule kSharedExpert[] = {
    {.from = "mlp.shared_expert_gate.weight", .to = "ffn_gate_inp_shexp.weight", .cols = kWidth},
    {.from = "mlp.shared_expert.gate_proj.weight",
     .to = "ffn_gate_shexp.weight",
     .cols = kWidth,
     .rows = kSharedFfn},
    {.from = "mlp.shared_expert.up_proj.weight",
     .to = "ffn_up_shexp.weight",
     .cols = kWidth,
     .rows = kSharedFfn},
    {.from = "mlp.shared_expert.down_proj.weight",
     .to = "ffn_down_shexp.weight",
     .cols = kSharedFfn,
     .rows = kWidth},
};
constexpr TensorRule kBertOuter[] = {
    {.from = "embeddings.position_embeddings.weight",
     .to = "position_embd.weight",
     .cols = kWidth,
     .rows = kPositions},
    {.from = "embeddings.token_type_embeddings.weight",
     .to = "token_types.weight",
     .cols = kWidth,
     .rows = kTextTypes},
    {.from = "embeddings.LayerNorm.weight", .to = "token_embd_norm.weight", .cols = kWidth},
    {.from = "embeddings.LayerNorm.bias", .to = "token_embd_norm.bias", .cols = kWidth},
};
constexpr TensorRule kBertAttention[] = {
    {.from = "attention.self.query.weight", .to = "attn_q.weight", .cols = kWidth, .rows = kQuery},
    {.from = "attention.self.query.bias", .to = "attn_q.bias", .cols = kQuery},
    {.from = "attention.self.key.weight", .to = "attn_k.weight", .cols = kWidth, .rows = kQuery},
    {.from = "attention.self.key.bias", .to = "attn_k.bias", .cols = kQuery},
    {.from = "attention.self.value.weight", .to = "attn_v.weight", .cols = kWidth, .rows = kQuery},
    {.from = "attention.self.value.bias", .to = "attn_v.bias", .cols = kQuery},
    {.from = "attention.output.dense.weight",
     .to = "attn_output.weight",
     .cols = kQuery,
     .rows = kWidth},
    {.from = "attention.output.dense.bias", .to = "attn_output.bias", .cols = kWidth},
    {.from = "attention.output.LayerNorm.weight", .to = "attn_output_norm.weight", .cols = kWidth},
    {.from = "attention.output.LayerNorm.bias", .to = "attn_output_norm.bias", .cols = kWidth},
};
constexpr TensorRule kBertFeedForward[] = {
    {.from = "intermediate.dense.weight", .to = "ffn_up.weight", .cols = kWidth, .rows = kFfn},
    {.from = "intermediate.dense.bias", .to = "ffn_up.bias", .cols = kFfn},
    {.from = "output.dense.weight", .to = "ffn_down.weight", .cols = kFfn, .rows = kWidth},
    {.from = "output.dense.bias", .to = "ffn_down.bias", .cols = kWidth},
    {.from = "output.LayerNorm.weight", .to = "layer_output_norm.weight", .cols = kWidth},
    {.from = "output.LayerNorm.bias", .to = "layer_output_norm.bias", .cols = kWidth},
};

using Rules = std::span<const TensorRule>;
constexpr Rules kLlama[] = {kAttention, kFfnNorm, kFeedForward};
constexpr Rules kMixtral[] = {kAttention, kFfnNorm, kMixtralMixture};
constexpr Rules kQwen3[] = {kAttention, kHeadNorms, kFfnNorm, kFeedForward};
constexpr Rules kQwen2Moe[] = {kAttention, kFfnNorm, kMixture, kSharedExpert};
constexpr Rules kQwen3Moe[] = {kAttention, kHeadNorms, kFfnNorm, kMixture};
constexpr Rules kOlmoe[] = {kAttention, kRowNorms, kFfnNorm, kMixture};
constexpr Rules kGemma2[] = {kAttention, kGemmaNorms, kFeedForward};
constexpr Rules kGemma3[] = {kAttention, kHeadNorms, kGemmaNorms, kFeedForward};
constexpr Rules kPhi3[] = {kFusedAttention, kFfnNorm, kFusedFeedForward};
constexpr Rules kBert[] = {kBertAttention, kBertFeedForward};

constexpr Defaults kGemma3Defaults = {.heads = 8,
                                      .kv_heads = 4,
                                      .head_dim = 256,
                                      .context = 131072,
                                      .norm_epsilon = 1e-6,
                                      .rope_base = 1e6};

constexpr Architecture kArchitectures[] = {
    {.published = "LlamaForCausalLM",
     .name = "llama",
     .rules = kLlama,
     .describe = &DescribeNothingMore,
     .interleaved = true},
    {.published = "MistralForCausalLM",
     .name = "llama",
     .rules = kLlama,
     .describe = &DescribeNothingMore,
     .interleaved = true},
    {.published = "MixtralForCausalLM",
     .name = "llama",
     .rules = kMixtral,
     .describe = &DescribeMixtral,
     .defaults = {.rope_base = 1e6},
     .interleaved = true},
    {.published = "Qwen2ForCausalLM", .name = "qwen2", .rules = kLlama, .describe = &DescribeQwen},
    {.published = "Qwen2MoeForCausalLM",
     .name = "qwen2moe",
     .rules = kQwen2Moe,
     .describe = &DescribeQwen2Moe},
    {.published = "Qwen3ForCausalLM", .name = "qwen3", .rules = kQwen3, .describe = &DescribeQwen},
    {.published = "Qwen3MoeForCausalLM",
     .name = "qwen3moe",
     .rules = kQwen3Moe,
     .describe = &DescribeQwen3Moe},
    {.published = "OlmoeForCausalLM",
     .name = "olmoe",
     .rules = kOlmoe,
     .describe = &DescribeOlmoe,
     .defaults = {.norm_epsilon = 1e-5}},
    {.published = "Gemma2ForCausalLM",
     .name = "gemma2",
     .rules = kGemma2,
     .describe = &DescribeGemma2,
     .norms_add_one = true,
     .gelu = true,
     .tied = true},
    {.published = "Gemma3ForCausalLM",
     .name = "gemma3",
     .rules = kGemma3,
     .describe = &DescribeGemma3,
     .defaults = kGemma3Defaults,
     .norms_add_one = true,
     .gelu = true,
     .tied = true},
    {.published = "Gemma3ForConditionalGeneration",
     .name = "gemma3",
     .rules = kGemma3,
     .describe = &DescribeGemma3,
     .defaults = kGemma3Defaults,
     .norms_add_one = true,
     .gelu = true,
     .tied = true},
    {.published = "Phi3ForCausalLM", .name = "phi3", .rules = kPhi3, .describe = &DescribePhi3},
    {.published = "BertModel",
     .name = "bert",
     .rules = kBert,
     .describe = &DescribeBert,
     .encoder = true,
     .embedding = "embeddings.word_embeddings.weight",
     .layers = "encoder.layer.",
     .outer = kBertOuter},
};

Status CheckActivation(const Architecture& architecture, const ObjectReader& config) {
  const char* const name = config.Has("hidden_activation") ? "hidden_activation" : "hidden_act";
  const std::string_view wanted = architecture.gelu ? "gelu_pytorch_tanh" : "silu";
  GN_ASSIGN_OR_RETURN(const std::string_view activation, config.TextOr(name, wanted));
  if (activation == wanted) return {};
  return Status(Code::kUnimplemented,
                Concat("config.json: ", name, " is \"", activation.substr(0, 40), "\"; of ",
                       architecture.published, " only ", wanted, " is supported"));
}

// A default of 0 means that the key must be there.
Result<std::uint64_t> CountOrDefault(const ObjectReader& config, const char* name,
                                     std::uint64_t fallback, std::uint64_t largest) {
  return fallback == 0 ? config.Count(name, largest) : config.CountOr(name, fallback, largest);
}

Status ReadShape(const Architecture& architecture, const ObjectReader& config, ModelShape& shape) {
  const Defaults& defaults = architecture.defaults;
  GN_ASSIGN_OR_RETURN(shape.layers, config.Count("num_hidden_layers", kLayersMax));
  GN_ASSIGN_OR_RETURN(shape.width, config.Count("hidden_size", kWidthMax));
  GN_ASSIGN_OR_RETURN(shape.heads,
                      CountOrDefault(config, "num_attention_heads", defaults.heads, kWidthMax));
  GN_ASSIGN_OR_RETURN(
      shape.kv_heads,
      config.CountOr("num_key_value_heads",
                     defaults.kv_heads == 0 ? shape.heads : defaults.kv_heads, kWidthMax));
  if (shape.heads % shape.kv_heads != 0) {
    return config.Bad("num_key_value_heads", "does not divide num_attention_heads");
  }
  const std::uint64_t share = shape.width % shape.heads == 0 ? shape.width / shape.heads : 0;
  GN_ASSIGN_OR_RETURN(
      shape.head_dim,
      CountOrDefault(config, "head_dim", defaults.head_dim == 0 ? share : defaults.head_dim,
                     kWidthMax));
  if (shape.head_dim % 2 != 0) return config.Bad("head_dim", "is odd");
  GN_ASSIGN_OR_RETURN(shape.ffn, config.Count("intermediate_size", kWidthMax));
  GN_ASSIGN_OR_RETURN(shape.vocabulary, config.CountOr("vocab_size", 0, kVocabularyMax));
  GN_ASSIGN_OR_RETURN(const bool tied, config.FlagOr("tie_word_embeddings", architecture.tied));
  if (architecture.tied || config.Has("tie_word_embeddings")) shape.tied = tied;
  return {};
}

}  // namespace

std::uint64_t ValueOf(Size size, const ModelShape& shape) {
  switch (size) {
    case kOne:
      return 1;
    case kWidth:
      return shape.width;
    case kQuery:
      return shape.heads * shape.head_dim;
    case kKeyValue:
      return shape.kv_heads * shape.head_dim;
    case kQkv:
      return (shape.heads + 2 * shape.kv_heads) * shape.head_dim;
    case kHead:
      return shape.head_dim;
    case kFfn:
      return shape.ffn;
    case kGateUp:
      return 2 * shape.ffn;
    case kExpertFfn:
      return shape.expert_ffn;
    case kSharedFfn:
      return shape.shared_ffn;
    case kExperts:
      return shape.experts;
    case kVocabulary:
      return shape.vocabulary;
    case kPositions:
      return shape.positions;
    case kTextTypes:
      return shape.text_types;
  }
  return 0;
}

void MetadataWriter::Count(std::string_view name, std::uint64_t value) {
  out_.push_back({prefix_ + std::string(name), static_cast<std::uint32_t>(value)});
}

void MetadataWriter::Number(std::string_view name, double value) {
  out_.push_back({prefix_ + std::string(name), static_cast<float>(value)});
}

void MetadataWriter::Text(std::string_view name, std::string_view value) {
  out_.push_back({prefix_ + std::string(name), std::string(value)});
}

void MetadataWriter::Flag(std::string_view name, bool value) {
  out_.push_back({prefix_ + std::string(name), value});
}

void MetadataWriter::Flags(std::string_view name, const std::vector<bool>& values) {
  gguf::Array array{.items = std::vector<std::int64_t>(values.begin(), values.end()),
                    .element_type = 7};
  out_.push_back({prefix_ + std::string(name), std::move(array)});
}

Result<const Architecture*> FindArchitecture(const ObjectReader& config) {
  const Json* const names = config.Find("architectures");
  if (names == nullptr || !names->is_array() || names->empty() || !names->front().is_string()) {
    return config.Bad("architectures", "is not a list with a name");
  }
  const auto& name = names->front().get_ref<const std::string&>();
  std::string known;
  for (const Architecture& architecture : kArchitectures) {
    if (architecture.published == name) return &architecture;
    known.append(known.empty() ? "" : ", ").append(architecture.published);
  }
  return Status(Code::kUnimplemented, Concat("config.json: unknown architecture \"",
                                             name.substr(0, 80), "\"; known are ", known));
}

Result<Description> Describe(const Architecture& architecture, const ObjectReader& config) {
  if (const Json* const method = config.Find("quantization_config"); method != nullptr) {
    return Status(Code::kUnimplemented, Concat("config.json: the weights are quantised already (\"",
                                               TextOf(*method, "quant_method").substr(0, 40),
                                               "\"); take the model as it was before"));
  }
  Description out;
  if (architecture.encoder) {
    MetadataWriter metadata(architecture.name, out.metadata);
    GN_RETURN_IF_ERROR(architecture.describe(config, out, metadata));
    return out;
  }
  ModelShape& shape = out.shape;
  GN_RETURN_IF_ERROR(CheckActivation(architecture, config));
  GN_RETURN_IF_ERROR(ReadShape(architecture, config, shape));
  GN_ASSIGN_OR_RETURN(const std::uint64_t context,
                      CountOrDefault(config, "max_position_embeddings",
                                     architecture.defaults.context, kContextMax));
  const double epsilon_default = architecture.defaults.norm_epsilon;
  GN_ASSIGN_OR_RETURN(const double epsilon, epsilon_default == 0
                                                ? config.Number("rms_norm_eps")
                                                : config.NumberOr("rms_norm_eps", epsilon_default));
  MetadataWriter metadata(architecture.name, out.metadata);
  metadata.Count("block_count", shape.layers);
  metadata.Count("context_length", context);
  metadata.Count("embedding_length", shape.width);
  metadata.Count("feed_forward_length", shape.ffn);
  metadata.Count("attention.head_count", shape.heads);
  metadata.Count("attention.head_count_kv", shape.kv_heads);
  metadata.Number("attention.layer_norm_rms_epsilon", epsilon);
  if (config.Has("head_dim") || architecture.defaults.head_dim != 0) {
    metadata.Count("attention.key_length", shape.head_dim);
    metadata.Count("attention.value_length", shape.head_dim);
  }
  GN_RETURN_IF_ERROR(DescribeRope(architecture, config, context, out, metadata));
  GN_RETURN_IF_ERROR(architecture.describe(config, out, metadata));
  return out;
}

}  // namespace ganglion::convert
