#include "ganglion/model/config_reader.h"
#include "ganglion/model/family.h"

namespace ganglion {

// Qwen 3 (dense): each query and key head passes an RMS norm before the rotation, which turns
// element i with element i + half. The head size stands in the metadata and need not be the width
// over the heads.
Result<ModelConfig> ReadQwen3Config(const gguf::File& file, std::string_view architecture) {
  const MetadataReader reader(file, architecture);
  GN_ASSIGN_OR_RETURN(ModelConfig config, ReadSharedConfig(reader, architecture));
  config.rope.pairing = RopePairing::kHalfSplit;
  config.qk_norm = QkNorm::kEachHead;
  return config;
}

}  // namespace ganglion
