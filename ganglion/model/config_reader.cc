#include "ganglion/model/config_reader.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <variant>

#include "ganglion/base/concat.h"
#include "ganglion/model/limits.h"
#include "ganglion/model/rope_config.h"

namespace ganglion {
namespace {

constexpr std::string_view kLocalPattern = "attention.sliding_window_pattern";

Status ReadSizes(const MetadataReader& reader, ModelConfig& config) {
  GN_ASSIGN_OR_RETURN(config.layers, reader.Count("block_count", kLayersMax));
  GN_ASSIGN_OR_RETURN(config.width, reader.Count("embedding_length", kWidthMax));
  GN_ASSIGN_OR_RETURN(config.context_length, reader.Count("context_length", kContextMax));
  return Status();
}

Status ReadHeads(const MetadataReader& reader, ModelConfig& config) {
  GN_ASSIGN_OR_RETURN(config.heads, reader.Count("attention.head_count", kHeadsMax));
  GN_ASSIGN_OR_RETURN(config.kv_heads,
                      reader.CountOr("attention.head_count_kv", config.heads, kHeadsMax));
  if (config.heads % config.kv_heads != 0) {
    return reader.Bad("attention.head_count_kv",
                      Concat(config.kv_heads, " does not divide the ", config.heads,
                             " heads of attention.head_count"));
  }
  if (!reader.Has("attention.key_length") && config.width % config.heads != 0) {
    return reader.Bad("attention.head_count",
                      Concat(config.heads, " does not divide embedding_length ", config.width,
                             ", and attention.key_length is missing"));
  }
  const std::int64_t even_share = std::max(config.width / config.heads, 1u);
  GN_ASSIGN_OR_RETURN(config.key_dim,
                      reader.CountOr("attention.key_length", even_share, kHeadDimMax));
  GN_ASSIGN_OR_RETURN(config.value_dim,
                      reader.CountOr("attention.value_length", even_share, kHeadDimMax));
  config.attention_scale = 1.0f / std::sqrt(static_cast<float>(config.key_dim));
  // Below this the square root may lose the sum beside it.
  GN_ASSIGN_OR_RETURN(const double epsilon,
                      reader.NumberOr("attention.layer_norm_rms_epsilon", -1.0, 1e-30, 1.0));
  config.norm_epsilon = static_cast<float>(epsilon);
  return Status();
}

// The softmax over all scores is the only gate that the families here were trained with.
Status CheckGate(const MetadataReader& reader) {
  GN_ASSIGN_OR_RETURN(const std::uint32_t gate, reader.CountOrNone("expert_gating_func", 1, 1024));
  if (gate <= 1) return Status();
  return reader.Bad("expert_gating_func", Concat(gate, " is not supported; only 1, softmax, is"));
}

Status ReadSharedExpert(const MetadataReader& reader, ModelConfig& config) {
  ExpertConfig& experts = config.experts;
  GN_ASSIGN_OR_RETURN(experts.shared_width, reader.CountOrNone("expert_shared_feed_forward_length",
                                                               config.ffn_width, kFfnWidthMax));
  if (experts.shared_width != 0) return Status();
  return reader.Bad("expert_shared_feed_forward_length",
                    "is missing, and so is feed_forward_length");
}

// Which layers are local, one flag each, as the file lists them.
Result<std::vector<bool>> ListedLayers(const MetadataReader& reader, std::uint32_t layers) {
  GN_ASSIGN_OR_RETURN(const gguf::Array* const list,
                      reader.file().ArrayOf(reader.Key(kLocalPattern)));
  const auto* const flags = std::get_if<std::vector<std::int64_t>>(&list->items);
  if (flags == nullptr || flags->size() != layers) {
    return reader.Bad(kLocalPattern, Concat("the list must have a flag for each of the ", layers,
                                            " layers, or be a number"));
  }
  std::vector<bool> local;
  for (const std::int64_t flag : *flags) local.push_back(flag != 0);
  return local;
}

}  // namespace

Result<ModelConfig> ReadSharedConfig(const MetadataReader& reader, std::string_view architecture) {
  ModelConfig config;
  config.architecture = architecture;
  GN_RETURN_IF_ERROR(ReadSizes(reader, config));
  GN_RETURN_IF_ERROR(ReadHeads(reader, config));
  GN_ASSIGN_OR_RETURN(config.rope, ReadRope(reader, config));
  const bool mixture = reader.Has("expert_feed_forward_length");
  GN_ASSIGN_OR_RETURN(config.ffn_width,
                      mixture ? reader.CountOrNone("feed_forward_length", 0, kFfnWidthMax)
                              : reader.Count("feed_forward_length", kFfnWidthMax));
  GN_ASSIGN_OR_RETURN(config.pooling, ReadPooling(reader));
  return config;
}

Result<Pooling> ReadPooling(const MetadataReader& reader) {
  GN_ASSIGN_OR_RETURN(const std::uint32_t type, reader.CountOrNone("pooling_type", 0, 1024));
  constexpr Pooling kPoolings[] = {Pooling::kNone, Pooling::kMean, Pooling::kCls, Pooling::kLast};
  if (type < std::size(kPoolings)) return kPoolings[type];
  return Status(Code::kUnimplemented,
                Concat(reader.Key("pooling_type"), ": ", type,
                       " is not supported; there are 0 (open), 1 (mean), 2 (first token) and 3 "
                       "(last token), and rerankers (4) are not models that embed"));
}

Status ReadExperts(const MetadataReader& reader, const ExpertDefaults& defaults,
                   ModelConfig& config) {
  ExpertConfig& experts = config.experts;
  GN_ASSIGN_OR_RETURN(experts.count, reader.Count("expert_count", kExpertsMax));
  GN_ASSIGN_OR_RETURN(experts.used, reader.Count("expert_used_count", kExpertsUsedMax));
  if (experts.used > experts.count) {
    return reader.Bad("expert_used_count",
                      Concat(experts.used, " is more than expert_count, ", experts.count));
  }
  const std::uint32_t width =
      defaults.width != 0 ? defaults.width : config.ffn_width / experts.used;
  GN_ASSIGN_OR_RETURN(experts.width,
                      reader.CountOr("expert_feed_forward_length", width, kFfnWidthMax));
  GN_ASSIGN_OR_RETURN(experts.renormalize,
                      reader.FlagOr("expert_weights_norm", defaults.renormalize));
  GN_ASSIGN_OR_RETURN(const double scale, reader.NumberOr("expert_weights_scale", 1.0, 0.0, 1e6));
  experts.scale = scale == 0.0 ? 1.0f : static_cast<float>(scale);  // 0 says "not scaled"
  if (defaults.shared) GN_RETURN_IF_ERROR(ReadSharedExpert(reader, config));
  config.ffn_width = 0;
  return CheckGate(reader);
}

Status ReadLocalLayers(const MetadataReader& reader, const LocalDefaults& defaults,
                       ModelConfig& config) {
  GN_ASSIGN_OR_RETURN(config.window,
                      reader.CountOrNone("attention.sliding_window", defaults.window, kContextMax));
  if (config.window == 0) return Status();
  const gguf::Value* const pattern = reader.file().Find(reader.Key(kLocalPattern));
  if (pattern != nullptr && std::holds_alternative<gguf::Array>(*pattern)) {
    GN_ASSIGN_OR_RETURN(config.local_layers, ListedLayers(reader, config.layers));
    return Status();
  }
  GN_ASSIGN_OR_RETURN(const std::uint32_t period,
                      reader.CountOrNone(kLocalPattern, defaults.period, kLayersMax));
  config.local_layers.resize(config.layers);
  for (std::uint32_t i = 0; i < config.layers; ++i) {
    config.local_layers[i] = period == 0 || i % period + 1 < period;
  }
  return Status();
}

Result<float> ReadSoftcap(const MetadataReader& reader, std::string_view name, double fallback) {
  GN_ASSIGN_OR_RETURN(const double cap, reader.NumberOr(name, fallback, 0.0, 1e6));
  if (cap == 0.0 || cap >= kSoftcapMin) return static_cast<float>(cap);
  return reader.Bad(name, Concat(cap, " is neither 0 nor at least ", kSoftcapMin));
}

float ScaleOfEvenShare(const ModelConfig& config) {
  const std::uint32_t share = config.width / config.heads;
  return 1.0f / std::sqrt(static_cast<float>(share));
}

}  // namespace ganglion
