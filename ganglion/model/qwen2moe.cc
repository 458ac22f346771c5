#include <algorithm>

#include "ganglion/model/config_reader.h"
#include "ganglion/model/family.h"

namespace ganglion {

// Qwen 1.5 and 2 with experts: as Qwen 2, but the weights of the chosen experts are left as the
// softmax gave them, and every token also visits a shared expert, whose answer is weighed by a
// sigmoid of its own score.
Result<ModelConfig> ReadQwen2MoeConfig(const gguf::File& file, std::string_view architecture) {
  const MetadataReader reader(file, architecture);
  GN_ASSIGN_OR_RETURN(ModelConfig config, ReadSharedConfig(reader, architecture));
  config.rope.pairing = RopePairing::kHalfSplit;
  GN_RETURN_IF_ERROR(ReadExperts(reader, {.shared = true}, config));
  return config;
}

}  // namespace ganglion
