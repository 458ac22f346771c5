#pragma once

#include <cstddef>
#include <string>

#include "ganglion/base/rng.h"
#include "ganglion/grammar/schema/schema.h"

namespace ganglion::testing {

// Random schemas that combine keywords deeply, over few names and small values, so that keywords
// meet each other and instances are neither always valid nor never. References come back to
// themselves only through a part of the value.
class RandomSchemas {
 public:
  struct Options {
    bool draft7 = false;  // else 2020-12
  };
  RandomSchemas(Rng& rng, Options options) : rng_(rng), options_(options) {}

  grammar::Json Document();
  grammar::Json Instance(std::size_t depth = 3);
  // The value with one place of it changed.
  grammar::Json Mutated(grammar::Json value);

 private:
  using Json = grammar::Json;

  Json Schema(std::size_t depth);
  // "type", and keywords that speak of it.
  Json TypedSchema(std::size_t depth);
  void AddKeyword(Json& schema, std::size_t depth);
  void AddAnyScalarKeyword(Json& schema);
  void AddNumberKeyword(Json& schema);
  void AddStringKeyword(Json& schema);
  void AddArrayKeyword(Json& schema, std::size_t depth);
  void AddUniqueItems(Json& schema);
  void AddObjectKeyword(Json& schema, std::size_t depth);
  void AddDependency(Json& schema, std::size_t depth);
  void AddInPlaceKeyword(Json& schema, std::size_t depth);
  Json Reference();
  Json Part(std::size_t depth);  // a schema for a part of the value
  Json Schemas(std::size_t depth);
  Json Names();
  const char* Name();
  std::string Pattern();
  Json Scalar();
  const char* Definitions() const { return options_.draft7 ? "definitions" : "$defs"; }

  Rng& rng_;
  Options options_;
  // In place, only definitions from here on may be referred to.
  std::size_t first_reference_ = 0;
};

}  // namespace ganglion::testing
