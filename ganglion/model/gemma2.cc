#include <cmath>
#include <cstdint>

#include "ganglion/model/config_reader.h"
#include "ganglion/model/family.h"

namespace ganglion {
namespace {

constexpr std::uint32_t kLayersOf27B = 46;

}  // namespace

// Gemma 2: embeddings times the root of the width; a norm also after attention and feed-forward
// part; a GELU gate; soft caps on attention scores and logits; every second layer, from the first
// on, sees a window of keys. The norms of the file have the 1 added that the model's own lack.
Result<ModelConfig> ReadGemma2Config(const gguf::File& file, std::string_view architecture) {
  const MetadataReader reader(file, architecture);
  GN_ASSIGN_OR_RETURN(ModelConfig config, ReadSharedConfig(reader, architecture));
  config.rope.pairing = RopePairing::kHalfSplit;
  config.post_norms = true;
  config.activation = Activation::kGelu;
  config.embedding_scale = std::sqrt(static_cast<float>(config.width));
  GN_RETURN_IF_ERROR(ReadLocalLayers(reader, {.window = 4096, .period = 2}, config));
  GN_ASSIGN_OR_RETURN(config.attention_softcap,
                      ReadSoftcap(reader, "attn_logit_softcapping", 50.0));
  GN_ASSIGN_OR_RETURN(config.logit_softcap, ReadSoftcap(reader, "final_logit_softcapping", 30.0));
  // The largest divides its queries by the root of width / heads, and the file does not say so.
  if (config.layers == kLayersOf27B) config.attention_scale = ScaleOfEvenShare(config);
  return config;
}

}  // namespace ganglion
