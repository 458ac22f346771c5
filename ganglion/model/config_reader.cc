#include "ganglion/model/config_reader.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "ganglion/model/limits.h"

namespace ganglion {
namespace {

// Reads the keys of one architecture. Every read names its key in the error.
class Reader {
 public:
  Reader(const gguf::File& file, std::string_view architecture)
      : file_(file), prefix_(std::string(architecture) + ".") {}

  std::string Key(std::string_view name) const { return prefix_ + std::string(name); }
  bool Has(std::string_view name) const { return file_.Find(Key(name)) != nullptr; }

  Result<std::uint32_t> Count(std::string_view name, std::int64_t largest) const {
    GN_ASSIGN_OR_RETURN(const std::int64_t value, file_.Int(Key(name)));
    return Checked(name, value, largest);
  }
  Result<std::uint32_t> CountOr(std::string_view name, std::int64_t fallback,
                                std::int64_t largest) const {
    GN_ASSIGN_OR_RETURN(const std::int64_t value, file_.IntOr(Key(name), fallback));
    return Checked(name, value, largest);
  }
  Result<double> NumberOr(std::string_view name, double fallback, double smallest,
                          double largest) const {
    GN_ASSIGN_OR_RETURN(const double value, file_.FloatOr(Key(name), fallback));
    if (value >= smallest && value <= largest) return value;
    return Bad(name, std::to_string(value) + " is not in " + std::to_string(smallest) + " to " +
                         std::to_string(largest));
  }
  Result<std::string_view> TextOr(std::string_view name, std::string_view fallback) const {
    return file_.StringOr(Key(name), fallback);
  }
  Status Bad(std::string_view name, const std::string& why) const {
    return Status(Code::kInvalidArgument, Key(name) + ": " + why);
  }

 private:
  Result<std::uint32_t> Checked(std::string_view name, std::int64_t value,
                                std::int64_t largest) const {
    if (value >= 1 && value <= largest) return static_cast<std::uint32_t>(value);
    return Bad(name, std::to_string(value) + " is not in 1 to " + std::to_string(largest));
  }

  const gguf::File& file_;
  const std::string prefix_;
};

Status ReadSizes(const Reader& reader, ModelConfig& config) {
  GN_ASSIGN_OR_RETURN(config.layers, reader.Count("block_count", kLayersMax));
  GN_ASSIGN_OR_RETURN(config.width, reader.Count("embedding_length", kWidthMax));
  GN_ASSIGN_OR_RETURN(config.ffn_width, reader.Count("feed_forward_length", kFfnWidthMax));
  GN_ASSIGN_OR_RETURN(config.context_length, reader.Count("context_length", kContextMax));
  return Status();
}

Status ReadHeads(const Reader& reader, ModelConfig& config) {
  GN_ASSIGN_OR_RETURN(config.heads, reader.Count("attention.head_count", kHeadsMax));
  GN_ASSIGN_OR_RETURN(config.kv_heads,
                      reader.CountOr("attention.head_count_kv", config.heads, kHeadsMax));
  if (config.heads % config.kv_heads != 0) {
    return reader.Bad("attention.head_count_kv",
                      std::to_string(config.kv_heads) + " does not divide the " +
                          std::to_string(config.heads) + " heads of attention.head_count");
  }
  if (!reader.Has("attention.key_length") && config.width % config.heads != 0) {
    return reader.Bad("attention.head_count",
                      std::to_string(config.heads) + " does not divide embedding_length " +
                          std::to_string(config.width) + ", and attention.key_length is missing");
  }
  const std::int64_t even_share = std::max(config.width / config.heads, 1u);
  GN_ASSIGN_OR_RETURN(config.key_dim,
                      reader.CountOr("attention.key_length", even_share, kHeadDimMax));
  GN_ASSIGN_OR_RETURN(config.value_dim,
                      reader.CountOr("attention.value_length", even_share, kHeadDimMax));
  // Below this the square root may lose the sum beside it.
  GN_ASSIGN_OR_RETURN(const double epsilon,
                      reader.NumberOr("attention.layer_norm_rms_epsilon", -1.0, 1e-30, 1.0));
  config.norm_epsilon = static_cast<float>(epsilon);
  return Status();
}

// The scaling and its parameters; the names are those of the format.
Status ReadRopeScaling(const Reader& reader, RopeConfig& rope, std::uint32_t context_length) {
  // Files from before rope.scaling.* say how far to stretch, and stretch linearly.
  GN_ASSIGN_OR_RETURN(const double old_factor,
                      reader.NumberOr("rope.scale_linear", 1.0, 0.0, kRopeFactorMax));
  GN_ASSIGN_OR_RETURN(double factor,
                      reader.NumberOr("rope.scaling.factor", old_factor, 0.0, kRopeFactorMax));
  if (factor == 0.0) factor = 1.0;  // the format's way to say "not scaled"
  rope.factor = factor;
  GN_ASSIGN_OR_RETURN(const std::string_view kind, reader.TextOr("rope.scaling.type", "linear"));
  if (kind == "none") {
    rope.scaling = RopeScaling::kNone;
    rope.factor = 1.0;
  } else if (kind == "linear") {
    rope.scaling = rope.factor == 1.0 ? RopeScaling::kNone : RopeScaling::kLinear;
  } else if (kind == "yarn") {
    rope.scaling = RopeScaling::kYarn;
  } else {
    return reader.Bad("rope.scaling.type", std::string("'").append(kind.substr(0, 40)) +
                                               "' is not supported; none, linear and yarn are");
  }
  GN_ASSIGN_OR_RETURN(rope.original_context, reader.CountOr("rope.scaling.original_context_length",
                                                            context_length, kContextMax));
  GN_ASSIGN_OR_RETURN(rope.attention_factor,
                      reader.NumberOr("rope.scaling.attn_factor", 1.0, 1e-6, 1e6));
  GN_ASSIGN_OR_RETURN(rope.yarn_extrapolation,
                      reader.NumberOr("rope.scaling.yarn_ext_factor", 1.0, 0.0, 1.0));
  GN_ASSIGN_OR_RETURN(rope.yarn_beta_fast,
                      reader.NumberOr("rope.scaling.yarn_beta_fast", 32.0, 1e-3, 1e6));
  GN_ASSIGN_OR_RETURN(rope.yarn_beta_slow,
                      reader.NumberOr("rope.scaling.yarn_beta_slow", 1.0, 1e-3, 1e6));
  GN_ASSIGN_OR_RETURN(const double log_multiplier,
                      reader.NumberOr("rope.scaling.yarn_log_multiplier", 0.0, -1e6, 1e6));
  if (log_multiplier != 0.0) {
    return reader.Bad("rope.scaling.yarn_log_multiplier", "is not supported; only 0 is");
  }
  return Status();
}

Status ReadRope(const Reader& reader, ModelConfig& config) {
  RopeConfig& rope = config.rope;
  GN_ASSIGN_OR_RETURN(rope.dims,
                      reader.CountOr("rope.dimension_count", config.key_dim, kHeadDimMax));
  if (rope.dims % 2 != 0 || rope.dims > config.key_dim) {
    return reader.Bad("rope.dimension_count", std::to_string(rope.dims) +
                                                  " is not an even number up to the head size " +
                                                  std::to_string(config.key_dim));
  }
  GN_ASSIGN_OR_RETURN(rope.base, reader.NumberOr("rope.freq_base", 10000.0, 1.001, kRopeBaseMax));
  return ReadRopeScaling(reader, rope, config.context_length);
}

// Experts replace the feed-forward part; a file that has them cannot be read as a dense model.
Status CheckDense(const Reader& reader, const gguf::File& file) {
  GN_ASSIGN_OR_RETURN(const std::int64_t experts, file.IntOr(reader.Key("expert_count"), 0));
  if (experts == 0) return Status();
  return Status(Code::kUnimplemented,
                reader.Key("expert_count") + " is " + std::to_string(experts) +
                    ": mixture of experts is not supported yet; use a dense model");
}

}  // namespace

Result<ModelConfig> ReadSharedConfig(const gguf::File& file, std::string_view architecture) {
  const Reader reader(file, architecture);
  ModelConfig config;
  config.architecture = architecture;
  GN_RETURN_IF_ERROR(CheckDense(reader, file));
  GN_RETURN_IF_ERROR(ReadSizes(reader, config));
  GN_RETURN_IF_ERROR(ReadHeads(reader, config));
  GN_RETURN_IF_ERROR(ReadRope(reader, config));
  return config;
}

}  // namespace ganglion
