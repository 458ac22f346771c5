#include "ganglion/grammar/schema/schema_reader_keywords.h"

#include <algorithm>

#include "ganglion/grammar/schema/schema_reader_document.h"

namespace ganglion::grammar {
namespace {

// Null for a name that the dialect does not know.
const Keyword* FindKeyword(std::string_view name, Dialect dialect) {
  for (const auto table : {CoreKeywords(), AssertionKeywords(), ApplicatorKeywords()}) {
    for (const Keyword& keyword : table) {
      if (keyword.name != name) continue;
      const bool known = dialect.Since(keyword.since) && dialect.Until(keyword.until);
      return known ? &keyword : nullptr;
    }
  }
  return nullptr;
}

Status ReadKeyword(KeywordContext& context, const std::string& name, const Json& value) {
  const std::string where = AppendToken(context.where, name);
  const Keyword* keyword = FindKeyword(name, context.dialect);
  if (keyword == nullptr) {
    context.reader.Note(where, "the keyword " + name + " is not known" +
                                   (context.dialect.draft ? " to the draft" : ""));
    return Status();
  }
  return keyword->read == nullptr ? Status() : keyword->read(context, value, where);
}

}  // namespace

Result<Schema> ReadKeywords(SchemaReader& reader, const Json& json, ScopeId scope) {
  const SchemaReferences::Place place = reader.references().PlaceOf(json);
  const Dialect dialect = reader.references().at(place.resource).dialect;
  Schema schema;
  schema.where = place.where;
  if (json.is_boolean()) {
    schema.boolean = json.get<bool>();
    return schema;
  }
  KeywordContext context{reader, json, scope, place.where, dialect, schema};
  if (IsOnlyReference(json, dialect)) {
    GN_RETURN_IF_ERROR(ReadKeyword(context, "$ref", json["$ref"]));
    return schema;
  }
  for (const auto& [name, value] : json.items()) {
    GN_RETURN_IF_ERROR(ReadKeyword(context, name, value));
  }
  return schema;
}

Status WrongKeyword(const std::string& where, std::string_view what) {
  return Status(Code::kInvalidArgument, where + ": " + std::string(what));
}

Result<SchemaId> ReadSubschema(KeywordContext& context, const Json& value,
                               const std::string& where) {
  if (!value.is_object() && !value.is_boolean()) {
    return WrongKeyword(where, "is no schema: neither an object nor a boolean");
  }
  return context.reader.Find(value, context.scope);
}

Result<std::vector<std::string>> ReadNames(const Json& value, const std::string& where) {
  if (!value.is_array()) return WrongKeyword(where, "is no list of names");
  std::vector<std::string> names;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (!value[i].is_string()) return WrongKeyword(AppendToken(where, i), "is no string");
    names.push_back(value[i].get<std::string>());
  }
  return names;
}

}  // namespace ganglion::grammar
