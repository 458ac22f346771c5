#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/grammar/schema/schema.h"

namespace ganglion::grammar {

// Watches over schemas that apply to the same value: what "$ref", "allOf", "not" ... lead to
// without going into an item or a member. Whoever has checked a schema may recurse over these: they
// do not lead back, and no more than kInPlaceDepthMax lie one behind the other.
class InPlaceDepths {
 public:
  explicit InPlaceDepths(const SchemaModel& model) : model_(model) {}

  // kInvalidArgument for a loop, kResourceExhausted for too many.
  Status Check(SchemaId id);

 private:
  const SchemaModel& model_;
  std::map<SchemaId, std::uint32_t> depths_;  // 0 while it is being looked into
};

// The schemas that this one applies to the same value.
std::vector<SchemaId> SchemasInPlace(const Schema& schema);

}  // namespace ganglion::grammar
