#include "ganglion/grammar/schema/schema_reader_references.h"

#include <array>

#include "ganglion/grammar/schema/schema_reader_document.h"

namespace ganglion::grammar {
namespace {

using Draft = ReadOptions::Draft;

// The keywords below which schemas stand, in any draft. Those that are unknown to the draft at hand
// do no harm: a schema that nobody refers to is only found here, not read.
constexpr std::array kSchemaKeywords = {"additionalItems",
                                        "additionalProperties",
                                        "contains",
                                        "contentSchema",
                                        "else",
                                        "if",
                                        "items",
                                        "not",
                                        "propertyNames",
                                        "then",
                                        "unevaluatedItems",
                                        "unevaluatedProperties"};
constexpr std::array kListKeywords = {"allOf", "anyOf", "items", "oneOf", "prefixItems"};
constexpr std::array kMapKeywords = {
    "$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"};

bool IsSchema(const Json& json) { return json.is_object() || json.is_boolean(); }

const std::string* FindText(const Json& schema, const char* name) {
  const auto found = schema.find(name);
  return found != schema.end() && found->is_string() ? &found->get_ref<const std::string&>()
                                                     : nullptr;
}

// Documents that name no draft write names of things as "id", too. Only what a reference could
// lead to is taken for an identifier.
bool LooksLikeIdentifier(const std::string& text) {
  return text.starts_with('#') || text.starts_with("urn:") ||
         text.find("://") != std::string::npos || text.ends_with(".json") ||
         text.ends_with(".json#");
}

const std::string* FindIdentifier(const Json& schema, Dialect dialect) {
  if (!dialect.draft) {
    if (const std::string* identifier = FindText(schema, "$id")) return identifier;
    const std::string* identifier = FindText(schema, "id");
    return identifier != nullptr && LooksLikeIdentifier(*identifier) ? identifier : nullptr;
  }
  return FindText(schema, *dialect.draft == Draft::k4 ? "id" : "$id");
}

// The name of a meta-schema without what writers vary: the scheme and an empty fragment.
std::string_view BareDialect(std::string_view uri) {
  if (uri.ends_with('#')) uri.remove_suffix(1);
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (uri.starts_with(scheme)) return uri.substr(scheme.size());
  }
  return uri;
}

struct NamedDraft {
  std::string_view uri;
  Dialect dialect;
};
constexpr std::array kDrafts = {
    NamedDraft{"json-schema.org/schema", {}},
    NamedDraft{"json-schema.org/draft-04/schema", {Draft::k4}},
    NamedDraft{"json-schema.org/draft-05/schema", {Draft::k4}},  // 5 changed no keyword
    NamedDraft{"json-schema.org/draft-06/schema", {Draft::k6}},
    NamedDraft{"json-schema.org/draft-07/schema", {Draft::k7}},
    NamedDraft{"json-schema.org/draft/2019-09/schema", {Draft::k2019}},
    NamedDraft{"json-schema.org/draft/2020-12/schema", {Draft::k2020}},
};
constexpr std::array kOldDrafts = {
    std::string_view("json-schema.org/draft-00/schema"),
    std::string_view("json-schema.org/draft-01/schema"),
    std::string_view("json-schema.org/draft-02/schema"),
    std::string_view("json-schema.org/draft-03/schema"),
};

Status NamesNothing(const char* why) { return Status(Code::kInvalidArgument, why); }

}  // namespace

bool IsOnlyReference(const Json& schema, Dialect dialect) {
  return dialect.draft && *dialect.draft <= Draft::k7 && FindText(schema, "$ref") != nullptr;
}

SchemaReferences::SchemaReferences(const Json& document, Dialect dialect) {
  if (document.is_object()) dialect = ReadDialect(document, "#", dialect);
  Uri uri;
  if (document.is_object() && !IsOnlyReference(document, dialect)) {
    if (const std::string* id = FindIdentifier(document, dialect)) uri = Uri::Parse(*id);
  }
  const ResourceId root = AddResource(std::move(uri), document, dialect);
  Walk({&document, {"#", root}});
}

void SchemaReferences::Walk(Visit first) {
  std::vector<Visit> visits;
  visits.push_back(std::move(first));
  for (std::size_t i = 0; i < visits.size(); ++i) {
    const Json& schema = *visits[i].schema;
    Place place = std::move(visits[i].place);
    if (places_.contains(&schema)) continue;
    if (schema.is_object()) ReadIdentity(schema, place);
    places_.emplace(&schema, place);
    if (schema.is_object()) AddChildren(schema, place, visits);
  }
}

void SchemaReferences::AddChildren(const Json& schema, const Place& place,
                                   std::vector<Visit>& visits) const {
  const auto add = [&](const Json& child, std::string where) {
    if (IsSchema(child)) visits.push_back({&child, {std::move(where), place.resource}});
  };
  for (const char* keyword : kSchemaKeywords) {
    const auto found = schema.find(keyword);
    if (found != schema.end()) add(*found, AppendToken(place.where, keyword));
  }
  for (const char* keyword : kListKeywords) {
    const auto found = schema.find(keyword);
    if (found == schema.end() || !found->is_array()) continue;
    const std::string where = AppendToken(place.where, keyword);
    for (std::size_t i = 0; i < found->size(); ++i) add((*found)[i], AppendToken(where, i));
  }
  for (const char* keyword : kMapKeywords) {
    const auto found = schema.find(keyword);
    if (found == schema.end() || !found->is_object()) continue;
    const std::string where = AppendToken(place.where, keyword);
    for (const auto& [name, child] : found->items()) add(child, AppendToken(where, name));
  }
}

void SchemaReferences::ReadIdentity(const Json& schema, Place& place) {
  if (!IsOnlyReference(schema, at(place.resource).dialect)) ReadIdentifier(schema, place);
  if (!IsOnlyReference(schema, at(place.resource).dialect)) ReadAnchors(schema, place);
}

void SchemaReferences::ReadIdentifier(const Json& schema, Place& place) {
  const Resource& outer = at(place.resource);
  // The "$schema" beside an identifier says which of "id" and "$id" it is.
  const Dialect dialect = ReadDialect(schema, place.where, outer.dialect);
  const std::string* identifier = FindIdentifier(schema, dialect);
  if (identifier == nullptr) return;
  Uri uri = ResolveUri(outer.uri, Uri::Parse(*identifier));
  const std::string fragment = uri.fragment.value_or("");
  uri.fragment.reset();
  if (uri.WithoutFragment() != outer.uri.WithoutFragment()) {
    place.resource = AddResource(std::move(uri), schema, dialect);
  }
  // Up to draft 7 an identifier may hold the name that became "$anchor".
  const bool names = !fragment.empty() && !fragment.starts_with('/') && dialect.Until(Draft::k7);
  if (!names) return;
  auto& anchors = resources_[static_cast<std::size_t>(place.resource)].anchors;
  const auto [at, added] = anchors.emplace(PercentDecode(fragment).value_or(fragment), &schema);
  if (!added && at->second != &schema) at->second = nullptr;
}

void SchemaReferences::ReadAnchors(const Json& schema, const Place& place) {
  Resource& resource = resources_[static_cast<std::size_t>(place.resource)];
  const auto add = [&](auto& anchors, const std::string& name) {
    const auto [at, added] = anchors.emplace(name, &schema);
    if (!added && at->second != &schema) at->second = nullptr;
  };
  if (resource.dialect.Since(Draft::k2019)) {
    if (const std::string* name = FindText(schema, "$anchor")) add(resource.anchors, *name);
  }
  if (resource.dialect.Since(Draft::k2020)) {
    if (const std::string* name = FindText(schema, "$dynamicAnchor")) {
      add(resource.anchors, *name);
      add(resource.dynamic_anchors, *name);
    }
  }
  // It counts only at the root of a resource, where alone "$recursiveRef" looks for it.
  if (resource.dialect.Since(Draft::k2019) && resource.dialect.Until(Draft::k2019) &&
      &schema == resource.root) {
    const auto found = schema.find("$recursiveAnchor");
    if (found != schema.end() && *found == true) add(resource.dynamic_anchors, "");
  }
}

ResourceId SchemaReferences::AddResource(Uri uri, const Json& root, Dialect dialect) {
  uri.fragment.reset();
  const ResourceId id{static_cast<std::uint32_t>(resources_.size())};
  const auto [at, added] = by_uri_.emplace(uri.WithoutFragment(), id);
  if (!added) at->second.reset();
  Resource resource;
  resource.uri = std::move(uri);
  resource.root = &root;
  resource.dialect = dialect;
  resources_.push_back(std::move(resource));
  return id;
}

Dialect SchemaReferences::ReadDialect(const Json& schema, const std::string& where, Dialect outer) {
  const std::string* named = FindText(schema, "$schema");
  if (named == nullptr) return outer;
  const std::string_view bare = BareDialect(*named);
  for (const NamedDraft& draft : kDrafts) {
    if (bare == draft.uri) return draft.dialect.draft ? draft.dialect : outer;
  }
  for (const std::string_view uri : kOldDrafts) {
    if (bare == uri) old_dialect_.emplace(where, *named);
  }
  if (!old_dialect_) unknown_dialects_.emplace(where, *named);
  return outer;
}

Result<SchemaReferences::Target> SchemaReferences::Follow(const Json& from,
                                                          const std::string& reference) {
  const ResourceId base = PlaceOf(from).resource;
  const auto key = std::pair(base, reference);
  if (const auto known = followed_.find(key); known != followed_.end()) return known->second;
  const Uri uri = ResolveUri(at(base).uri, Uri::Parse(reference));
  Target target;
  // "#..." leads into the resource at hand even where another one has taken its identifier.
  std::optional<ResourceId> resource = base;
  if (!reference.starts_with('#')) {
    const auto found = by_uri_.find(uri.WithoutFragment());
    if (found == by_uri_.end()) return target;
    resource = found->second;
  }
  if (!resource) return NamesNothing("names an identifier that two schemas have");
  const auto fragment = PercentDecode(uri.fragment.value_or(""));
  if (!fragment) return NamesNothing("has a malformed %-escape");
  auto inside = FollowInside(*resource, *fragment);
  const bool local = reference.starts_with('#') && base != ResourceId{0};
  if (!inside.ok() && local && fragment->starts_with('/') && at(base).dialect.Until(Draft::k7)) {
    // Documents that were joined from several keep their identifiers, while the pointers in them
    // were rewritten to begin at the root. Nothing else can be meant.
    auto from_root = FollowInside(ResourceId{0}, *fragment);
    if (from_root.ok()) inside = std::move(from_root);
  }
  GN_ASSIGN_OR_RETURN(target, std::move(inside));
  followed_.emplace(key, target);
  return target;
}

Result<SchemaReferences::Target> SchemaReferences::FollowInside(ResourceId id,
                                                                std::string_view fragment) {
  Target target;
  if (fragment.empty() || fragment.starts_with('/')) {
    GN_ASSIGN_OR_RETURN(target.schema, FollowPointer(id, fragment));
    target.by_pointer = true;
    return target;
  }
  const auto& anchors = at(id).anchors;
  const auto found = anchors.find(std::string(fragment));
  if (found == anchors.end()) return NamesNothing("names an anchor that no schema has");
  if (found->second == nullptr) return NamesNothing("names an anchor that two schemas have");
  target.schema = found->second;
  return target;
}

Result<const Json*> SchemaReferences::FollowPointer(ResourceId id, std::string_view pointer) {
  const Json* schema = at(id).root;
  Place place = PlaceOf(*schema);
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(token.size());
    schema = FindChild(*schema, token);
    if (schema == nullptr) return NamesNothing("names nothing in this document");
    place.where += "/" + std::string(token);
    // Below a keyword that no draft knows, the base is that of the schema that uses it.
    if (const auto known = places_.find(schema); known != places_.end()) place = known->second;
  }
  if (!IsSchema(*schema)) return NamesNothing("names what is neither an object nor a boolean");
  if (!places_.contains(schema)) Walk({schema, place});
  return schema;
}

}  // namespace ganglion::grammar
