#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ganglion/grammar/regular/work.h"
#include "ganglion/grammar/schema/goal.h"
#include "ganglion/grammar/schema/schema.h"

namespace ganglion::grammar {

// Which members and items of a value a schema evaluates, and those that it applies in place and
// that hold (JSON Schema 2020-12 core, sections 11.2 and 11.3): all others are unevaluated.
struct Evaluated {
  bool all_members = false;
  std::vector<std::string> names;
  std::vector<std::string> patterns;
  bool all_items = false;
  std::size_t prefix = 0;            // items
  std::vector<SchemaId> containing;  // items that satisfy one of these

  // A subschema of which is not known whether it holds. Nothing else is then complete.
  std::optional<SchemaId> undecided;

  auto operator<=>(const Evaluated&) const = default;
};

// By `schema`, which holds, where `decided` is what is known of the value and `present` are names
// that an object has. Its own "unevaluated..." do not count.
Evaluated EvaluatedBy(const SchemaModel& model, SchemaId schema, const Goal& decided,
                      const std::vector<std::string>& present, Work& work);

}  // namespace ganglion::grammar
