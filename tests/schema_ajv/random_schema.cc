#include "random_schema.h"

#include <string>
#include <string_view>
#include <utility>

namespace ganglion::testing {
namespace {

using grammar::Json;

constexpr std::size_t kDefinitions = 3;
constexpr std::size_t kDepthMax = 4;
constexpr const char* kNames[] = {"a", "b", "ab", "c"};
constexpr const char* kStrings[] = {"", "a", "b", "ab", "aab", "é", "😀", "0", "a b", "\n\""};
constexpr const char* kPatterns[] = {"^a",        "b$",        "^a*b$",         "a",
                                     "^.$",       "^[^a]",     "^(a|bb)+$",     "^\\d{2,3}$",
                                     "^\\w+$",    "^(?=.*b)a", "^(?!a)",        "^[a-c]{1,3}$",
                                     "^\\p{L}*$", "\\bab\\b",  "^[\\s\\S]{2}$", "^$",
                                     "(?<=a)b",   "^\\S*$",    "^(?:a??b)*$"};
constexpr const char* kAtoms[] = {"a", "b", ".", "é", "[ab]", "[^b]", "\\d", "\\W", "\\u{1F600}"};
constexpr const char* kRepeats[] = {"", "", "*", "+", "?", "{2}", "{1,2}", "{2,}"};
// Those that ajv-formats 3.0.1 takes as their RFCs do. It wants a dot in the domain of an email and
// a path behind the scheme of a uri, and lets a colon stand first in a uri-reference.
constexpr const char* kFormats[] = {
    "date", "time", "date-time", "duration",     "hostname",
    "ipv4", "ipv6", "uuid",      "json-pointer", "relative-json-pointer"};
constexpr const char* kFormatted[] = {"2024-02-29",
                                      "2023-02-29",
                                      "12:34:56Z",
                                      "24:00:00Z",
                                      "2024-02-29T12:34:56.7+01:00",
                                      "P1DT2H",
                                      "P",
                                      "a@b.c",
                                      "a.b-c",
                                      "-a",
                                      "1.2.3.4",
                                      "1.2.3.256",
                                      "::1",
                                      "1::2::3",
                                      "http://a.b/c?d#e",
                                      "../a",
                                      "12345678-9abc-def0-1234-56789abcdef0",
                                      "/a~1/0",
                                      "/~2",
                                      "1/a"};
constexpr const char* kTypes[] = {"null",   "boolean", "integer", "number",
                                  "string", "array",   "object"};

}  // namespace

Json RandomSchemas::Document() {
  Json definitions = Json::object();
  for (std::size_t i = 0; i < kDefinitions; ++i) {
    first_reference_ = i + 1;
    definitions["d" + std::to_string(i)] = Schema(2);
  }
  first_reference_ = 0;
  Json root = Schema(0);
  if (!root.is_object()) root = Json::object();
  root["$schema"] = options_.draft7 ? "http://json-schema.org/draft-07/schema#"
                                    : "https://json-schema.org/draft/2020-12/schema";
  root[Definitions()] = std::move(definitions);
  return root;
}

Json RandomSchemas::Schema(std::size_t depth) {
  if (rng_.Chance(0.07)) return rng_.Chance(0.7);
  if (rng_.Chance(0.5)) return TypedSchema(depth);
  Json schema = Json::object();
  if (depth >= kDepthMax) {
    AddAnyScalarKeyword(schema);
    return schema;
  }
  const std::size_t count = 1 + rng_.Below(4);
  for (std::size_t i = 0; i < count; ++i) AddKeyword(schema, depth);
  // Beside "$ref" draft-07 ignores all, but ajv judges the type.
  if (options_.draft7 && schema.contains("$ref")) schema.erase("type");
  return schema;
}

Json RandomSchemas::TypedSchema(std::size_t depth) {
  const std::size_t parts = depth >= kDepthMax ? 2 : 0;  // types that have parts come last
  const std::string_view type = kTypes[rng_.Below(std::size(kTypes) - parts)];
  Json schema = {{"type", type}};
  const std::size_t count = rng_.Below(4);
  for (std::size_t i = 0; i < count; ++i) {
    if (type == "integer" || type == "number") AddNumberKeyword(schema);
    if (type == "string") AddStringKeyword(schema);
    if (type == "array") AddArrayKeyword(schema, depth);
    if (type == "object") AddObjectKeyword(schema, depth);
  }
  return schema;
}

void RandomSchemas::AddKeyword(Json& schema, std::size_t depth) {
  switch (rng_.Below(5)) {
    case 0:
      return AddAnyScalarKeyword(schema);
    case 1:
      return AddArrayKeyword(schema, depth);
    case 2:
    case 3:
      return AddObjectKeyword(schema, depth);
    default:
      return AddInPlaceKeyword(schema, depth);
  }
}

void RandomSchemas::AddAnyScalarKeyword(Json& schema) {
  switch (rng_.Below(6)) {
    case 0:
      schema["type"] = kTypes[rng_.Below(std::size(kTypes))];
      return;
    case 1: {
      const std::size_t first = rng_.Below(std::size(kTypes) - 1);
      schema["type"] = {kTypes[first], kTypes[std::size(kTypes) - 1]};
      return;
    }
    case 2:
      schema["const"] = Instance(2);
      return;
    case 3: {
      Json first = Scalar();
      Json second = Instance(2);
      schema["enum"] = first == second ? Json::array({first}) : Json::array({first, second});
      return;
    }
    case 4:
      return AddNumberKeyword(schema);
    default:
      return AddStringKeyword(schema);
  }
}

void RandomSchemas::AddNumberKeyword(Json& schema) {
  constexpr double kMultiples[] = {1, 2, 3, 0.5, 0.25, 0.1, 0.03, 1.5};
  const double bound = (static_cast<double>(rng_.Below(17)) - 4) / 4;
  switch (rng_.Below(3)) {
    case 0:
      schema[rng_.Chance(0.5) ? "minimum" : "exclusiveMinimum"] = bound;
      return;
    case 1:
      schema[rng_.Chance(0.5) ? "maximum" : "exclusiveMaximum"] = bound + 1;
      return;
    default:
      schema["multipleOf"] = kMultiples[rng_.Below(std::size(kMultiples))];
  }
}

void RandomSchemas::AddStringKeyword(Json& schema) {
  switch (rng_.Below(5)) {
    case 0:
      schema["minLength"] = rng_.Below(3);
      return;
    case 1:
      schema["maxLength"] = rng_.Below(4);
      return;
    case 2:
      schema["format"] = kFormats[rng_.Below(std::size(kFormats))];
      return;
    default:
      schema["pattern"] = Pattern();
  }
}

void RandomSchemas::AddArrayKeyword(Json& schema, std::size_t depth) {
  switch (rng_.Below(options_.draft7 ? 6 : 7)) {
    case 0:
      schema[options_.draft7 ? "items" : "prefixItems"] = Schemas(depth);
      if (options_.draft7 && rng_.Chance(0.5)) schema["additionalItems"] = Part(depth);
      return;
    case 1:
      schema["items"] = Part(depth);
      return;
    case 2:
      schema["contains"] = Part(depth);
      if (options_.draft7) return;
      if (rng_.Chance(0.4)) schema["minContains"] = rng_.Below(3);
      if (rng_.Chance(0.4)) schema["maxContains"] = rng_.Below(3);
      return;
    case 3:
      schema["minItems"] = rng_.Below(3);
      return;
    case 4:
      schema["maxItems"] = rng_.Below(4);
      return;
    case 5:
      return AddUniqueItems(schema);
    default:
      schema["unevaluatedItems"] = Part(depth);
  }
}

// Mostly over finitely many items, because others are refused.
void RandomSchemas::AddUniqueItems(Json& schema) {
  schema["uniqueItems"] = rng_.Chance(0.8);
  if (rng_.Chance(0.2)) return;
  Json values = Json::array({0, "a", false, nullptr});
  const std::size_t left_out = rng_.Below(3);
  for (std::size_t i = 0; i < left_out; ++i) values.erase(rng_.Below(values.size()));
  schema["items"] = {{"enum", values}};
}

void RandomSchemas::AddObjectKeyword(Json& schema, std::size_t depth) {
  switch (rng_.Below(options_.draft7 ? 8 : 9)) {
    case 0:
    case 1:
      for (std::size_t i = 0; i < 2; ++i) schema["properties"][Name()] = Part(depth);
      return;
    case 2:
      schema["patternProperties"][Pattern()] = Part(depth);
      return;
    case 3:
      schema["additionalProperties"] = Part(depth);
      return;
    case 4:
      schema["propertyNames"] = Part(kDepthMax);
      return;
    case 5:
      schema["required"] = Names();
      return;
    case 6:
      schema[rng_.Chance(0.5) ? "minProperties" : "maxProperties"] = 1 + rng_.Below(3);
      return;
    case 7:
      return AddDependency(schema, depth);
    default:
      schema["unevaluatedProperties"] = Part(depth);
  }
}

void RandomSchemas::AddDependency(Json& schema, std::size_t depth) {
  const bool names = rng_.Chance(0.5);
  const char* keyword = "dependencies";
  if (!options_.draft7) keyword = names ? "dependentRequired" : "dependentSchemas";
  schema[keyword][Name()] = names ? Names() : Schema(depth + 1);
}

void RandomSchemas::AddInPlaceKeyword(Json& schema, std::size_t depth) {
  switch (rng_.Below(6)) {
    case 0:
      schema["allOf"] = Schemas(depth);
      return;
    case 1:
      schema["anyOf"] = Schemas(depth);
      return;
    case 2:
      schema["oneOf"] = Schemas(depth);
      return;
    case 3:
      schema["not"] = Schema(depth + 1);
      return;
    case 4:
      schema["if"] = Schema(depth + 1);
      if (rng_.Chance(0.8)) schema["then"] = Schema(depth + 1);
      if (rng_.Chance(0.8)) schema["else"] = Schema(depth + 1);
      return;
    default:
      if (first_reference_ < kDefinitions) schema["$ref"] = Reference();
  }
}

Json RandomSchemas::Reference() {
  const std::size_t index = first_reference_ + rng_.Below(kDefinitions - first_reference_);
  return std::string("#/") + Definitions() + "/d" + std::to_string(index);
}

Json RandomSchemas::Part(std::size_t depth) {
  const std::size_t outer = std::exchange(first_reference_, 0);
  Json schema = Schema(depth + 1);
  if (rng_.Chance(0.1)) schema = {{"$ref", "#"}};
  first_reference_ = outer;
  return schema;
}

Json RandomSchemas::Schemas(std::size_t depth) {
  Json schemas = Json::array();
  const std::size_t count = 1 + rng_.Below(3);
  for (std::size_t i = 0; i < count; ++i) schemas.push_back(Schema(depth + 1));
  return schemas;
}

Json RandomSchemas::Names() {
  Json names = Json::array({Name()});
  const char* other = Name();
  if (names[0] != other) names.push_back(other);
  return names;
}

const char* RandomSchemas::Name() { return kNames[rng_.Below(std::size(kNames))]; }

std::string RandomSchemas::Pattern() {
  if (rng_.Chance(0.6)) return kPatterns[rng_.Below(std::size(kPatterns))];
  std::string pattern = rng_.Chance(0.6) ? "^" : "";
  const std::size_t count = 1 + rng_.Below(3);
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0 && rng_.Chance(0.2)) pattern += "|";
    pattern += kAtoms[rng_.Below(std::size(kAtoms))];
    pattern += kRepeats[rng_.Below(std::size(kRepeats))];
  }
  return rng_.Chance(0.6) ? pattern + "$" : pattern;
}

Json RandomSchemas::Scalar() {
  switch (rng_.Below(7)) {
    case 0:
      return nullptr;
    case 1:
      return rng_.Chance(0.5);
    case 2:
      return static_cast<int>(rng_.Below(5)) - 1;
    case 3:
      return (static_cast<double>(rng_.Below(9)) - 2) / (rng_.Chance(0.5) ? 4 : 10);
    case 4:
      return kFormatted[rng_.Below(std::size(kFormatted))];
    default:
      return kStrings[rng_.Below(std::size(kStrings))];
  }
}

Json RandomSchemas::Instance(std::size_t depth) {
  const std::size_t kind = depth == 0 ? 0 : rng_.Below(5);
  if (kind == 0) return Scalar();
  const std::size_t count = rng_.Below(4);
  if (kind < 3) {
    Json items = Json::array();
    for (std::size_t i = 0; i < count; ++i) items.push_back(Instance(depth - 1));
    return items;
  }
  Json members = Json::object();
  for (std::size_t i = 0; i < count; ++i) members[Name()] = Instance(depth - 1);
  return members;
}

Json RandomSchemas::Mutated(Json value) {
  if (!value.is_structured() || rng_.Chance(0.1)) return Instance(1);
  const std::size_t at = value.empty() ? 0 : rng_.Below(value.size());
  auto part = value.begin();
  for (std::size_t i = 0; i < at; ++i) ++part;
  const std::size_t change = rng_.Below(value.empty() ? 1 : 4);
  if (change == 0 && value.is_array()) {
    value.insert(part, rng_.Chance(0.5) && !value.empty() ? Json(*part) : Instance(1));
  } else if (change == 0) {
    value[Name()] = Instance(1);
  } else if (change == 1) {
    value.erase(part);
  } else {
    *part = Mutated(*part);
  }
  return value;
}

}  // namespace ganglion::testing
