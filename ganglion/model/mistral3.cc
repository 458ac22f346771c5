#include "ganglion/model/config_reader.h"
#include "ganglion/model/family.h"

namespace ganglion {

// Ministral 3 and later: as the models that were saved as llama, but queries grow with their
// position, so that the attention of long texts stays sharp (attention.temperature_scale).
Result<ModelConfig> ReadMistral3Config(const gguf::File& file, std::string_view architecture) {
  GN_ASSIGN_OR_RETURN(ModelConfig config, ReadLlamaConfig(file, architecture));
  const MetadataReader reader(file, architecture);
  GN_ASSIGN_OR_RETURN(const double growth,
                      reader.NumberOr("attention.temperature_scale", 0.0, 0.0, 1e3));
  config.query_growth = static_cast<float>(growth);
  return config;
}

}  // namespace ganglion
