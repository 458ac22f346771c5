#include <algorithm>
#include <array>

#include "ganglion/grammar/byte_automaton.h"
#include "ganglion/grammar/dfa_to_bytes.h"
#include "ganglion/grammar/regular/number_set.h"
#include "ganglion/grammar/schema/lowering.h"

namespace ganglion::grammar {

Result<bool> Lowering::Satisfies(const Goal& goal, const Json& value) {
  for (const auto& literal : goal) {
    GN_ASSIGN_OR_RETURN(const bool valid, validator_.IsValid(literal.schema, value));
    if (valid != literal.holds) return false;
  }
  return true;
}

// null, true and false, each judged by itself.
Status Lowering::AddConstants(const Goal& goal, std::vector<NodeId>& ways) {
  for (const Json& value : {Json(nullptr), Json(true), Json(false)}) {
    GN_ASSIGN_OR_RETURN(const bool fits, Satisfies(goal, value));
    if (fits) ways.push_back(Literal(value.dump()));
  }
  return {};
}

// The listed arrays (objects) that satisfy the whole goal.
Status Lowering::AddListed(const Goal& goal, SchemaId listed, Alternatives::Type type,
                           std::vector<NodeId>& ways) {
  const bool reorders = options_.order == SchemaOptions::MemberOrder::kAny;
  std::vector<std::string> texts;
  for (const Json& value : *model_.at(listed).values) {
    if (!(type == Alternatives::Type::kArray ? value.is_array() : value.is_object())) continue;
    GN_ASSIGN_OR_RETURN(const bool fits, Satisfies(goal, value));
    if (!fits) continue;
    if (reorders) {
      ways.push_back(RuleOfValue(value));
    } else {
      texts.push_back(WriteCanonical(value));
    }
  }
  if (!texts.empty()) ways.push_back(rules_.AddAutomaton(AddLiterals(rules_.automaton(), texts)));
  return {};
}

// One value, with its members in any order. As deep as the document is, which the reader limits.
NodeId Lowering::RuleOfValue(const Json& value) {
  if (value.is_object()) {
    Members members{.space_after_comma = HasSpaces(), .ordered = false};
    for (const auto& [name, member] : value.items()) {
      members.slots.push_back(
          {.key = WriteCanonical(Json(name)) + ":",
           .required = true,
           .variants = {{.fulfils = 0, .value = AfterColon(RuleOfValue(member))}}});
    }
    return members.slots.empty() ? Literal("{}") : rules_.AddMembers(members);
  }
  if (!value.is_array() || value.empty()) return Literal(WriteCanonical(value));
  std::vector<NodeId> parts = {Literal("[")};
  for (const Json& item : value) {
    if (parts.size() > 1) parts.push_back(Comma());
    parts.push_back(RuleOfValue(item));
  }
  parts.push_back(Literal("]"));
  return rules_.AddSequence(parts);
}

Result<NodeId> Lowering::RuleOfTexts(const Dfa& texts, bool quoted) {
  for (const auto& [known, node] : text_rules_) {
    if (known.second == quoted && known.first == texts) return node;
  }
  GN_ASSIGN_OR_RETURN(const ByteState start, quoted
                                                 ? AddJsonStrings(rules_.automaton(), texts, work_)
                                                 : AddUtf8(rules_.automaton(), texts, work_));
  const NodeId node = rules_.AddAutomaton(start);
  text_rules_.push_back({{texts, quoted}, node});
  return node;
}

Result<NodeId> Lowering::StringRule(const Goal& goal) {
  GN_ASSIGN_OR_RETURN(const StringSet set, scalars_.StringsOf(goal));
  if (set.texts) return set.texts->empty() ? kNoNode : RuleOfTexts(*set.texts, true);
  const auto [entry, added] = string_rules_.try_emplace({set.min, set.max}, kNoNode);
  if (added) entry->second = rules_.AddString(set.min, set.max);
  return entry->second;
}

Result<NodeId> Lowering::NumberRule(const Goal& goal) {
  GN_ASSIGN_OR_RETURN(const Dfa numbers, scalars_.NumbersOf(goal));
  if (numbers.empty()) return kNoNode;
  GN_ASSIGN_OR_RETURN(const Dfa written, WrittenSpellings(numbers, work_));
  if (written.empty()) return kNoNode;
  return RuleOfTexts(written, false);
}

}  // namespace ganglion::grammar
