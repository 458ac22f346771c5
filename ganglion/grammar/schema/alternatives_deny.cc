// The negation of a schema, as the choices of which one breaks it.

#include <algorithm>

#include "ganglion/grammar/schema/alternatives.h"
#include "ganglion/grammar/schema/limits.h"

namespace ganglion::grammar {

using Keyword = Broken::Keyword;

namespace {

bool Contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Status Alternatives::Deny(Branch& branch, const Schema& schema, SchemaId id) {
  if (schema.boolean) {
    branch.dead = *schema.boolean;
    return {};
  }
  if (schema.types && (*schema.types & Wanted()) == 0) return {};
  for (const auto& [keyword, why] : schema.unsupported) {
    // Left out of a negation, a keyword would make the set smaller instead of larger.
    GN_RETURN_IF_ERROR(Unenforced(schema, keyword, why));
    return {};
  }
  if (schema.unique_items && type_ == Type::kArray) {
    return Unenforced(schema, "uniqueItems", "it stands below a \"not\"");
  }
  std::vector<Choice> choices;
  DenyKeywords(schema, id, choices);
  DenyApplicators(schema, choices);
  if (UnevaluatedOf(schema)) {
    choices.push_back(
        {.literals = {{WithoutUnevaluated(schema, id), true}}, .unevaluated_broken = id});
  }
  for (const auto& values : {schema.values, schema.more_values}) {
    if (values) DenyValues(*values, choices);
  }
  branch.clauses.push_back(std::move(choices));
  return {};
}

void Alternatives::DenyKeywords(const Schema& schema, SchemaId id,
                                std::vector<Choice>& choices) const {
  if (type_ == Type::kArray) {
    DenyItems(schema, id, choices);
  } else {
    DenyMembers(schema, id, choices);
  }
}

void Alternatives::DenyItems(const Schema& schema, SchemaId id,
                             std::vector<Choice>& choices) const {
  const auto deny = [&](Keyword keyword, std::size_t index = 0) {
    choices.push_back({.broken = {{id, keyword, index}}});
  };
  if (schema.items_min > 0) deny(Keyword::kMinItems);
  if (schema.items_max != kNoMaximum) deny(Keyword::kMaxItems);
  for (std::size_t i = 0; i < schema.prefix_items.size(); ++i) deny(Keyword::kPrefixItem, i);
  if (schema.items) deny(Keyword::kItems);
  if (!schema.contains) return;
  if (schema.contains_min > 0) deny(Keyword::kTooFewContains);
  if (schema.contains_max != kNoMaximum) deny(Keyword::kTooManyContains);
}

void Alternatives::DenyMembers(const Schema& schema, SchemaId id,
                               std::vector<Choice>& choices) const {
  const auto deny = [&](Keyword keyword, std::size_t index = 0) {
    choices.push_back({.broken = {{id, keyword, index}}});
  };
  // A name that is required and described is missing or has another value: one choice for both,
  // not two, because such choices multiply.
  for (std::size_t i = 0; i < schema.properties.size(); ++i) {
    const std::string& name = schema.properties[i].first;
    choices.push_back({.broken = {{id, Keyword::kProperty, i}}});
    if (!Contains(schema.required, name)) choices.back().present = {name};
  }
  for (const std::string& name : schema.required) {
    const bool described = std::any_of(schema.properties.begin(), schema.properties.end(),
                                       [&](const auto& member) { return member.first == name; });
    if (!described) choices.push_back({.absent = {name}});
  }
  for (std::size_t i = 0; i < schema.pattern_properties.size(); ++i) {
    deny(Keyword::kPatternProperty, i);
  }
  if (schema.additional_properties) deny(Keyword::kAdditionalProperties);
  if (schema.property_names) deny(Keyword::kPropertyNames);
  if (schema.members_min > 0) deny(Keyword::kMinProperties);
  if (schema.members_max != kNoMaximum) deny(Keyword::kMaxProperties);
  for (const auto& [name, names] : schema.dependent_required) {
    for (const std::string& needed : names) {
      if (needed != name) choices.push_back({.present = {name}, .absent = {needed}});
    }
  }
  for (const auto& [name, part] : schema.dependent_schemas) {
    choices.push_back({.literals = {{part, false}}, .present = {name}});
  }
}

void Alternatives::DenyApplicators(const Schema& schema, std::vector<Choice>& choices) {
  for (const auto* list : {&schema.references, &schema.all_of}) {
    for (const SchemaId part : *list) choices.push_back({.literals = {{part, false}}});
  }
  if (!schema.any_of.empty()) {
    Choice none;
    for (const SchemaId part : schema.any_of) none.literals.push_back({part, false});
    choices.push_back(std::move(none));
  }
  if (!schema.one_of.empty()) {
    Choice none;
    for (const SchemaId part : schema.one_of) none.literals.push_back({part, false});
    choices.push_back(std::move(none));
    for (std::size_t i = 0; i < schema.one_of.size(); ++i) {
      for (std::size_t j = i + 1; j < schema.one_of.size(); ++j) {
        if (disjointness_.Disjoint(schema.one_of[i], schema.one_of[j], Wanted())) continue;
        choices.push_back({.literals = {{schema.one_of[i], true}, {schema.one_of[j], true}}});
      }
    }
  }
  if (schema.not_schema) choices.push_back({.literals = {{*schema.not_schema, true}}});
  if (!schema.if_schema) return;
  if (schema.then_schema) {
    choices.push_back({.literals = {{*schema.if_schema, true}, {*schema.then_schema, false}}});
  }
  if (schema.else_schema) {
    choices.push_back({.literals = {{*schema.if_schema, false}, {*schema.else_schema, false}}});
  }
}

// A value of the type that is none of those listed.
void Alternatives::DenyValues(const std::vector<Json>& values, std::vector<Choice>& choices) {
  Choice none;
  for (const Json& value : values) {
    const bool ours = type_ == Type::kArray ? value.is_array() : value.is_object();
    if (ours) none.literals.push_back({SchemaOf(value), false});
  }
  choices.push_back(std::move(none));
}

// A schema that only this value satisfies, in keywords whose negation is known.
SchemaId Alternatives::SchemaOf(const Json& value) {
  const std::string text = value.dump();
  if (const auto known = constants_.find(text); known != constants_.end()) return known->second;
  Schema made{.where = "the constant " + text.substr(0, kQuotedBytesMax)};
  const SchemaId nothing = model_.Add({.where = made.where, .boolean = false});
  if (value.is_array()) {
    made.types = kArrayType;
    for (const Json& item : value) made.prefix_items.push_back(SchemaOf(item));
    made.items_min = value.size();
    made.items = nothing;
  } else if (value.is_object()) {
    made.types = kObjectType;
    for (const auto& [name, member] : value.items()) {
      made.properties.emplace_back(name, SchemaOf(member));
      made.required.push_back(name);
    }
    made.additional_properties = nothing;
  } else {
    made.values = std::vector<Json>{value};
  }
  return constants_.emplace(text, model_.Add(std::move(made))).first->second;
}

// The schema, as far as it asserts more than what is left over.
SchemaId Alternatives::WithoutUnevaluated(const Schema& schema, SchemaId id) {
  const auto [entry, added] = without_unevaluated_.try_emplace(id, id);
  if (!added) return entry->second;
  Schema less = schema;
  less.unevaluated_items.reset();
  less.unevaluated_properties.reset();
  return entry->second = model_.Add(std::move(less));
}

}  // namespace ganglion::grammar
