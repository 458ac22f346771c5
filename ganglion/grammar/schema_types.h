#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "ganglion/grammar/schema_document.h"

namespace ganglion::grammar {

// The JSON types that a value may have, as bits. An integer is a number.
using TypeSet = std::uint8_t;
inline constexpr TypeSet kNullType = 1;
inline constexpr TypeSet kBooleanType = 2;
inline constexpr TypeSet kNumberType = 4;
inline constexpr TypeSet kStringType = 8;
inline constexpr TypeSet kArrayType = 16;
inline constexpr TypeSet kObjectType = 32;
inline constexpr TypeSet kAllTypes = 63;

// The type that a schema's "type" names; nothing if there is none of that name.
std::optional<TypeSet> TypeNamed(std::string_view name);

TypeSet TypeOf(const SchemaDocument::Json& value);

// Whether the value is of the named type. "integer" holds for 1.0, too, as JSON Schema wants it.
bool IsOfType(const SchemaDocument::Json& value, std::string_view name);

// Shows, from the schemas alone, that no value satisfies two of them.
//
// It looks at types, at const and enum, through local references, anyOf and oneOf, and into
// properties that both sides require: a discriminator. It never says "disjoint" wrongly; it may
// fail to see it. Its work has a limit, because branches can be compared exponentially often.
class Exclusivity {
 public:
  Exclusivity(const SchemaDocument& document, std::size_t work_max)
      : document_(document), work_left_(work_max) {}

  // False, too, when the work is spent; see exhausted().
  bool Disjoint(const SchemaDocument::Json& a, const SchemaDocument::Json& b) {
    return Disjoint(a, b, 0);
  }
  // The types that values satisfying the schema can have; more of them where it cannot tell.
  TypeSet TypesOf(const SchemaDocument::Json& schema) { return TypesOf(schema, 0); }

  bool exhausted() const { return work_left_ == 0; }

 private:
  using Json = SchemaDocument::Json;

  bool Disjoint(const Json& a, const Json& b, int depth);
  bool AlternativesDisjoint(const Json& union_schema, const Json& other, int depth);
  bool ValuesDisjoint(const Json& a, const Json& b);
  bool DiscriminatorDisjoint(const Json& a, const Json& b, int depth);
  TypeSet TypesOf(const Json& schema, int depth);
  const Json* Follow(const Json& schema);
  bool Spend(std::size_t steps);

  const SchemaDocument& document_;
  std::size_t work_left_;
  std::map<const Json*, const Json*> target_of_;  // of references looked up so far
};

}  // namespace ganglion::grammar
