#include <algorithm>
#include <array>
#include <set>

#include "ganglion/grammar/schema/canonical.h"
#include "ganglion/grammar/schema/schema_reader_document.h"
#include "ganglion/grammar/schema/schema_reader_keywords.h"

// The keywords that judge a value without looking through other schemas.
namespace ganglion::grammar {
namespace {

using Draft = ReadOptions::Draft;

struct NamedType {
  std::string_view name;
  TypeSet types;
};
constexpr std::array kTypes = {
    NamedType{"null", kNullType},       NamedType{"boolean", kBooleanType},
    NamedType{"integer", kIntegerType}, NamedType{"number", kNumberType},
    NamedType{"string", kStringType},   NamedType{"array", kArrayType},
    NamedType{"object", kObjectType}};

Result<TypeSet> ReadTypeName(const Json& value, const std::string& where) {
  if (!value.is_string()) return WrongKeyword(where, "is no name of a type");
  const auto& name = value.get_ref<const std::string&>();
  for (const NamedType& type : kTypes) {
    if (type.name == name) return type.types;
  }
  return WrongKeyword(where, "\"" + name + "\" is no type");
}

Status ReadType(KeywordContext& context, const Json& value, const std::string& where) {
  TypeSet types = 0;
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      GN_ASSIGN_OR_RETURN(const TypeSet one, ReadTypeName(value[i], AppendToken(where, i)));
      types = static_cast<TypeSet>(types | one);
    }
  } else {
    GN_ASSIGN_OR_RETURN(types, ReadTypeName(value, where));
  }
  context.schema.types = types;
  return Status();
}

// "enum" and "const" are each a list of values; the one that is read second goes beside the first.
void AddValues(Schema& schema, std::vector<Json> values) {
  (schema.values ? schema.more_values : schema.values) = std::move(values);
}

Status ReadEnum(KeywordContext& context, const Json& value, const std::string& where) {
  if (!value.is_array()) return WrongKeyword(where, "is no list of values");
  AddValues(context.schema, std::vector<Json>(value.begin(), value.end()));
  return Status();
}

Status ReadConst(KeywordContext& context, const Json& value, const std::string&) {
  AddValues(context.schema, {value});
  return Status();
}

Result<ExactDecimal> ReadNumber(const Json& value, const std::string& where) {
  if (!value.is_number()) return WrongKeyword(where, "is no number");
  return DecimalOf(value);
}

using Bound = std::optional<NumberBound>;

Status ReadBound(const Json& value, const std::string& where, bool exclusive, Bound& bound) {
  GN_ASSIGN_OR_RETURN(ExactDecimal number, ReadNumber(value, where));
  bound = NumberBound{std::move(number), exclusive};
  return Status();
}

// The members of a schema for one end of a range, and the keywords that speak of it.
struct RangeEnd {
  const char* inclusive_keyword;
  const char* exclusive_keyword;
  Bound Schema::*inclusive;
  Bound Schema::*exclusive;
};
constexpr RangeEnd kLow = {"minimum", "exclusiveMinimum", &Schema::low, &Schema::low_exclusive};
constexpr RangeEnd kHigh = {"maximum", "exclusiveMaximum", &Schema::high, &Schema::high_exclusive};

// In draft 4, "exclusiveMinimum" is a boolean that says how "minimum" is meant.
Status ReadInclusive(KeywordContext& context, const Json& value, const std::string& where,
                     const RangeEnd& end) {
  const Json* sibling = context.Sibling(end.exclusive_keyword);
  const bool exclusive = sibling != nullptr && *sibling == true;
  if (exclusive && context.dialect.Until(Draft::k4)) {
    return ReadBound(value, where, true, context.schema.*end.exclusive);
  }
  return ReadBound(value, where, false, context.schema.*end.inclusive);
}

Status ReadExclusive(KeywordContext& context, const Json& value, const std::string& where,
                     const RangeEnd& end) {
  if (value.is_boolean() && context.dialect.Until(Draft::k4)) {
    if (value == true && context.Sibling(end.inclusive_keyword) == nullptr) {
      context.reader.Note(where, std::string("says nothing without ") + end.inclusive_keyword);
    }
    return Status();
  }
  if (!context.dialect.Since(Draft::k6)) return WrongKeyword(where, "is no boolean");
  return ReadBound(value, where, true, context.schema.*end.exclusive);
}

template <const RangeEnd& end>
Status ReadInclusiveEnd(KeywordContext& context, const Json& value, const std::string& where) {
  return ReadInclusive(context, value, where, end);
}

template <const RangeEnd& end>
Status ReadExclusiveEnd(KeywordContext& context, const Json& value, const std::string& where) {
  return ReadExclusive(context, value, where, end);
}

Status ReadMultipleOf(KeywordContext& context, const Json& value, const std::string& where) {
  GN_ASSIGN_OR_RETURN(ExactDecimal step, ReadNumber(value, where));
  if (step.negative || step.digits.empty()) return WrongKeyword(where, "is not above zero");
  context.schema.multiple_of = std::move(step);
  return Status();
}

// A count; 2.0 is one. What is beyond 64 bits is kNoMaximum, which no value reaches either.
Result<std::uint64_t> ReadCount(const Json& value, const std::string& where) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  if (value.is_number()) {
    const ExactDecimal number = DecimalOf(value);
    if (number.is_integer() && !number.negative) {
      const double count = value.get<double>();
      constexpr double kBeyond = 18446744073709551616.0;  // 2^64
      return count < kBeyond ? static_cast<std::uint64_t>(count) : kNoMaximum;
    }
  }
  return WrongKeyword(where, "is no count: an integer from zero");
}

template <std::uint64_t Schema::*count>
Status ReadCountInto(KeywordContext& context, const Json& value, const std::string& where) {
  GN_ASSIGN_OR_RETURN(context.schema.*count, ReadCount(value, where));
  return Status();
}

Status ReadPattern(KeywordContext& context, const Json& value, const std::string& where) {
  if (!value.is_string()) return WrongKeyword(where, "is no string");
  context.schema.pattern = value.get<std::string>();
  return Status();
}

constexpr std::array<std::string_view, 19> kFormats = {"date",          "date-time",
                                                       "duration",      "email",
                                                       "hostname",      "idn-email",
                                                       "idn-hostname",  "ipv4",
                                                       "ipv6",          "iri",
                                                       "iri-reference", "json-pointer",
                                                       "regex",         "relative-json-pointer",
                                                       "time",          "uri",
                                                       "uri-reference", "uri-template",
                                                       "uuid"};

Status ReadFormat(KeywordContext& context, const Json& value, const std::string& where) {
  if (!value.is_string()) return WrongKeyword(where, "is no string");
  const auto& name = value.get_ref<const std::string&>();
  const bool known = std::find(kFormats.begin(), kFormats.end(), name) != kFormats.end();
  if (!known) {
    context.reader.Note(where, "the format \"" + name + "\" is not known");
  } else if (context.reader.options().formats_assert) {
    context.schema.format = name;
  }
  return Status();
}

Status ReadUniqueItems(KeywordContext& context, const Json& value, const std::string& where) {
  if (!value.is_boolean()) return WrongKeyword(where, "is no boolean");
  context.schema.unique_items = value.get<bool>();
  return Status();
}

Status ReadRequired(KeywordContext& context, const Json& value, const std::string& where) {
  GN_ASSIGN_OR_RETURN(const auto names, ReadNames(value, where));
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (seen.insert(name).second) context.schema.required.push_back(name);
  }
  return Status();
}

Status ReadDependentRequired(KeywordContext& context, const Json& value, const std::string& where) {
  if (!value.is_object()) return WrongKeyword(where, "is no object");
  for (const auto& [name, required] : value.items()) {
    GN_ASSIGN_OR_RETURN(auto names, ReadNames(required, AppendToken(where, name)));
    context.schema.dependent_required.emplace_back(name, std::move(names));
  }
  return Status();
}

constexpr std::array kKeywords = {
    Keyword{"type", ReadType},
    Keyword{"enum", ReadEnum},
    Keyword{"const", ReadConst, Draft::k6},
    Keyword{"minimum", ReadInclusiveEnd<kLow>},
    Keyword{"maximum", ReadInclusiveEnd<kHigh>},
    Keyword{"exclusiveMinimum", ReadExclusiveEnd<kLow>},
    Keyword{"exclusiveMaximum", ReadExclusiveEnd<kHigh>},
    Keyword{"multipleOf", ReadMultipleOf},
    Keyword{"minLength", ReadCountInto<&Schema::length_min>},
    Keyword{"maxLength", ReadCountInto<&Schema::length_max>},
    Keyword{"pattern", ReadPattern},
    Keyword{"format", ReadFormat},
    Keyword{"minItems", ReadCountInto<&Schema::items_min>},
    Keyword{"maxItems", ReadCountInto<&Schema::items_max>},
    Keyword{"uniqueItems", ReadUniqueItems},
    Keyword{"minContains", ReadCountInto<&Schema::contains_min>, Draft::k2019},
    Keyword{"maxContains", ReadCountInto<&Schema::contains_max>, Draft::k2019},
    Keyword{"minProperties", ReadCountInto<&Schema::members_min>},
    Keyword{"maxProperties", ReadCountInto<&Schema::members_max>},
    Keyword{"required", ReadRequired},
    Keyword{"dependentRequired", ReadDependentRequired, Draft::k2019},
};

}  // namespace

std::span<const Keyword> AssertionKeywords() { return kKeywords; }

}  // namespace ganglion::grammar
