#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/grammar/regular/work.h"
#include "ganglion/grammar/schema/disjoint.h"
#include "ganglion/grammar/schema/evaluated.h"
#include "ganglion/grammar/schema/goal.h"
#include "ganglion/grammar/schema/left_out.h"
#include "ganglion/grammar/schema/schema.h"

namespace ganglion::grammar {

// One keyword of a schema that is broken: "not" of a list of keywords is one of these.
struct Broken {
  enum class Keyword : std::uint8_t {
    kMinItems,
    kMaxItems,
    kPrefixItem,  // `index` of prefix_items
    kItems,
    kTooFewContains,
    kTooManyContains,
    kMinProperties,
    kMaxProperties,
    kProperty,         // `index` of properties
    kPatternProperty,  // `index` of pattern_properties
    kAdditionalProperties,
    kPropertyNames,
  };
  SchemaId schema;
  Keyword keyword;
  std::size_t index = 0;
  bool operator==(const Broken&) const = default;
};

// One way to satisfy a goal with an array or an object: a list of assertions that all hold.
struct Alternative {
  std::vector<SchemaId> own;  // the array (object) keywords of these schemas hold
  std::vector<Broken> broken;
  std::vector<std::string> present;  // names that the object has
  std::vector<std::string> absent;   // names that it has not
  // A schema whose listed values are the only candidates; nothing else then needs to be known.
  std::optional<SchemaId> listed;
};

// Splits goals into alternatives for one JSON type: the disjunctive form of the formula over the
// schemas' keywords. Clauses that hold already are dropped, contradictions end an alternative
// early.
//
// An error names the place and what is too much or cannot be said. One thread.
class Alternatives {
 public:
  enum class Type : std::uint8_t { kArray, kObject };

  // With `left_out`, what cannot be enforced is added to it instead of being an error.
  Alternatives(SchemaModel& model, Disjointness& disjointness, Work& work, LeftOut* left_out)
      : model_(model), disjointness_(disjointness), work_(work), left_out_(left_out) {}

  Result<std::vector<Alternative>> Of(const Goal& goal, Type type);

 private:
  // What one choice of a clause adds.
  struct Choice {
    std::vector<Literal> literals = {};
    std::vector<Broken> broken = {};
    std::vector<std::string> present = {}, absent = {};
    std::optional<SchemaId> unevaluated_broken = {};
  };
  struct Branch {  // an alternative that is still being made
    Alternative made;
    Goal decided;                  // all literals that were taken
    std::vector<Literal> pending;  // taken, and still to be looked into
    std::vector<std::vector<Choice>> clauses;
    // With unevaluatedItems (unevaluatedProperties) that hold, or are broken.
    std::vector<Literal> unevaluated;
    bool dead = false;
  };

  Status Settle(Branch& branch);
  void Take(Branch& branch, Literal literal);
  void TakeChoice(Branch& branch, const Choice& choice);
  Status Assert(Branch& branch, const Schema& schema, SchemaId id);
  Status Deny(Branch& branch, const Schema& schema, SchemaId id);
  void AssertApplicators(Branch& branch, const Schema& schema);
  void AssertOneOf(Branch& branch, const Schema& schema);
  void AssertDependents(Branch& branch, const Schema& schema);
  void DenyKeywords(const Schema& schema, SchemaId id, std::vector<Choice>& choices) const;
  void DenyItems(const Schema& schema, SchemaId id, std::vector<Choice>& choices) const;
  void DenyMembers(const Schema& schema, SchemaId id, std::vector<Choice>& choices) const;
  void DenyApplicators(const Schema& schema, std::vector<Choice>& choices);
  void DenyValues(const std::vector<Json>& values, std::vector<Choice>& choices);
  SchemaId SchemaOf(const Json& value);
  SchemaId WithoutUnevaluated(const Schema& schema, SchemaId id);
  bool IsFinished(Branch& branch);
  void AddUnevaluated(Branch& branch, const Literal& literal, const Evaluated& evaluated);
  SchemaId RestOf(SchemaId id, const Evaluated& evaluated);
  const std::optional<SchemaId>& UnevaluatedOf(const Schema& schema) const;
  TypeSet Wanted() const { return type_ == Type::kArray ? kArrayType : kObjectType; }
  bool HasOwnKeywords(const Schema& schema) const;
  void DropNarrower(std::vector<Alternative>& all);
  bool Holds(const Branch& branch, const Choice& choice) const;
  bool Contradicts(const Branch& branch, const Choice& choice);
  Status Unenforced(const Schema& schema, const std::string& keyword, const std::string& why);

  SchemaModel& model_;
  Disjointness& disjointness_;
  Work& work_;
  LeftOut* left_out_;
  Type type_ = Type::kArray;
  // Schemas of our own making, each once: goals name them, and goals must end.
  std::map<std::string, SchemaId> constants_;
  std::map<SchemaId, SchemaId> without_unevaluated_;
  std::map<std::tuple<Type, SchemaId, Evaluated>, SchemaId> rests_;
};

}  // namespace ganglion::grammar
