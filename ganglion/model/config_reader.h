#pragma once

#include <cstdint>
#include <string_view>

#include "ganglion/base/status.h"
#include "ganglion/model/config.h"
#include "ganglion/model/metadata_reader.h"

// The parts of a config that the families share. Each checks its keys against the limits of this
// room and against each other.
namespace ganglion {

// Sizes, heads and rotation. What differs between the families (pairing of the rotation, biases,
// norms, experts) keeps its default for the family's own file to set.
Result<ModelConfig> ReadSharedConfig(const MetadataReader& reader, std::string_view architecture);

// How the file wants hidden states pooled; kNone where it does not say.
Result<Pooling> ReadPooling(const MetadataReader& reader);

// What a family of mixtures does where the file does not say.
struct ExpertDefaults {
  std::uint32_t width = 0;  // of an expert; 0: feed_forward_length counts those of a token together
  bool renormalize = false;
  bool shared = false;  // every token also visits one expert that is not chosen
};
// The keys of a mixture of experts, which stand in every layer.
Status ReadExperts(const MetadataReader& reader, const ExpertDefaults& defaults,
                   ModelConfig& config);

// Which layers see only a window of the keys. In a period of N layers the last one sees all of
// them; 0: no layer does (attention.sliding_window_pattern: N, or a list with a flag for each
// layer).
struct LocalDefaults {
  std::uint32_t window = 0;  // 0: no layer is local unless the file says so
  std::uint32_t period = 0;
};
Status ReadLocalLayers(const MetadataReader& reader, const LocalDefaults& defaults,
                       ModelConfig& config);

// A soft cap; 0: there is none.
Result<float> ReadSoftcap(const MetadataReader& reader, std::string_view name, double fallback);

// What scores are multiplied with where heads share the width evenly, whatever their size is.
float ScaleOfEvenShare(const ModelConfig& config);

}  // namespace ganglion
