#pragma once

#include "ganglion/kernels/kernels.h"

// Double-precision oracles for the tests. Written to be read, not to be fast. The contracts stand
// in kernels.h.
namespace ganglion::kernels {

void ReferenceRmsNorm(const RmsNormArgs& args);
void ReferenceRope(const RopeArgs& args, bool interleaved);
void ReferenceSiluMul(const GateMulArgs& args);
void ReferenceGeluMul(const GateMulArgs& args);

// Element (row, col) of a tensor as a file holds it, from its definition.
double ReferenceWeight(WeightType type, const std::byte* rows_data, std::size_t cols,
                       std::size_t row, std::size_t col);

}  // namespace ganglion::kernels
