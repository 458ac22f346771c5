#include "ganglion/grammar/schema/scalar_sets.h"

#include <algorithm>
#include <string>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/grammar/schema/canonical.h"
#include "ganglion/grammar/schema/refusals.h"

namespace ganglion::grammar {
namespace {

// References in place that lengths are followed through; beyond, they are multiplied out.
constexpr std::size_t kConjunctionDepthMax = 16;

// Whether a schema asserts no more of strings than its keywords of strings and schemas that hold,
// too. By far the most common kind, and the one whose lengths need not be multiplied out.
bool IsConjunction(const Schema& schema) {
  return !schema.boolean && !schema.values && !schema.more_values && schema.any_of.empty() &&
         schema.one_of.empty() && !schema.not_schema && !schema.if_schema &&
         schema.unsupported.empty();
}

// The lengths of the texts of a set.
struct Lengths {
  std::uint32_t shortest = 0;
  std::uint32_t longest = 0;  // kUnboundedLength where texts can be longer than any number
};

std::uint32_t LongestText(const Dfa& set) {
  // By depth-first search without recursion: a state that is met again before it is left stands on
  // a cycle, and every state leads to a text.
  enum class Mark : std::uint8_t { kNew, kOpen, kDone };
  std::vector<Mark> marks(set.size(), Mark::kNew);
  std::vector<std::uint32_t> longest(set.size(), 0);
  std::vector<std::pair<std::uint32_t, std::size_t>> path = {{0, 0}};
  marks[0] = Mark::kOpen;
  while (!path.empty()) {
    auto& [state, next_edge] = path.back();
    if (next_edge == set.edges(state).size()) {
      marks[state] = Mark::kDone;
      const std::uint32_t length = longest[state] + 1;
      path.pop_back();
      if (!path.empty()) {
        std::uint32_t& before = longest[path.back().first];
        before = std::max(before, length);
      }
      continue;
    }
    const std::uint32_t next = set.edges(state)[next_edge++].next;
    if (marks[next] == Mark::kOpen) return Dfa::kUnboundedLength;
    if (marks[next] == Mark::kDone) {
      longest[state] = std::max(longest[state], longest[next] + 1);
    } else {
      marks[next] = Mark::kOpen;
      path.emplace_back(next, 0);
    }
  }
  return longest[0];
}

// The states of a level are all that so many code points lead to.
std::uint32_t ShortestText(const Dfa& set) {
  std::vector<bool> met(set.size(), false);
  std::vector<std::uint32_t> level = {0};
  met[0] = true;
  for (std::uint32_t length = 0; !level.empty(); ++length) {
    std::vector<std::uint32_t> after;
    for (const std::uint32_t state : level) {
      if (set.accepting(state)) return length;
      for (const Dfa::Edge& edge : set.edges(state)) {
        if (!met[edge.next]) after.push_back(edge.next);
        met[edge.next] = true;
      }
    }
    level = std::move(after);
  }
  return 0;  // the empty set, which nobody asks for
}

// No answer is as long. Counts beyond are cut where they are read, so they would be other counts.
Status CheckLength(const Schema& schema) {
  if (schema.length_min <= kCountMax) return {};
  return TooLarge(schema.where, "minLength", schema.length_min);
}

Lengths LengthsOf(const Dfa& set) { return {ShortestText(set), LongestText(set)}; }

std::uint32_t Length(std::uint64_t value) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, Dfa::kUnboundedLength));
}

bool HasLength(const Schema& schema) {
  return schema.length_min > 0 || schema.length_max != kNoMaximum;
}

}  // namespace

Status ScalarSets::CheckSupported(const Schema& schema) {
  for (const auto& [keyword, why] : schema.unsupported) {
    GN_RETURN_IF_ERROR(CannotKeep(schema, keyword, Status(Code::kUnimplemented, why), false));
  }
  return {};
}

// The error, or none where what cannot be enforced is left out.
Status ScalarSets::CannotKeep(const Schema& schema, std::string_view keyword, Status why,
                              bool can_be_judged) {
  const bool leaves_out = why.code() == Code::kUnimplemented && left_out_ != nullptr;
  Status error = std::move(why).WithContext(
      Concat(schema.where, ": the keyword \"", keyword, "\" is not enforced"));
  if (!leaves_out) return error;
  left_out_->Add(std::string(error.message()), can_be_judged);
  loose_ = true;
  return {};
}

const Dfa& ScalarSets::All(Kind kind) const {
  static const Dfa any_text = Dfa::AnyText();
  return kind == Kind::kString ? any_text : AllNumbers();
}

Result<StringSet> ScalarSets::LengthAndTexts(const StringSet& a, const StringSet& b) {
  StringSet both{std::max(a.min, b.min), std::min(a.max, b.max), std::nullopt};
  if (both.min > both.max) return StringSet{.texts = Dfa()};
  if (a.texts && b.texts) {
    GN_ASSIGN_OR_RETURN(both.texts, Dfa::Intersect(*a.texts, *b.texts, work_));
  } else {
    both.texts = a.texts ? a.texts : b.texts;
  }
  return both;
}

// Bounds that the texts keep by themselves are not multiplied into them: a pattern beside a
// "maxLength" of thousands stays as small as the pattern is.
Result<Dfa> ScalarSets::Flatten(const StringSet& set) {
  if (set.any_length()) return set.texts ? *set.texts : Dfa::AnyText();
  if (!set.texts) return Dfa::OfLength(set.min, set.max, work_);
  if (set.texts->empty()) return *set.texts;
  const Lengths kept = LengthsOf(*set.texts);
  const std::uint32_t min = kept.shortest >= set.min ? 0 : set.min;
  const std::uint32_t max = kept.longest <= set.max ? Dfa::kUnboundedLength : set.max;
  if (min == 0 && max == Dfa::kUnboundedLength) return *set.texts;
  GN_ASSIGN_OR_RETURN(const Dfa lengths, Dfa::OfLength(min, max, work_));
  return Dfa::Intersect(*set.texts, lengths, work_);
}

Result<StringSet> ScalarSets::StringsOfSchema(SchemaId id, std::size_t depth) {
  const Schema& schema = model_.at(id);
  if (schema.boolean && *schema.boolean) return StringSet{};
  if (schema.types && (*schema.types & kStringType) == 0) return StringSet{.texts = Dfa()};
  if (depth >= kConjunctionDepthMax || !IsConjunction(schema)) {
    GN_ASSIGN_OR_RETURN(Dfa set, SetOf(id, Kind::kString));
    if (set.is_any_text()) return StringSet{};
    return StringSet{.texts = std::move(set)};
  }
  GN_RETURN_IF_ERROR(CheckLength(schema));
  StringSet all{Length(schema.length_min), Length(schema.length_max), std::nullopt};
  if (schema.pattern || schema.format) {
    GN_ASSIGN_OR_RETURN(Dfa own, OwnStrings(schema));
    if (!own.is_any_text()) all.texts = std::move(own);
  }
  for (const auto* list : {&schema.references, &schema.all_of}) {
    for (const SchemaId part : *list) {
      if (!work_.Spend()) {
        return Status(Code::kResourceExhausted,
                      schema.where + ": the schema takes too long to compile");
      }
      GN_ASSIGN_OR_RETURN(const StringSet one, StringsOfSchema(part, depth + 1));
      GN_ASSIGN_OR_RETURN(all, LengthAndTexts(all, one));
    }
  }
  return all;
}

Result<StringSet> ScalarSets::StringsOf(const Goal& goal) {
  StringSet all;
  for (const Literal& literal : goal) {
    StringSet one;
    if (literal.holds) {
      GN_ASSIGN_OR_RETURN(one, StringsOfSchema(literal.schema, 0));
    } else {
      GN_ASSIGN_OR_RETURN(Dfa set, SureSetOf(literal.schema, Kind::kString));
      GN_ASSIGN_OR_RETURN(set, Dfa::Complement(set, work_));
      if (!set.is_any_text()) one.texts = std::move(set);
    }
    GN_ASSIGN_OR_RETURN(all, LengthAndTexts(all, one));
    if (all.texts && all.texts->empty()) return all;
  }
  if (!all.texts || all.any_length()) return all;
  GN_ASSIGN_OR_RETURN(Dfa flat, Flatten(all));
  return StringSet{.texts = std::move(flat)};
}

Result<Dfa> ScalarSets::NumbersOf(const Goal& goal) {
  Dfa all = AllNumbers();
  for (const Literal& literal : goal) {
    if (literal.holds) {
      GN_ASSIGN_OR_RETURN(const Dfa set, SetOf(literal.schema, Kind::kNumber));
      GN_ASSIGN_OR_RETURN(all, Dfa::Intersect(all, set, work_));
    } else {
      GN_ASSIGN_OR_RETURN(const Dfa set, SureSetOf(literal.schema, Kind::kNumber));
      GN_ASSIGN_OR_RETURN(all, Dfa::Subtract(all, set, work_));
    }
    if (all.empty()) break;
  }
  return all;
}

Result<Dfa> ScalarSets::SetOf(SchemaId id, Kind kind) {
  auto& known = kind == Kind::kString ? strings_ : numbers_;
  if (known.size() < model_.size()) known.resize(model_.size());
  const std::size_t i = Index(id);
  const Schema& schema = model_.at(id);
  if (known[i].set) {
    loose_ = loose_ || known[i].loose;
    return *known[i].set;
  }
  if (known[i].open) {
    return Status(Code::kInvalidArgument,
                  Concat(schema.where, ": its references lead back to it before any value"));
  }
  known[i].open = true;
  const bool loose_around = std::exchange(loose_, false);
  auto set = Evaluate(schema, kind);
  auto& now = kind == Kind::kString ? strings_[i] : numbers_[i];
  now.open = false;
  now.loose = loose_;
  if (set.ok()) now.set = *set;
  loose_ = loose_ || loose_around;
  return set;
}

Result<Dfa> ScalarSets::SureSetOf(SchemaId id, Kind kind) {
  GN_ASSIGN_OR_RETURN(Dfa set, SetOf(id, kind));
  if (IsLoose(id, kind)) return Dfa();
  return set;
}

Result<Dfa> ScalarSets::Evaluate(const Schema& schema, Kind kind) {
  if (schema.boolean) return *schema.boolean ? All(kind) : Dfa();
  GN_RETURN_IF_ERROR(CheckSupported(schema));
  if (!work_.Spend(4)) {
    return Status(Code::kResourceExhausted,
                  schema.where + ": the schema takes too long to compile");
  }
  const TypeSet wanted = kind == Kind::kString ? kStringType : kNumberType;
  if (schema.types && (*schema.types & wanted) == 0) return Dfa();
  GN_ASSIGN_OR_RETURN(Dfa set, kind == Kind::kString ? OwnStrings(schema) : OwnNumbers(schema));
  for (const auto& values : {schema.values, schema.more_values}) {
    if (!values) continue;
    GN_ASSIGN_OR_RETURN(const Dfa listed, ValuesOf(*values, kind));
    GN_ASSIGN_OR_RETURN(set, Dfa::Intersect(set, listed, work_));
  }
  if (kind == Kind::kString) GN_RETURN_IF_ERROR(CheckLength(schema));
  // Behind the values, which are few texts.
  if (kind == Kind::kString && HasLength(schema)) {
    const StringSet bounded{Length(schema.length_min), Length(schema.length_max), std::move(set)};
    GN_ASSIGN_OR_RETURN(set, Flatten(bounded));
  }
  return Joined(schema, std::move(set), kind);
}

Result<Dfa> ScalarSets::OwnStrings(const Schema& schema) {
  Dfa set = Dfa::AnyText();
  const auto keep = [&](std::string_view keyword, Result<const Dfa*> part) -> Status {
    if (!part.ok()) return CannotKeep(schema, keyword, std::move(part).error(), false);
    GN_ASSIGN_OR_RETURN(set, Dfa::Intersect(set, **part, work_));
    return {};
  };
  if (schema.pattern) GN_RETURN_IF_ERROR(keep("pattern", languages_.Pattern(*schema.pattern)));
  if (schema.format) GN_RETURN_IF_ERROR(keep("format", languages_.Format(*schema.format)));
  return set;
}

Result<Dfa> ScalarSets::OwnNumbers(const Schema& schema) {
  Dfa set = AllNumbers();
  const auto keep = [&](std::string_view keyword, Result<Dfa> part) -> Status {
    if (!part.ok()) return CannotKeep(schema, keyword, std::move(part).error(), true);
    GN_ASSIGN_OR_RETURN(set, Dfa::Intersect(set, *part, work_));
    return {};
  };
  if (schema.types && (*schema.types & kNumberType) == kIntegerType) set = AllIntegers();
  if (schema.types && (*schema.types & kNumberType) == kFractionType) {
    GN_ASSIGN_OR_RETURN(set, Dfa::Subtract(AllNumbers(), AllIntegers(), work_));
  }
  for (const bool excluded : {false, true}) {
    const auto& low = excluded ? schema.low_exclusive : schema.low;
    const auto& high = excluded ? schema.high_exclusive : schema.high;
    const auto name = [excluded](const char* bound, const char* exclusive) {
      return excluded ? exclusive : bound;
    };
    if (low) {
      GN_RETURN_IF_ERROR(keep(name("minimum", "exclusiveMinimum"), NumbersFrom(*low, work_)));
    }
    if (high) {
      GN_RETURN_IF_ERROR(keep(name("maximum", "exclusiveMaximum"), NumbersTo(*high, work_)));
    }
  }
  if (schema.multiple_of) {
    GN_RETURN_IF_ERROR(keep("multipleOf", MultiplesOf(*schema.multiple_of, work_)));
  }
  return set;
}

Result<Dfa> ScalarSets::ValuesOf(const std::vector<Json>& values, Kind kind) {
  if (kind == Kind::kString) {
    std::vector<std::string> texts;
    for (const Json& value : values) {
      if (value.is_string()) texts.push_back(value.get<std::string>());
    }
    return Dfa::Of(texts, work_);
  }
  std::vector<ExactDecimal> numbers;
  for (const Json& value : values) {
    if (value.is_number()) numbers.push_back(DecimalOf(value));
  }
  return ::ganglion::grammar::NumbersOf(numbers, work_);
}

Result<Dfa> ScalarSets::Joined(const Schema& schema, Dfa set, Kind kind) {
  for (const auto* list : {&schema.references, &schema.all_of}) {
    for (const SchemaId part : *list) {
      GN_ASSIGN_OR_RETURN(const Dfa other, SetOf(part, kind));
      GN_ASSIGN_OR_RETURN(set, Dfa::Intersect(set, other, work_));
    }
  }
  if (!schema.any_of.empty()) {
    Dfa any;
    for (const SchemaId part : schema.any_of) {
      GN_ASSIGN_OR_RETURN(const Dfa other, SetOf(part, kind));
      GN_ASSIGN_OR_RETURN(any, Dfa::Unite(any, other, work_));
    }
    GN_ASSIGN_OR_RETURN(set, Dfa::Intersect(set, any, work_));
  }
  if (!schema.one_of.empty()) {
    GN_ASSIGN_OR_RETURN(const Dfa one, ExactlyOne(schema.one_of, kind));
    GN_ASSIGN_OR_RETURN(set, Dfa::Intersect(set, one, work_));
  }
  if (schema.not_schema) {
    GN_ASSIGN_OR_RETURN(const Dfa other, SureSetOf(*schema.not_schema, kind));
    GN_ASSIGN_OR_RETURN(set, Dfa::Subtract(set, other, work_));
  }
  if (schema.if_schema) {
    GN_ASSIGN_OR_RETURN(const Dfa chosen, Conditional(schema, kind));
    GN_ASSIGN_OR_RETURN(set, Dfa::Intersect(set, chosen, work_));
  }
  return set;
}

// Those in one of the sets and in no other: what was met, less what was surely met again.
Result<Dfa> ScalarSets::ExactlyOne(const std::vector<SchemaId>& branches, Kind kind) {
  Dfa once;
  Dfa again;
  Dfa loose;
  for (const SchemaId branch : branches) {
    GN_ASSIGN_OR_RETURN(const Dfa set, SetOf(branch, kind));
    if (IsLoose(branch, kind)) {
      GN_ASSIGN_OR_RETURN(loose, Dfa::Unite(loose, set, work_));
      continue;
    }
    GN_ASSIGN_OR_RETURN(const Dfa met, Dfa::Intersect(once, set, work_));
    GN_ASSIGN_OR_RETURN(again, Dfa::Unite(again, met, work_));
    GN_ASSIGN_OR_RETURN(once, Dfa::Unite(once, set, work_));
  }
  GN_ASSIGN_OR_RETURN(once, Dfa::Unite(once, loose, work_));
  return Dfa::Subtract(once, again, work_);
}

Result<Dfa> ScalarSets::Conditional(const Schema& schema, Kind kind) {
  GN_ASSIGN_OR_RETURN(const Dfa condition, SetOf(*schema.if_schema, kind));
  Dfa met = condition;
  Dfa unmet = All(kind);
  if (!IsLoose(*schema.if_schema, kind)) {
    GN_ASSIGN_OR_RETURN(unmet, Dfa::Subtract(unmet, condition, work_));
  }
  if (schema.then_schema) {
    GN_ASSIGN_OR_RETURN(const Dfa then_set, SetOf(*schema.then_schema, kind));
    GN_ASSIGN_OR_RETURN(met, Dfa::Intersect(met, then_set, work_));
  }
  if (schema.else_schema) {
    GN_ASSIGN_OR_RETURN(const Dfa else_set, SetOf(*schema.else_schema, kind));
    GN_ASSIGN_OR_RETURN(unmet, Dfa::Intersect(unmet, else_set, work_));
  }
  return Dfa::Unite(met, unmet, work_);
}

}  // namespace ganglion::grammar
