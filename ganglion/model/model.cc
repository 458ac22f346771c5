#include "ganglion/model/model.h"

#include <string>
#include <utility>

#include "ganglion/kernels/kernels.h"
#include "ganglion/model/decoder.h"
#include "ganglion/model/family.h"
#include "ganglion/model/rope_config.h"
#include "ganglion/model/weight_cache.h"
#include "ganglion/model/weights.h"
#include "ganglion/sys/thread_pool.h"

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

Result<std::unique_ptr<Model>> Model::Load(std::shared_ptr<const gguf::File> file,
                                           const ModelOptions& options) {
  if (options.threads > sys::ThreadPool::kThreadsMax) {
    return Status(Code::kInvalidArgument, std::to_string(options.threads) +
                                              " threads are more than the limit of " +
                                              std::to_string(sys::ThreadPool::kThreadsMax));
  }
  GN_ASSIGN_OR_RETURN(const kernels::KernelTable* const table, KernelsFor(options.isa));
  GN_ASSIGN_OR_RETURN(ModelConfig config, ReadConfig(*file));
  GN_RETURN_IF_ERROR(ApplyRopeOptions(options.rope, options.context_tokens, config));
  auto pool = std::make_unique<sys::ThreadPool>(options.threads == 0 ? sys::UsableProcessors()
                                                                     : options.threads);
  PackedStore store = OpenWeightCache(*file, options.weight_cache, *pool);
  GN_ASSIGN_OR_RETURN(Weights weights, LoadWeights(file, std::move(store), config, *pool));
  return std::unique_ptr<Model>(
      std::make_unique<Decoder>(std::move(config), std::move(weights), std::move(pool), *table));
}

KvShape Model::kv_shape() const {
  return {.layers = config().layers,
          .heads = config().kv_heads,
          .key_dim = config().key_dim,
          .value_dim = config().value_dim};
}

}  // namespace ganglion
