#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/grammar/regular/work.h"
#include "ganglion/grammar/rules.h"
#include "ganglion/grammar/schema/alternatives.h"
#include "ganglion/grammar/schema/disjoint.h"
#include "ganglion/grammar/schema/goal.h"
#include "ganglion/grammar/schema/in_place.h"
#include "ganglion/grammar/schema/json_schema.h"
#include "ganglion/grammar/schema/languages.h"
#include "ganglion/grammar/schema/left_out.h"
#include "ganglion/grammar/schema/scalar_sets.h"
#include "ganglion/grammar/schema/schema.h"
#include "ganglion/grammar/schema/validator.h"

namespace ganglion::grammar {

// Turns goals into rules, each goal once. A goal without a value becomes kNoNode where that is seen
// at once, and otherwise a rule without a finite text, which the rules find.
//
// The work is a queue of goals, so nothing recurses however deep a schema is. One thread.
class Lowering {
 public:
  Lowering(SchemaModel& model, const SchemaOptions& options, Work& work, LeftOut* left_out);

  // The rules of the whole document, finished.
  Result<Rules> Run();

 private:
  struct ArrayObligation;
  struct MemberObligation;
  struct ArrayShape;
  struct ObjectShape;
  struct NameClass;
  struct Condition;

  // The rule of a goal, made when its turn comes.
  NodeId RuleOf(const Goal& goal);
  Result<NodeId> Expand(const Goal& goal);
  NodeId AnyValue();
  bool HasSpaces() const { return options_.white_space == SchemaOptions::WhiteSpace::kOneSpace; }
  NodeId Comma();
  NodeId AfterColon(NodeId value);
  NodeId Never();

  // lowering_values.cc
  Status AddConstants(const Goal& goal, std::vector<NodeId>& ways);
  Status AddListed(const Goal& goal, SchemaId listed, Alternatives::Type type,
                   std::vector<NodeId>& ways);
  NodeId RuleOfValue(const Json& value);
  Result<bool> Satisfies(const Goal& goal, const Json& value);
  Result<NodeId> StringRule(const Goal& goal);
  Result<NodeId> NumberRule(const Goal& goal);
  Result<NodeId> RuleOfTexts(const Dfa& texts, bool quoted);

  // lowering_array.cc
  Result<NodeId> ArrayRule(const Alternative& alternative);
  Result<bool> ReadArray(const Alternative& alternative, ArrayShape& shape);
  NodeId ListRule(const ArrayShape& shape);
  Result<NodeId> CountedRule(const ArrayShape& shape);
  Result<NodeId> UniqueRule(const ArrayShape& shape);
  NodeId ItemRule(const ArrayShape& shape, std::size_t index);

  // lowering_object.cc
  Result<NodeId> ObjectRule(const Alternative& alternative);
  Result<bool> ReadObject(const Alternative& alternative, ObjectShape& shape);
  Result<bool> AddNames(ObjectShape& shape);
  Status AddClasses(ObjectShape& shape);
  bool LeavesOutUndeclared(const ObjectShape& shape) const;
  Result<Dfa> NamesOf(SchemaId schema);
  Result<std::vector<NameClass>> Split(const std::vector<NameClass>& classes, const Dfa& set,
                                       std::vector<bool> NameClass::*mark);
  Result<bool> Matches(const Condition& condition, const std::string& name);

  NodeId Literal(std::string_view bytes) { return rules_.AddLiteral(bytes); }
  Status OutOfWork(const std::string& where) const;

  SchemaModel& model_;
  const SchemaOptions& options_;
  Work& work_;
  LeftOut* left_out_;
  Languages languages_;
  ScalarSets scalars_;
  InPlaceDepths in_place_;
  Disjointness disjointness_;
  Validator validator_;
  Alternatives alternatives_;
  Rules rules_;
  std::map<Goal, NodeId> rule_of_;
  std::deque<std::pair<NodeId, Goal>> open_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, NodeId> string_rules_;  // by length
  std::vector<std::pair<std::pair<Dfa, bool>, NodeId>> text_rules_;
  std::map<NodeId, NodeId> after_colon_;
  NodeId comma_ = kNoNode;
  NodeId any_value_ = kNoNode;
  NodeId never_ = kNoNode;
};

}  // namespace ganglion::grammar
