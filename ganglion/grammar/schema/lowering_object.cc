#include <algorithm>
#include <optional>

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

// Which names something speaks of: those that all of `matching` match and none of `others`, that
// are not listed, and that break `names` if there is one.
struct Lowering::Condition {
  std::vector<std::string> matching = {};
  std::vector<std::string> others = {};
  const std::vector<std::pair<std::string, SchemaId>>* listed = nullptr;
  std::optional<SchemaId> breaks = {};
};

// Some member whose name meets the condition has a value that satisfies the literal.
struct Lowering::MemberObligation {
  Condition condition;
  std::optional<grammar::Literal> literal;
};

// Names that are not declared and that all patterns treat alike.
struct Lowering::NameClass {
  Dfa names = {};
  std::vector<bool> matches = {};  // of ObjectShape::patterns
  std::vector<bool> allowed = {};  // by each obligation that asks for a broken "propertyNames"
  Goal goal = {};
};

struct Lowering::ObjectShape {
  struct Name {
    std::string name;
    Goal goal = {};
    bool required = false;
    bool absent = false;
  };
  std::vector<SchemaId> own;
  std::vector<Name> names;
  std::vector<std::string> patterns;  // distinct
  std::vector<NameClass> classes;
  std::vector<MemberObligation> obligations;
  std::uint32_t min = 0;
  std::uint32_t max = kUnbounded;

  Name& NameOf(const std::string& name) {
    for (Name& entry : names) {
      if (entry.name == name) return entry;
    }
    return names.emplace_back(Name{.name = name});
  }
  std::size_t PatternIndex(const std::string& pattern) const {
    return static_cast<std::size_t>(std::find(patterns.begin(), patterns.end(), pattern) -
                                    patterns.begin());
  }
};

Result<bool> Lowering::Matches(const Condition& condition, const std::string& name) {
  for (const bool wanted : {true, false}) {
    for (const std::string& pattern : wanted ? condition.matching : condition.others) {
      GN_ASSIGN_OR_RETURN(const Dfa* const set, languages_.Pattern(pattern));
      if (set->Accepts(name) != wanted) return false;
    }
  }
  if (condition.listed != nullptr) {
    for (const auto& [listed, schema] : *condition.listed) {
      if (listed == name) return false;
    }
  }
  if (!condition.breaks) return true;
  GN_ASSIGN_OR_RETURN(const bool valid, validator_.IsValid(*condition.breaks, Json(name)));
  return !valid;
}

// False where no object satisfies the alternative.
Result<bool> Lowering::ReadObject(const Alternative& alternative, ObjectShape& shape) {
  shape.own = alternative.own;
  const auto use_pattern = [&](const std::string& pattern) {
    if (shape.PatternIndex(pattern) == shape.patterns.size()) shape.patterns.push_back(pattern);
  };
  for (const SchemaId id : shape.own) {
    const Schema& schema = model_.at(id);
    for (const auto& [name, part] : schema.properties) shape.NameOf(name);
    for (const auto& [pattern, part] : schema.pattern_properties) {
      // Neither the grammar nor the validator could tell whose schema a name's value must satisfy.
      if (auto names = languages_.Pattern(pattern); !names.ok()) {
        return std::move(names).error().WithContext(
            Concat(schema.where, ": the keyword \"patternProperties\" is not enforced"));
      }
      use_pattern(pattern);
    }
    if (schema.members_min > kCountMax) {
      return TooLarge(schema.where, "minProperties", schema.members_min);
    }
    shape.min = std::max(shape.min, Count(schema.members_min));
    shape.max = std::min(shape.max, Count(schema.members_max));
  }
  for (const SchemaId id : shape.own) {
    for (const std::string& name : model_.at(id).required) shape.NameOf(name).required = true;
  }
  for (const std::string& name : alternative.present) shape.NameOf(name).required = true;
  for (const std::string& name : alternative.absent) shape.NameOf(name).absent = true;
  for (const Broken& broken : alternative.broken) {
    const Schema& schema = model_.at(broken.schema);
    MemberObligation owed;
    switch (broken.keyword) {
      case Keyword::kMinProperties:
        shape.max = std::min(shape.max, Count(schema.members_min - 1));
        continue;
      case Keyword::kMaxProperties:
        if (schema.members_max >= kCountMax) {
          return TooLarge(schema.where, "maxProperties", schema.members_max);
        }
        shape.min = std::max(shape.min, Count(schema.members_max + 1));
        continue;
      case Keyword::kProperty: {
        const auto& [name, part] = schema.properties[broken.index];
        AddLiteral(shape.NameOf(name).goal, {part, false});
        continue;
      }
      case Keyword::kPatternProperty:
        owed.condition.matching = {schema.pattern_properties[broken.index].first};
        owed.literal = {schema.pattern_properties[broken.index].second, false};
        break;
      case Keyword::kAdditionalProperties:
        for (const auto& [pattern, part] : schema.pattern_properties) {
          owed.condition.others.push_back(pattern);
        }
        owed.condition.listed = &schema.properties;
        owed.literal = {*schema.additional_properties, false};
        break;
      case Keyword::kPropertyNames:
        owed.condition.breaks = *schema.property_names;
        break;
      default:
        continue;
    }
    // Names that decide the condition must be told apart from the others.
    for (const auto* list : {&owed.condition.matching, &owed.condition.others}) {
      for (const std::string& pattern : *list) use_pattern(pattern);
    }
    if (owed.condition.listed != nullptr) {
      for (const auto& [name, part] : *owed.condition.listed) shape.NameOf(name);
    }
    shape.obligations.push_back(std::move(owed));
  }
  GN_ASSIGN_OR_RETURN(const bool possible, AddNames(shape));
  if (!possible || shape.min > shape.max) return false;
  GN_RETURN_IF_ERROR(AddClasses(shape));
  return true;
}

// What all keywords say of each name that is spoken of.
Result<bool> Lowering::AddNames(ObjectShape& shape) {
  for (auto& entry : shape.names) {
    if (!work_.Spend(shape.own.size())) return OutOfWork("#");
    for (const SchemaId id : shape.own) {
      const Schema& schema = model_.at(id);
      bool spoken_of = false;
      for (const auto& [name, part] : schema.properties) {
        if (name != entry.name) continue;
        AddLiteral(entry.goal, {part, true});
        spoken_of = true;
      }
      for (const auto& [pattern, part] : schema.pattern_properties) {
        GN_ASSIGN_OR_RETURN(const Dfa* const set, languages_.Pattern(pattern));
        if (!set->Accepts(entry.name)) continue;
        AddLiteral(entry.goal, {part, true});
        spoken_of = true;
      }
      if (!spoken_of && schema.additional_properties) {
        AddLiteral(entry.goal, {*schema.additional_properties, true});
      }
      if (schema.property_names) {
        GN_ASSIGN_OR_RETURN(const bool allowed,
                            validator_.IsValid(*schema.property_names, Json(entry.name)));
        if (!allowed) entry.absent = true;
      }
    }
    if (RuleOf(entry.goal) == Never()) entry.absent = true;
    if (entry.absent && entry.required) return false;
  }
  return true;
}

// Whether only the names that are spoken of are to be written, and can be.
bool Lowering::LeavesOutUndeclared(const ObjectShape& shape) const {
  if (options_.undeclared == SchemaOptions::Undeclared::kAllowed) return false;
  for (const SchemaId id : shape.own) {
    const Schema& schema = model_.at(id);
    if (schema.additional_properties || !schema.pattern_properties.empty()) return false;
  }
  const auto usable = std::count_if(shape.names.begin(), shape.names.end(),
                                    [](const auto& entry) { return !entry.absent; });
  return usable > 0 && shape.obligations.empty() && shape.min <= usable;
}

// The names that a schema of "propertyNames" allows.
Result<Dfa> Lowering::NamesOf(SchemaId schema) {
  GN_ASSIGN_OR_RETURN(const StringSet set, scalars_.StringsOf({{schema, true}}));
  if (set.any_length()) return set.texts ? *set.texts : Dfa::AnyText();
  GN_ASSIGN_OR_RETURN(const Dfa lengths, Dfa::OfLength(set.min, set.max, work_));
  return set.texts ? Dfa::Intersect(*set.texts, lengths, work_) : lengths;
}

// The classes, each parted into names that are in the set and names that are not.
Result<std::vector<Lowering::NameClass>> Lowering::Split(const std::vector<NameClass>& classes,
                                                         const Dfa& set,
                                                         std::vector<bool> NameClass::*mark) {
  std::vector<NameClass> split;
  for (const NameClass& whole : classes) {
    for (const bool inside : {true, false}) {
      NameClass part{.matches = whole.matches, .allowed = whole.allowed};
      (part.*mark).push_back(inside);
      GN_ASSIGN_OR_RETURN(part.names, inside ? Dfa::Intersect(whole.names, set, work_)
                                             : Dfa::Subtract(whole.names, set, work_));
      if (!part.names.empty()) split.push_back(std::move(part));
    }
  }
  if (split.size() > kNameClassesMax) {
    return Status(Code::kResourceExhausted, Concat("patternProperties tell more than ",
                                                   kNameClassesMax, " kinds of names apart"));
  }
  return split;
}

// All other names, split by the patterns that match them.
Status Lowering::AddClasses(ObjectShape& shape) {
  // Most objects say that there are no others; then no set of names is needed.
  for (const SchemaId id : shape.own) {
    const Schema& schema = model_.at(id);
    const bool closed =
        schema.additional_properties && model_.at(*schema.additional_properties).boolean == false;
    if (closed && schema.pattern_properties.empty()) return {};
  }
  if (LeavesOutUndeclared(shape)) return {};
  std::vector<std::string> declared;
  for (const auto& entry : shape.names) declared.push_back(entry.name);
  GN_ASSIGN_OR_RETURN(const Dfa named, Dfa::Of(declared, work_));
  GN_ASSIGN_OR_RETURN(Dfa others, Dfa::Complement(named, work_));
  for (const SchemaId id : shape.own) {
    const auto& names = model_.at(id).property_names;
    if (!names) continue;
    GN_ASSIGN_OR_RETURN(const Dfa allowed, NamesOf(*names));
    GN_ASSIGN_OR_RETURN(others, Dfa::Intersect(others, allowed, work_));
  }
  std::vector<NameClass> classes;
  classes.push_back({.names = std::move(others)});
  for (const std::string& pattern : shape.patterns) {
    GN_ASSIGN_OR_RETURN(const Dfa* const set, languages_.Pattern(pattern));
    GN_ASSIGN_OR_RETURN(classes, Split(classes, *set, &NameClass::matches));
  }
  for (const MemberObligation& owed : shape.obligations) {
    if (!owed.condition.breaks) continue;
    GN_ASSIGN_OR_RETURN(const Dfa allowed, NamesOf(*owed.condition.breaks));
    GN_ASSIGN_OR_RETURN(classes, Split(classes, allowed, &NameClass::allowed));
  }
  for (NameClass& names : classes) {
    if (names.names.empty()) continue;
    for (const SchemaId id : shape.own) {
      const Schema& schema = model_.at(id);
      bool spoken_of = false;
      for (const auto& [pattern, part] : schema.pattern_properties) {
        if (!names.matches[shape.PatternIndex(pattern)]) continue;
        AddLiteral(names.goal, {part, true});
        spoken_of = true;
      }
      if (!spoken_of && schema.additional_properties) {
        AddLiteral(names.goal, {*schema.additional_properties, true});
      }
    }
    if (RuleOf(names.goal) != Never()) shape.classes.push_back(std::move(names));
  }
  return {};
}

Result<NodeId> Lowering::ObjectRule(const Alternative& alternative) {
  ObjectShape shape;
  GN_ASSIGN_OR_RETURN(const bool possible, ReadObject(alternative, shape));
  if (!possible) return kNoNode;
  const std::size_t owed = shape.obligations.size();
  if (owed > kObligationsMax) {
    return Status(Code::kResourceExhausted,
                  Concat("more than ", kObligationsMax,
                         " negated additionalProperties, patternProperties or propertyNames speak "
                         "of one object"));
  }
  // An entry meets any subset of the obligations that speak of its name.
  const auto variants_of = [&](const Goal& goal, std::uint64_t concerned) {
    std::vector<Members::Variant> variants;
    for (std::uint64_t met = 0; met < std::uint64_t{1} << owed; ++met) {
      if ((met & ~concerned) != 0) continue;
      Goal all = goal;
      for (std::size_t k = 0; k < owed; ++k) {
        if ((met >> k & 1) != 0 && shape.obligations[k].literal) {
          AddLiteral(all, *shape.obligations[k].literal);
        }
      }
      const NodeId value = RuleOf(all);
      if (value != Never()) variants.push_back({.fulfils = met, .value = AfterColon(value)});
    }
    return variants;
  };
  Members members{.space_after_comma = HasSpaces(), .min = shape.min, .max = shape.max};
  members.ordered = options_.order == SchemaOptions::MemberOrder::kDeclared;
  members.obligations = (std::uint64_t{1} << owed) - 1;
  for (const auto& entry : shape.names) {
    if (entry.absent) continue;
    std::uint64_t concerned = 0;
    for (std::size_t k = 0; k < owed; ++k) {
      GN_ASSIGN_OR_RETURN(const bool matches, Matches(shape.obligations[k].condition, entry.name));
      if (matches) concerned |= std::uint64_t{1} << k;
    }
    members.slots.push_back({.key = WriteCanonical(Json(entry.name)) + ":",
                             .required = entry.required,
                             .variants = variants_of(entry.goal, concerned)});
  }
  for (const NameClass& names : shape.classes) {
    std::uint64_t concerned = 0;
    std::size_t breaks = 0;  // obligations before with such a condition
    for (std::size_t k = 0; k < owed; ++k) {
      const Condition& condition = shape.obligations[k].condition;
      if (condition.breaks && names.allowed[breaks++]) continue;
      const auto all_are = [&](const std::vector<std::string>& patterns, bool wanted) {
        return std::all_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
          return names.matches[shape.PatternIndex(pattern)] == wanted;
        });
      };
      if (all_are(condition.matching, true) && all_are(condition.others, false)) {
        concerned |= std::uint64_t{1} << k;
      }
    }
    GN_ASSIGN_OR_RETURN(const NodeId key, RuleOfTexts(names.names, true));
    members.free.push_back(
        {.key = key, .separator = ":", .variants = variants_of(names.goal, concerned)});
  }
  return rules_.AddMembers(members);
}

}  // namespace ganglion::grammar
