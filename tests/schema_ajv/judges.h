#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ganglion/grammar/grammar.h"
#include "ganglion/grammar/schema/json_schema.h"
#include "ganglion/grammar/schema/schema.h"

namespace ganglion::testing {

// What ajv says of each text, or why it says nothing.
struct AjvAnswer {
  std::vector<bool> valid;
  std::string error;
};

// Asks judge.js, which reads this program's standard output and writes to its standard input.
// Nothing where it is gone.
std::optional<AjvAnswer> AskAjv(const grammar::Json& schema, const std::vector<std::string>& texts);

// Whether ajv 8.20 is known to judge such a schema wrongly; then our validator stands in its place.
// Each has its case in judges.cc.
bool AjvErrs(const grammar::Json& schema);

// What our validator says. Nothing where it declines.
std::optional<bool> AskValidator(const std::string& schema, const grammar::Json& value);

// The schema's grammar with members in any order. Nothing to let through where no value is valid.
struct Compiled {
  enum class Outcome : std::uint8_t { kGrammar, kNoValue, kDeclined, kNoSchema };
  Outcome outcome = Outcome::kDeclined;
  std::string error;
  std::shared_ptr<const grammar::Grammar> grammar;

  bool judges() const { return outcome == Outcome::kGrammar || outcome == Outcome::kNoValue; }
  bool LetsThrough(const std::string& text) const;
};
Compiled Compile(const std::string& schema, const grammar::SchemaOptions& options);

// Empty where all agree about the value, else who says what. Also empty where one says nothing.
std::string Disagreement(const grammar::Json& schema, const grammar::Json& value);

// A smaller schema and value of a disagreement: parts are taken away as long as one remains.
struct Pair {
  grammar::Json schema;
  grammar::Json value;
};
Pair Shrunk(Pair pair);

// Members named twice in one object; readers of JSON keep one of them unseen.
bool NamesAMemberTwice(const std::string& text);
// Whether a number has more digits than a double keeps. Readers of doubles see another number.
bool HasLongNumber(const std::string& text);

}  // namespace ganglion::testing
