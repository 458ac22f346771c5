#include <array>

#include "ganglion/grammar/schema/schema_reader_document.h"
#include "ganglion/grammar/schema/schema_reader_keywords.h"

// The keywords that apply other schemas to a value or to its parts.
namespace ganglion::grammar {
namespace {

using Draft = ReadOptions::Draft;
using One = std::optional<SchemaId>;
using List = std::vector<SchemaId>;
using Named = std::vector<std::pair<std::string, SchemaId>>;

template <One Schema::*into>
Status ReadOne(KeywordContext& context, const Json& value, const std::string& where) {
  GN_ASSIGN_OR_RETURN(context.schema.*into, ReadSubschema(context, value, where));
  return Status();
}

template <List Schema::*into>
Status ReadList(KeywordContext& context, const Json& value, const std::string& where) {
  if (!value.is_array()) return WrongKeyword(where, "is no list of schemas");
  for (std::size_t i = 0; i < value.size(); ++i) {
    GN_ASSIGN_OR_RETURN(const SchemaId id, ReadSubschema(context, value[i], AppendToken(where, i)));
    (context.schema.*into).push_back(id);
  }
  return Status();
}

template <List Schema::*into>
Status ReadFilledList(KeywordContext& context, const Json& value, const std::string& where) {
  if (value.is_array() && value.empty()) return WrongKeyword(where, "is an empty list");
  return ReadList<into>(context, value, where);
}

template <Named Schema::*into>
Status ReadNamed(KeywordContext& context, const Json& value, const std::string& where) {
  if (!value.is_object()) return WrongKeyword(where, "is no object");
  for (const auto& [name, child] : value.items()) {
    GN_ASSIGN_OR_RETURN(const SchemaId id, ReadSubschema(context, child, AppendToken(where, name)));
    (context.schema.*into).emplace_back(name, id);
  }
  return Status();
}

// Up to 2019-09, "items" is one schema for all items or a list for the first ones; for the items
// behind those there is "additionalItems", which means nothing beside a single schema.
Status ReadItems(KeywordContext& context, const Json& value, const std::string& where) {
  if (value.is_array() && context.dialect.Until(Draft::k2019)) {
    if (context.Sibling("prefixItems") != nullptr && !context.dialect.draft) {
      return WrongKeyword(where, "is a list beside prefixItems");
    }
    return ReadList<&Schema::prefix_items>(context, value, where);
  }
  return ReadOne<&Schema::items>(context, value, where);
}

Status ReadContains(KeywordContext& context, const Json& value, const std::string& where) {
  context.schema.contains_evaluates = context.dialect.draft != Draft::k2019;
  return ReadOne<&Schema::contains>(context, value, where);
}

Status ReadAdditionalItems(KeywordContext& context, const Json& value, const std::string& where) {
  const Json* items = context.Sibling("items");
  One ignored;
  One& into = items != nullptr && items->is_array() ? context.schema.items : ignored;
  GN_ASSIGN_OR_RETURN(into, ReadSubschema(context, value, where));
  return Status();
}

// Up to draft 7: each name has either a schema or a list of names.
Status ReadDependencies(KeywordContext& context, const Json& value, const std::string& where) {
  if (!value.is_object()) return WrongKeyword(where, "is no object");
  for (const auto& [name, dependency] : value.items()) {
    const std::string place = AppendToken(where, name);
    if (dependency.is_array()) {
      GN_ASSIGN_OR_RETURN(auto names, ReadNames(dependency, place));
      context.schema.dependent_required.emplace_back(name, std::move(names));
    } else {
      GN_ASSIGN_OR_RETURN(const SchemaId id, ReadSubschema(context, dependency, place));
      context.schema.dependent_schemas.emplace_back(name, id);
    }
  }
  return Status();
}

// Beside no "if" they mean nothing, and the model leaves them out.
template <One Schema::*into>
Status ReadBranch(KeywordContext& context, const Json& value, const std::string& where) {
  GN_ASSIGN_OR_RETURN(const SchemaId id, ReadSubschema(context, value, where));
  if (context.Sibling("if") != nullptr) context.schema.*into = id;
  return Status();
}

constexpr std::array kKeywords = {
    Keyword{"prefixItems", ReadFilledList<&Schema::prefix_items>, Draft::k2020},
    Keyword{"items", ReadItems},
    Keyword{"additionalItems", ReadAdditionalItems, Draft::k4, Draft::k2019},
    Keyword{"contains", ReadContains, Draft::k6},
    Keyword{"unevaluatedItems", ReadOne<&Schema::unevaluated_items>, Draft::k2019},
    Keyword{"properties", ReadNamed<&Schema::properties>},
    Keyword{"patternProperties", ReadNamed<&Schema::pattern_properties>},
    Keyword{"additionalProperties", ReadOne<&Schema::additional_properties>},
    Keyword{"propertyNames", ReadOne<&Schema::property_names>, Draft::k6},
    Keyword{"unevaluatedProperties", ReadOne<&Schema::unevaluated_properties>, Draft::k2019},
    Keyword{"dependentSchemas", ReadNamed<&Schema::dependent_schemas>, Draft::k2019},
    Keyword{"dependencies", ReadDependencies, Draft::k4, Draft::k7},
    Keyword{"allOf", ReadFilledList<&Schema::all_of>},
    Keyword{"anyOf", ReadFilledList<&Schema::any_of>},
    Keyword{"oneOf", ReadFilledList<&Schema::one_of>},
    Keyword{"not", ReadOne<&Schema::not_schema>},
    Keyword{"if", ReadOne<&Schema::if_schema>, Draft::k7},
    Keyword{"then", ReadBranch<&Schema::then_schema>, Draft::k7},
    Keyword{"else", ReadBranch<&Schema::else_schema>, Draft::k7},
};

}  // namespace

std::span<const Keyword> ApplicatorKeywords() { return kKeywords; }

}  // namespace ganglion::grammar
