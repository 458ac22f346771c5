#pragma once

#include <string>

#include "apps/ganglion/rope_flags.h"
#include "apps/ganglion/weight_cache_flags.h"
#include <CLI/CLI.hpp>

#include "ganglion/api/inference_client.h"
#include "ganglion/engine/options.h"

namespace ganglion::app {

// The flags that every command has which lets a model write.
struct EngineFlags {
  std::string model;
  std::string kv = "f16";
  engine::EngineOptions options;
  RopeFlags rope;
  WeightCacheFlags weight_cache;
  api::SamplingOptions sampling;
  std::int32_t tokens_max = 512;

  void AddTo(CLI::App& command);
  engine::EngineOptions EngineOptions() const;
};

}  // namespace ganglion::app
