#include "ganglion/model/config_reader.h"
#include "ganglion/model/family.h"

namespace ganglion {

// Qwen 2 and 2.5: biases on the query, key and value projections; the rotation turns element i with
// element i + half.
Result<ModelConfig> ReadQwen2Config(const gguf::File& file, std::string_view architecture) {
  const MetadataReader reader(file, architecture);
  GN_ASSIGN_OR_RETURN(ModelConfig config, ReadSharedConfig(reader, architecture));
  config.rope.pairing = RopePairing::kHalfSplit;
  config.qkv_bias = Presence::kRequired;
  return config;
}

}  // namespace ganglion
