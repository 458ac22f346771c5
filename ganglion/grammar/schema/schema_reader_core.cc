#include <array>

#include "ganglion/grammar/schema/schema_reader_document.h"
#include "ganglion/grammar/schema/schema_reader_keywords.h"

// The core vocabulary: references and identifiers. Identifiers were read by SchemaReferences; here
// only their form is checked.
namespace ganglion::grammar {
namespace {

using Draft = ReadOptions::Draft;

Status TextExpected(const Json& value, const std::string& where) {
  return value.is_string() ? Status() : WrongKeyword(where, "is no string");
}

// Follows a reference and says where it leads in the document; null if it leads out of it, which
// is then noted in the schema.
Result<SchemaReferences::Target> FollowFrom(KeywordContext& context, const Json& value,
                                            const std::string& where, const char* keyword) {
  GN_RETURN_IF_ERROR(TextExpected(value, where));
  const auto& reference = value.get_ref<const std::string&>();
  auto target = context.reader.references().Follow(context.json, reference);
  if (!target.ok()) {
    return WrongKeyword(where, "\"" + reference + "\" " + std::string(target.error().message()));
  }
  if (target->schema == nullptr) {
    const Uri& base = context.reader.references().ResourceOf(context.json).uri;
    const Uri uri = ResolveUri(base, Uri::Parse(reference));
    context.schema.unsupported.emplace_back(
        keyword, uri.WithoutFragment() + " is another document, which is not fetched");
  }
  return *target;
}

Status ReadReference(KeywordContext& context, const Json& value, const std::string& where) {
  GN_ASSIGN_OR_RETURN(const auto target, FollowFrom(context, value, where, "$ref"));
  if (target.schema == nullptr) return Status();
  context.schema.references.push_back(context.reader.Find(*target.schema, context.scope));
  return Status();
}

Status ReadDynamicReference(KeywordContext& context, const Json& value, const std::string& where) {
  GN_ASSIGN_OR_RETURN(const auto target, FollowFrom(context, value, where, "$dynamicRef"));
  const Json* schema = target.schema;
  if (schema == nullptr) return Status();
  // It is dynamic only where it leads to a dynamic anchor by that anchor's name.
  const Uri uri = Uri::Parse(value.get_ref<const std::string&>());
  const std::string name = PercentDecode(uri.fragment.value_or("")).value_or("");
  const auto& anchors = context.reader.references().ResourceOf(*schema).dynamic_anchors;
  const auto anchor = anchors.find(name);
  if (!target.by_pointer && anchor != anchors.end() && anchor->second == schema) {
    const Json* outermost = context.reader.FindAnchor(context.scope, name);
    if (outermost != nullptr) schema = outermost;
  }
  context.schema.references.push_back(context.reader.Find(*schema, context.scope));
  return Status();
}

Status ReadRecursiveReference(KeywordContext& context, const Json& value,
                              const std::string& where) {
  if (value != "#") return WrongKeyword(where, "is not \"#\"");
  const auto& resource = context.reader.references().ResourceOf(context.json);
  const Json* schema = resource.root;
  if (resource.dynamic_anchors.contains("")) {
    const Json* outermost = context.reader.FindAnchor(context.scope, "");
    if (outermost != nullptr) schema = outermost;
  }
  context.schema.references.push_back(context.reader.Find(*schema, context.scope));
  return Status();
}

Status ReadText(KeywordContext&, const Json& value, const std::string& where) {
  return TextExpected(value, where);
}

Status ReadBoolean(KeywordContext&, const Json& value, const std::string& where) {
  return value.is_boolean() ? Status() : WrongKeyword(where, "is no boolean");
}

Status ReadVocabulary(KeywordContext& context, const Json& value, const std::string& where) {
  if (!value.is_object()) return WrongKeyword(where, "is no object");
  context.reader.Note(where, "vocabularies are not read from meta-schemas");
  return Status();
}

Status ReadDefinitions(KeywordContext&, const Json& value, const std::string& where) {
  return value.is_object() ? Status() : WrongKeyword(where, "is no object");
}

constexpr std::array kKeywords = {
    Keyword{"$ref", ReadReference},
    Keyword{"$dynamicRef", ReadDynamicReference, Draft::k2020},
    Keyword{"$recursiveRef", ReadRecursiveReference, Draft::k2019, Draft::k2019},
    Keyword{"$anchor", ReadText, Draft::k2019},
    Keyword{"$dynamicAnchor", ReadText, Draft::k2020},
    Keyword{"$recursiveAnchor", ReadBoolean, Draft::k2019, Draft::k2019},
    Keyword{"$vocabulary", ReadVocabulary, Draft::k2019},
    Keyword{"$defs", ReadDefinitions, Draft::k2019},
    Keyword{"definitions", ReadDefinitions},
    // Documents without a draft use "id" for what they like, and "$schema" likewise.
    Keyword{"$schema", nullptr},
    Keyword{"$id", nullptr, Draft::k6},
    Keyword{"id", nullptr, Draft::k4, Draft::k4},
    Keyword{"$comment", nullptr, Draft::k4},
    Keyword{"title", nullptr},
    Keyword{"description", nullptr},
    Keyword{"default", nullptr},
    Keyword{"examples", nullptr},
    Keyword{"deprecated", nullptr},
    Keyword{"readOnly", nullptr},
    Keyword{"writeOnly", nullptr},
    Keyword{"contentEncoding", nullptr},
    Keyword{"contentMediaType", nullptr},
    Keyword{"contentSchema", nullptr},
};

}  // namespace

std::span<const Keyword> CoreKeywords() { return kKeywords; }

}  // namespace ganglion::grammar
