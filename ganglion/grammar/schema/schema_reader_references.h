#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/grammar/schema/schema.h"
#include "ganglion/grammar/schema/schema_reader_uri.h"

namespace ganglion::grammar {

// The edition by which a part of a document is read. Without a named one all keywords are
// understood, those that were dropped included.
struct Dialect {
  std::optional<ReadOptions::Draft> draft;
  bool Since(ReadOptions::Draft first) const { return !draft || *draft >= first; }
  bool Until(ReadOptions::Draft last) const { return !draft || *draft <= last; }
};

// Up to draft 7 a schema with "$ref" is that reference and nothing else.
bool IsOnlyReference(const Json& schema, Dialect dialect);

enum class ResourceId : std::uint32_t {};

// The schemas of a document by what references call them.
//
// A resource is a schema with an identifier of its own, the root included: references inside it
// are relative to its URI, its anchors are its own, and it may have a dialect of its own.
//
// The document outlives it, unchanged, because it keeps addresses into it.
class SchemaReferences {
 public:
  struct Resource {
    Uri uri;  // without a fragment
    const Json* root = nullptr;
    Dialect dialect;
    // The dynamic ones included; null for a name that two schemas have.
    std::map<std::string, const Json*> anchors;
    std::map<std::string, const Json*> dynamic_anchors;  // of $recursiveAnchor: ""
  };
  struct Place {
    std::string where;  // "#/properties/x"
    ResourceId resource{};
  };
  struct Target {
    const Json* schema = nullptr;  // null: it is in no part of this document
    bool by_pointer = false;       // and not by an anchor
  };

  // `dialect` is that of documents that name none.
  SchemaReferences(const Json& document, Dialect dialect);

  // Of a schema that was found at a keyword of the standard or by a reference.
  const Place& PlaceOf(const Json& schema) const { return places_.at(&schema); }
  const Resource& at(ResourceId id) const { return resources_[static_cast<std::size_t>(id)]; }
  const Resource& ResourceOf(const Json& schema) const { return at(PlaceOf(schema).resource); }

  // Follows a reference that stands in `from`. An error, kInvalidArgument without a place, if it
  // leads into this document and names no schema there.
  Result<Target> Follow(const Json& from, const std::string& reference);

  // Meta-schemas that the document names and that are not known, by the places that name them.
  const std::map<std::string, std::string>& unknown_dialects() const { return unknown_dialects_; }
  // The place of a "$schema" that names a draft which is not read here, and that draft.
  const std::optional<std::pair<std::string, std::string>>& old_dialect() const {
    return old_dialect_;
  }

 private:
  struct Visit {
    const Json* schema;
    Place place;
  };

  void Walk(Visit first);
  void AddChildren(const Json& schema, const Place& place, std::vector<Visit>& visits) const;
  void ReadIdentity(const Json& schema, Place& place);
  void ReadIdentifier(const Json& schema, Place& place);
  void ReadAnchors(const Json& schema, const Place& place);
  ResourceId AddResource(Uri uri, const Json& root, Dialect dialect);
  // The dialect that a "$schema" beside an identifier names, else `outer`.
  Dialect ReadDialect(const Json& schema, const std::string& where, Dialect outer);
  Result<Target> FollowInside(ResourceId id, std::string_view fragment);
  Result<const Json*> FollowPointer(ResourceId id, std::string_view pointer);

  std::vector<Resource> resources_;
  // Nothing for an identifier that two schemas have.
  std::map<std::string, std::optional<ResourceId>> by_uri_;
  std::map<const Json*, Place> places_;
  std::map<std::pair<ResourceId, std::string>, Target> followed_;
  std::map<std::string, std::string> unknown_dialects_;  // by place
  std::optional<std::pair<std::string, std::string>> old_dialect_;
};

}  // namespace ganglion::grammar
