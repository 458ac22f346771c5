#include "ganglion/grammar/schema/disjoint.h"

#include <algorithm>

#include "ganglion/grammar/schema/validator.h"

namespace ganglion::grammar {
namespace {

constexpr int kDepthMax = 12;

TypeSet TypeOf(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return kNullType;
    case Json::value_t::boolean:
      return kBooleanType;
    case Json::value_t::string:
      return kStringType;
    case Json::value_t::array:
      return kArrayType;
    case Json::value_t::object:
      return kObjectType;
    default:
      return kNumberType;
  }
}

bool Requires(const Schema& schema, const std::string& name) {
  return std::find(schema.required.begin(), schema.required.end(), name) != schema.required.end();
}

}  // namespace

TypeSet Disjointness::TypesOf(SchemaId id, int depth) {
  const Schema& schema = model_.at(id);
  if (schema.boolean) return *schema.boolean ? kAllTypes : TypeSet{0};
  TypeSet types = schema.types.value_or(kAllTypes);
  if (schema.values) {
    TypeSet listed = 0;
    for (const Json& value : *schema.values) listed |= TypeOf(value);
    types &= listed;
  }
  if (depth >= kDepthMax || !work_.Spend()) return types;
  for (const auto* list : {&schema.references, &schema.all_of}) {
    for (const SchemaId part : *list) types &= TypesOf(part, depth + 1);
  }
  for (const auto* list : {&schema.any_of, &schema.one_of}) {
    if (list->empty()) continue;
    TypeSet any = 0;
    for (const SchemaId part : *list) any |= TypesOf(part, depth + 1);
    types &= any;
  }
  return types;
}

bool Disjointness::Disjoint(SchemaId a, SchemaId b, TypeSet among) {
  const auto [entry, added] = known_.try_emplace({std::min(a, b), std::max(a, b), among}, false);
  if (added) entry->second = Disjoint(a, b, among, 0);
  return entry->second;
}

bool Disjointness::Disjoint(SchemaId a, SchemaId b, TypeSet among, int depth) {
  if (depth >= kDepthMax || !work_.Spend(2)) return false;
  among = static_cast<TypeSet>(among & TypesOf(a, depth) & TypesOf(b, depth));
  if (among == 0) return true;
  const Schema& left = model_.at(a);
  const Schema& right = model_.at(b);
  if (left.boolean || right.boolean) return false;  // "false" has no types
  for (const auto* list : {&left.references, &left.all_of}) {
    for (const SchemaId part : *list) {
      if (Disjoint(part, b, among, depth + 1)) return true;
    }
  }
  for (const auto* list : {&right.references, &right.all_of}) {
    for (const SchemaId part : *list) {
      if (Disjoint(a, part, among, depth + 1)) return true;
    }
  }
  return AllBranchesDisjoint(left, b, among, depth) ||
         AllBranchesDisjoint(right, a, among, depth) || ListedValuesDisjoint(left, right) ||
         (among == kObjectType && DiscriminatorDisjoint(left, right, depth));
}

bool Disjointness::AllBranchesDisjoint(const Schema& unions, SchemaId other, TypeSet among,
                                       int depth) {
  for (const auto* list : {&unions.any_of, &unions.one_of}) {
    if (list->empty()) continue;
    const auto apart = [&](SchemaId part) { return Disjoint(part, other, among, depth + 1); };
    if (std::all_of(list->begin(), list->end(), apart)) return true;
  }
  return false;
}

bool Disjointness::ListedValuesDisjoint(const Schema& a, const Schema& b) const {
  if (!a.values || !b.values) return false;
  if (!work_.Spend(a.values->size() * b.values->size())) return false;
  for (const Json& value : *a.values) {
    for (const Json& other : *b.values) {
      if (EqualValues(value, other)) return false;
    }
  }
  return true;
}

// Holds for objects only.
bool Disjointness::DiscriminatorDisjoint(const Schema& a, const Schema& b, int depth) {
  for (const auto& [name, schema] : a.properties) {
    for (const auto& [other_name, other] : b.properties) {
      if (!work_.Spend()) return false;
      if (name != other_name) continue;
      if ((Requires(a, name) || Requires(b, name)) &&
          Disjoint(schema, other, kAllTypes, depth + 1)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace ganglion::grammar
