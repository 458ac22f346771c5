#include <algorithm>
#include <array>
#include <map>

#include "ganglion/base/concat.h"
#include "ganglion/grammar/schema/limits.h"
#include "ganglion/grammar/schema/lowering.h"
#include "ganglion/grammar/schema/refusals.h"

namespace ganglion::grammar {
namespace {

using Keyword = Broken::Keyword;

std::uint32_t Count(std::uint64_t value) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, kUnbounded));
}

}  // namespace

// Between `min` and `max` items from index `from` on satisfy `literal`.
struct Lowering::ArrayObligation {
  grammar::Literal literal;
  std::size_t from = 0;
  std::uint32_t min = 1;
  std::uint32_t max = kUnbounded;
};

struct Lowering::ArrayShape {
  std::vector<Goal> prefix;
  Goal rest;
  std::uint32_t min = 0;
  std::uint32_t max = kUnbounded;
  std::vector<ArrayObligation> obligations;
  const Schema* unique = nullptr;  // the schema that asks for it

  void AtLeast(std::uint64_t n) { min = std::max(min, Count(n)); }
  void AtMost(std::uint64_t n) { max = std::min(max, Count(n)); }
};

// False where no array satisfies the alternative.
Result<bool> Lowering::ReadArray(const Alternative& alternative, ArrayShape& shape) {
  std::size_t prefix = 0;
  for (const SchemaId id : alternative.own) {
    prefix = std::max(prefix, model_.at(id).prefix_items.size());
  }
  for (const Broken& broken : alternative.broken) {
    if (broken.keyword == Keyword::kPrefixItem) prefix = std::max(prefix, broken.index + 1);
  }
  shape.prefix.resize(prefix);
  for (const SchemaId id : alternative.own) {
    const Schema& schema = model_.at(id);
    for (std::size_t i = 0; i < prefix; ++i) {
      if (i < schema.prefix_items.size()) {
        AddLiteral(shape.prefix[i], {schema.prefix_items[i], true});
      } else if (schema.items) {
        AddLiteral(shape.prefix[i], {*schema.items, true});
      }
    }
    if (schema.items) AddLiteral(shape.rest, {*schema.items, true});
    if (schema.items_min > kCountMax) {
      return TooLarge(schema.where, "minItems", schema.items_min);
    }
    shape.AtLeast(schema.items_min);
    shape.AtMost(schema.items_max);
    if (schema.unique_items) shape.unique = &schema;
    if (schema.contains && (schema.contains_min > 0 || schema.contains_max != kNoMaximum)) {
      shape.obligations.push_back(
          {{*schema.contains, true}, 0, Count(schema.contains_min), Count(schema.contains_max)});
    }
  }
  for (const Broken& broken : alternative.broken) {
    const Schema& schema = model_.at(broken.schema);
    switch (broken.keyword) {
      case Keyword::kMinItems:
        shape.AtMost(schema.items_min - 1);
        break;
      case Keyword::kMaxItems:
        if (schema.items_max >= kCountMax) {
          return TooLarge(schema.where, "maxItems", schema.items_max);
        }
        shape.AtLeast(schema.items_max + 1);
        break;
      case Keyword::kPrefixItem:
        shape.AtLeast(broken.index + 1);
        AddLiteral(shape.prefix[broken.index], {schema.prefix_items[broken.index], false});
        break;
      case Keyword::kItems:
        shape.obligations.push_back({{*schema.items, false}, schema.prefix_items.size()});
        break;
      case Keyword::kTooFewContains:
        shape.obligations.push_back(
            {{*schema.contains, true}, 0, 0, Count(schema.contains_min - 1)});
        break;
      case Keyword::kTooManyContains:
        shape.obligations.push_back({{*schema.contains, true}, 0, Count(schema.contains_max + 1)});
        break;
      default:
        break;
    }
  }
  return shape.min <= shape.max;
}

NodeId Lowering::ItemRule(const ArrayShape& shape, std::size_t index) {
  return RuleOf(index < shape.prefix.size() ? shape.prefix[index] : shape.rest);
}

Result<NodeId> Lowering::ArrayRule(const Alternative& alternative) {
  ArrayShape shape;
  GN_ASSIGN_OR_RETURN(const bool possible, ReadArray(alternative, shape));
  if (!possible) return kNoNode;
  if (shape.max == 0) {
    const bool owes = std::any_of(shape.obligations.begin(), shape.obligations.end(),
                                  [](const ArrayObligation& o) { return o.min > 0; });
    return owes ? kNoNode : Literal("[]");
  }
  if (shape.unique != nullptr && shape.max > 1) {
    auto rule = UniqueRule(shape);
    const bool leaves_out =
        !rule.ok() && rule.error().code() == Code::kUnimplemented && left_out_ != nullptr;
    if (!leaves_out) return rule;
    left_out_->Add(std::string(rule.error().message()), true);
  }
  if (!shape.obligations.empty()) return CountedRule(shape);
  return ListRule(shape);
}

// From the last fixed place to the first: `tail` is what may follow once that many items stand.
NodeId Lowering::ListRule(const ArrayShape& shape) {
  const auto places =
      static_cast<std::uint32_t>(std::min<std::size_t>(shape.prefix.size(), shape.max));
  const NodeId close = Literal("]");
  const NodeId comma = Comma();
  if (places == 0) {
    const NodeId item = ItemRule(shape, 0);
    const NodeId rest = rules_.AddSequence(std::array{comma, item});
    return rules_.AddSequence(
        std::array{Literal("["), rules_.AddRepeat(item, rest, shape.min, shape.max), close});
  }
  NodeId tail = close;
  if (shape.max > places) {
    const NodeId next = rules_.AddSequence(std::array{comma, RuleOf(shape.rest)});
    const std::uint32_t needed = shape.min > places ? shape.min - places : 0;
    const std::uint32_t room = shape.max == kUnbounded ? kUnbounded : shape.max - places;
    const NodeId some = rules_.AddSequence(
        std::array{rules_.AddRepeat(next, next, std::max(needed, 1u), room), close});
    tail = needed > 0 ? some : rules_.AddChoice(std::array{some, close});
  }
  for (std::uint32_t i = places; i > 0; --i) {
    const NodeId item = ItemRule(shape, i - 1);
    const NodeId more = i == 1 ? rules_.AddSequence(std::array{item, tail})
                               : rules_.AddSequence(std::array{comma, item, tail});
    tail = i - 1 >= shape.min ? rules_.AddChoice(std::array{more, close}) : more;
  }
  return rules_.AddSequence(std::array{Literal("["), tail});
}

// A place is an index and what was counted so far, each as far as it matters.
Result<NodeId> Lowering::CountedRule(const ArrayShape& shape) {
  using Place = std::vector<std::uint32_t>;
  const std::size_t kinds = shape.obligations.size();
  if (kinds > kObligationsMax) {
    return Status(Code::kResourceExhausted, Concat("more than ", kObligationsMax,
                                                   " contains (or negated items) in one array"));
  }
  // At least one: only the first item stands behind no comma.
  std::size_t last = std::max<std::size_t>({1, shape.prefix.size(), shape.min});
  if (shape.max != kUnbounded) last = std::max<std::size_t>(last, shape.max);
  for (const ArrayObligation& o : shape.obligations) last = std::max(last, o.from);
  std::map<Place, NodeId> rules;
  std::vector<Place> open;
  const NodeId close = Literal("]");
  const NodeId comma = Comma();
  const auto rule_of = [&](const Place& place) {
    const auto [entry, added] = rules.try_emplace(place, kNoNode);
    if (added) {
      entry->second = rules_.Reserve();
      open.push_back(place);
    }
    return entry->second;
  };
  const NodeId start = rule_of(Place(kinds + 1, 0));
  while (!open.empty()) {
    const Place place = open.back();
    open.pop_back();
    if (rules.size() > kArrayPlacesMax || !work_.Spend(16)) {
      return Status(Code::kResourceExhausted, Concat("contains with such bounds needs more than ",
                                                     kArrayPlacesMax, " places of an array"));
    }
    const std::uint32_t index = place[0];
    std::vector<NodeId> ways;
    bool ends = index >= shape.min;
    for (std::size_t k = 0; k < kinds; ++k) ends = ends && place[k + 1] >= shape.obligations[k].min;
    if (ends) ways.push_back(close);
    for (std::uint32_t met = 0; index < shape.max && met < 1u << kinds; ++met) {
      Goal goal = index < shape.prefix.size() ? shape.prefix[index] : shape.rest;
      Place next = place;
      next[0] = static_cast<std::uint32_t>(std::min<std::size_t>(index + 1, last));
      bool possible = true;
      for (std::size_t k = 0; k < kinds; ++k) {
        const ArrayObligation& o = shape.obligations[k];
        const bool counts = (met >> k & 1) != 0;
        if (counts && index < o.from) possible = false;
        if (counts) {
          AddLiteral(goal, o.literal);
          if (place[k + 1] >= o.max) possible = false;
          const std::uint32_t cap = o.max == kUnbounded ? o.min : o.max;
          next[k + 1] = std::min(place[k + 1] + 1, cap);
        } else if (o.max != kUnbounded && index >= o.from) {
          AddLiteral(goal, o.literal.Negated());
        }
      }
      if (!possible) continue;
      const NodeId item = RuleOf(goal);
      const NodeId tail = rule_of(next);
      ways.push_back(index == 0 ? rules_.AddSequence(std::array{item, tail})
                                : rules_.AddSequence(std::array{comma, item, tail}));
    }
    rules_.Define(rules[place], ways.empty() ? Never() : rules_.AddChoice(ways));
  }
  return rules_.AddSequence(std::array{Literal("["), start});
}

// Items that differ: told apart by their texts, of which each value has one.
Result<NodeId> Lowering::UniqueRule(const ArrayShape& shape) {
  const auto refuse = [&](const char* why) {
    return Status(Code::kUnimplemented,
                  Concat(shape.unique->where, ": the keyword \"uniqueItems\" is not enforced: ",
                         why, "; remove it or list the items in an \"enum\""));
  };
  if (!shape.obligations.empty() || !shape.prefix.empty()) {
    return refuse("it stands beside contains, prefixItems or a negation");
  }
  TypeSet types = kAllTypes;
  for (const auto& literal : shape.rest) {
    if (literal.holds) types &= disjointness_.TypesOf(literal.schema);
  }
  if ((types & (kArrayType | kObjectType)) != 0) return refuse("items may be arrays or objects");
  Members list{.open = '[',
               .close = ']',
               .space_after_comma = HasSpaces(),
               .ordered = false,
               .min = shape.min,
               .max = shape.max};
  const auto add_slot = [&](std::string key) {
    list.slots.push_back(
        {.key = std::move(key), .required = false, .variants = {Members::Variant{}}});
  };
  for (const Json& value : {Json(nullptr), Json(true), Json(false)}) {
    GN_ASSIGN_OR_RETURN(const bool fits, Satisfies(shape.rest, value));
    if (fits) add_slot(value.dump());
  }
  const auto add_texts = [&](const Dfa& texts, bool quoted) -> Status {
    if (texts.empty()) return {};
    if (const auto all = texts.Texts(kUniqueItemsMax)) {
      for (const std::string& text : *all) add_slot(quoted ? WriteCanonical(Json(text)) : text);
      return {};
    }
    GN_ASSIGN_OR_RETURN(const NodeId key, RuleOfTexts(texts, quoted));
    list.free.push_back({.key = key, .separator = "", .variants = {Members::Variant{}}});
    return {};
  };
  GN_ASSIGN_OR_RETURN(const StringSet strings, scalars_.StringsOf(shape.rest));
  Dfa texts = strings.texts ? *strings.texts : Dfa::AnyText();
  if (!strings.texts && !strings.any_length()) {
    GN_ASSIGN_OR_RETURN(texts, Dfa::OfLength(strings.min, strings.max, work_));
  }
  GN_RETURN_IF_ERROR(add_texts(texts, true));
  GN_ASSIGN_OR_RETURN(const Dfa numbers, scalars_.NumbersOf(shape.rest));
  GN_ASSIGN_OR_RETURN(const Dfa integers, Dfa::Intersect(numbers, AllIntegers(), work_));
  if (!(integers == numbers)) return refuse("numbers with a fraction have several spellings");
  if (!numbers.empty()) {
    GN_ASSIGN_OR_RETURN(const Dfa written, WrittenSpellings(numbers, work_));
    GN_RETURN_IF_ERROR(add_texts(written, false));
  }
  if (list.slots.empty() && list.free.empty()) return shape.min > 0 ? kNoNode : Literal("[]");
  return rules_.AddMembers(list);
}

}  // namespace ganglion::grammar
