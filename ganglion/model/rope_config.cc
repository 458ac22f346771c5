#include "ganglion/model/rope_config.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/model/limits.h"

namespace ganglion {
namespace {

constexpr std::pair<std::string_view, RopeScaling> kScalings[] = {
    {"none", RopeScaling::kNone},         {"linear", RopeScaling::kLinear},
    {"yarn", RopeScaling::kYarn},         {"llama3", RopeScaling::kLlama3},
    {"longrope", RopeScaling::kLongRope},
};

Result<RopeScaling> ReadScaling(const MetadataReader& reader) {
  constexpr std::string_view kName = "rope.scaling.type";
  GN_ASSIGN_OR_RETURN(const std::string_view kind, reader.TextOr(kName, "linear"));
  std::string known;
  for (const auto& [name, scaling] : kScalings) {
    if (name == kind) return scaling;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  return reader.Bad(kName, Concat("'", kind.substr(0, 40), "' is not supported; ", known, " are"));
}

Status ReadFactor(const MetadataReader& reader, RopeConfig& rope) {
  // Files from before rope.scaling.* say how far to stretch, and stretch linearly.
  GN_ASSIGN_OR_RETURN(const double old_factor,
                      reader.NumberOr("rope.scale_linear", 1.0, 0.0, kRopeFactorMax));
  GN_ASSIGN_OR_RETURN(rope.factor,
                      reader.NumberOr("rope.scaling.factor", old_factor, 0.0, kRopeFactorMax));
  if (rope.factor == 0.0) rope.factor = 1.0;  // the format's way to say "not scaled"
  if (rope.scaling == RopeScaling::kNone) rope.factor = 1.0;
  if (rope.scaling == RopeScaling::kLinear && rope.factor == 1.0) rope.scaling = RopeScaling::kNone;
  if (rope.scaling == RopeScaling::kLongRope) rope.factors = RopeFactors::kShort;
  return Status();
}

Status ReadYarn(const MetadataReader& reader, RopeConfig& rope) {
  GN_ASSIGN_OR_RETURN(rope.yarn_extrapolation,
                      reader.NumberOr("rope.scaling.yarn_ext_factor", 1.0, 0.0, 1.0));
  GN_ASSIGN_OR_RETURN(rope.yarn_magnitude,
                      reader.NumberOr("rope.scaling.yarn_attn_factor", 0.0, 0.0, 1e6));
  GN_ASSIGN_OR_RETURN(rope.yarn_beta_fast,
                      reader.NumberOr("rope.scaling.yarn_beta_fast", 32.0, 1e-3, 1e6));
  GN_ASSIGN_OR_RETURN(rope.yarn_beta_slow,
                      reader.NumberOr("rope.scaling.yarn_beta_slow", 1.0, 1e-3, 1e6));
  GN_ASSIGN_OR_RETURN(rope.yarn_log_multiplier,
                      reader.NumberOr("rope.scaling.yarn_log_multiplier", 0.0, 0.0, 1e3));
  return Status();
}

Status ReadLlama3(const MetadataReader& reader, RopeConfig& rope) {
  GN_ASSIGN_OR_RETURN(rope.llama3_low,
                      reader.NumberOr("rope.scaling.low_freq_factor", 1.0, 1e-3, 1e6));
  GN_ASSIGN_OR_RETURN(rope.llama3_high,
                      reader.NumberOr("rope.scaling.high_freq_factor", 4.0, 1e-3, 1e6));
  if (rope.llama3_high > rope.llama3_low) return Status();
  return reader.Bad("rope.scaling.high_freq_factor", "must be above rope.scaling.low_freq_factor");
}

Status CheckOption(const char* name, double value, double smallest, double largest) {
  if (value == 0.0 || (value >= smallest && value <= largest)) return Status();
  return Status(Code::kInvalidArgument,
                Concat(name, " is ", value, "; it must lie in [", smallest, ", ", largest, "]"));
}

// How far the context must stretch where the user does not say.
Result<double> NeededFactor(const RopeConfig& rope, std::uint32_t context_tokens) {
  if (context_tokens > rope.original_context) {
    return static_cast<double>(context_tokens) / rope.original_context;
  }
  return Status(Code::kInvalidArgument,
                Concat("a rope scaling needs a factor, or a context of more than the ",
                       rope.original_context, " tokens that the model was made for"));
}

Status Rescale(const RopeOptions& options, std::uint32_t context_tokens, ModelConfig& config) {
  RopeConfig& rope = config.rope;
  const RopeScaling before = std::exchange(
      rope.scaling, options.scaling.value_or(
                        rope.scaling == RopeScaling::kNone ? RopeScaling::kLinear : rope.scaling));
  if (before == RopeScaling::kLongRope && rope.scaling != before) {
    rope.factors = RopeFactors::kNone;
    rope.attention_factor = 1.0;
  }
  if (rope.scaling == RopeScaling::kNone) {
    rope.factor = 1.0;
    return Status();
  }
  if (options.factor != 0.0) rope.factor = options.factor;
  if (rope.scaling == RopeScaling::kLongRope) {
    if (rope.factors == RopeFactors::kNone) rope.factors = RopeFactors::kShort;
    return Status();
  }
  if (options.factor == 0.0 && rope.factor == 1.0) {
    GN_ASSIGN_OR_RETURN(rope.factor, NeededFactor(rope, context_tokens));
  }
  // What rope_freqs.weight holds is this scaling already.
  if (rope.scaling == RopeScaling::kLlama3) rope.factors = RopeFactors::kNone;
  const double length = std::min(rope.original_context * rope.factor, double{kContextMax});
  config.context_length = std::max(config.context_length, static_cast<std::uint32_t>(length));
  return Status();
}

}  // namespace

Result<RopeConfig> ReadRope(const MetadataReader& reader, const ModelConfig& config) {
  RopeConfig rope;
  GN_ASSIGN_OR_RETURN(rope.dims,
                      reader.CountOr("rope.dimension_count", config.key_dim, kHeadDimMax));
  if (rope.dims % 2 != 0 || rope.dims > config.key_dim) {
    return reader.Bad(
        "rope.dimension_count",
        Concat(rope.dims, " is not an even number up to the head size ", config.key_dim));
  }
  GN_ASSIGN_OR_RETURN(rope.base,
                      reader.NumberOr("rope.freq_base", 10000.0, kRopeBaseMin, kRopeBaseMax));
  GN_ASSIGN_OR_RETURN(rope.original_context, reader.CountOr("rope.scaling.original_context_length",
                                                            config.context_length, kContextMax));
  GN_ASSIGN_OR_RETURN(rope.attention_factor,
                      reader.NumberOr("rope.scaling.attn_factor", 1.0, 1e-6, 1e6));
  GN_ASSIGN_OR_RETURN(rope.scaling, ReadScaling(reader));
  GN_RETURN_IF_ERROR(ReadFactor(reader, rope));
  GN_RETURN_IF_ERROR(ReadYarn(reader, rope));
  GN_RETURN_IF_ERROR(ReadLlama3(reader, rope));
  return rope;
}

Result<RopeConfig> ReadUnscaledRope(const MetadataReader& reader, const RopeConfig& rope,
                                    double base) {
  RopeConfig local = rope;
  GN_ASSIGN_OR_RETURN(local.base,
                      reader.NumberOr("rope.freq_base_swa", base, kRopeBaseMin, kRopeBaseMax));
  local.scaling = RopeScaling::kNone;
  local.factor = 1.0;
  local.factors = RopeFactors::kNone;
  return local;
}

Status ApplyRopeOptions(const RopeOptions& options, std::uint32_t context_tokens,
                        ModelConfig& config) {
  RopeConfig& rope = config.rope;
  GN_RETURN_IF_ERROR(CheckOption("the rope factor", options.factor, 1e-3, kRopeFactorMax));
  GN_RETURN_IF_ERROR(CheckOption("the rope base", options.base, kRopeBaseMin, kRopeBaseMax));
  GN_RETURN_IF_ERROR(
      CheckOption("the original context", options.original_context, 1, double{kContextMax}));
  if (options.base != 0.0) rope.base = options.base;
  if (options.original_context != 0) rope.original_context = options.original_context;
  if (options.scaling.has_value() || options.factor != 0.0) {
    GN_RETURN_IF_ERROR(Rescale(options, context_tokens, config));
  }
  if (rope.factors == RopeFactors::kShort) {
    const std::uint32_t made_for = config.context_length;
    const std::uint32_t longest =
        context_tokens == 0 ? made_for : std::min(context_tokens, made_for);
    if (longest > rope.original_context) rope.factors = RopeFactors::kLong;
  }
  return Status();
}

}  // namespace ganglion
