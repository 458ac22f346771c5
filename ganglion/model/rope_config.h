#pragma once

#include <cstdint>

#include "ganglion/base/status.h"
#include "ganglion/model/config.h"
#include "ganglion/model/metadata_reader.h"

namespace ganglion {

// The rotation as the file says. Needs the head size and context length of `config`. The pairing
// is the family's to say.
Result<RopeConfig> ReadRope(const MetadataReader& reader, const ModelConfig& config);

// The rotation of layers that see only a window of the keys and are not scaled: `rope` with a base
// of its own.
Result<RopeConfig> ReadUnscaledRope(const MetadataReader& reader, const RopeConfig& rope,
                                    double base);

// The rotation as the user asks, for sequences of up to `context_tokens` (0: as many as the model
// was made for). A scaling without a factor stretches as far as the context needs. Where a scaling
// was asked for, config.context_length grows with it. Chooses between the short and the long
// factors of a file that has both. Local layers keep what the file says.
Status ApplyRopeOptions(const RopeOptions& options, std::uint32_t context_tokens,
                        ModelConfig& config);

}  // namespace ganglion
