#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ganglion/base/status.h"

namespace ganglion::convert {

// How a folder of the sentence-transformers kind makes one vector of a text, as the number that
// GGUF has for it in `pooling_type`; nothing where the folder does not say. A way that GGUF cannot
// say, or a further layer behind it, is an error.
Result<std::optional<std::uint32_t>> ReadPooling(const std::string& folder);

}  // namespace ganglion::convert
