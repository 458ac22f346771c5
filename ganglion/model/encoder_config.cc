#include "ganglion/model/encoder_config.h"

#include <string_view>

#include "ganglion/base/concat.h"
#include "ganglion/model/config_reader.h"
#include "ganglion/model/limits.h"
#include "ganglion/model/metadata_reader.h"
#include "ganglion/model/rope_config.h"

namespace ganglion {
namespace {

// BERT and what is trained on its shape (BGE, E5, MiniLM, GTE of the first generation; XLM-RoBERTa,
// whose files leave out the first two rows of its positions).
constexpr std::string_view kBert = "bert";
// Nomic: rotations in place of learned positions, a gated feed-forward part, no biases but those of
// the norms.
constexpr std::string_view kNomicBert = "nomic-bert";

Status ReadHeads(const MetadataReader& reader, EncoderConfig& config) {
  GN_ASSIGN_OR_RETURN(config.heads, reader.Count("attention.head_count", kHeadsMax));
  if (config.width % config.heads != 0) {
    return reader.Bad("attention.head_count",
                      Concat(config.heads, " does not divide embedding_length ", config.width));
  }
  config.head_dim = config.width / config.heads;
  if (config.head_dim > kHeadDimMax) {
    return reader.Bad("attention.head_count", Concat("heads of ", config.head_dim,
                                                     " elements are larger than ", kHeadDimMax));
  }
  GN_ASSIGN_OR_RETURN(const bool causal, reader.FlagOr("attention.causal", false));
  if (!causal) return Status();
  return Status(Code::kUnimplemented,
                reader.Key("attention.causal") + ": only false is supported of an encoder");
}

Status ReadRotation(const MetadataReader& reader, EncoderConfig& config) {
  ModelConfig shared;
  shared.key_dim = config.head_dim;
  shared.context_length = config.context_length;
  GN_ASSIGN_OR_RETURN(config.rope, ReadRope(reader, shared));
  config.rope->pairing = RopePairing::kHalfSplit;
  if (config.rope->factors == RopeFactors::kNone) return Status();
  return Status(Code::kUnimplemented, reader.Key("rope.scaling.type") +
                                          ": factors of a file are not supported of an encoder");
}

}  // namespace

bool IsEncoderArchitecture(const gguf::File& file) {
  const auto architecture = file.StringOr("general.architecture", "");
  return architecture.ok() && (*architecture == kBert || *architecture == kNomicBert);
}

Result<EncoderConfig> ReadEncoderConfig(const gguf::File& file) {
  GN_ASSIGN_OR_RETURN(const std::string_view architecture, file.String("general.architecture"));
  if (!IsEncoderArchitecture(file)) {
    return Status(Code::kUnimplemented, Concat("architecture '", architecture.substr(0, 64),
                                               "' is no encoder that this build knows; it knows ",
                                               kBert, ", ", kNomicBert));
  }
  const MetadataReader reader(file, architecture);
  EncoderConfig config;
  config.architecture = architecture;
  GN_ASSIGN_OR_RETURN(config.layers, reader.Count("block_count", kLayersMax));
  GN_ASSIGN_OR_RETURN(config.width, reader.Count("embedding_length", kWidthMax));
  GN_ASSIGN_OR_RETURN(config.context_length, reader.Count("context_length", kEncoderContextMax));
  GN_ASSIGN_OR_RETURN(config.ffn_width, reader.Count("feed_forward_length", kFfnWidthMax));
  GN_RETURN_IF_ERROR(ReadHeads(reader, config));
  // Below this the square root may lose the sum beside it.
  GN_ASSIGN_OR_RETURN(const double epsilon,
                      reader.NumberOr("attention.layer_norm_epsilon", -1.0, 1e-30, 1.0));
  config.norm_epsilon = static_cast<float>(epsilon);
  GN_ASSIGN_OR_RETURN(config.pooling, ReadPooling(reader));
  if (architecture == kBert) return config;
  config.gated = true;
  config.bias = Presence::kOptional;
  GN_RETURN_IF_ERROR(ReadRotation(reader, config));
  return config;
}

}  // namespace ganglion
