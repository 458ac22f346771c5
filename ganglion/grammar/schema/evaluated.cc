#include "ganglion/grammar/schema/evaluated.h"

#include <algorithm>
#include <set>

namespace ganglion::grammar {
namespace {

// Goes through the schemas that hold in place, each once.
class Collector {
 public:
  Collector(const SchemaModel& model, const Goal& decided, const std::vector<std::string>& present,
            Work& work)
      : model_(model), decided_(decided), present_(present), work_(work) {}

  Evaluated Run(SchemaId root) {
    Visit(root);
    while (!open_.empty() && !found_.undecided) {
      const SchemaId id = open_.back();
      open_.pop_back();
      AddOwn(model_.at(id), id == root);
      AddInPlace(model_.at(id));
    }
    return std::move(found_);
  }

 private:
  void Visit(SchemaId id) {
    // What runs out of work is found by whoever spends next.
    if (work_.Spend() && met_.insert(id).second) open_.push_back(id);
  }

  std::optional<bool> IsKnown(SchemaId id) const {
    const Schema& schema = model_.at(id);
    if (schema.boolean) return schema.boolean;
    for (const bool holds : {true, false}) {
      if (std::binary_search(decided_.begin(), decided_.end(), Literal{id, holds})) return holds;
    }
    return std::nullopt;
  }

  void AddOwn(const Schema& schema, bool is_root) {
    for (const auto& [name, part] : schema.properties) found_.names.push_back(name);
    for (const auto& [pattern, part] : schema.pattern_properties) {
      found_.patterns.push_back(pattern);
    }
    found_.prefix = std::max(found_.prefix, schema.prefix_items.size());
    if (schema.contains && schema.contains_evaluates) {
      found_.containing.push_back(*schema.contains);
    }
    // Once these hold, nothing below them is left over.
    found_.all_members = found_.all_members || schema.additional_properties ||
                         (schema.unevaluated_properties && !is_root);
    found_.all_items = found_.all_items || schema.items || (schema.unevaluated_items && !is_root);
  }

  void AddInPlace(const Schema& schema) {
    for (const auto* list : {&schema.references, &schema.all_of}) {
      for (const SchemaId part : *list) Visit(part);
    }
    for (const SchemaId part : schema.any_of) {
      const auto known = IsKnown(part);
      if (!known) found_.undecided = part;
      if (known.value_or(false)) Visit(part);
    }
    // Those of which nothing is known exclude the one that holds.
    for (const SchemaId part : schema.one_of) {
      if (IsKnown(part).value_or(false)) Visit(part);
    }
    if (schema.if_schema) {
      const auto known = IsKnown(*schema.if_schema);
      if (!known) found_.undecided = *schema.if_schema;
      if (known.value_or(false)) Visit(*schema.if_schema);
      const auto& branch = known.value_or(false) ? schema.then_schema : schema.else_schema;
      if (branch) Visit(*branch);
    }
    for (const auto& [name, part] : schema.dependent_schemas) {
      if (std::find(present_.begin(), present_.end(), name) != present_.end()) Visit(part);
    }
  }

  const SchemaModel& model_;
  const Goal& decided_;
  const std::vector<std::string>& present_;
  Work& work_;
  Evaluated found_;
  std::set<SchemaId> met_;
  std::vector<SchemaId> open_;
};

template <typename Value>
void SortUnique(std::vector<Value>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

Evaluated EvaluatedBy(const SchemaModel& model, SchemaId schema, const Goal& decided,
                      const std::vector<std::string>& present, Work& work) {
  Evaluated found = Collector(model, decided, present, work).Run(schema);
  SortUnique(found.names);
  SortUnique(found.patterns);
  SortUnique(found.containing);
  return found;
}

}  // namespace ganglion::grammar
