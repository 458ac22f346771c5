#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/grammar/regular/dfa.h"
#include "ganglion/grammar/regular/work.h"
#include "ganglion/grammar/schema/goal.h"
#include "ganglion/grammar/schema/languages.h"
#include "ganglion/grammar/schema/left_out.h"
#include "ganglion/grammar/schema/schema.h"

namespace ganglion::grammar {

// A set of strings: those of `texts` whose length lies in the range. The two are kept apart because
// most schemas bound a length and nothing else, and because a product with a large bound is large.
struct StringSet {
  std::uint32_t min = 0;
  std::uint32_t max = Dfa::kUnboundedLength;
  std::optional<Dfa> texts = {};  // nothing: any text

  bool any_length() const { return min == 0 && max == Dfa::kUnboundedLength; }
};

// The strings and the numbers that satisfy schemas, found by evaluating the formula over their
// keywords as sets: "not" is a complement, "allOf" an intersection. Each schema is evaluated once.
// One thread.
class ScalarSets {
 public:
  // With `left_out`, what cannot be enforced is added to it and taken as fulfilled.
  ScalarSets(const SchemaModel& model, Languages& languages, Work& work,
             LeftOut* left_out = nullptr)
      : model_(model), languages_(languages), work_(work), left_out_(left_out) {}

  Result<StringSet> StringsOf(const Goal& goal);
  Result<Dfa> NumbersOf(const Goal& goal);

 private:
  enum class Kind : std::uint8_t { kString, kNumber };
  struct Known {
    std::optional<Dfa> set;
    bool open = false;   // being evaluated: a second visit is a loop of references
    bool loose = false;  // something was left out: the set may be too large
  };

  // What one literal says, lengths apart as far as nothing but conjunctions stands around them.
  Result<StringSet> StringsOfSchema(SchemaId id, std::size_t depth);
  Result<StringSet> LengthAndTexts(const StringSet& a, const StringSet& b);
  Result<Dfa> Flatten(const StringSet& set);
  Result<Dfa> SetOf(SchemaId id, Kind kind);
  Result<Dfa> Evaluate(const Schema& schema, Kind kind);
  Result<Dfa> OwnStrings(const Schema& schema);
  Result<Dfa> OwnNumbers(const Schema& schema);
  Result<Dfa> ValuesOf(const std::vector<Json>& values, Kind kind);
  Result<Dfa> Joined(const Schema& schema, Dfa set, Kind kind);
  Result<Dfa> ExactlyOne(const std::vector<SchemaId>& branches, Kind kind);
  Result<Dfa> Conditional(const Schema& schema, Kind kind);
  // What may be taken away for a schema that must not hold: nothing that it does not surely have.
  Result<Dfa> SureSetOf(SchemaId id, Kind kind);
  // Of a schema that was evaluated.
  bool IsLoose(SchemaId id, Kind kind) const {
    return (kind == Kind::kString ? strings_ : numbers_)[Index(id)].loose;
  }
  const Dfa& All(Kind kind) const;
  Status CheckSupported(const Schema& schema);
  Status CannotKeep(const Schema& schema, std::string_view keyword, Status why, bool can_be_judged);

  const SchemaModel& model_;
  Languages& languages_;
  Work& work_;
  LeftOut* left_out_;
  std::vector<Known> strings_, numbers_;
  bool loose_ = false;  // whether the schema under evaluation leaves something out
};

}  // namespace ganglion::grammar
