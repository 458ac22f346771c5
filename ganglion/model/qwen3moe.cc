#include "ganglion/model/config_reader.h"
#include "ganglion/model/family.h"

namespace ganglion {

// Qwen 3 with experts: as the dense one, with many small experts in every layer. The weights of
// the chosen ones are renormalized; there is no shared expert.
Result<ModelConfig> ReadQwen3MoeConfig(const gguf::File& file, std::string_view architecture) {
  const MetadataReader reader(file, architecture);
  GN_ASSIGN_OR_RETURN(ModelConfig config, ReadSharedConfig(reader, architecture));
  config.rope.pairing = RopePairing::kHalfSplit;
  config.qk_norm = QkNorm::kEachHead;
  GN_RETURN_IF_ERROR(ReadExperts(reader, {.renormalize = true}, config));
  return config;
}

}  // namespace ganglion
