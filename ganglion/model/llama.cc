#include "ganglion/model/config_reader.h"
#include "ganglion/model/family.h"

namespace ganglion {

// Llama 1 to 3.x, Mistral, Mixtral, and the many models that were saved as llama. The rotation
// turns neighbours (the query and key rows of the file are permuted to that end). Llama 3.1 and
// later carry rope_freqs.weight, which divides the frequencies. Files with experts are Mixtral and
// its like: the weights of the chosen experts are renormalized. A sliding window that Mistral's
// metadata may state is not applied, as the file format's reference engine does not apply it
// either.
Result<ModelConfig> ReadLlamaConfig(const gguf::File& file, std::string_view architecture) {
  const MetadataReader reader(file, architecture);
  GN_ASSIGN_OR_RETURN(ModelConfig config, ReadSharedConfig(reader, architecture));
  config.rope.pairing = RopePairing::kInterleaved;
  if (config.rope.factors == RopeFactors::kNone) config.rope.factors = RopeFactors::kFreqs;
  config.other_bias = Presence::kOptional;
  GN_ASSIGN_OR_RETURN(const std::int64_t experts, file.IntOr(reader.Key("expert_count"), 0));
  if (experts != 0) {
    const ExpertDefaults mixtral = {.width = config.ffn_width, .renormalize = true};
    GN_RETURN_IF_ERROR(ReadExperts(reader, mixtral, config));
  }
  return config;
}

}  // namespace ganglion
