#include "ganglion/grammar/schema/schema_reader.h"

#include <algorithm>

#include "ganglion/grammar/schema/limits.h"
#include "ganglion/grammar/schema/schema_reader_document.h"
#include "ganglion/grammar/schema/schema_reader_keywords.h"

namespace ganglion::grammar {

SchemaReader::SchemaReader(const Json& document, const ReadOptions& options)
    : options_(options), document_(document), references_(document, Dialect{options.draft}) {
  AddScope({});
}

Result<std::deque<Schema>> SchemaReader::Read() {
  NoteDialects();
  Find(document_, ScopeId{0});
  std::deque<Schema> schemas;
  for (std::size_t i = 0; i < found_.size(); ++i) {
    if (found_.size() > options_.schemas_max) {
      return Status(
          Code::kResourceExhausted,
          "#: has more than the limit of " + std::to_string(options_.schemas_max) + " schemas");
    }
    const auto [json, scope] = found_[i];
    GN_ASSIGN_OR_RETURN(Schema schema, ReadKeywords(*this, *json, scope));
    schemas.push_back(std::move(schema));
  }
  if (const auto& old = references_.old_dialect()) {
    schemas.front().unsupported.emplace_back(
        "$schema",
        old->second + " is older than draft 4 (" + AppendToken(old->first, "$schema") + ")");
  }
  return schemas;
}

void SchemaReader::NoteDialects() {
  for (const auto& [where, name] : references_.unknown_dialects()) {
    Note(AppendToken(where, "$schema"), "the meta-schema " + name + " is not known");
  }
}

SchemaId SchemaReader::Find(const Json& schema, ScopeId outer) {
  const ScopeId scope = Enter(outer, references_.PlaceOf(schema).resource);
  const SchemaId id{static_cast<std::uint32_t>(found_.size())};
  const auto [known, added] = ids_.emplace(std::pair(&schema, scope), id);
  if (added) found_.emplace_back(&schema, scope);
  return known->second;
}

const Json* SchemaReader::FindAnchor(ScopeId scope, const std::string& name) const {
  const Scope& anchors = scopes_[static_cast<std::size_t>(scope)];
  const auto found = anchors.find(name);
  return found == anchors.end() ? nullptr : found->second;
}

ScopeId SchemaReader::Enter(ScopeId outer, ResourceId resource) {
  const auto& anchors = references_.at(resource).dynamic_anchors;
  if (anchors.empty()) return outer;
  const auto key = std::pair(outer, resource);
  if (const auto known = entered_.find(key); known != entered_.end()) return known->second;
  Scope scope = scopes_[static_cast<std::size_t>(outer)];
  scope.insert(anchors.begin(), anchors.end());  // the outermost stays
  return entered_[key] = AddScope(std::move(scope));
}

ScopeId SchemaReader::AddScope(Scope scope) {
  const ScopeId id{static_cast<std::uint32_t>(scopes_.size())};
  const auto [known, added] = scope_ids_.emplace(scope, id);
  if (added) scopes_.push_back(std::move(scope));
  return known->second;
}

void SchemaReader::Note(const std::string& where, std::string what) {
  if (notes_.size() >= kSchemaNotesMax) return;
  // A schema is read once per scope, and said once.
  const bool known = std::any_of(notes_.begin(), notes_.end(), [&](const auto& note) {
    return note.where == where && note.what == what;
  });
  if (!known) notes_.push_back({where, std::move(what)});
}

}  // namespace ganglion::grammar
