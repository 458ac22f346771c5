#include "ganglion/model/config_reader.h"
#include "ganglion/model/family.h"

namespace ganglion {

// Phi 3 to 4: queries, keys and values come from one matrix, gate and up from another (the gate's
// rows first). The rotation turns element i with element i + half, in Phi 4 mini only of the first
// three quarters of a head. The models for 128k tokens carry two lists of factors that divide the
// frequencies, one for contexts up to the original one and one for longer ones; the metadata does
// not call this a scaling, the tensors do. The first models see a window of keys in every layer.
Result<ModelConfig> ReadPhi3Config(const gguf::File& file, std::string_view architecture) {
  const MetadataReader reader(file, architecture);
  GN_ASSIGN_OR_RETURN(ModelConfig config, ReadSharedConfig(reader, architecture));
  config.rope.pairing = RopePairing::kHalfSplit;
  if (file.FindTensor("rope_factors_long.weight") != nullptr) {
    config.rope.scaling = RopeScaling::kLongRope;
    config.rope.factors = RopeFactors::kShort;
  }
  config.fused_gate_up = true;
  GN_RETURN_IF_ERROR(ReadLocalLayers(reader, {}, config));
  return config;
}

}  // namespace ganglion
