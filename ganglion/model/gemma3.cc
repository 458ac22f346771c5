#include <cmath>
#include <cstdint>

#include "ganglion/model/config_reader.h"
#include "ganglion/model/family.h"
#include "ganglion/model/rope_config.h"

namespace ganglion {
namespace {

constexpr std::uint32_t kLayersOf27B = 62;

}  // namespace

// Gemma 3: as Gemma 2 with a norm of each query and key head in place of the soft cap on the
// scores. Five of six layers see a window of keys; they turn by a base of their own and without
// the scaling of the layers that see all.
Result<ModelConfig> ReadGemma3Config(const gguf::File& file, std::string_view architecture) {
  const MetadataReader reader(file, architecture);
  GN_ASSIGN_OR_RETURN(ModelConfig config, ReadSharedConfig(reader, architecture));
  config.rope.pairing = RopePairing::kHalfSplit;
  config.qk_norm = QkNorm::kEachHead;
  config.post_norms = true;
  config.activation = Activation::kGelu;
  config.embedding_scale = std::sqrt(static_cast<float>(config.width));
  GN_RETURN_IF_ERROR(ReadLocalLayers(reader, {.window = 0, .period = 6}, config));
  GN_ASSIGN_OR_RETURN(config.local_rope, ReadUnscaledRope(reader, config.rope, 10000.0));
  GN_ASSIGN_OR_RETURN(config.logit_softcap, ReadSoftcap(reader, "final_logit_softcapping", 0.0));
  // The largest divides its queries by the root of width / heads, and the file does not say so.
  if (config.layers == kLayersOf27B) config.attention_scale = ScaleOfEvenShare(config);
  return config;
}

}  // namespace ganglion
