// What compiled schemas let through. Each schema is also given to the validator, which shares
// nothing with the compiler but the model: whatever text passes must be valid.

#include "ganglion/grammar/schema/json_schema.h"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/grammar/schema/canonical.h"
#include "ganglion/grammar/schema/languages.h"
#include "ganglion/grammar/schema/validator.h"

namespace ganglion::grammar {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

bool Holds(const CompiledSchema& schema, std::string_view text) {
  static const auto vocabulary = Vocabulary::Create({"x"}, {});
  Matcher matcher(schema.grammar, vocabulary);
  return matcher.AcceptText(text) && matcher.IsComplete();
}

bool IsValid(const std::string& schema, const std::string& text) {
  const auto model = SchemaModel::Read(schema);
  EXPECT_TRUE(model.ok());
  Work work(100'000'000);
  Languages languages(work);
  Validator validator(*model, languages, work);
  const auto valid = validator.IsValid(model->root(), Json::parse(text));
  EXPECT_TRUE(valid.ok()) << schema << ": " << valid.error().message();
  return valid.ok() && *valid;
}

struct Case {
  std::string schema;
  std::vector<std::string> in;   // valid, as the grammar spells it
  std::vector<std::string> out;  // invalid
};

void Expect(const std::vector<Case>& cases, const SchemaOptions& options = {}) {
  for (const Case& one : cases) {
    const auto compiled = CompileSchema(one.schema, options);
    ASSERT_TRUE(compiled.ok()) << one.schema << "\n" << compiled.error().message();
    for (const std::string& text : one.in) {
      EXPECT_TRUE(IsValid(one.schema, text)) << one.schema << "\n" << text;
      EXPECT_TRUE(Holds(*compiled, text)) << one.schema << "\n" << text;
    }
    for (const std::string& text : one.out) {
      EXPECT_FALSE(IsValid(one.schema, text)) << one.schema << "\n" << text;
      EXPECT_FALSE(Holds(*compiled, text)) << one.schema << "\n" << text;
    }
  }
}

TEST(JsonSchema, Scalars) {
  Expect({
      {R"({"type":["null","boolean"]})", {"null", "true"}, {"0", "\"\"", "[]"}},
      {R"({"enum":[1,"a",null,[2],{"b":3}]})", {"1", "\"a\"", "[2]", "{\"b\":3}"}, {"2", "[1]"}},
      {R"({"const":1,"enum":[1,2]})", {"1"}, {"2"}},
      {R"({"type":"string","minLength":2,"maxLength":3})", {"\"ab\"", "\"äöü\""}, {"\"a\""}},
      {R"({"type":"string","pattern":"^a+$"})", {"\"aa\""}, {"\"ab\"", "\"\""}},
      {R"({"type":"string","format":"date"})", {"\"2024-02-29\""}, {"\"2023-02-29\""}},
      {R"({"type":"string","pattern":"a","maxLength":2})", {"\"ba\""}, {"\"bba\""}},
      {R"({"type":"integer","minimum":-2,"exclusiveMaximum":3})", {"-2", "0", "2"}, {"3", "1.5"}},
      {R"({"type":"number","multipleOf":0.5})", {"0.5", "-2"}, {"0.7"}},
      {R"({"not":{"type":"string"}})", {"1", "[]"}, {"\"\""}},
      {R"({"type":"string","not":{"enum":["a"]}})", {"\"b\""}, {"\"a\""}},
  });
}

TEST(JsonSchema, Arrays) {
  Expect({
      {R"({"type":"array","items":{"type":"integer"},"minItems":1,"maxItems":2})",
       {"[1]", "[1,2]"},
       {"[]", "[1,2,3]", "[\"a\"]"}},
      {R"({"type":"array","prefixItems":[{"const":1},{"const":2}],"items":{"const":3}})",
       {"[]", "[1]", "[1,2]", "[1,2,3,3]"},
       {"[2]", "[1,3]", "[1,2,2]"}},
      {R"({"type":"array","contains":{"const":1}})", {"[1]", "[2,1]", "[1,1]"}, {"[]", "[2]"}},
      {R"({"type":"array","contains":{"const":1},"minContains":2,"maxContains":3})",
       {"[1,1]", "[1,2,1,1]"},
       {"[1]", "[1,1,1,1]"}},
      {R"({"type":"array","items":{"enum":["a","b","c"]},"uniqueItems":true})",
       {"[]", "[\"c\",\"a\"]"},
       {"[\"a\",\"a\"]", "[\"b\",\"a\",\"b\"]"}},
      {R"({"type":"array","not":{"items":{"type":"string"}}})", {"[1]", "[\"a\",2]"}, {"[\"a\"]"}},
  });
}

TEST(JsonSchema, Objects) {
  Expect({
      {R"({"type":"object","properties":{"a":{"type":"null"},"b":{"type":"null"}},
           "required":["b"],"additionalProperties":false})",
       {R"({"b":null})", R"({"a":null,"b":null})"},
       {R"({})", R"({"a":null})", R"({"b":null,"c":1})", R"({"b":1})"}},
      {R"({"type":"object","patternProperties":{"^x":{"type":"integer"}},
           "additionalProperties":{"type":"string"}})",
       {R"({"x1":1,"y":"s"})", R"({})"},
       {R"({"x":"s"})", R"({"y":1})"}},
      {R"({"type":"object","propertyNames":{"maxLength":2}})", {R"({"ab":1})"}, {R"({"abc":1})"}},
      {R"({"type":"object","minProperties":1,"maxProperties":2})",
       {R"({"a":1})", R"({"a":1,"b":2})"},
       {R"({})", R"({"a":1,"b":2,"c":3})"}},
      {R"({"type":"object","properties":{"a":true,"b":true},"dependentRequired":{"a":["b"]}})",
       {R"({})", R"({"b":1})", R"({"a":1,"b":2})"},
       {R"({"a":1})", R"({"a":1,"c":2})"}},
      {R"({"type":"object","properties":{"a":true,"b":true},
           "dependentSchemas":{"a":{"properties":{"b":{"const":2}}}}})",
       {R"({"b":1})", R"({"a":1,"b":2})"},
       {R"({"a":1,"b":1})"}},
      {R"({"type":"object","not":{"required":["a"]}})", {R"({"b":1})"}, {R"({"a":1})"}},
      {R"({"type":"object","properties":{"a":true},"not":{"propertyNames":{"maxLength":2}}})",
       {R"({"abc":1})", R"({"a":1,"abc":2,"b":3})"},
       {R"({})", R"({"a":1,"bc":1})"}},
  });
}

TEST(JsonSchema, Combinations) {
  Expect({
      {R"({"allOf":[{"type":"integer"},{"minimum":3},{"maximum":5}]})", {"4"}, {"2", "6"}},
      {R"({"oneOf":[{"multipleOf":2},{"multipleOf":3}],"type":"integer"})",
       {"2", "3", "4"},
       {"6", "5"}},
      {R"({"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"integer"}},
           "oneOf":[{"required":["a"]},{"required":["b"]}]})",
       {R"({"a":1})", R"({"b":1})"},
       {R"({})", R"({"a":1,"b":1})"}},
      {R"({"if":{"properties":{"t":{"const":1}},"required":["t"]},
           "then":{"required":["u"]},"else":{"maxProperties":1},
           "type":"object","properties":{"t":true,"u":true}})",
       {R"({"t":1,"u":0})", R"({"t":2})", R"({})"},
       {R"({"t":1})", R"({"t":2,"u":0})"}},
      {R"({"$defs":{"tree":{"type":"object","properties":{"kids":{"type":"array",
           "items":{"$ref":"#/$defs/tree"}}},"additionalProperties":false}},"$ref":"#/$defs/tree"})",
       {R"({"kids":[{"kids":[]},{}]})"},
       {R"({"kids":[1]})", R"({"x":1})"}},
  });
}

TEST(JsonSchema, WhatIsLeftOver) {
  Expect({
      {R"({"type":"object","allOf":[{"properties":{"a":true}}],"properties":{"b":true},
           "unevaluatedProperties":false})",
       {R"({"b":1,"a":1})"},
       {R"({"c":1})", R"({"b":1,"c":1})"}},
      {R"({"type":"object","anyOf":[{"properties":{"a":{"const":1}},"required":["a"]},
           {"properties":{"b":{"const":2}},"required":["b"]}],
           "unevaluatedProperties":{"type":"string"}})",
       {R"({"a":1,"c":""})", R"({"b":2})", R"({"a":1,"b":2})", R"({"a":1,"b":"s"})"},
       {R"({"a":1,"b":3})", R"({"a":1,"c":0})", R"({"c":""})"}},
      {R"({"type":"object","if":{"properties":{"k":{"const":1}},"required":["k"]},
           "then":{"properties":{"t":true}},"unevaluatedProperties":false})",
       {R"({"k":1,"t":0})", R"({})"},
       {R"({"k":2})", R"({"t":0})"}},
      {R"({"type":"object","properties":{"a":true},"dependentSchemas":{"a":{"properties":
           {"b":true}}},"unevaluatedProperties":false})",
       {R"({"a":0,"b":0})", R"({"a":0})"},
       {R"({"b":0})"}},
      {R"({"type":"array","allOf":[{"prefixItems":[true]}],"unevaluatedItems":{"type":"null"}})",
       {"[1,null]", "[]"},
       {"[1,1]"}},
      {R"({"unevaluatedItems":{"type":"number"},"unevaluatedProperties":{}})",
       {"[1]", R"({"a":null})"},
       {"[null]"}},
      {R"({"type":"array","contains":{"const":1},"unevaluatedItems":false})",
       {"[1,1]"},
       {"[1,2]", "[]"}},
      {R"({"$schema":"https://json-schema.org/draft/2019-09/schema","type":"array",
           "contains":{"maximum":1},"unevaluatedItems":{"minimum":1}})",
       {"[1]", "[2,1]"},
       {"[0]", "[0,1]"}},
      {R"({"type":"array","contains":{"maximum":1},"unevaluatedItems":{"minimum":1}})",
       {"[0]", "[0,1]"},
       {"[2]", "[]"}},
      {R"({"type":"object","not":{"properties":{"a":{"const":1}},"unevaluatedProperties":false}})",
       {R"({"b":1})", R"({"a":2})"},
       {R"({"a":1})", R"({})"}},
  });
}

TEST(JsonSchema, MembersMayStandInAnyOrderWhereAsked) {
  const std::string schema = R"({"type":"object","properties":{"a":true,"b":true}})";
  SchemaOptions options;
  const auto declared = CompileSchema(schema, options);
  options.order = SchemaOptions::MemberOrder::kAny;
  const auto any = CompileSchema(schema, options);
  ASSERT_TRUE(declared.ok() && any.ok());
  EXPECT_FALSE(Holds(*declared, R"({"b":1,"a":2})"));
  EXPECT_TRUE(Holds(*any, R"({"b":1,"a":2})"));
}

TEST(JsonSchema, OneSpaceMayStandBehindCommasAndColonsWhereAsked) {
  const std::string schema = R"({"type":"object","properties":{"a":{"type":"array",
      "items":{"type":"integer"}},"b":{"const":{"c":[1,2]}}}})";
  SchemaOptions options;
  options.white_space = SchemaOptions::WhiteSpace::kOneSpace;
  const auto compiled = CompileSchema(schema, options);
  ASSERT_TRUE(compiled.ok());
  EXPECT_TRUE(Holds(*compiled, R"({"a": [1, 2], "b": {"c":[1,2]}, "x": [null, {}]})"));
  EXPECT_TRUE(Holds(*compiled, R"({"a":[1,2],"b":{"c":[1,2]}})"));
  EXPECT_FALSE(Holds(*compiled, R"({"a":  []})"));
  EXPECT_FALSE(Holds(*compiled, R"({ "a":[]})"));
  EXPECT_FALSE(Holds(*compiled, R"({"a":[1 ,2]})"));
}

TEST(JsonSchema, UndeclaredMembersAreLeftOutWhereAsked) {
  SchemaOptions options;
  options.undeclared = SchemaOptions::Undeclared::kLeftOut;
  Expect({{R"({"type":"object","properties":{"a":true},"required":["b"]})",
           {R"({"a":1,"b":2})", R"({"b":2})"},
           {R"({"a":1})"}},
          {R"({"type":"object","minProperties":2,"properties":{"a":true}})",
           {R"({"a":1,"b":2})"},
           {R"({"a":1})"}},
          {R"({"type":"object"})", {R"({"b":2})"}, {}},
          {R"({"type":"object","properties":{"a":true},"additionalProperties":true})",
           {R"({"b":2})"},
           {}}},
         options);
  const auto closed = CompileSchema(R"({"type":"object","properties":{"a":true}})", options);
  ASSERT_TRUE(closed.ok());
  EXPECT_TRUE(Holds(*closed, R"({"a":1})"));
  EXPECT_FALSE(Holds(*closed, R"({"a":1,"b":2})"));
}

TEST(JsonSchema, WhatCannotBeEnforcedIsLeftOutWhereAsked) {
  const std::string schema = R"({"type":"object","properties":{
      "a":{"type":"string","pattern":"^(a+)\\1$","maxLength":4},
      "b":{"type":"array","items":{"type":"object"},"uniqueItems":true}}})";
  SchemaOptions options;
  ASSERT_FALSE(CompileSchema(schema, options).ok());
  options.unenforced = SchemaOptions::Unenforced::kValidateAfter;
  const auto compiled = CompileSchema(schema, options);
  ASSERT_TRUE(compiled.ok()) << compiled.error().message();
  EXPECT_THAT(compiled->unenforced, ::testing::UnorderedElementsAre(StartsWith("#/properties/a"),
                                                                    StartsWith("#/properties/b")));
  EXPECT_TRUE(Holds(*compiled, R"({"a":"abc"})"));  // for the validator to see
  EXPECT_FALSE(Holds(*compiled, R"({"a":"abcde"})"));
  EXPECT_TRUE(Holds(*compiled, R"({"b":[{},{}]})"));
  EXPECT_THAT(compiled->unjudged, ::testing::ElementsAre(StartsWith("#/properties/a")));
}

SchemaOptions ValidatedAfter() {
  SchemaOptions options;
  options.unenforced = SchemaOptions::Unenforced::kValidateAfter;
  return options;
}

TEST(JsonSchema, TheValidatorJudgesWhatIsLeftOut) {
  const auto compiled = CompileSchema(
      R"({"type":"object","properties":{"a":{"type":"array","items":{"type":"object"},
          "uniqueItems":true},"n":{"type":"integer","multipleOf":65537}}})",
      ValidatedAfter());
  ASSERT_TRUE(compiled.ok()) << compiled.error().message();
  EXPECT_EQ(compiled->unenforced.size(), 2u);
  EXPECT_TRUE(compiled->unjudged.empty());
  ASSERT_NE(compiled->validator, nullptr);
  constexpr std::size_t kWork = 100'000;
  EXPECT_TRUE(Holds(*compiled, R"({"n":3})"));
  const auto why = compiled->validator->WhyInvalid(R"({"a":[{},{}]})", kWork);
  ASSERT_TRUE(why.ok());
  EXPECT_EQ(why->value_or(""), "/a: an item is there twice (#/properties/a/uniqueItems)");
  const auto number = compiled->validator->WhyInvalid(R"({"n":3})", kWork);
  ASSERT_TRUE(number.ok());
  EXPECT_EQ(number->value_or(""), "/n: 3 is no multiple of 65537 (#/properties/n/multipleOf)");
  const auto valid = compiled->validator->WhyInvalid(R"({"a":[{},{"b":1}],"n":65537})", kWork);
  ASSERT_TRUE(valid.ok());
  EXPECT_EQ(*valid, std::nullopt);
  EXPECT_EQ(compiled->validator->WhyInvalid(R"({"a":[{},{}]})", 2).error().code(),
            Code::kResourceExhausted);
  EXPECT_FALSE(compiled->validator->WhyInvalid(R"({"a":)", kWork).ok());
}

TEST(JsonSchema, NothingIsValidatedWhereAllIsEnforced) {
  const auto compiled = CompileSchema(R"({"type":"integer"})", ValidatedAfter());
  ASSERT_TRUE(compiled.ok());
  EXPECT_TRUE(compiled->unenforced.empty());
  EXPECT_EQ(compiled->validator, nullptr);
}

// Taken as fulfilled below a negation, it would take valid values away.
TEST(JsonSchema, WhatIsLeftOutNeverMakesTheGrammarSmaller) {
  for (const char* const schema : {
           R"({"type":"integer","not":{"multipleOf":65537}})",
           R"({"type":"integer","oneOf":[{"multipleOf":65537},{"minimum":0}]})",
           R"({"type":"integer","if":{"multipleOf":65537},"then":{"minimum":9}})",
           R"({"type":"integer","allOf":[{"not":{"anyOf":[{"multipleOf":65537}]}}]})",
       }) {
    const auto compiled = CompileSchema(schema, ValidatedAfter());
    ASSERT_TRUE(compiled.ok()) << schema << ": " << compiled.error().message();
    EXPECT_EQ(compiled->unenforced.size(), 1u) << schema;
    EXPECT_TRUE(Holds(*compiled, "3")) << schema;
  }
  const auto text =
      CompileSchema(R"({"type":"string","not":{"pattern":"^(a)\\1$"}})", ValidatedAfter());
  ASSERT_TRUE(text.ok()) << text.error().message();
  EXPECT_TRUE(Holds(*text, R"("b")"));
}

TEST(JsonSchema, CountsThatNoAnswerHasAreRefusedByName) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"properties":{"a":{"type":"array","minItems":5000000000}}})",
       "#/properties/a: the keyword \"minItems\""},
      {R"({"type":"array","minItems":1073741825})", "#: the keyword \"minItems\""},
      {R"({"type":"array","not":{"maxItems":5000000000}})", "#/not: the keyword \"maxItems\""},
      {R"({"type":"string","minLength":5000000000})", "#: the keyword \"minLength\""},
      {R"({"anyOf":[{"type":"string","pattern":"a","minLength":5000000000}]})",
       "#/anyOf/0: the keyword \"minLength\""},
      {R"({"type":"object","minProperties":5000000000})", "#: the keyword \"minProperties\""},
      {R"({"type":"object","not":{"maxProperties":5000000000}})",
       "#/not: the keyword \"maxProperties\""},
  };
  for (const auto& [schema, message] : cases) {
    for (const SchemaOptions& options : {SchemaOptions{}, ValidatedAfter()}) {
      const auto compiled = CompileSchema(schema, options);
      ASSERT_FALSE(compiled.ok()) << schema;
      EXPECT_EQ(compiled.error().code(), Code::kUnimplemented) << schema;
      EXPECT_THAT(std::string(compiled.error().message()), StartsWith(message));
    }
  }
  EXPECT_TRUE(CompileSchema(R"({"type":"array","maxItems":5000000000})").ok());
}

TEST(JsonSchema, PatternsOfNamesThatAreNotRegularAreRefusedByName) {
  for (const SchemaOptions& options : {SchemaOptions{}, ValidatedAfter()}) {
    const auto compiled =
        CompileSchema(R"({"type":"object","patternProperties":{"^(a)\\1":{}}})", options);
    ASSERT_FALSE(compiled.ok());
    EXPECT_EQ(compiled.error().code(), Code::kUnimplemented);
    EXPECT_THAT(std::string(compiled.error().message()),
                StartsWith("#: the keyword \"patternProperties\" is not enforced: backreference"));
  }
}

// Each of them breaks the others' conditions, or all of them meet in one name.
TEST(JsonSchema, UnionsOfManyMembersDoNotMultiply) {
  std::string cases, names;
  for (int i = 0; i < 40; ++i) {
    const std::string n = std::to_string(i);
    cases += (i > 0 ? "," : "") + (R"({"if":{"properties":{"k":{"const":)" + n +
                                   R"(}},"required":["k"]},"then":{"required":["a)" + n + "\"]}}");
    names += (i > 0 ? "," : "") +
             (R"({"properties":{"a)" + n + R"(":{"type":"integer"}},"required":["a)" + n + "\"]}");
  }
  Expect({
      {R"({"type":"object","properties":{"k":true},"allOf":[)" + cases + "]}",
       {R"({"k":7,"a7":0})", R"({"k":-1})", R"({})"},
       {R"({"k":7})", R"({"k":7,"a8":0})"}},
      {R"({"type":"object","oneOf":[)" + names + "]}",
       {R"({"a3":1})", R"({"a3":1,"b":""})"},
       {R"({})", R"({"a3":""})", R"({"a3":1,"a4":1})"}},
  });
}

struct Refusal {
  const char* schema;
  Code code;
  const char* place;
  const char* word;
};

TEST(JsonSchema, WhatIsNotEnforcedIsRefusedByNameAndPlace) {
  for (
      const Refusal& refusal : std::vector<Refusal>{
          {R"({"properties":{"a":{"type":"string","format":"regex"}}})", Code::kUnimplemented,
           "#/properties/a", "format"},
          {R"({"properties":{"a":{"$ref":"http://other/x"}}})", Code::kUnimplemented,
           "#/properties/a", "$ref"},
          {R"({"type":"string","pattern":"(a)\\1"})", Code::kUnimplemented, "#", "\\1"},
          {R"({"type":"array","uniqueItems":true,"items":{"type":"object"}})", Code::kUnimplemented,
           "#", "uniqueItems"},
          {R"({"properties":{"a":{"$ref":"#/$defs/x"}},"$defs":{"x":{"allOf":[{"$ref":"#/$defs/x"}]}}})",
           Code::kInvalidArgument, "#/$defs/x", "lead back"},
          {R"({"minimum":"1"})", Code::kInvalidArgument, "#/minimum", "number"},
          {R"({"allOf":[{"type":"string"},{"type":"null"}]})", Code::kFailedPrecondition, "",
           "no finite text"},
      }) {
    const auto compiled = CompileSchema(refusal.schema);
    ASSERT_FALSE(compiled.ok()) << refusal.schema;
    EXPECT_EQ(compiled.error().code(), refusal.code) << compiled.error().message();
    EXPECT_THAT(std::string(compiled.error().message()), StartsWith(refusal.place));
    EXPECT_THAT(std::string(compiled.error().message()), HasSubstr(refusal.word));
  }
}

TEST(JsonSchema, LongChainsOfReferencesEndAtALimit) {
  std::string chain = R"({"$ref":"#/$defs/x0","$defs":{"x3000":true)";
  for (int i = 0; i < 3000; ++i) {
    chain += ",\"x" + std::to_string(i) + R"(":{"$ref":"#/$defs/x)" + std::to_string(i + 1) + "\"}";
  }
  const auto compiled = CompileSchema(chain + "}}");
  ASSERT_FALSE(compiled.ok());
  EXPECT_THAT(std::string(compiled.error().message()), HasSubstr("one behind the other"));
}

TEST(JsonSchema, ExponentialSchemasEndAtALimit) {
  std::string doubled = R"({"$defs":{"l0":{"type":"array","contains":{"const":0}})";
  for (int i = 1; i < 40; ++i) {
    const std::string below = R"({"$ref":"#/$defs/l)" + std::to_string(i - 1) + "\"}";
    doubled += ",\"l" + std::to_string(i) + R"(":{"anyOf":[{"allOf":[)" + below +
               R"(,{"minItems":)" + std::to_string(i) + "}]},{\"not\":" + below + "}]}";
  }
  doubled += R"(},"$ref":"#/$defs/l39"})";
  const auto compiled = CompileSchema(doubled);
  ASSERT_FALSE(compiled.ok());
  EXPECT_EQ(compiled.error().code(), Code::kResourceExhausted) << compiled.error().message();
}

}  // namespace
}  // namespace ganglion::grammar
