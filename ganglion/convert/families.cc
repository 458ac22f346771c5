#include "ganglion/convert/families.h"

#include <algorithm>
#include <functional>
#include <string>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/convert/limits.h"

namespace ganglion::convert {
namespace {

Status Unsupported(std::string what) {
  return {Code::kUnimplemented, "config.json: " + std::move(what)};
}

Status DescribeExperts(const ObjectReader& config, const char* count_name, Description& out,
                       MetadataWriter& metadata) {
  GN_ASSIGN_OR_RETURN(out.shape.experts, config.Count(count_name, kExpertsMax));
  GN_ASSIGN_OR_RETURN(const std::uint64_t used,
                      config.Count("num_experts_per_tok", out.shape.experts));
  metadata.Count("expert_count", out.shape.experts);
  metadata.Count("expert_used_count", used);
  out.shape.expert_ffn = out.shape.ffn;
  return {};
}

// GGUF does not say whether the weights of the chosen experts are made to sum to 1: the name of the
// architecture does.
Status CheckRenormalized(const ObjectReader& config, bool wanted) {
  GN_ASSIGN_OR_RETURN(const bool renormalized, config.FlagOr("norm_topk_prob", false));
  if (renormalized == wanted) return {};
  return Unsupported(Concat("norm_topk_prob is ", wanted ? "false" : "true",
                            "; GGUF files of this architecture mean the opposite"));
}

// Every layer must have experts.
Status CheckEveryLayerSparse(const ObjectReader& config) {
  GN_ASSIGN_OR_RETURN(const std::uint64_t step,
                      config.CountOr("decoder_sparse_step", 1, kLayersMax));
  const Json* const dense = config.Find("mlp_only_layers");
  if (step == 1 && (dense == nullptr || dense->empty())) return {};
  return Unsupported(
      "decoder_sparse_step, mlp_only_layers: layers without experts beside layers "
      "with them are not supported");
}

Status DescribeQwenExperts(const ObjectReader& config, Description& out, MetadataWriter& metadata) {
  GN_RETURN_IF_ERROR(DescribeQwen(config, out, metadata));
  GN_RETURN_IF_ERROR(DescribeExperts(config, "num_experts", out, metadata));
  GN_RETURN_IF_ERROR(CheckEveryLayerSparse(config));
  GN_ASSIGN_OR_RETURN(out.shape.expert_ffn, config.Count("moe_intermediate_size", kWidthMax));
  metadata.Count("expert_feed_forward_length", out.shape.expert_ffn);
  return {};
}

// GGUF does not say by what the scores are scaled. Its readers take the root of the head's size,
// and for the largest model, known by its layers, that of width / heads.
Status CheckAttentionScale(const ObjectReader& config, std::uint64_t layers_of_largest,
                           const ModelShape& shape) {
  const std::uint64_t read =
      shape.layers == layers_of_largest ? shape.width / shape.heads : shape.head_dim;
  GN_ASSIGN_OR_RETURN(const double scalar, config.NumberOr("query_pre_attn_scalar", 256));
  if (scalar == static_cast<double>(read)) return {};
  return Unsupported(Concat("query_pre_attn_scalar is ", scalar,
                            "; GGUF files of this architecture and size mean ", read));
}

// The layers that see a window only, one flag a layer; `is_local` where the config does not list
// them.
Result<std::vector<bool>> LocalLayers(const ObjectReader& config, std::uint64_t layers,
                                      const std::function<bool(std::uint64_t)>& is_local) {
  std::vector<bool> local(layers);
  for (std::uint64_t i = 0; i < layers; ++i) local[i] = is_local(i);
  const Json* const types = config.Find("layer_types");
  if (types == nullptr) return local;
  if (!types->is_array() || types->size() != layers) {
    return config.Bad("layer_types", Concat("is not a list of ", layers, " names"));
  }
  for (std::uint64_t i = 0; i < layers; ++i) {
    const Json& type = (*types)[i];
    if (type != "sliding_attention" && type != "full_attention") {
      return config.Bad("layer_types", "sliding_attention and full_attention are known");
    }
    local[i] = type == "sliding_attention";
  }
  return local;
}

}  // namespace

Status DescribeNothingMore(const ObjectReader& /*config*/, Description& /*out*/,
                           MetadataWriter& /*metadata*/) {
  return {};
}

Status DescribeQwen(const ObjectReader& config, Description& /*out*/,
                    MetadataWriter& /*metadata*/) {
  GN_ASSIGN_OR_RETURN(const bool window, config.FlagOr("use_sliding_window", false));
  if (window) return Unsupported("use_sliding_window is true; GGUF files of qwen models have none");
  return {};
}

Status DescribeMixtral(const ObjectReader& config, Description& out, MetadataWriter& metadata) {
  const char* const name = config.Has("num_local_experts") ? "num_local_experts" : "num_experts";
  return DescribeExperts(config, name, out, metadata);
}

Status DescribeQwen2Moe(const ObjectReader& config, Description& out, MetadataWriter& metadata) {
  GN_RETURN_IF_ERROR(DescribeQwenExperts(config, out, metadata));
  GN_ASSIGN_OR_RETURN(out.shape.shared_ffn,
                      config.Count("shared_expert_intermediate_size", kWidthMax));
  metadata.Count("expert_shared_feed_forward_length", out.shape.shared_ffn);
  return CheckRenormalized(config, false);
}

Status DescribeQwen3Moe(const ObjectReader& config, Description& out, MetadataWriter& metadata) {
  GN_RETURN_IF_ERROR(DescribeQwenExperts(config, out, metadata));
  return CheckRenormalized(config, true);
}

Status DescribeOlmoe(const ObjectReader& config, Description& out, MetadataWriter& metadata) {
  if (config.Has("clip_qkv")) return Unsupported("clip_qkv is not supported");
  GN_RETURN_IF_ERROR(DescribeExperts(config, "num_experts", out, metadata));
  return CheckRenormalized(config, false);
}

Status DescribeGemma2(const ObjectReader& config, Description& out, MetadataWriter& metadata) {
  for (const char* name : {"attn_logit_softcapping", "final_logit_softcapping"}) {
    GN_ASSIGN_OR_RETURN(const double cap, config.Number(name));
    metadata.Number(name, cap);
  }
  GN_ASSIGN_OR_RETURN(const std::uint64_t window, config.Count("sliding_window", kContextMax));
  metadata.Count("attention.sliding_window", window);
  const auto by_default = [](std::uint64_t layer) { return layer % 2 == 0; };
  GN_ASSIGN_OR_RETURN(const auto local, LocalLayers(config, out.shape.layers, by_default));
  for (std::uint64_t i = 0; i < out.shape.layers; ++i) {
    if (local[i] != by_default(i)) {
      return Unsupported("layer_types: of gemma2, every second layer from the first on is local");
    }
  }
  return CheckAttentionScale(config, 46, out.shape);
}

Status DescribeGemma3(const ObjectReader& config, Description& out, MetadataWriter& metadata) {
  if (config.Has("attn_logit_softcapping")) {
    return Unsupported("attn_logit_softcapping is not supported for gemma3");
  }
  if (config.Has("final_logit_softcapping")) {
    GN_ASSIGN_OR_RETURN(const double cap, config.Number("final_logit_softcapping"));
    metadata.Number("final_logit_softcapping", cap);
  }
  GN_ASSIGN_OR_RETURN(const std::uint64_t window,
                      config.CountOr("sliding_window", 4096, kContextMax));
  metadata.Count("attention.sliding_window", window);
  GN_ASSIGN_OR_RETURN(const std::uint64_t period,
                      config.CountOr("sliding_window_pattern", 6, kLayersMax));
  GN_ASSIGN_OR_RETURN(const auto local,
                      LocalLayers(config, out.shape.layers, [period](std::uint64_t layer) {
                        return (layer + 1) % period != 0;
                      }));
  bool usual = true;
  for (std::uint64_t i = 0; i < out.shape.layers; ++i) usual &= local[i] == ((i + 1) % 6 != 0);
  if (!usual) metadata.Flags("attention.sliding_window_pattern", local);

  const Json* const rope = config.Find("rope_parameters");
  const Json* const sliding = rope == nullptr ? nullptr : Find(*rope, "sliding_attention");
  double base = 10000.0;
  if (sliding != nullptr) {
    GN_ASSIGN_OR_RETURN(
        base, ObjectReader(*sliding, "config.json: rope_parameters").NumberOr("rope_theta", base));
  } else {
    GN_ASSIGN_OR_RETURN(base, config.NumberOr("rope_local_base_freq", base));
  }
  metadata.Number("rope.freq_base_swa", base);
  return CheckAttentionScale(config, 62, out.shape);
}

Status DescribePhi3(const ObjectReader& config, Description& /*out*/, MetadataWriter& metadata) {
  // 0 says that there is no window; absent is another thing to readers of phi3 files.
  GN_ASSIGN_OR_RETURN(const std::uint64_t window, config.CountOr("sliding_window", 0, kContextMax));
  metadata.Count("attention.sliding_window", window);
  return {};
}

}  // namespace ganglion::convert
