#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/grammar/schema/schema.h"
#include "ganglion/grammar/schema/schema_reader.h"

// The keywords of JSON Schema and what each puts into a Schema, one table per vocabulary.
namespace ganglion::grammar {

// What the function of a keyword reads from and writes to.
struct KeywordContext {
  SchemaReader& reader;
  const Json& json;  // the schema: an object
  ScopeId scope;
  const std::string& where;  // of the schema
  Dialect dialect;
  Schema& schema;

  const Json* Sibling(const char* name) const {
    const auto found = json.find(name);
    return found == json.end() ? nullptr : &*found;
  }
};

struct Keyword {
  // Reads the value of the keyword, which stands at `where`. Errors name the place.
  using Function = Status (*)(KeywordContext&, const Json& value, const std::string& where);

  std::string_view name;
  Function read;  // null for an annotation
  ReadOptions::Draft since = ReadOptions::Draft::k4;
  ReadOptions::Draft until = ReadOptions::Draft::k2020;
};

std::span<const Keyword> CoreKeywords();        // schema_reader_core.cc
std::span<const Keyword> AssertionKeywords();   // schema_reader_assertions.cc
std::span<const Keyword> ApplicatorKeywords();  // schema_reader_applicators.cc

// The schema at `json`, which `reader` has found.
Result<Schema> ReadKeywords(SchemaReader& reader, const Json& json, ScopeId scope);

// Helpers of the tables. Errors begin with `where`.
Status WrongKeyword(const std::string& where, std::string_view what);
Result<SchemaId> ReadSubschema(KeywordContext& context, const Json& value,
                               const std::string& where);
Result<std::vector<std::string>> ReadNames(const Json& value, const std::string& where);

}  // namespace ganglion::grammar
