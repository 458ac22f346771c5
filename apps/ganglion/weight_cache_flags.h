#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "ganglion/model/weight_cache_options.h"

namespace ganglion::app {

// Where commands that load a model keep its packed weights.
struct WeightCacheFlags {
  std::string directory;  // empty: the user's cache folder
  bool off = false;

  void AddTo(CLI::App& command);
  // Warnings go to standard error.
  WeightCacheOptions Options() const;
};

}  // namespace ganglion::app
