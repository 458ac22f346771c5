#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "ganglion/grammar/grammar.h"
#include "ganglion/testing/seed.h"

// For the tests of this room only.
namespace ganglion::grammar::testing {

using Json = nlohmann::ordered_json;
using ganglion::testing::SeededRng;

// The schema of a small robot's plans: every construct that a first robot needs.
extern const char* const kPlanSchema;

// Schemas that compile, each with another mix of constructs; kPlanSchema is among them.
const std::vector<std::string>& Schemas();

// Whether `value` satisfies `schema`, by a plain reading of the specification. It knows the
// keywords that the compiler enforces and ignores all others. Nothing of it is shared with the
// compiler.
bool Satisfies(const Json& value, const Json& schema, const Json& root);

// A random value that satisfies the schema, with members in the declared order.
Json RandomInstance(const Json& schema, const Json& root, SeededRng& rng, int depth = 0);

// All 256 bytes as tokens, then pieces of JSON, of words, of UTF-8 cut anywhere, random bytes,
// doubles, and empty ones; then two end tokens.
std::shared_ptr<const Vocabulary> RandomVocabulary(SeededRng& rng, std::size_t tokens);

std::shared_ptr<const Grammar> CompileOrDie(const std::string& schema);

// The text in quotes, with bytes outside ASCII as hex, for messages.
std::string Show(std::string_view text);

}  // namespace ganglion::grammar::testing
