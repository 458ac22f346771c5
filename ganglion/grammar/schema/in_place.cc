#include "ganglion/grammar/schema/in_place.h"

#include <algorithm>

#include "ganglion/base/concat.h"
#include "ganglion/grammar/schema/limits.h"

namespace ganglion::grammar {

std::vector<SchemaId> SchemasInPlace(const Schema& schema) {
  std::vector<SchemaId> parts;
  for (const auto* list : {&schema.references, &schema.all_of, &schema.any_of, &schema.one_of}) {
    parts.insert(parts.end(), list->begin(), list->end());
  }
  for (const auto& part :
       {schema.not_schema, schema.if_schema, schema.then_schema, schema.else_schema}) {
    if (part) parts.push_back(*part);
  }
  for (const auto& [name, part] : schema.dependent_schemas) parts.push_back(part);
  return parts;
}

Status InPlaceDepths::Check(SchemaId root) {
  struct Step {
    SchemaId id;
    std::vector<SchemaId> parts;
    std::size_t next = 0;
    std::uint32_t deepest = 0;
  };
  if (depths_.contains(root)) return {};
  std::vector<Step> path;
  const auto enter = [&](SchemaId id) {
    depths_[id] = 0;
    path.push_back({.id = id, .parts = SchemasInPlace(model_.at(id))});
  };
  enter(root);
  while (!path.empty()) {
    Step& step = path.back();
    if (step.next == step.parts.size()) {
      const std::uint32_t depth = step.deepest + 1;
      if (depth > kInPlaceDepthMax) {
        return {Code::kResourceExhausted,
                Concat(model_.at(step.id).where, ": more than ", kInPlaceDepthMax,
                       " references and combinations lie one behind the other")};
      }
      depths_[step.id] = depth;
      path.pop_back();
      if (!path.empty()) path.back().deepest = std::max(path.back().deepest, depth);
      continue;
    }
    const SchemaId part = step.parts[step.next++];
    const auto known = depths_.find(part);
    if (known == depths_.end()) {
      enter(part);
    } else if (known->second == 0) {
      return {Code::kInvalidArgument,
              Concat(model_.at(part).where, ": its references lead back to it before any value")};
    } else {
      step.deepest = std::max(step.deepest, known->second);
    }
  }
  return {};
}

}  // namespace ganglion::grammar
