#include "ganglion/grammar/schema/validator.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/grammar/schema/languages.h"

namespace ganglion::grammar {
namespace {

using ::testing::HasSubstr;

// "valid", the reason, or "error: ..." with the code.
std::string Judged(const std::string& schema, const Json& value, std::size_t steps = 10'000'000) {
  const auto model = SchemaModel::Read(schema);
  if (!model.ok()) return "no schema: " + std::string(model.error().message());
  Work work(steps);
  Languages languages(work);
  const auto reason = Validator(*model, languages, work).WhyInvalid(model->root(), value);
  if (!reason.ok()) {
    return "error " + std::to_string(static_cast<int>(reason.error().code())) + ": " +
           std::string(reason.error().message());
  }
  return reason->value_or("valid");
}

std::string Judged(const std::string& schema, const char* value) {
  return Judged(schema, Json::parse(value));
}

TEST(Validator, ReasonsNameTheirPlacesInValueAndSchema) {
  const struct {
    const char* schema;
    const char* value;
    const char* reason;
  } cases[] = {
      {R"({"properties": {"steps": {"items": {"$ref": "#/$defs/step"}}},
           "$defs": {"step": {"properties": {"speed": {"maximum": 2}}}}})",
       R"({"steps": [{"speed": 7}]})",
       "/steps/0/speed: 7 is above the maximum 2 (#/$defs/step/properties/speed/maximum)"},
      {"false", "1", "the value: nothing is allowed here (#)"},
      {R"({"type": ["integer", "string"]})", "1.5",
       "the value: 1.5 is not of type integer, string (#/type)"},
      {R"({"type": ["number", "null"]})", "{}",
       "the value: an object of 0 is not of type null, number (#/type)"},
      {R"({"enum": [1, 2]})", "\"a\"", "the value: \"a\" is none of the listed values (#)"},
      {R"({"minimum": 0.5})", "0.25", "the value: 0.25 is below the minimum 0.5 (#/minimum)"},
      {R"({"exclusiveMinimum": 1})", "1", "the value: 1 is not above 1 (#/exclusiveMinimum)"},
      {R"({"exclusiveMaximum": 1})", "1.0", "the value: 1 is not below 1 (#/exclusiveMaximum)"},
      {R"({"multipleOf": 0.1})", "0.25", "the value: 0.25 is no multiple of 0.1 (#/multipleOf)"},
      {R"({"minLength": 2})", "\"é\"",
       "the value: \"é\" has 1 code points, which is too few (#/minLength)"},
      {R"({"pattern": "^a"})", "\"b\"", "the value: \"b\" does not match ^a (#/pattern)"},
      {R"({"maxItems": 1})", "[1, 2]", "the value: 2 items are too many (#/maxItems)"},
      {R"({"uniqueItems": true})", R"([{"a": 1, "b": 2}, {"b": 2, "a": 1.0}])",
       "the value: an item is there twice (#/uniqueItems)"},
      {R"({"contains": {"const": 1}})", "[2]",
       "the value: too few items are as \"contains\" has it: 0 (#/contains)"},
      {R"({"required": ["a"]})", "{}", "the value: the member \"a\" is missing (#/required)"},
      {R"({"minProperties": 1})", "{}", "the value: 0 members are too few (#/minProperties)"},
      {R"({"propertyNames": {"maxLength": 1}})", R"({"ab": 1})",
       "of a member's name: the value: \"ab\" has 2 code points, which is too many "
       "(#/propertyNames/maxLength)"},
      {R"({"dependentRequired": {"a": ["b"]}})", R"({"a": 1})",
       "the value: the member \"b\" is missing beside \"a\" (#/dependentRequired)"},
      {R"({"dependentSchemas": {"a": false}})", R"({"a": 1})",
       "the value: nothing is allowed here (#/dependentSchemas/a)"},
      {R"({"patternProperties": {"~": false}})", R"({"a~/": 1})",
       "/a~0~1: nothing is allowed here (#/patternProperties/~0)"},
      {R"({"anyOf": [false]})", "1", "the value: no schema of it holds (#/anyOf)"},
      {R"({"oneOf": [true, true]})", "1", "the value: more than one schema of it holds (#/oneOf)"},
      {R"({"not": {}})", "1", "the value: it is what \"not\" forbids (#/not)"},
      {R"({"if": {"const": 1}, "then": false})", "1",
       "the value: nothing is allowed here (#/then)"},
      {R"({"if": {"const": 1}, "else": false})", "2",
       "the value: nothing is allowed here (#/else)"},
      {R"({"unevaluatedItems": false})", "[1]", "/0: nothing is allowed here (#/unevaluatedItems)"},
  };
  for (const auto& one : cases) EXPECT_EQ(Judged(one.schema, one.value), one.reason);
}

TEST(Validator, KeywordsSpeakOfTheirOwnTypeOnly) {
  const char* schema = R"({"minimum": 5, "minLength": 5, "minItems": 5, "minProperties": 5,
                           "pattern": "x", "multipleOf": 7, "required": ["a"]})";
  EXPECT_EQ(Judged(schema, "null"), "valid");
  EXPECT_EQ(Judged(schema, "true"), "valid");
  EXPECT_EQ(Judged(schema, "14"), "valid");
  EXPECT_EQ(Judged(schema, "\"xxxxx\""), "valid");
  EXPECT_EQ(Judged(schema, "[1, 2, 3, 4, 5]"), "valid");
}

TEST(Validator, DecimalsAreExact) {
  EXPECT_EQ(Judged(R"({"multipleOf": 0.01})", "19.99"), "valid");
  EXPECT_EQ(Judged(R"({"multipleOf": 0.1})", "0.3"), "valid");
  EXPECT_EQ(Judged(R"({"maximum": 9007199254740992})", "9007199254740993"),
            "the value: 9007199254740993 is above the maximum 9007199254740992 (#/maximum)");
  EXPECT_EQ(Judged(R"({"type": "integer"})", "1.0"), "valid");
  EXPECT_EQ(Judged(R"({"type": "integer"})", "1e300"), "valid");
}

TEST(Validator, OnlyBranchesThatHoldEvaluate) {
  const char* schema = R"({"anyOf": [{"properties": {"a": {"type": "null"}}, "required": ["a"]},
                                     {"properties": {"b": {}}}],
                           "unevaluatedProperties": false})";
  EXPECT_EQ(Judged(schema, R"({"b": 1})"), "valid");
  EXPECT_EQ(Judged(schema, R"({"a": null, "b": 1})"), "valid");
  EXPECT_EQ(Judged(schema, R"({"a": 1, "b": 1})"),
            "/a: nothing is allowed here (#/unevaluatedProperties)");
}

TEST(Validator, WhatStandsBesideItDoesNotEvaluateForAnInnerSchema) {
  const char* schema = R"({"properties": {"a": {}}, "allOf": [{"unevaluatedProperties": false}]})";
  EXPECT_THAT(Judged(schema, R"({"a": 1})"), HasSubstr("#/allOf/0/unevaluatedProperties"));
}

TEST(Validator, ConditionsAndReferencesEvaluate) {
  const char* schema = R"({"$ref": "#/$defs/base", "$defs": {"base": {"properties": {"a": {}}}},
    "if": {"properties": {"b": {"const": 1}}, "required": ["b"]},
    "then": {"properties": {"c": {}}}, "else": {"properties": {"d": {}}},
    "dependentSchemas": {"a": {"properties": {"e": {}}}},
    "unevaluatedProperties": false})";
  EXPECT_EQ(Judged(schema, R"({"a": 1, "b": 1, "c": 1, "e": 1})"), "valid");
  EXPECT_EQ(Judged(schema, R"({"a": 1, "d": 1})"), "valid");
  EXPECT_THAT(Judged(schema, R"({"a": 1, "b": 2})"), HasSubstr("/b: nothing"));
  EXPECT_THAT(Judged(schema, R"({"a": 1, "b": 1, "d": 1})"), HasSubstr("/d: nothing"));
  EXPECT_THAT(Judged(schema, R"({"e": 1})"), HasSubstr("/e: nothing"));
}

TEST(Validator, WhatNotForbidsEvaluatesNothing) {
  const char* schema = R"({"not": {"not": {"properties": {"a": {}}}},
                           "unevaluatedProperties": false})";
  EXPECT_THAT(Judged(schema, R"({"a": 1})"), HasSubstr("/a: nothing"));
}

TEST(Validator, ContainedItemsAreEvaluated) {
  const char* schema = R"({"prefixItems": [{}], "contains": {"const": 1},
                           "unevaluatedItems": {"const": 2}})";
  EXPECT_EQ(Judged(schema, "[3, 1, 2, 1]"), "valid");
  EXPECT_THAT(Judged(schema, "[3, 1, 3]"), HasSubstr("/2: 3 is none"));
}

TEST(Validator, AnInnerUnevaluatedEvaluatesForTheOuterOne) {
  const char* schema = R"({"allOf": [{"unevaluatedProperties": {"type": "null"}}],
                           "unevaluatedProperties": false})";
  EXPECT_EQ(Judged(schema, R"({"a": null})"), "valid");
}

TEST(Validator, WhatIsNotSupportedIsAnErrorWhereItIsReached) {
  const char* schema = R"({"properties": {"a": {"$ref": "other.json"}}})";
  EXPECT_EQ(Judged(schema, R"({"b": 1})"), "valid");
  EXPECT_EQ(Judged(schema, R"({"a": 1})"),
            "error 12: #/properties/a/$ref: the keyword $ref is not supported: other.json is "
            "another document, which is not fetched");
}

TEST(Validator, AReferenceInPlaceToItselfIsAnError) {
  EXPECT_THAT(Judged(R"({"$ref": "#"})", "1"), HasSubstr("error 8: #: validating goes deeper"));
  EXPECT_THAT(Judged(R"({"anyOf": [{"not": {"$ref": "#"}}, false]})", "1"), HasSubstr("error 8"));
}

TEST(Validator, DeepValuesAreRefusedAndRecursiveSchemasFollowed) {
  const char* schema = R"({"items": {"$ref": "#"}, "type": "array"})";
  const auto nested = [](std::size_t depth) {
    Json value = Json::array();
    for (std::size_t i = 1; i < depth; ++i) {
      Json outer = Json::array();
      outer.push_back(std::move(value));
      value = std::move(outer);
    }
    return value;
  };
  EXPECT_EQ(Judged(schema, nested(200)), "valid");
  EXPECT_THAT(Judged(schema, nested(10'000)), HasSubstr("error 8: the value is nested deeper"));
}

TEST(Validator, WorkIsBounded) {
  // Each level doubles what is to be done.
  std::string schema = R"({"$defs": {"d0": {"type": "null"})";
  for (int i = 1; i < 60; ++i) {
    const std::string below = R"({"$ref": "#/$defs/d)" + std::to_string(i - 1) + "\"}";
    schema += ", \"d" + std::to_string(i) + R"(": {"allOf": [)" + below + "," + below + "]}";
  }
  schema += R"(}, "$ref": "#/$defs/d59"})";
  EXPECT_THAT(Judged(schema, Json(), 100'000), HasSubstr("error 8: validating passes its budget"));
}

TEST(Validator, LongValuesAreQuotedInPart) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "é";
  const std::string reason = Judged(R"({"maxLength": 1})", Json(text));
  EXPECT_LT(reason.size(), 160u);
  EXPECT_NO_THROW(Json(reason).dump());  // still UTF-8
}

}  // namespace
}  // namespace ganglion::grammar
