#include "ganglion/model/compute.h"

#include <string>

namespace ganglion {
namespace {

Result<const kernels::KernelTable*> KernelsFor(const std::string& isa) {
  if (isa.empty()) return &kernels::Kernels();
  if (const auto* const table = kernels::FindKernels(isa.c_str())) return table;
  return Status(Code::kInvalidArgument, "instruction set '" + isa +
                                            "' is unknown or does not run here; there are scalar, "
                                            "avx2 and avx512");
}

}  // namespace

Result<Compute> MakeCompute(const ModelOptions& options) {
  if (options.threads > sys::ThreadPool::kThreadsMax) {
    return Status(Code::kInvalidArgument, std::to_string(options.threads) +
                                              " threads are more than the limit of " +
                                              std::to_string(sys::ThreadPool::kThreadsMax));
  }
  Compute compute;
  GN_ASSIGN_OR_RETURN(compute.kernels, KernelsFor(options.isa));
  compute.pool = std::make_unique<sys::ThreadPool>(options.threads == 0 ? sys::UsableProcessors()
                                                                        : options.threads);
  return compute;
}

}  // namespace ganglion
