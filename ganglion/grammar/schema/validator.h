#pragma once

#include <optional>
#include <string>

#include "ganglion/base/status.h"
#include "ganglion/grammar/schema/languages.h"
#include "ganglion/grammar/schema/schema.h"

namespace ganglion::grammar {

// Says whether a finished value satisfies a schema: for the compiler where a schema lists values,
// for answers that a grammar could not shape whole, and for tests. All keywords of 2020-12 are
// judged, "unevaluated..." included.
//
// Numbers are judged by their exact decimals: as doubles print shortest, so 0.3 is 3/10.
//
// Thread: one. Model and languages outlive it.
class Validator {
 public:
  Validator(const SchemaModel& model, Languages& languages, Work& work)
      : model_(model), languages_(languages), work_(work) {}

  // Nothing if the value is valid; else the first reason, with places in value and schema:
  // "/steps/0/speed: 7 is above the maximum 2 (#/$defs/step/properties/speed/maximum)". An error
  // where the schema uses what is not supported, or the budget or a limit of depth is passed.
  Result<std::optional<std::string>> WhyInvalid(SchemaId schema, const Json& value);
  Result<bool> IsValid(SchemaId schema, const Json& value);

 private:
  struct Visit;
  using Reason = std::optional<std::string>;  // nothing where all is well

  // What the value does to one schema, or to one group of its keywords.
  Result<Reason> Judge(SchemaId id, const Visit& visit);
  Result<Reason> JudgeKeywords(const Schema& schema, const Visit& visit);
  Result<Reason> JudgeValues(const Schema& schema, const Visit& visit);
  Result<Reason> JudgeNumber(const Schema& schema, const Visit& visit);
  Result<Reason> JudgeString(const Schema& schema, const Visit& visit);
  Result<Reason> JudgeArray(const Schema& schema, const Visit& visit);
  Result<Reason> JudgeContains(const Schema& schema, const Visit& visit);
  Result<Reason> JudgeObject(const Schema& schema, const Visit& visit);
  Result<Reason> JudgeMembers(const Schema& schema, const Visit& visit);
  Result<Reason> JudgeName(const Schema& schema, const Visit& visit, const std::string& name);
  Result<Reason> JudgeDependencies(const Schema& schema, const Visit& visit);
  Result<Reason> JudgeInPlace(const Schema& schema, const Visit& visit);
  Result<Reason> JudgeAnyOf(const Schema& schema, const Visit& visit);
  Result<Reason> JudgeOneOf(const Schema& schema, const Visit& visit);
  Result<Reason> JudgeIf(const Schema& schema, const Visit& visit);
  Result<Reason> JudgeUnevaluated(const Schema& schema, const Visit& visit);
  // Whether a branch holds; only then what it evaluated counts.
  Result<bool> Holds(SchemaId id, const Visit& visit);
  Result<bool> Repeats(const Json& array);

  const SchemaModel& model_;
  Languages& languages_;
  Work& work_;
};

// Equality as JSON Schema has it: 1 and 1.0 are equal, order of members does not matter.
bool EqualValues(const Json& a, const Json& b);

// The value as the grammar writes it: compact, strings in their one spelling, numbers as plain
// decimals without zeros at the end. Also what tests and the harness feed.
std::string WriteCanonical(const Json& value);

}  // namespace ganglion::grammar
