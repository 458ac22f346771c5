#include "ganglion/grammar/schema_types.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace ganglion::grammar {
namespace {

using Json = SchemaDocument::Json;

// Deeper comparisons prove nothing more in practice, and recursive schemas have no end.
constexpr int kDepthMax = 32;

const Json* Member(const Json& object, const std::string& name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

const Json* Alternatives(const Json& schema) {
  for (const char* keyword : {"oneOf", "anyOf"}) {
    const Json* list = Member(schema, keyword);
    if (list != nullptr && list->is_array()) return list;
  }
  return nullptr;
}

// The values of const or enum; empty if the schema names none.
std::vector<const Json*> FiniteValues(const Json& schema) {
  std::vector<const Json*> values;
  if (const Json* value = Member(schema, "const")) values.push_back(value);
  if (const Json* list = Member(schema, "enum"); list != nullptr && list->is_array()) {
    for (const Json& value : *list) values.push_back(&value);
  }
  return values;
}

// Equal as JSON values are: the order of members does not count.
bool SameValue(const Json& a, const Json& b) {
  if (!a.is_structured()) return a == b;
  return nlohmann::json(a) == nlohmann::json(b);
}

bool Requires(const Json& schema, const std::string& name) {
  const Json* required = Member(schema, "required");
  return required != nullptr && required->is_array() &&
         std::find(required->begin(), required->end(), Json(name)) != required->end();
}

}  // namespace

std::optional<TypeSet> TypeNamed(std::string_view name) {
  if (name == "null") return kNullType;
  if (name == "boolean") return kBooleanType;
  if (name == "number" || name == "integer") return kNumberType;
  if (name == "string") return kStringType;
  if (name == "array") return kArrayType;
  if (name == "object") return kObjectType;
  return std::nullopt;
}

TypeSet TypeOf(const Json& value) {
  if (value.is_null()) return kNullType;
  if (value.is_boolean()) return kBooleanType;
  if (value.is_number()) return kNumberType;
  if (value.is_string()) return kStringType;
  return value.is_array() ? kArrayType : kObjectType;
}

bool IsOfType(const Json& value, std::string_view name) {
  if (name == "integer" && value.is_number_float()) {
    const double number = value.get<double>();
    return std::floor(number) == number;
  }
  return TypeNamed(name) == TypeOf(value);
}

bool Exclusivity::Spend(std::size_t steps) {
  work_left_ -= std::min(work_left_, steps);
  return work_left_ > 0;
}

// What a chain of references ends at; null if it has no end.
const Json* Exclusivity::Follow(const Json& schema) {
  const Json* at = &schema;
  for (int i = 0; i < kDepthMax; ++i) {
    const Json* reference = Member(*at, "$ref");
    if (reference == nullptr) return at;
    if (!reference->is_string() || !Spend(1)) return nullptr;
    const auto [entry, added] = target_of_.try_emplace(reference, nullptr);
    if (added) {
      const auto target = document_.Resolve(reference->get_ref<const std::string&>());
      if (target.ok()) entry->second = *target;
    }
    at = entry->second;
    if (at == nullptr) return nullptr;
  }
  return nullptr;
}

TypeSet Exclusivity::TypesOf(const Json& schema, int depth) {
  const Json* at = Follow(schema);
  if (at == nullptr || depth > kDepthMax || !Spend(1)) return kAllTypes;
  TypeSet types = kAllTypes;
  if (const Json* type = Member(*at, "type")) {
    TypeSet named = 0;
    for (const Json& name : type->is_array() ? *type : Json::array({*type})) {
      if (name.is_string()) named |= TypeNamed(name.get_ref<const std::string&>()).value_or(0);
    }
    types &= named;
  }
  if (const auto values = FiniteValues(*at); !values.empty()) {
    TypeSet found = 0;
    for (const Json* value : values) found |= TypeOf(*value);
    types &= found;
  }
  if (const Json* list = Alternatives(*at)) {
    TypeSet found = 0;
    for (const Json& branch : *list) found |= TypesOf(branch, depth + 1);
    types &= found;
  }
  return types;
}

bool Exclusivity::Disjoint(const Json& a, const Json& b, int depth) {
  const Json* left = Follow(a);
  const Json* right = Follow(b);
  if (left == nullptr || right == nullptr || depth > kDepthMax || !Spend(1)) return false;
  const TypeSet shared = TypesOf(*left, depth) & TypesOf(*right, depth);
  if (shared == 0) return !exhausted();
  if (ValuesDisjoint(*left, *right)) return true;
  if (shared == kObjectType && DiscriminatorDisjoint(*left, *right, depth)) return true;
  return AlternativesDisjoint(*left, *right, depth) || AlternativesDisjoint(*right, *left, depth);
}

bool Exclusivity::ValuesDisjoint(const Json& a, const Json& b) {
  const auto left = FiniteValues(a);
  const auto right = FiniteValues(b);
  if (left.empty() || right.empty() || !Spend(left.size() * right.size())) return false;
  for (const Json* x : left) {
    for (const Json* y : right) {
      if (SameValue(*x, *y)) return false;
    }
  }
  return true;
}

bool Exclusivity::DiscriminatorDisjoint(const Json& a, const Json& b, int depth) {
  const Json* left = Member(a, "properties");
  const Json* right = Member(b, "properties");
  if (left == nullptr || right == nullptr || !left->is_object()) return false;
  for (const auto& [name, schema] : left->items()) {
    const Json* other = Member(*right, name);
    if (!Spend(1 + right->size())) return false;
    if (other == nullptr || !Requires(a, name) || !Requires(b, name)) continue;
    if (Disjoint(schema, *other, depth + 1)) return true;
  }
  return false;
}

bool Exclusivity::AlternativesDisjoint(const Json& union_schema, const Json& other, int depth) {
  const Json* list = Alternatives(union_schema);
  return list != nullptr && std::all_of(list->begin(), list->end(), [&](const Json& branch) {
           return Disjoint(branch, other, depth + 1);
         });
}

}  // namespace ganglion::grammar
