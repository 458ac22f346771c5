#pragma once

#include <memory>

#include "ganglion/base/status.h"
#include "ganglion/kernels/kernels.h"
#include "ganglion/model/model.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion {

// What a model computes with.
struct Compute {
  std::unique_ptr<sys::ThreadPool> pool;
  const kernels::KernelTable* kernels = nullptr;
};

// As the options ask: an instruction set that does not run here is an error.
Result<Compute> MakeCompute(const ModelOptions& options);

}  // namespace ganglion
