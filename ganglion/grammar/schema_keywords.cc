#include "ganglion/grammar/schema_keywords.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <span>

#include "ganglion/grammar/rules.h"
#include "ganglion/grammar/schema_types.h"

namespace ganglion::grammar {
namespace {

using Json = SchemaDocument::Json;
using Names = std::span<const std::string_view>;

// These say nothing about which values are valid.
constexpr std::array<std::string_view, 11> kAnnotations = {
    "$schema", "$comment", "$defs",      "definitions", "title",    "description",
    "default", "examples", "deprecated", "readOnly",    "writeOnly"};

constexpr std::array<std::string_view, 4> kNumberKeywords = {
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"};
constexpr std::array<std::string_view, 2> kStringKeywords = {"minLength", "maxLength"};
constexpr std::array<std::string_view, 3> kArrayKeywords = {"items", "minItems", "maxItems"};
constexpr std::array<std::string_view, 3> kObjectKeywords = {"properties", "required",
                                                             "additionalProperties"};

struct FormKeyword {
  std::string_view name;
  SchemaForm form;
};
constexpr std::array<FormKeyword, 5> kForms = {{{"$ref", SchemaForm::kReference},
                                                {"const", SchemaForm::kConst},
                                                {"enum", SchemaForm::kEnum},
                                                {"anyOf", SchemaForm::kAnyOf},
                                                {"oneOf", SchemaForm::kOneOf}}};

std::string Quoted(std::string_view name) { return '"' + std::string(name) + '"'; }

bool Contains(Names names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Names KeywordsOfType(std::string_view type) {
  if (type == "number" || type == "integer") return kNumberKeywords;
  if (type == "string") return kStringKeywords;
  if (type == "array") return kArrayKeywords;
  if (type == "object") return kObjectKeywords;
  return {};
}

Result<std::vector<std::string>> ReadTypes(const Json& schema, const std::string& where) {
  const auto found = schema.find("type");
  if (found == schema.end()) return std::vector<std::string>();
  std::vector<std::string> types;
  for (const Json& name : found->is_array() ? *found : Json::array({*found})) {
    if (!name.is_string() || !TypeNamed(name.get_ref<const std::string&>())) {
      return SchemaError(where + "/type", name.dump() + " is no type of JSON Schema");
    }
    types.push_back(name.get<std::string>());
  }
  if (types.empty()) return SchemaError(where + "/type", "an empty list allows no value");
  return types;
}

bool IsEnforced(const SchemaHead& head, std::string_view form_name, const std::string& name) {
  if (head.form == SchemaForm::kTyped) {
    return name == "type" || std::any_of(head.types.begin(), head.types.end(), [&](const auto& t) {
             return Contains(KeywordsOfType(t), name);
           });
  }
  return name == form_name || (name == "type" && head.form != SchemaForm::kReference);
}

Result<std::optional<std::uint32_t>> ReadCount(const Json& schema, const char* name,
                                               const std::string& where) {
  const auto found = schema.find(name);
  if (found == schema.end()) return std::optional<std::uint32_t>();
  const double value = found->is_number() ? found->get<double>() : -1;
  if (value < 0 || std::floor(value) != value) {
    return SchemaError(where + "/" + name, found->dump() + " is no count; give 0 or more");
  }
  return std::optional(value > kCountMax ? kUnbounded : static_cast<std::uint32_t>(value));
}

Result<std::optional<Decimal>> ReadBound(const Json& schema, const char* name,
                                         const std::string& where) {
  const auto found = schema.find(name);
  if (found == schema.end()) return std::optional<Decimal>();
  if (!found->is_number()) {
    return SchemaError(where + "/" + name, found->dump() + " is no number");
  }
  if (found->is_number_unsigned()) {
    return std::optional(Decimal::FromInteger(found->get<std::uint64_t>()));
  }
  if (found->is_number_integer()) {
    return std::optional(Decimal::FromInteger(found->get<std::int64_t>()));
  }
  return std::optional(Decimal::FromDouble(found->get<double>()));
}

Result<std::set<std::string>> ReadRequired(const Json& schema, const std::string& where) {
  std::set<std::string> names;
  const auto found = schema.find("required");
  if (found == schema.end()) return names;
  if (!found->is_array()) return SchemaError(where + "/required", "is no list of names");
  for (const Json& name : *found) {
    if (!name.is_string()) {
      return SchemaError(where + "/required", name.dump() + " is no name");
    }
    names.insert(name.get<std::string>());
  }
  return names;
}

}  // namespace

Status SchemaError(const std::string& where, const std::string& why) {
  return {Code::kInvalidArgument, where + ": " + why};
}

Result<SchemaHead> ReadHead(const Json& schema, const std::string& where) {
  SchemaHead head;
  head.form = SchemaForm::kAny;
  if (schema == Json(true)) return head;
  if (!schema.is_object()) {
    return SchemaError(where, schema.dump() +
                                  " as a schema is not enforced; write an object with a "
                                  "\"type\"");
  }
  head.form = SchemaForm::kTyped;
  std::string_view form_name = "type";
  for (const FormKeyword& entry : kForms) {
    if (!schema.contains(entry.name)) continue;
    head.form = entry.form;
    form_name = entry.name;
    break;
  }
  GN_ASSIGN_OR_RETURN(head.types, ReadTypes(schema, where));
  for (const auto& [name, value] : schema.items()) {
    if (Contains(kAnnotations, name) || IsEnforced(head, form_name, name)) continue;
    if (name == "$id" && where == "#") continue;  // deeper ones would change what "#" means
    const std::string beside = form_name == "type" && head.types.empty()
                                   ? "without \"type\""
                                   : "beside " + Quoted(form_name);
    return SchemaError(where + "/" + PointerToken(name), "the keyword " + Quoted(name) +
                                                             " is not enforced here (" + beside +
                                                             "); remove it or say it otherwise");
  }
  if (head.form == SchemaForm::kTyped && head.types.empty()) head.form = SchemaForm::kAny;
  return head;
}

Result<CountRange> ReadCounts(const Json& schema, const char* min_name, const char* max_name,
                              const std::string& where) {
  GN_ASSIGN_OR_RETURN(const auto min, ReadCount(schema, min_name, where));
  GN_ASSIGN_OR_RETURN(const auto max, ReadCount(schema, max_name, where));
  const CountRange range{min.value_or(0), max.value_or(kUnbounded)};
  if (range.min > kCountMax) {
    return SchemaError(where + "/" + min_name,
                       "is above the limit of " + std::to_string(kCountMax));
  }
  if (range.min > range.max) {
    return SchemaError(where + "/" + min_name,
                       "is above " + std::string(max_name) + ", so no value is valid");
  }
  return range;
}

Result<NumberRange> ReadNumberRange(const Json& schema, NumberKind kind, const std::string& where) {
  NumberRange range;
  range.fraction_digits = kind == NumberKind::kInteger ? 0 : kFractionDigits;
  const int digits = range.fraction_digits;
  GN_ASSIGN_OR_RETURN(const auto minimum, ReadBound(schema, "minimum", where));
  GN_ASSIGN_OR_RETURN(const auto maximum, ReadBound(schema, "maximum", where));
  GN_ASSIGN_OR_RETURN(const auto above, ReadBound(schema, "exclusiveMinimum", where));
  GN_ASSIGN_OR_RETURN(const auto below, ReadBound(schema, "exclusiveMaximum", where));
  if (minimum) range.low = std::max(range.low, minimum->CeilUnits(digits));
  if (maximum) range.high = std::min(range.high, maximum->FloorUnits(digits));
  if (above) range.low = std::max(range.low, above->FloorUnits(digits) + 1);
  if (below) range.high = std::min(range.high, below->CeilUnits(digits) - 1);
  if (range.low > range.high) {
    return SchemaError(where, "no number with " + std::to_string(digits) +
                                  " digits after the point and " + std::to_string(kNumberDigits) +
                                  " digits in all lies in its range; widen it");
  }
  return range;
}

Result<const Json*> ReadFreeMembers(const Json& schema, const std::string& where) {
  static const Json any_value(true);
  const auto additional = schema.find("additionalProperties");
  if (additional == schema.end()) return &any_value;
  if (!additional->is_boolean() && !additional->is_object()) {
    return SchemaError(where + "/additionalProperties", "is no schema");
  }
  return *additional == Json(false) ? nullptr : &*additional;
}

Result<std::vector<Property>> ReadProperties(const Json& schema, const std::string& where) {
  const auto declared = schema.find("properties");
  if (declared != schema.end() && !declared->is_object()) {
    return SchemaError(where + "/properties", "is no object");
  }
  GN_ASSIGN_OR_RETURN(auto required, ReadRequired(schema, where));
  std::vector<Property> properties;
  if (declared != schema.end()) {
    for (auto it = declared->begin(); it != declared->end(); ++it) {
      properties.push_back({&it.key(), &it.value(), required.erase(it.key()) > 0});
    }
  }
  if (!required.empty()) {
    return SchemaError(where + "/required",
                       "\"" + *required.begin() + "\" is not among the properties; declare it");
  }
  return properties;
}

}  // namespace ganglion::grammar
