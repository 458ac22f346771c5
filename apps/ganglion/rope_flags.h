#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "ganglion/model/config.h"

namespace ganglion::app {

// The flags that stretch a model's rotation for longer contexts.
struct RopeFlags {
  std::string scaling;
  RopeOptions options;

  void AddTo(CLI::App& command);
  RopeOptions Options() const;
};

}  // namespace ganglion::app
