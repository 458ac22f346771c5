#pragma once

#include "ganglion/base/rng.h"
#include "ganglion/learn/data/example.h"

namespace ganglion::learn {

// One random instruction with its plan, in one language. Pure: the same Rng state gives the same
// example. Every example is valid: at most 16 steps, every step InRange(). About 6 in 100 are empty
// plans.
Example GenerateEnglish(Rng& rng);
Example GenerateChinese(Rng& rng);

}  // namespace ganglion::learn
