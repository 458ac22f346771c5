#include <algorithm>
#include <string>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/convert/families.h"
#include "ganglion/convert/limits.h"

namespace ganglion::convert {
namespace {

// A setting of which GGUF's bert knows one value only.
Status CheckText(const ObjectReader& config, const char* name, std::string_view wanted) {
  GN_ASSIGN_OR_RETURN(const std::string_view value, config.TextOr(name, wanted));
  if (value == wanted) return {};
  return {Code::kUnimplemented, Concat("config.json: ", name, " is \"", value.substr(0, 40),
                                       "\"; of BertModel only ", wanted, " is supported")};
}

}  // namespace

// BertModel, bidirectional: everything of config.json that matters.
Status DescribeBert(const ObjectReader& config, Description& out, MetadataWriter& metadata) {
  GN_RETURN_IF_ERROR(CheckText(config, "hidden_act", "gelu"));
  GN_RETURN_IF_ERROR(CheckText(config, "position_embedding_type", "absolute"));
  for (const char* const name : {"is_decoder", "add_cross_attention"}) {
    GN_ASSIGN_OR_RETURN(const bool set, config.FlagOr(name, false));
    if (set) return {Code::kUnimplemented, Concat("config.json: ", name, " is not supported")};
  }
  ModelShape& shape = out.shape;
  GN_ASSIGN_OR_RETURN(shape.layers, config.Count("num_hidden_layers", kLayersMax));
  GN_ASSIGN_OR_RETURN(shape.width, config.Count("hidden_size", kWidthMax));
  GN_ASSIGN_OR_RETURN(shape.heads, config.Count("num_attention_heads", kWidthMax));
  if (shape.width % shape.heads != 0) {
    return config.Bad("num_attention_heads", "does not divide hidden_size");
  }
  shape.kv_heads = shape.heads;
  shape.head_dim = shape.width / shape.heads;
  GN_ASSIGN_OR_RETURN(shape.ffn, config.Count("intermediate_size", kWidthMax));
  GN_ASSIGN_OR_RETURN(shape.vocabulary, config.CountOr("vocab_size", 0, kVocabularyMax));
  GN_ASSIGN_OR_RETURN(shape.positions, config.Count("max_position_embeddings", kContextMax));
  GN_ASSIGN_OR_RETURN(shape.text_types, config.CountOr("type_vocab_size", 2, kWidthMax));
  GN_ASSIGN_OR_RETURN(const double epsilon, config.NumberOr("layer_norm_eps", 1e-12));
  metadata.Count("block_count", shape.layers);
  metadata.Count("context_length", shape.positions);
  metadata.Count("embedding_length", shape.width);
  metadata.Count("feed_forward_length", shape.ffn);
  metadata.Count("attention.head_count", shape.heads);
  metadata.Number("attention.layer_norm_epsilon", epsilon);
  metadata.Flag("attention.causal", false);
  out.metadata.push_back(
      {"tokenizer.ggml.token_type_count", static_cast<std::uint32_t>(shape.text_types)});
  return {};
}

}  // namespace ganglion::convert
