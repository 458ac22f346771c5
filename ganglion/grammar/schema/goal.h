#pragma once

#include <compare>
#include <vector>

#include "ganglion/grammar/schema/schema.h"

namespace ganglion::grammar {

// A schema that has to hold for a value, or has not to.
struct Literal {
  SchemaId schema;
  bool holds = true;
  auto operator<=>(const Literal&) const = default;
  Literal Negated() const { return {schema, !holds}; }
};

// What a value has to satisfy: all of its literals. Sorted and without repetition, so that equal
// goals are equal values; no literal means any value.
using Goal = std::vector<Literal>;

void AddLiteral(Goal& goal, Literal literal);

}  // namespace ganglion::grammar
