#include "ganglion/grammar/schema/lowering.h"

#include <array>
#include <set>

#include "ganglion/base/concat.h"
#include "ganglion/grammar/schema/limits.h"

namespace ganglion::grammar {

Lowering::Lowering(SchemaModel& model, const SchemaOptions& options, Work& work, LeftOut* left_out)
    : model_(model),
      options_(options),
      work_(work),
      left_out_(left_out),
      languages_(work),
      scalars_(model, languages_, work, left_out),
      in_place_(model),
      disjointness_(model, work),
      validator_(model, languages_, work),
      alternatives_(model, disjointness_, work, left_out),
      rules_(options.limits) {}

Result<Rules> Lowering::Run() {
  Goal goal;
  AddLiteral(goal, {model_.root(), true});
  const NodeId root = RuleOf(goal);
  while (!open_.empty()) {
    const auto [node, next] = std::move(open_.front());
    open_.pop_front();
    if (!work_.Spend(16)) return OutOfWork(model_.at(next.front().schema).where);
    if (rule_of_.size() > kGoalsMax) {
      return Status(Code::kResourceExhausted,
                    Concat("the schema's parts combine to more than ", kGoalsMax,
                           " sets of subschemas that speak of one value"));
    }
    GN_RETURN_IF_ERROR(rules_.CheckLimits());
    GN_ASSIGN_OR_RETURN(const NodeId made, Expand(next));
    rules_.Define(node, made == kNoNode ? Never() : made);
  }
  NodeId culprit = kNoNode;
  GN_RETURN_IF_ERROR(rules_.Finish(root, culprit));
  return std::move(rules_);
}

Status Lowering::OutOfWork(const std::string& where) const {
  return {Code::kResourceExhausted, where + ": the schema takes too long to compile; simplify it"};
}

NodeId Lowering::RuleOf(const Goal& goal) {
  Goal kept;
  for (const auto& literal : goal) {
    const Schema& schema = model_.at(literal.schema);
    if (schema.boolean && *schema.boolean == literal.holds) continue;
    if (schema.boolean) return Never();
    kept.push_back(literal);
  }
  if (kept.empty()) return AnyValue();
  const auto [entry, added] = rule_of_.try_emplace(kept, kNoNode);
  if (added) {
    entry->second = rules_.Reserve();
    open_.emplace_back(entry->second, kept);
  }
  return entry->second;
}

Result<NodeId> Lowering::Expand(const Goal& goal) {
  TypeSet types = kAllTypes;
  for (const auto& literal : goal) {
    GN_RETURN_IF_ERROR(in_place_.Check(literal.schema));
    if (literal.holds) types &= disjointness_.TypesOf(literal.schema);
  }
  std::vector<NodeId> ways;
  if ((types & kStringType) != 0) {
    GN_ASSIGN_OR_RETURN(const NodeId node, StringRule(goal));
    if (node != kNoNode) ways.push_back(node);
  }
  if ((types & kNumberType) != 0) {
    GN_ASSIGN_OR_RETURN(const NodeId node, NumberRule(goal));
    if (node != kNoNode) ways.push_back(node);
  }
  if ((types & (kNullType | kBooleanType)) != 0) GN_RETURN_IF_ERROR(AddConstants(goal, ways));
  for (const auto type : {Alternatives::Type::kObject, Alternatives::Type::kArray}) {
    const bool is_array = type == Alternatives::Type::kArray;
    if ((types & (is_array ? kArrayType : kObjectType)) == 0) continue;
    GN_ASSIGN_OR_RETURN(const auto alternatives, alternatives_.Of(goal, type));
    std::set<SchemaId> listed;  // several alternatives may end at the same values
    for (const Alternative& alternative : alternatives) {
      if (alternative.listed) {
        if (!listed.insert(*alternative.listed).second) continue;
        GN_RETURN_IF_ERROR(AddListed(goal, *alternative.listed, type, ways));
        continue;
      }
      GN_ASSIGN_OR_RETURN(const NodeId node,
                          is_array ? ArrayRule(alternative) : ObjectRule(alternative));
      if (node != kNoNode) ways.push_back(node);
    }
  }
  return ways.empty() ? kNoNode : rules_.AddChoice(ways);
}

// A rule that never ends, and so is never entered.
NodeId Lowering::Never() {
  if (never_ != kNoNode) return never_;
  never_ = rules_.Reserve();
  rules_.Define(never_, rules_.AddSequence(std::array{Literal("x"), never_}));
  return never_;
}

NodeId Lowering::Comma() {
  if (comma_ != kNoNode) return comma_;
  comma_ = Literal(",");
  if (HasSpaces()) {
    comma_ = rules_.AddChoice(std::array{comma_, Literal(", ")});
  }
  return comma_;
}

NodeId Lowering::AfterColon(NodeId value) {
  if (!HasSpaces()) return value;
  const auto [entry, added] = after_colon_.try_emplace(value, kNoNode);
  if (added) {
    const NodeId spaced = rules_.AddSequence(std::array{Literal(" "), value});
    entry->second = rules_.AddChoice(std::array{value, spaced});
  }
  return entry->second;
}

NodeId Lowering::AnyValue() {
  if (any_value_ != kNoNode) return any_value_;
  const SchemaId any = model_.Add({.where = "any value", .types = kAllTypes});
  Goal goal;
  AddLiteral(goal, {any, true});
  any_value_ = rules_.Reserve();
  open_.emplace_back(any_value_, goal);
  return any_value_;
}

}  // namespace ganglion::grammar
