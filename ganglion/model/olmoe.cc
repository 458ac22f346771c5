#include "ganglion/model/config_reader.h"
#include "ganglion/model/family.h"

namespace ganglion {

// OLMoE: experts in every layer, their weights left as the softmax gave them. The norms of queries
// and keys run over all heads of a token together. The rotation turns element i with element
// i + half.
Result<ModelConfig> ReadOlmoeConfig(const gguf::File& file, std::string_view architecture) {
  const MetadataReader reader(file, architecture);
  GN_ASSIGN_OR_RETURN(ModelConfig config, ReadSharedConfig(reader, architecture));
  config.rope.pairing = RopePairing::kHalfSplit;
  config.qk_norm = QkNorm::kWholeRow;
  GN_RETURN_IF_ERROR(ReadExperts(reader, {.width = config.ffn_width}, config));
  return config;
}

}  // namespace ganglion
