#include "ganglion/model/model.h"

#include <utility>

#include "ganglion/model/compute.h"
#include "ganglion/model/decoder.h"
#include "ganglion/model/family.h"
#include "ganglion/model/rope_config.h"
#include "ganglion/model/weight_cache.h"
#include "ganglion/model/weights.h"

namespace ganglion {
Result<std::unique_ptr<Model>> Model::Load(std::shared_ptr<const gguf::File> file,
                                           const ModelOptions& options) {
  GN_ASSIGN_OR_RETURN(ModelConfig config, ReadConfig(*file));
  GN_RETURN_IF_ERROR(ApplyRopeOptions(options.rope, options.context_tokens, config));
  GN_ASSIGN_OR_RETURN(Compute compute, MakeCompute(options));
  PackedStore store = OpenWeightCache(*file, options.weight_cache, *compute.pool);
  GN_ASSIGN_OR_RETURN(Weights weights, LoadWeights(file, std::move(store), config, *compute.pool));
  return std::unique_ptr<Model>(std::make_unique<Decoder>(
      std::move(config), std::move(weights), std::move(compute.pool), *compute.kernels));
}

KvShape Model::kv_shape() const {
  return {.layers = config().layers,
          .heads = config().kv_heads,
          .key_dim = config().key_dim,
          .value_dim = config().value_dim};
}

}  // namespace ganglion
