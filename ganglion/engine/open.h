#pragma once

#include <memory>
#include <string>

#include "ganglion/api/inference_client.h"
#include "ganglion/base/status.h"
#include "ganglion/engine/options.h"

namespace ganglion::engine {

// The client that computes in this process, of the kind that the model file is for: an Engine, or
// an EncoderEngine where the architecture only embeds.
Result<std::unique_ptr<api::InferenceClient>> Open(const std::string& path,
                                                   const EngineOptions& options = {});

}  // namespace ganglion::engine
