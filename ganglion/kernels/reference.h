#pragma once

#include "ganglion/kernels/kernels.h"

// Double-precision oracles for the tests. Written to be read, not to be fast. The contracts stand
// in kernels.h.
namespace ganglion::kernels {

void ReferenceRmsNorm(const RmsNormArgs& args);
void ReferenceLayerNorm(const LayerNormArgs& args);
void ReferenceRope(const RopeArgs& args, bool interleaved);
void ReferenceSiluMul(const GateMulArgs& args);
void ReferenceGeluMul(const GateMulArgs& args);
double ReferenceGeluErf(double x);

// Element (row, col) of a tensor as a file holds it, from its definition: a product of the code and
// the minimum of its block, whose sum it is.
struct ReferenceParts {
  double product;
  double min;

  double sum() const { return product + min; }
};
ReferenceParts ReferenceWeight(WeightType type, const std::byte* rows_data, std::size_t cols,
                               std::size_t row, std::size_t col);

// Element d of token `slot` of a page's keys or values, from the layout's definition.
double ReferenceCachedKey(CacheType type, const std::byte* keys, std::size_t slot, std::size_t d);
double ReferenceCachedValue(CacheType type, const std::byte* values, std::size_t dim,
                            std::size_t slot, std::size_t d);

}  // namespace ganglion::kernels
