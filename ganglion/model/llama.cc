#include "ganglion/model/config_reader.h"
#include "ganglion/model/family.h"

namespace ganglion {

// Llama 1 to 3.x, Mistral, and the many models that were saved as llama. The rotation turns
// neighbours (the query and key rows of the file are permuted to that end). Llama 3.1 and later
// carry rope_freqs.weight, which divides the frequencies. A sliding window that Mistral's metadata
// may state is not applied, as the file format's reference engine does not apply it either.
Result<ModelConfig> ReadLlamaConfig(const gguf::File& file) {
  GN_ASSIGN_OR_RETURN(ModelConfig config, ReadSharedConfig(file, "llama"));
  config.rope.pairing = RopePairing::kInterleaved;
  config.rope.factors = Presence::kOptional;
  config.qkv_bias = Presence::kOptional;
  config.other_bias = Presence::kOptional;
  return config;
}

}  // namespace ganglion
