#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/grammar/grammar.h"
#include "ganglion/grammar/schema_cases_test.h"

namespace ganglion::grammar {
namespace {

using testing::CompileOrDie;
using ::testing::HasSubstr;

std::string ErrorOf(const std::string& schema, const CompileLimits& limits = {}) {
  const auto grammar = CompileJsonSchema(schema, limits);
  return grammar.ok() ? "accepted" : std::string(grammar.error().message());
}

bool Holds(const std::string& schema, const std::string& text) {
  static const auto vocabulary = Vocabulary::Create({"x"}, {});
  Matcher matcher(CompileOrDie(schema), vocabulary);
  return matcher.AcceptText(text) && matcher.IsComplete();
}

// Repeats a text, for schemas of a given size.
std::string Times(std::size_t count, const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

struct Refusal {
  const char* schema;
  const char* place;  // the beginning of the error
  const char* word;   // and something that it says
};

TEST(SchemaCompiler, WhatIsNotEnforcedIsRefusedByNameAndPlace) {
  for (const Refusal& refusal : std::vector<Refusal>{
           {R"({"type":"string","pattern":"a+"})", "#/pattern:", "\"pattern\""},
           {R"({"type":"string","format":"date"})", "#/format:", "\"format\""},
           {R"({"type":"integer","multipleOf":2})", "#/multipleOf:", "\"multipleOf\""},
           {R"({"type":"array","items":{"type":"null"},"uniqueItems":true})",
            "#/uniqueItems:", "\"uniqueItems\""},
           {R"({"type":"array","items":{"type":"null"},"contains":{}})",
            "#/contains:", "\"contains\""},
           {R"({"type":"array","prefixItems":[]})", "#/prefixItems:", "\"prefixItems\""},
           {R"({"type":"object","properties":{"a":{"not":{}}}})", "#/properties/a/not:", "\"not\""},
           {R"({"type":"object","properties":{"a/b~c":{"type":"null","if":true}}})",
            "#/properties/a~1b~0c/if:", "\"if\""},
           {R"({"type":"object","properties":{},"patternProperties":{}})",
            "#/patternProperties:", "\"patternProperties\""},
           {R"({"type":"object","properties":{},"minProperties":1})",
            "#/minProperties:", "\"minProperties\""},
           {R"({"type":"object","additionalProperties":{"type":"null","not":{}}})",
            "#/additionalProperties/not:", "\"not\""},
           {R"({"allOf":[{"type":"null"}]})", "#/allOf:", "\"allOf\""},
           {R"({"type":"string","x-mine":1})", "#/x-mine:", "\"x-mine\""},
           {R"({"type":"string","minimum":1})", "#/minimum:", "\"minimum\""},
           {R"({"type":"array","items":{"type":"string","maxItems":1}})",
            "#/items/maxItems:", "\"maxItems\""},
           {R"({"enum":[1],"minimum":0})", "#/minimum:", "beside \"enum\""},
           {R"({"const":1,"enum":[1]})", "#/enum:", "beside \"const\""},
           {R"({"$ref":"#/$defs/a","type":"null","$defs":{"a":{"type":"null"}}})",
            "#/type:", "beside \"$ref\""},
           {R"({"anyOf":[{"type":"null"}],"properties":{}})", "#/properties:", "beside \"anyOf\""},
           {R"({"anyOf":[{"type":"null"},{"type":"string"}],"type":"string"})",
            "#/anyOf/0:", "\"type\""},
           {R"({"anyOf":[{"type":"number"}],"type":"integer"})", "#/anyOf/0:", "\"type\""},
           {R"({"type":"object","properties":{"a":{"type":"null","$id":"x"}}})",
            "#/properties/a/$id:", "\"$id\""},
           {R"({"$defs":{"a":{"type":"string","pattern":"x"}},"$ref":"#/$defs/a"})",
            "#/$defs/a/pattern:", "\"pattern\""},
       }) {
    EXPECT_THAT(ErrorOf(refusal.schema), ::testing::StartsWith(refusal.place)) << refusal.schema;
    EXPECT_THAT(ErrorOf(refusal.schema), HasSubstr(refusal.word)) << refusal.schema;
  }
}

TEST(SchemaCompiler, WhatASchemaLeavesOpenIsAnyJson) {
  for (const char* schema :
       {"true", "{}", R"({"description":"x"})", R"({"anyOf":[{"type":"null"},true]})"}) {
    for (const char* text : {"null", "-1.5", "\"\"", "[]", "{}", R"([1,[true,{"a":[]}]])",
                             R"({"a":{"b":null},"":"x"})"}) {
      EXPECT_TRUE(Holds(schema, text)) << schema << " " << text;
    }
    for (const char* text : {"", "nul", "[1,]", "{\"a\"}", "{a:1}", "[1 ,2]", "1e5"}) {
      EXPECT_FALSE(Holds(schema, text)) << schema << " " << text;
    }
  }
  EXPECT_TRUE(Holds(R"({"type":"object"})", R"({"a":[1],"b":{}})"));
  EXPECT_FALSE(Holds(R"({"type":"object"})", "[]"));
  EXPECT_TRUE(Holds(R"({"type":"array","minItems":2})", R"([1,{}])"));
  EXPECT_FALSE(Holds(R"({"type":"array","minItems":2})", "[1]"));
  EXPECT_TRUE(
      Holds(R"({"type":"object","additionalProperties":{"type":"null"}})", R"({"a":null})"));
  EXPECT_FALSE(Holds(R"({"type":"object","additionalProperties":{"type":"null"}})", R"({"a":1})"));
  EXPECT_TRUE(
      Holds(R"({"type":"object","properties":{},"additionalProperties":true})", R"({"a":1})"));
  // What is not declared is not written where anything is declared.
  EXPECT_FALSE(Holds(R"({"type":"object","properties":{}})", R"({"a":1})"));
  EXPECT_FALSE(Holds(R"({"type":"object","properties":{"b":{}},"additionalProperties":true})",
                     R"({"a":1})"));
}

TEST(SchemaCompiler, BadSchemasAreErrorsThatSayWhere) {
  for (const Refusal& refusal : std::vector<Refusal>{
           {"", "the schema is no JSON", "parse error"},
           {"{", "the schema is no JSON", "parse error"},
           {R"({"type":"null"} x)", "the schema is no JSON", "parse error"},
           {"{\"type\":\"null\"}\n\1", "the schema is no JSON", "parse error"},
           {"{\"type\":\"\xFF\"}", "the schema is no JSON", "UTF-8"},
           {R"({"type":"number","minimum":1e999})", "the schema is no JSON", "overflow"},
           {R"({"type":"null","type":"string"})", "an object of the schema", "\"type\" twice"},
           {R"({"const":{"a":{"b":1,"c":2,"b":3}}})", "an object of the schema", "\"b\" twice"},
           {"false", "#:", "false"},
           {"7", "#:", "7"},
           {R"({"type":"array","items":[{"type":"null"}]})", "#/items:", "write an object"},
           {R"({"type":"object","additionalProperties":1})",
            "#/additionalProperties:", "no schema"},
           {R"({"type":"object","required":["a"]})", "#/required:", "\"a\""},
           {R"({"type":"text"})", "#/type:", "\"text\" is no type"},
           {R"({"type":["null",3]})", "#/type:", "3 is no type"},
           {R"({"type":[]})", "#/type:", "no value"},
           {R"({"enum":[]})", "#/enum:", "no value"},
           {R"({"enum":{"a":1}})", "#/enum:", "no list"},
           {R"({"enum":["a"],"type":"integer"})", "#/enum:", "no value"},
           {R"({"anyOf":[]})", "#/anyOf:", "no list"},
           {R"({"anyOf":[{"type":"null"},{"type":"string","pattern":""}]})",
            "#/anyOf/1/pattern:", "\"pattern\""},
           {R"({"type":"string","minLength":-1})", "#/minLength:", "no count"},
           {R"({"type":"string","maxLength":1.5})", "#/maxLength:", "no count"},
           {R"({"type":"string","maxLength":"9"})", "#/maxLength:", "no count"},
           {R"({"type":"string","minLength":3,"maxLength":2})", "#/minLength:", "above maxLength"},
           {R"({"type":"string","minLength":1e12})", "#/minLength:", "limit"},
           {R"({"type":"number","minimum":"1"})", "#/minimum:", "no number"},
           {R"({"type":"number","exclusiveMinimum":true})", "#/exclusiveMinimum:", "no number"},
           {R"({"type":"number","minimum":2,"maximum":1})", "#:", "no number"},
           {R"({"type":"integer","minimum":0.2,"maximum":0.8})", "#:", "no number"},
           {R"({"type":"number","exclusiveMinimum":1,"exclusiveMaximum":1.0000005})",
            "#:", "no number"},
           {R"({"type":"number","minimum":1e30})", "#:", "no number"},
           {R"({"type":"object","properties":[]})", "#/properties:", "no object"},
           {R"({"type":"object","properties":{},"required":["a"]})", "#/required:", "\"a\""},
           {R"({"type":"object","properties":{},"required":"a"})", "#/required:", "no list"},
           {R"({"type":"object","properties":{},"required":[1]})", "#/required:", "no name"},
           {R"({"type":"object","properties":{"a":false}})", "#/properties/a:", "false"},
           {R"({"$ref":3})", "#/$ref:", "no string"},
           {R"({"$ref":"#/$defs/none"})", "#/$ref:", "names nothing"},
           {R"({"$ref":"other.json"})", "#/$ref:", "not inside"},
           {R"({"$ref":"#anchor"})", "#/$ref:", "anchor"},
           {R"({"$ref":"#/%zz"})", "#/$ref:", "malformed"},
           {R"({"$ref":"#"})", "#:", "refers to itself"},
           {R"({"$ref":"#/$defs/a","$defs":{"a":{"anyOf":[{"type":"null"},{"$ref":"#/$defs/b"}]},
               "b":{"$ref":"#/$defs/a"}}})",
            "#/$defs/", "refers to itself"},
           {R"({"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]})",
            "#:", "no finite text"},
           {R"({"type":"array","items":{"$ref":"#"},"minItems":1})", "#:", "no finite text"},
       }) {
    EXPECT_THAT(ErrorOf(refusal.schema), ::testing::StartsWith(refusal.place)) << refusal.schema;
    EXPECT_THAT(ErrorOf(refusal.schema), HasSubstr(refusal.word)) << refusal.schema;
  }
}

TEST(SchemaCompiler, NothingAfterANulIsOverlooked) {
  using std::string_literals::operator""s;
  EXPECT_THAT(ErrorOf("{\"type\":\"null\"}\0 and more"s), HasSubstr("byte 15 is NUL"));
}

TEST(SchemaCompiler, AnnotationsAreTaken) {
  EXPECT_EQ(ErrorOf(R"({"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"urn:x",
      "$comment":"","title":"","description":"","default":1,"examples":[],"deprecated":true,
      "readOnly":true,"writeOnly":false,"$defs":{"unused":{"pattern":1}},"type":"null"})"),
            "accepted");
}

TEST(SchemaCompiler, OneOfMustBeShownExclusive) {
  const auto one_of = [](const std::string& branches) {
    return ErrorOf(R"({"$defs":{"text":{"type":"string"}},"oneOf":[)" + branches + "]}");
  };
  const auto object = [](const std::string& properties, const std::string& required) {
    return R"({"type":"object","properties":{)" + properties + R"(},"required":[)" + required +
           "]}";
  };
  EXPECT_EQ(one_of(R"({"type":"string"},{"type":"null"},{"type":["integer","boolean"]})"),
            "accepted");
  EXPECT_EQ(one_of(R"({"const":1},{"enum":[2,"a"]},{"type":"null"})"), "accepted");
  EXPECT_EQ(one_of(R"({"$ref":"#/$defs/text"},{"anyOf":[{"type":"null"},{"const":4}]})"),
            "accepted");
  const std::string a = R"("k":{"const":"a"})";
  const std::string b = R"("k":{"enum":["b","c"]})";
  EXPECT_EQ(one_of(object(a, "\"k\"") + "," + object(b, "\"k\"")), "accepted");
  const std::string deep_a = R"("x":)" + object(a, "\"k\"");
  const std::string deep_b = R"("x":)" + object(b, "\"k\"");
  EXPECT_EQ(one_of(object(deep_a, "\"x\"") + "," + object(deep_b, "\"x\"")), "accepted")
      << "a discriminator may lie deeper";

  for (const std::string& overlapping : std::vector<std::string>{
           R"({"type":"number"},{"type":"integer"})", R"({"type":"string"},{"const":"a"})",
           R"({"const":1},{"enum":[1.0]})", R"({"const":{"a":1,"b":2}},{"const":{"b":2,"a":1}})",
           object(a, "\"k\"") + "," + object(b, ""), object(a, "\"k\"") + "," + object(a, "\"k\""),
           object(a, "\"k\"") + "," + object("\"k\\u0000\":{\"const\":1}", "\"k\\u0000\""),
           R"({"$ref":"#/$defs/text"},{"anyOf":[{"type":"null"},{"const":"a"}]})"}) {
    EXPECT_THAT(one_of(overlapping), ::testing::StartsWith("#/oneOf: the keyword \"oneOf\""))
        << overlapping;
  }
}

TEST(SchemaCompiler, PropertiesComeInOrderAndOptionalOnesMayBeLeftOut) {
  const std::string schema = R"({"type":"object","properties":{"a":{"type":"null"},
      "b":{"type":"null"},"c":{"type":"null"}},"required":["b"]})";
  EXPECT_TRUE(Holds(schema, R"({"b":null})"));
  EXPECT_TRUE(Holds(schema, R"({"a":null,"b":null})"));
  EXPECT_TRUE(Holds(schema, R"({"a":null,"b":null,"c":null})"));
  EXPECT_TRUE(Holds(schema, R"({"b":null,"c":null})"));
  EXPECT_FALSE(Holds(schema, R"({"a":null})"));
  EXPECT_FALSE(Holds(schema, R"({"b":null,"a":null})"));
  EXPECT_FALSE(Holds(schema, R"({"b":null,"b":null})"));
  EXPECT_FALSE(Holds(schema, R"({"b":null,})"));
  EXPECT_FALSE(Holds(schema, R"({ "b":null})"));
  EXPECT_FALSE(Holds(schema, R"({"b":null,"d":null})"));
}

TEST(SchemaCompiler, ReferencesMayUseEscapesAndPointAnywhere) {
  EXPECT_TRUE(Holds(R"({"$ref":"#/$defs/a~1b%25","$defs":{"a/b%":{"const":1}}})", "1"));
  EXPECT_TRUE(Holds(R"({"$ref":"#/$defs/u/anyOf/1","$defs":{"u":{"anyOf":[{"const":1},
      {"const":2}]}}})",
                    "2"));
  EXPECT_FALSE(Holds(R"({"$ref":"#/definitions/a","definitions":{"a":{"const":1}}})", "2"));
}

TEST(SchemaCompiler, NumbersAreHeldToTheirRange) {
  EXPECT_TRUE(Holds(R"({"type":"number","minimum":0.05,"maximum":0.8})", "0.05"));
  EXPECT_FALSE(Holds(R"({"type":"number","minimum":0.05,"maximum":0.8})", "0.049999"));
  EXPECT_FALSE(Holds(R"({"type":"number","exclusiveMinimum":0})", "0.0"));
  EXPECT_TRUE(Holds(R"({"type":"number","exclusiveMinimum":0})", "0.000001"));
  EXPECT_FALSE(Holds(R"({"type":"number"})", "-0"));
  EXPECT_FALSE(Holds(R"({"type":"number"})", "1e3"));
  EXPECT_FALSE(Holds(R"({"type":"number"})", "01"));
  EXPECT_FALSE(Holds(R"({"type":"integer"})", "1.0"));
  EXPECT_TRUE(Holds(R"({"type":"integer"})", "999999999999999999"));
  EXPECT_TRUE(Holds(R"({"type":["integer","number"],"maximum":1.5})", "1.5"));
}

// Each dimension of a hostile schema meets a limit, in bounded time.
TEST(SchemaCompiler, HostileSchemasAreErrors) {
  EXPECT_THAT(ErrorOf(std::string(300'000, ' ')), HasSubstr("300000 bytes"));
  EXPECT_THAT(ErrorOf(std::string(100'000, '[')), HasSubstr("nested deeper"));
  EXPECT_THAT(ErrorOf(Times(100, R"({"type":"array","items":)") + "1" + Times(100, "}")),
              HasSubstr("nested deeper"));
  EXPECT_THAT(ErrorOf(R"({"const":{"a":1,"b":2,"c":3}})", {.members = 2}),
              HasSubstr("more than 2 members"));
  EXPECT_THAT(ErrorOf(R"({"type":"array","items":{"type":"null"}})", {.nodes = 5}),
              HasSubstr("more than 5 rules"));
  EXPECT_THAT(ErrorOf(R"({"enum":["abcdef","ghijkl"]})", {.automaton_edges = 5}),
              HasSubstr("more than 5 automaton edges"));
  // Two unions of 1,000 branches each that differ have a million pairs.
  const auto same = [](const std::string& branch) {
    return R"({"anyOf":[)" + Times(999, branch + ",") + branch + "]}";
  };
  const std::string pairs =
      R"({"oneOf":[)" + same(R"({"const":1})") + "," + same(R"({"const":2})") + "]}";
  EXPECT_THAT(ErrorOf(pairs, {.work = 10'000}), HasSubstr("takes too long"));
  // A chain of unions of two references to the next has 2^200 paths.
  std::string definitions;
  for (int i = 0; i < 200; ++i) {
    const std::string next = R"({"$ref":"#/$defs/)" + std::to_string(i + 1) + R"("})";
    definitions += "\"";
    definitions += std::to_string(i) + R"(":{"anyOf":[)" + next + "," + next + "]},";
  }
  const std::string schema =
      R"({"$ref":"#/$defs/0","$defs":{)" + definitions + R"("200":{"type":"boolean"}}})";
  EXPECT_TRUE(Holds(schema, "true"));
  EXPECT_THAT(ErrorOf(R"({"oneOf":[{"$ref":"#/$defs/0"},{"const":true}],"$defs":{)" + definitions +
                      R"("200":{"type":"boolean"}}})"),
              HasSubstr("#/oneOf"));
}

TEST(SchemaCompiler, LongChainsOfReferencesCostARunNothing) {
  std::string definitions;
  for (int i = 0; i < 3000; ++i) {
    definitions += "\"";
    definitions += std::to_string(i) + R"(":{"$ref":"#/$defs/)" + std::to_string(i + 1) + R"("},)";
  }
  EXPECT_TRUE(Holds(
      R"({"$ref":"#/$defs/0","$defs":{)" + definitions + R"("3000":{"type":"null"}}})", "null"));
}

TEST(SchemaCompiler, AmbiguityDoesNotMultiply) {
  // Each level can be read in two ways; all of them lead to the same future.
  std::string schema = R"({"type":"boolean"})";
  for (int i = 0; i < 20; ++i) {
    const std::string list = R"({"type":"array","items":)" + schema + R"(,"maxItems":3})";
    schema = i == 0 ? R"({"anyOf":[)" + list + "," + list + "]}" : list;
  }
  const std::string deep = R"({"$defs":{"l":{"anyOf":[{"type":"null"},{"type":"array","items":
      {"anyOf":[{"$ref":"#/$defs/l"},{"$ref":"#/$defs/l"}]},"maxItems":3}]}},"$ref":"#/$defs/l"})";
  EXPECT_TRUE(Holds(schema, Times(20, "[") + "true,false" + Times(20, "]")));
  EXPECT_TRUE(Holds(deep, Times(100, "[") + "null,null" + Times(100, "]")));
}

}  // namespace
}  // namespace ganglion::grammar
