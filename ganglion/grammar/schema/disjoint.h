#pragma once

#include <cstdint>
#include <map>
#include <tuple>

#include "ganglion/grammar/regular/work.h"
#include "ganglion/grammar/schema/schema.h"

namespace ganglion::grammar {

// Shows from the schemas alone that no value satisfies two of them: by types, by listed values, by
// a property that both require with values that exclude each other (a discriminator), through
// references, allOf, anyOf and oneOf. It never says "disjoint" wrongly; it may fail to see it.
class Disjointness {
 public:
  Disjointness(const SchemaModel& model, Work& work) : model_(model), work_(work) {}

  // Whether no value of these types satisfies both.
  bool Disjoint(SchemaId a, SchemaId b, TypeSet among);
  // The types that values of a schema can have; more of them where it cannot tell.
  TypeSet TypesOf(SchemaId id) { return TypesOf(id, 0); }

 private:
  bool Disjoint(SchemaId a, SchemaId b, TypeSet among, int depth);
  bool AllBranchesDisjoint(const Schema& unions, SchemaId other, TypeSet among, int depth);
  bool ListedValuesDisjoint(const Schema& a, const Schema& b) const;
  bool DiscriminatorDisjoint(const Schema& a, const Schema& b, int depth);
  TypeSet TypesOf(SchemaId id, int depth);

  const SchemaModel& model_;
  Work& work_;
  std::map<std::tuple<SchemaId, SchemaId, TypeSet>, bool> known_;
};

}  // namespace ganglion::grammar
