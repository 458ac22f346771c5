#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/grammar/schema/schema.h"
#include "ganglion/grammar/schema/schema_reader_references.h"

namespace ganglion::grammar {

enum class ScopeId : std::uint32_t {};

// Reads the schemas of a document that can be reached from its root, each once per dynamic scope.
//
// A "$dynamicRef" means the outermost resource that was entered on the way to it and has the
// anchor. Which one that is depends on the way alone and not on the value, so a schema is read once
// for each set of dynamic anchors that a way to it can bring (its scope), and every reference is
// plain. Documents without such anchors have one scope.
class SchemaReader {
 public:
  // Both outlive it.
  SchemaReader(const Json& document, const ReadOptions& options);

  // Once. The schemas, the root first.
  Result<std::deque<Schema>> Read();
  std::vector<SchemaModel::Note> TakeNotes() { return std::move(notes_); }

  // For those who read keywords.
  // The id of a schema, which is read later if it is new.
  SchemaId Find(const Json& schema, ScopeId outer);
  // What a dynamic anchor means in a scope; null if nothing.
  const Json* FindAnchor(ScopeId scope, const std::string& name) const;
  void Note(const std::string& where, std::string what);
  SchemaReferences& references() { return references_; }
  const ReadOptions& options() const { return options_; }

 private:
  using Scope = std::map<std::string, const Json*>;  // what each dynamic anchor means

  // The scope inside a resource that is entered from `outer`.
  ScopeId Enter(ScopeId outer, ResourceId resource);
  ScopeId AddScope(Scope scope);
  void NoteDialects();

  const ReadOptions& options_;
  const Json& document_;
  SchemaReferences references_;
  std::vector<Scope> scopes_;
  std::map<Scope, ScopeId> scope_ids_;
  std::map<std::pair<ScopeId, ResourceId>, ScopeId> entered_;
  std::map<std::pair<const Json*, ScopeId>, SchemaId> ids_;
  std::vector<std::pair<const Json*, ScopeId>> found_;  // by id
  std::vector<SchemaModel::Note> notes_;
};

}  // namespace ganglion::grammar
