#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "ganglion/base/status.h"
#include "ganglion/grammar/limits.h"

namespace ganglion::grammar {

// A schema's text, parsed. Members keep their order, because it becomes the order of the answer.
class SchemaDocument {
 public:
  using Json = nlohmann::ordered_json;

  // Refuses text that is too long, too deep, no JSON, or that names a member twice.
  static Result<SchemaDocument> Parse(std::string_view text, const CompileLimits& limits);

  const Json& root() const { return root_; }

  // The schema that a reference inside the document names ("#", "#/$defs/step").
  Result<const Json*> Resolve(std::string_view reference) const;

 private:
  explicit SchemaDocument(Json root) : root_(std::move(root)) {}
  Json root_;
};

// Escapes one name for a JSON pointer (RFC 6901).
std::string PointerToken(std::string_view name);

}  // namespace ganglion::grammar
