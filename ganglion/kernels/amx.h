#pragma once

#include "ganglion/kernels/kernels.h"

// The entry points of isa_amx.cc, for isa_avx512.cc, whose kernels serve all but many tokens.
namespace ganglion::kernels {

// Asks the system, once, for the state of the matrix unit. False where there is none.
bool AmxRunsHere();

// The product, for types with one scale in a block. False, and nothing done, for others, and where
// the call has too few tokens.
bool AmxMatmul(WeightType type, const MatmulArgs& args);

}  // namespace ganglion::kernels
