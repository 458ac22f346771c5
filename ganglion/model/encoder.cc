#include "ganglion/model/encoder.h"

#include <utility>

#include "ganglion/model/bert.h"
#include "ganglion/model/compute.h"
#include "ganglion/model/encoder_weights.h"
#include "ganglion/model/weight_cache.h"

namespace ganglion {

Result<std::unique_ptr<Encoder>> Encoder::Load(std::shared_ptr<const gguf::File> file,
                                               const ModelOptions& options) {
  GN_ASSIGN_OR_RETURN(EncoderConfig config, ReadEncoderConfig(*file));
  GN_ASSIGN_OR_RETURN(Compute compute, MakeCompute(options));
  PackedStore store = OpenWeightCache(*file, options.weight_cache, *compute.pool);
  GN_ASSIGN_OR_RETURN(EncoderWeights weights,
                      LoadEncoderWeights(file, std::move(store), config, *compute.pool));
  return std::unique_ptr<Encoder>(std::make_unique<Bert>(
      std::move(config), std::move(weights), std::move(compute.pool), *compute.kernels));
}

}  // namespace ganglion
