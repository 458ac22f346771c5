#include "ganglion/grammar/schema/validator.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "ganglion/grammar/schema/canonical.h"
#include "ganglion/grammar/schema/limits.h"
#include "ganglion/grammar/schema/schema_reader_document.h"

namespace ganglion::grammar {
namespace {

// For each item or member of one value, in its order, whether some schema evaluated it.
using Evaluated = std::vector<bool>;

Status Spent() { return Status(Code::kResourceExhausted, "validating passes its budget"); }

TypeSet TypeOf(const Json& value) {
  if (value.is_string()) return kStringType;
  if (value.is_object()) return kObjectType;
  if (value.is_array()) return kArrayType;
  if (value.is_boolean()) return kBooleanType;
  if (!value.is_number()) return kNullType;
  return DecimalOf(value).is_integer() ? kIntegerType : kFractionType;
}

std::string TypeNames(TypeSet types) {
  std::string names;
  const auto add = [&](TypeSet one, const char* name) {
    if ((types & one) == one) names += (names.empty() ? "" : ", ") + std::string(name);
  };
  add(kNullType, "null");
  add(kBooleanType, "boolean");
  add((types & kFractionType) != 0 ? kNumberType : kIntegerType,
      (types & kFractionType) != 0 ? "number" : "integer");
  add(kStringType, "string");
  add(kArrayType, "array");
  add(kObjectType, "object");
  return names;
}

// The beginning of a value as a reason shows it, cut between code points.
std::string Quoted(const Json& value) {
  if (value.is_array()) return "a list of " + std::to_string(value.size());
  if (value.is_object()) return "an object of " + std::to_string(value.size());
  std::string text = WriteCanonical(value);
  if (text.size() <= kQuotedBytesMax) return text;
  std::size_t end = kQuotedBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

std::size_t CodePoints(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// Not the depth itself: whether it passes the limit. Without recursion, which is what it guards.
bool TooDeep(const Json& value) {
  std::vector<std::pair<const Json*, std::size_t>> open = {{&value, 1}};
  while (!open.empty()) {
    const auto [at, depth] = open.back();
    open.pop_back();
    if (depth > kValidatorDepthMax) return true;
    if (!at->is_structured()) continue;
    for (const Json& child : *at) open.emplace_back(&child, depth + 1);
  }
  return false;
}

// A text that two values share exactly if they are equal. Objects sort their members.
void AppendEqualityKey(const Json& value, std::string& key) {
  if (!value.is_structured()) {
    key += WriteCanonical(value);
  } else if (value.is_array()) {
    key += '[';
    for (const Json& item : value) {
      AppendEqualityKey(item, key);
      key += ',';
    }
    key += ']';
  } else {
    std::vector<std::string> members;
    for (const auto& [name, member] : value.items()) {
      members.push_back(WriteCanonical(name) + ":");
      AppendEqualityKey(member, members.back());
    }
    std::sort(members.begin(), members.end());
    key += '{';
    for (const std::string& member : members) key += member + ",";
    key += '}';
  }
}

}  // namespace

// A value at its place, and what is known of it so far.
struct Validator::Visit {
  const Json& value;
  std::string where;     // in the value, a JSON pointer
  Evaluated* evaluated;  // null where nobody asks
  std::size_t depth;

  // `keyword` is empty where it is the schema itself.
  std::string Says(const Schema& schema, std::string_view keyword, std::string_view what) const {
    const std::string place = keyword.empty() ? schema.where : AppendToken(schema.where, keyword);
    return (where.empty() ? "the value" : where) + ": " + std::string(what) + " (" + place + ")";
  }
  Visit Child(const Json& child, std::string child_where) const {
    return {child, std::move(child_where), nullptr, depth + 1};
  }
  Visit Here(Evaluated* other) const { return {value, where, other, depth + 1}; }
  void Mark(std::size_t index) const {
    if (evaluated != nullptr) (*evaluated)[index] = true;
  }
};

Result<std::optional<std::string>> Validator::WhyInvalid(SchemaId schema, const Json& value) {
  if (TooDeep(value)) {
    return Status(Code::kResourceExhausted, "the value is nested deeper than " +
                                                std::to_string(kValidatorDepthMax) + " levels");
  }
  return Judge(schema, Visit{value, "", nullptr, 0});
}

Result<bool> Validator::IsValid(SchemaId schema, const Json& value) {
  GN_ASSIGN_OR_RETURN(const Reason reason, WhyInvalid(schema, value));
  return !reason.has_value();
}

#define GN_RETURN_IF_INVALID(expression)            \
  do {                                              \
    GN_ASSIGN_OR_RETURN(Reason reason, expression); \
    if (reason) return reason;                      \
  } while (false)

Result<Validator::Reason> Validator::Judge(SchemaId id, const Visit& visit) {
  if (!work_.Spend()) return Spent();
  const Schema& schema = model_.at(id);
  if (visit.depth > kValidatorDepthMax) {
    return Status(Code::kResourceExhausted, schema.where + ": validating goes deeper than " +
                                                std::to_string(kValidatorDepthMax) + " schemas");
  }
  if (!schema.unsupported.empty()) {
    const auto& [keyword, why] = schema.unsupported.front();
    return Status(Code::kUnimplemented, AppendToken(schema.where, keyword) + ": the keyword " +
                                            keyword + " is not supported: " + why);
  }
  if (schema.boolean) {
    if (*schema.boolean) return Reason();
    return Reason(visit.Says(schema, "", "nothing is allowed here"));
  }
  const bool asks = (schema.unevaluated_items && visit.value.is_array()) ||
                    (schema.unevaluated_properties && visit.value.is_object());
  if (!asks) return JudgeKeywords(schema, visit);
  // It asks for what its own keywords evaluated, not for what schemas beside it did.
  Evaluated own(visit.value.size(), false);
  const Visit inner = visit.Here(&own);
  GN_RETURN_IF_INVALID(JudgeKeywords(schema, inner));
  GN_RETURN_IF_INVALID(JudgeUnevaluated(schema, inner));
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (own[i]) visit.Mark(i);
  }
  return Reason();
}

Result<Validator::Reason> Validator::JudgeKeywords(const Schema& schema, const Visit& visit) {
  const TypeSet type = TypeOf(visit.value);
  if (schema.types && (*schema.types & type) == 0) {
    return Reason(visit.Says(schema, "type",
                             Quoted(visit.value) + " is not of type " + TypeNames(*schema.types)));
  }
  GN_RETURN_IF_INVALID(JudgeValues(schema, visit));
  if ((type & kNumberType) != 0) GN_RETURN_IF_INVALID(JudgeNumber(schema, visit));
  if (type == kStringType) GN_RETURN_IF_INVALID(JudgeString(schema, visit));
  if (type == kArrayType) GN_RETURN_IF_INVALID(JudgeArray(schema, visit));
  if (type == kObjectType) GN_RETURN_IF_INVALID(JudgeObject(schema, visit));
  return JudgeInPlace(schema, visit);
}

Result<Validator::Reason> Validator::JudgeValues(const Schema& schema, const Visit& visit) {
  for (const auto* values : {&schema.values, &schema.more_values}) {
    if (!*values) continue;
    bool found = false;
    for (const Json& value : **values) {
      if (!work_.Spend()) return Spent();
      found = found || EqualValues(value, visit.value);
    }
    if (!found) {
      return Reason(visit.Says(schema, "", Quoted(visit.value) + " is none of the listed values"));
    }
  }
  return Reason();
}

Result<Validator::Reason> Validator::JudgeNumber(const Schema& schema, const Visit& visit) {
  const ExactDecimal number = DecimalOf(visit.value);
  const auto wrong = [&](const char* keyword, const char* what, const ExactDecimal& limit) {
    return Reason(visit.Says(schema, keyword, number.Spelling() + what + limit.Spelling()));
  };
  if (schema.low && number.Compare(schema.low->value) < 0) {
    return wrong("minimum", " is below the minimum ", schema.low->value);
  }
  if (schema.low_exclusive && number.Compare(schema.low_exclusive->value) <= 0) {
    return wrong("exclusiveMinimum", " is not above ", schema.low_exclusive->value);
  }
  if (schema.high && number.Compare(schema.high->value) > 0) {
    return wrong("maximum", " is above the maximum ", schema.high->value);
  }
  if (schema.high_exclusive && number.Compare(schema.high_exclusive->value) >= 0) {
    return wrong("exclusiveMaximum", " is not below ", schema.high_exclusive->value);
  }
  if (schema.multiple_of && !number.IsMultipleOf(*schema.multiple_of)) {
    return wrong("multipleOf", " is no multiple of ", *schema.multiple_of);
  }
  return Reason();
}

Result<Validator::Reason> Validator::JudgeString(const Schema& schema, const Visit& visit) {
  const auto& text = visit.value.get_ref<const std::string&>();
  if (!work_.Spend(1 + text.size() / 16)) return Spent();
  const std::size_t length = CodePoints(text);
  if (length < schema.length_min || length > schema.length_max) {
    const bool few = length < schema.length_min;
    return Reason(visit.Says(schema, few ? "minLength" : "maxLength",
                             Quoted(visit.value) + " has " + std::to_string(length) +
                                 " code points, which is too " + (few ? "few" : "many")));
  }
  if (schema.pattern) {
    GN_ASSIGN_OR_RETURN(const Dfa* texts, languages_.Pattern(*schema.pattern));
    if (!texts->Accepts(text)) {
      return Reason(visit.Says(schema, "pattern",
                               Quoted(visit.value) + " does not match " + *schema.pattern));
    }
  }
  if (schema.format) {
    GN_ASSIGN_OR_RETURN(const Dfa* texts, languages_.Format(*schema.format));
    if (!texts->Accepts(text)) {
      return Reason(visit.Says(schema, "format", Quoted(visit.value) + " is no " + *schema.format));
    }
  }
  return Reason();
}

Result<Validator::Reason> Validator::JudgeArray(const Schema& schema, const Visit& visit) {
  const std::size_t size = visit.value.size();
  if (size < schema.items_min || size > schema.items_max) {
    const bool few = size < schema.items_min;
    return Reason(visit.Says(schema, few ? "minItems" : "maxItems",
                             std::to_string(size) + " items are too " + (few ? "few" : "many")));
  }
  for (std::size_t i = 0; i < size; ++i) {
    const bool in_prefix = i < schema.prefix_items.size();
    if (!in_prefix && !schema.items) break;
    const SchemaId id = in_prefix ? schema.prefix_items[i] : *schema.items;
    GN_RETURN_IF_INVALID(Judge(id, visit.Child(visit.value[i], AppendToken(visit.where, i))));
    visit.Mark(i);
  }
  GN_RETURN_IF_INVALID(JudgeContains(schema, visit));
  if (!schema.unique_items) return Reason();
  GN_ASSIGN_OR_RETURN(const bool repeats, Repeats(visit.value));
  return repeats ? Reason(visit.Says(schema, "uniqueItems", "an item is there twice")) : Reason();
}

Result<Validator::Reason> Validator::JudgeContains(const Schema& schema, const Visit& visit) {
  if (!schema.contains) return Reason();
  std::size_t count = 0;
  for (std::size_t i = 0; i < visit.value.size(); ++i) {
    GN_ASSIGN_OR_RETURN(
        const bool holds,
        Holds(*schema.contains, visit.Child(visit.value[i], AppendToken(visit.where, i))));
    if (!holds) continue;
    ++count;
    if (schema.contains_evaluates) visit.Mark(i);
  }
  if (count >= schema.contains_min && count <= schema.contains_max) return Reason();
  return Reason(visit.Says(schema, "contains",
                           "too " + std::string(count < schema.contains_min ? "few" : "many") +
                               " items are as \"contains\" has it: " + std::to_string(count)));
}

Result<bool> Validator::Repeats(const Json& array) {
  std::set<std::string> seen;
  for (const Json& item : array) {
    std::string key;
    AppendEqualityKey(item, key);
    if (!work_.Spend(1 + key.size() / 16)) return Spent();
    if (!seen.insert(std::move(key)).second) return true;
  }
  return false;
}

Result<Validator::Reason> Validator::JudgeObject(const Schema& schema, const Visit& visit) {
  const std::size_t size = visit.value.size();
  if (size < schema.members_min || size > schema.members_max) {
    const bool few = size < schema.members_min;
    return Reason(visit.Says(schema, few ? "minProperties" : "maxProperties",
                             std::to_string(size) + " members are too " + (few ? "few" : "many")));
  }
  for (const std::string& name : schema.required) {
    if (!work_.Spend(1 + size / 16)) return Spent();
    if (!visit.value.contains(name)) {
      return Reason(visit.Says(schema, "required", "the member \"" + name + "\" is missing"));
    }
  }
  GN_RETURN_IF_INVALID(JudgeMembers(schema, visit));
  return JudgeDependencies(schema, visit);
}

Result<Validator::Reason> Validator::JudgeMembers(const Schema& schema, const Visit& visit) {
  std::size_t index = 0;
  for (const auto& [name, member] : visit.value.items()) {
    GN_RETURN_IF_INVALID(JudgeName(schema, visit, name));
    const Visit child = visit.Child(member, AppendToken(visit.where, name));
    bool evaluated = false;
    for (const auto& [known, id] : schema.properties) {
      if (!work_.Spend()) return Spent();
      if (known != name) continue;
      GN_RETURN_IF_INVALID(Judge(id, child));
      evaluated = true;
    }
    for (const auto& [pattern, id] : schema.pattern_properties) {
      if (!work_.Spend()) return Spent();
      GN_ASSIGN_OR_RETURN(const Dfa* names, languages_.Pattern(pattern));
      if (!names->Accepts(name)) continue;
      GN_RETURN_IF_INVALID(Judge(id, child));
      evaluated = true;
    }
    if (!evaluated && schema.additional_properties) {
      GN_RETURN_IF_INVALID(Judge(*schema.additional_properties, child));
      evaluated = true;
    }
    if (evaluated) visit.Mark(index);
    ++index;
  }
  return Reason();
}

Result<Validator::Reason> Validator::JudgeName(const Schema& schema, const Visit& visit,
                                               const std::string& name) {
  if (!schema.property_names) return Reason();
  const Json text = name;
  GN_ASSIGN_OR_RETURN(Reason reason, Judge(*schema.property_names, visit.Child(text, visit.where)));
  if (reason) *reason = "of a member's name: " + *reason;
  return reason;
}

Result<Validator::Reason> Validator::JudgeDependencies(const Schema& schema, const Visit& visit) {
  for (const auto& [name, others] : schema.dependent_required) {
    if (!work_.Spend(1 + visit.value.size() / 16)) return Spent();
    if (!visit.value.contains(name)) continue;
    for (const std::string& other : others) {
      if (!work_.Spend(1 + visit.value.size() / 16)) return Spent();
      if (visit.value.contains(other)) continue;
      return Reason(visit.Says(schema, "dependentRequired",
                               "the member \"" + other + "\" is missing beside \"" + name + "\""));
    }
  }
  for (const auto& [name, id] : schema.dependent_schemas) {
    if (!work_.Spend(1 + visit.value.size() / 16)) return Spent();
    if (!visit.value.contains(name)) continue;
    GN_RETURN_IF_INVALID(Judge(id, visit.Here(visit.evaluated)));
  }
  return Reason();
}

Result<Validator::Reason> Validator::JudgeInPlace(const Schema& schema, const Visit& visit) {
  const Visit here = visit.Here(visit.evaluated);
  for (const auto* all : {&schema.references, &schema.all_of}) {
    for (const SchemaId id : *all) GN_RETURN_IF_INVALID(Judge(id, here));
  }
  GN_RETURN_IF_INVALID(JudgeAnyOf(schema, visit));
  GN_RETURN_IF_INVALID(JudgeOneOf(schema, visit));
  if (schema.not_schema) {
    // What a schema evaluated that must not hold counts for nobody.
    GN_ASSIGN_OR_RETURN(const bool holds, Holds(*schema.not_schema, visit.Here(nullptr)));
    if (holds) return Reason(visit.Says(schema, "not", "it is what \"not\" forbids"));
  }
  return JudgeIf(schema, visit);
}

Result<Validator::Reason> Validator::JudgeAnyOf(const Schema& schema, const Visit& visit) {
  if (schema.any_of.empty()) return Reason();
  bool any = false;
  for (const SchemaId id : schema.any_of) {
    GN_ASSIGN_OR_RETURN(const bool holds, Holds(id, visit.Here(visit.evaluated)));
    any = any || holds;
    // The others may have evaluated more.
    if (any && visit.evaluated == nullptr) return Reason();
  }
  return any ? Reason() : Reason(visit.Says(schema, "anyOf", "no schema of it holds"));
}

Result<Validator::Reason> Validator::JudgeOneOf(const Schema& schema, const Visit& visit) {
  if (schema.one_of.empty()) return Reason();
  std::size_t count = 0;
  for (const SchemaId id : schema.one_of) {
    GN_ASSIGN_OR_RETURN(const bool holds, Holds(id, visit.Here(visit.evaluated)));
    if (holds && ++count > 1) {
      return Reason(visit.Says(schema, "oneOf", "more than one schema of it holds"));
    }
  }
  return count == 1 ? Reason() : Reason(visit.Says(schema, "oneOf", "no schema of it holds"));
}

Result<Validator::Reason> Validator::JudgeIf(const Schema& schema, const Visit& visit) {
  if (!schema.if_schema) return Reason();
  GN_ASSIGN_OR_RETURN(const bool holds, Holds(*schema.if_schema, visit.Here(visit.evaluated)));
  const auto& branch = holds ? schema.then_schema : schema.else_schema;
  return branch ? Judge(*branch, visit.Here(visit.evaluated)) : Reason();
}

Result<Validator::Reason> Validator::JudgeUnevaluated(const Schema& schema, const Visit& visit) {
  const auto& rest =
      visit.value.is_array() ? schema.unevaluated_items : schema.unevaluated_properties;
  std::size_t index = 0;
  for (const auto& [name, part] : visit.value.items()) {  // the name of an item is its index
    if (!(*visit.evaluated)[index]) {
      GN_RETURN_IF_INVALID(Judge(*rest, visit.Child(part, AppendToken(visit.where, name))));
      visit.Mark(index);
    }
    ++index;
  }
  return Reason();
}

Result<bool> Validator::Holds(SchemaId id, const Visit& visit) {
  if (visit.evaluated == nullptr) {
    GN_ASSIGN_OR_RETURN(const Reason reason, Judge(id, visit));
    return !reason;
  }
  Evaluated own(visit.value.size(), false);
  const Visit tried{visit.value, visit.where, &own, visit.depth};
  GN_ASSIGN_OR_RETURN(const Reason reason, Judge(id, tried));
  if (reason) return false;
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (own[i]) visit.Mark(i);
  }
  return true;
}

}  // namespace ganglion::grammar
