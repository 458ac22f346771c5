#pragma once

#include "ganglion/api/model_info.h"
#include "ganglion/gguf/gguf.h"

namespace ganglion::engine {

// What a model file says of itself, whatever its architecture. What it does not say stays as it is
// by default, and so does all that depends on how the model is run (context, what it can do).
api::ModelInfo DescribeFile(const gguf::File& file);

}  // namespace ganglion::engine
