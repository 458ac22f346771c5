#pragma once

#include <string_view>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/model/config.h"

namespace ganglion {

// Reads the keys that all dense decoders share ("ARCHITECTURE.block_count" and so on) and checks
// them against the limits of this room and against each other. What differs between the families
// (pairing of the rotation, biases, norms) keeps its default for the family's own file to set.
Result<ModelConfig> ReadSharedConfig(const gguf::File& file, std::string_view architecture);

}  // namespace ganglion
