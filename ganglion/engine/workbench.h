#pragma once

#include <cstddef>
#include <vector>

#include "ganglion/api/model_info.h"
#include "ganglion/engine/loaded_model.h"
#include "ganglion/engine/mask_worker.h"
#include "ganglion/engine/options.h"
#include "ganglion/sampling/sampler.h"

namespace ganglion::engine {

// What the sequences of one engine share while their logits are looked at, one after the other.
//
// Thread: the engine thread only.
struct Workbench {
  Workbench(const LoadedModel& loaded_in, const EngineOptions& options_in)
      : loaded(loaded_in),
        options(options_in),
        sampler(loaded_in.vocab_size),
        masks(options_in.running_max) {}

  // The logits of a row that are more than padding.
  std::size_t known_size() const { return loaded.tokenizer->size(); }

  const LoadedModel& loaded;
  const EngineOptions& options;
  sampling::Sampler sampler;
  MaskWorker masks;
  std::vector<float> row;   // of logits, as the model computed them
  api::EngineStats counts;  // the counters
};

}  // namespace ganglion::engine
