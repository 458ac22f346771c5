#pragma once

#include "ganglion/learn/data/chinese_special.h"
#include "ganglion/learn/data/example.h"

namespace ganglion::learn::chinese {

// The clause as somebody says it: with a name to call, a courtesy, a reason, fillers of speech,
// slips of recognition, full-width digits. None of this changes the plan.
Example Spoken(Rng& rng, Ruled ruled, Writing writing);

}  // namespace ganglion::learn::chinese
