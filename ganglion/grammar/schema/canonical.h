#pragma once

#include "ganglion/grammar/regular/number_set.h"
#include "ganglion/grammar/schema/schema.h"

namespace ganglion::grammar {

// The exact decimal of a number that was read from JSON. A fraction is what its double prints
// shortest, which is the text it was read from as long as that had at most 15 digits. Integers are
// exact in 64 bits; beyond, they were read as doubles, too, and are rounded like fractions.
ExactDecimal DecimalOf(const Json& number);

}  // namespace ganglion::grammar
