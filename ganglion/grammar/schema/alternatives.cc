#include "ganglion/grammar/schema/alternatives.h"

#include <algorithm>
#include <array>

#include "ganglion/base/concat.h"
#include "ganglion/grammar/schema/limits.h"
#include "ganglion/grammar/schema/refusals.h"

namespace ganglion::grammar {
namespace {

using Keyword = Broken::Keyword;

bool Contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <typename Part>
bool AllIn(const std::vector<Part>& parts, const std::vector<Part>& whole) {
  return std::all_of(parts.begin(), parts.end(), [&](const Part& part) {
    return std::find(whole.begin(), whole.end(), part) != whole.end();
  });
}

bool Contains(const Goal& goal, Literal literal) {
  return std::binary_search(goal.begin(), goal.end(), literal);
}

}  // namespace

Result<std::vector<Alternative>> Alternatives::Of(const Goal& goal, Type type) {
  type_ = type;
  std::vector<Alternative> done;
  std::vector<Branch> open(1);
  for (const Literal& literal : goal) Take(open.back(), literal);
  while (!open.empty()) {
    Branch branch = std::move(open.back());
    open.pop_back();
    GN_RETURN_IF_ERROR(Settle(branch));
    if (branch.dead) continue;
    if (branch.made.listed || (branch.clauses.empty() && IsFinished(branch))) {
      if (!branch.dead) done.push_back(std::move(branch.made));
    } else {
      const auto shortest =
          std::min_element(branch.clauses.begin(), branch.clauses.end(),
                           [](const auto& a, const auto& b) { return a.size() < b.size(); });
      const std::vector<Choice> clause = std::move(*shortest);
      branch.clauses.erase(shortest);
      // In reverse, so that work off the back keeps the declared order.
      for (std::size_t i = clause.size(); i > 0; --i) {
        open.push_back(branch);
        TakeChoice(open.back(), clause[i - 1]);
      }
    }
    if (done.size() + open.size() > kAlternativesMax) {
      return Status(Code::kResourceExhausted,
                    Concat(model_.at(goal.front().schema).where,
                           ": its anyOf, oneOf, not and if multiply to more than ",
                           kAlternativesMax, " alternatives"));
    }
  }
  DropNarrower(done);
  return done;
}

// Drops the alternatives that say all that another says, and more: what they allow, it allows.
void Alternatives::DropNarrower(std::vector<Alternative>& all) {
  std::vector<Alternative> kept;
  for (Alternative& one : all) {
    const auto wider = [&](const Alternative& other, const Alternative& than) {
      return work_.Spend(4) && other.listed == than.listed && AllIn(other.own, than.own) &&
             AllIn(other.broken, than.broken) && AllIn(other.present, than.present) &&
             AllIn(other.absent, than.absent);
    };
    const bool narrower = std::any_of(kept.begin(), kept.end(),
                                      [&](const Alternative& other) { return wider(other, one); });
    if (narrower) continue;
    std::erase_if(kept, [&](const Alternative& other) { return wider(one, other); });
    kept.push_back(std::move(one));
  }
  all = std::move(kept);
}

void Alternatives::Take(Branch& branch, Literal literal) {
  if (Contains(branch.decided, literal)) return;
  if (Contains(branch.decided, literal.Negated())) branch.dead = true;
  AddLiteral(branch.decided, literal);
  branch.pending.push_back(literal);
}

void Alternatives::TakeChoice(Branch& branch, const Choice& choice) {
  // Pending literals are worked off from the back; "if" is to come before "then".
  for (std::size_t i = choice.literals.size(); i > 0; --i) Take(branch, choice.literals[i - 1]);
  auto& made = branch.made;
  made.broken.insert(made.broken.end(), choice.broken.begin(), choice.broken.end());
  for (const std::string& name : choice.present) {
    if (Contains(made.absent, name)) branch.dead = true;
    if (!Contains(made.present, name)) made.present.push_back(name);
  }
  for (const std::string& name : choice.absent) {
    if (Contains(made.present, name)) branch.dead = true;
    if (!Contains(made.absent, name)) made.absent.push_back(name);
  }
  if (choice.unevaluated_broken) branch.unevaluated.push_back({*choice.unevaluated_broken, false});
}

bool Alternatives::Contradicts(const Branch& branch, const Choice& choice) {
  const auto& made = branch.made;
  for (const Literal& literal : choice.literals) {
    if (Contains(branch.decided, literal.Negated())) return true;
    if (!literal.holds) continue;
    for (const Literal& other : branch.decided) {
      if (other.holds && other.schema != literal.schema &&
          disjointness_.Disjoint(other.schema, literal.schema, Wanted())) {
        return true;
      }
    }
  }
  for (const std::string& name : choice.absent) {
    if (Contains(made.present, name)) return true;
    for (const SchemaId own : made.own) {
      if (Contains(model_.at(own).required, name)) return true;
    }
  }
  for (const std::string& name : choice.present) {
    if (Contains(made.absent, name)) return true;
  }
  return false;
}

bool Alternatives::Holds(const Branch& branch, const Choice& choice) const {
  const auto& made = branch.made;
  return !choice.unevaluated_broken && AllIn(choice.literals, branch.decided) &&
         AllIn(choice.broken, made.broken) && AllIn(choice.present, made.present) &&
         AllIn(choice.absent, made.absent);
}

// Looks into all literals taken, and takes what has only one way, until only real choices are left.
Status Alternatives::Settle(Branch& branch) {
  while (!branch.dead) {
    if (!work_.Spend(8)) {
      return {Code::kResourceExhausted,
              "the schema takes too long to compile; simplify its unions"};
    }
    if (!branch.pending.empty()) {
      const Literal literal = branch.pending.back();
      branch.pending.pop_back();
      const Schema& schema = model_.at(literal.schema);
      GN_RETURN_IF_ERROR(literal.holds ? Assert(branch, schema, literal.schema)
                                       : Deny(branch, schema, literal.schema));
      if (branch.made.listed) return {};
      continue;
    }
    bool changed = false;
    for (std::size_t i = 0; i < branch.clauses.size() && !changed; ++i) {
      auto& clause = branch.clauses[i];
      (void)work_.Spend(clause.size());
      const bool holds = std::any_of(clause.begin(), clause.end(),
                                     [&](const Choice& choice) { return Holds(branch, choice); });
      if (!holds) std::erase_if(clause, [&](const Choice& c) { return Contradicts(branch, c); });
      if (clause.empty()) branch.dead = true;
      if (!holds && clause.size() != 1) continue;
      const std::vector<Choice> taken = std::move(clause);
      branch.clauses.erase(branch.clauses.begin() + static_cast<std::ptrdiff_t>(i));
      if (!holds) TakeChoice(branch, taken.front());
      changed = true;
    }
    if (!changed) return {};
  }
  return {};
}

Status Alternatives::Unenforced(const Schema& schema, const std::string& keyword,
                                const std::string& why) {
  Status refusal = Refuse(schema.where, keyword, why);
  if (left_out_ == nullptr) return refusal;
  left_out_->Add(std::string(refusal.message()), schema.unsupported.empty());
  return {};
}

const std::optional<SchemaId>& Alternatives::UnevaluatedOf(const Schema& schema) const {
  return type_ == Type::kArray ? schema.unevaluated_items : schema.unevaluated_properties;
}

bool Alternatives::HasOwnKeywords(const Schema& s) const {
  if (type_ == Type::kArray) {
    return !s.prefix_items.empty() || s.items || s.contains || s.items_min > 0 ||
           s.items_max != kNoMaximum || s.unique_items;
  }
  return !s.properties.empty() || !s.pattern_properties.empty() || s.additional_properties ||
         s.property_names || !s.required.empty() || s.members_min > 0 ||
         s.members_max != kNoMaximum;
}

Status Alternatives::Assert(Branch& branch, const Schema& schema, SchemaId id) {
  if (schema.boolean) {
    branch.dead = !*schema.boolean;
    return {};
  }
  for (const auto& [keyword, why] : schema.unsupported) {
    GN_RETURN_IF_ERROR(Unenforced(schema, keyword, why));
  }
  if (schema.types && (*schema.types & Wanted()) == 0) {
    branch.dead = true;
    return {};
  }
  if (schema.values) {
    branch.made.listed = id;
    return {};
  }
  if (HasOwnKeywords(schema)) branch.made.own.push_back(id);
  if (UnevaluatedOf(schema)) branch.unevaluated.push_back({id, true});
  AssertApplicators(branch, schema);
  if (type_ == Type::kObject) AssertDependents(branch, schema);
  return {};
}

void Alternatives::AssertApplicators(Branch& branch, const Schema& schema) {
  // Pending literals are worked off from the back; what is to come first goes there last.
  for (const auto* list : {&schema.all_of, &schema.references}) {
    for (std::size_t i = list->size(); i > 0; --i) Take(branch, {(*list)[i - 1], true});
  }
  if (schema.not_schema) Take(branch, {*schema.not_schema, false});
  if (!schema.any_of.empty()) {
    std::vector<Choice> clause;
    for (const SchemaId part : schema.any_of) clause.push_back({.literals = {{part, true}}});
    branch.clauses.push_back(std::move(clause));
  }
  if (!schema.one_of.empty()) AssertOneOf(branch, schema);
  if (schema.if_schema && (schema.then_schema || schema.else_schema)) {
    Choice met{.literals = {{*schema.if_schema, true}}};
    Choice unmet{.literals = {{*schema.if_schema, false}}};
    if (schema.then_schema) met.literals.push_back({*schema.then_schema, true});
    if (schema.else_schema) unmet.literals.push_back({*schema.else_schema, true});
    branch.clauses.push_back({std::move(met), std::move(unmet)});
  }
}

// One branch and none of the others; those that can never hold beside it need not be denied.
void Alternatives::AssertOneOf(Branch& branch, const Schema& schema) {
  std::vector<Choice> clause;
  for (const SchemaId one : schema.one_of) {
    Choice choice{.literals = {{one, true}}};
    for (const SchemaId other : schema.one_of) {
      if (other == one || disjointness_.Disjoint(one, other, Wanted())) continue;
      choice.literals.push_back({other, false});
    }
    clause.push_back(std::move(choice));
  }
  branch.clauses.push_back(std::move(clause));
}

void Alternatives::AssertDependents(Branch& branch, const Schema& schema) {
  for (const auto& [name, names] : schema.dependent_required) {
    Choice with{.present = names};
    with.present.push_back(name);
    branch.clauses.push_back({std::move(with), {.absent = {name}}});
  }
  for (const auto& [name, part] : schema.dependent_schemas) {
    branch.clauses.push_back({{.literals = {{part, true}}, .present = {name}}, {.absent = {name}}});
  }
}

// Says what is left over, once all choices are made. What they leave open and decides it becomes a
// choice of its own; then the branch is not finished.
bool Alternatives::IsFinished(Branch& branch) {
  std::vector<Evaluated> found;
  for (const Literal& literal : branch.unevaluated) {
    found.push_back(
        EvaluatedBy(model_, literal.schema, branch.decided, branch.made.present, work_));
    if (!found.back().undecided) continue;
    const Literal open{*found.back().undecided, true};
    branch.clauses.push_back({{.literals = {open}}, {.literals = {open.Negated()}}});
    return false;
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    AddUnevaluated(branch, branch.unevaluated[i], found[i]);
  }
  return true;
}

void Alternatives::AddUnevaluated(Branch& branch, const Literal& literal,
                                  const Evaluated& evaluated) {
  const bool none = type_ == Type::kArray ? evaluated.all_items : evaluated.all_members;
  if (none) {
    branch.dead = branch.dead || !literal.holds;
    return;
  }
  const SchemaId rest = RestOf(literal.schema, evaluated);
  if (literal.holds) {
    branch.made.own.push_back(rest);
  } else {
    const bool items = type_ == Type::kArray;
    branch.made.broken.push_back(
        {rest, items ? Keyword::kItems : Keyword::kAdditionalProperties, 0});
  }
}

// A schema that says of what is left over what the schema's "unevaluated..." says, in the keywords
// that go by the names and places beside them.
SchemaId Alternatives::RestOf(SchemaId id, const Evaluated& evaluated) {
  const auto [entry, added] = rests_.try_emplace({type_, id, evaluated}, id);
  if (!added) return entry->second;
  const Schema& schema = model_.at(id);
  const SchemaId anything = model_.Add({.where = schema.where, .boolean = true});
  Schema rest{.where = schema.where};
  if (type_ == Type::kArray) {
    rest.prefix_items.assign(evaluated.prefix, anything);
    rest.items = schema.unevaluated_items;
    if (!evaluated.containing.empty()) {
      Schema either{.where = schema.where, .any_of = evaluated.containing};
      either.any_of.push_back(*schema.unevaluated_items);
      rest.items = model_.Add(std::move(either));
    }
  } else {
    for (const std::string& name : evaluated.names) rest.properties.emplace_back(name, anything);
    for (const std::string& pattern : evaluated.patterns) {
      rest.pattern_properties.emplace_back(pattern, anything);
    }
    rest.additional_properties = schema.unevaluated_properties;
  }
  return entry->second = model_.Add(std::move(rest));
}

}  // namespace ganglion::grammar
