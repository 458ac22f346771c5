#include "ganglion/grammar/schema/scalar_sets.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/grammar/schema/validator.h"

namespace ganglion::grammar {
namespace {

// Parts that the schemas below are combined of. They say something of strings, of numbers, or of
// both; none has a pattern, so that lengths are seen alone.
const std::vector<std::string> kParts = {
    R"(true)",
    R"(false)",
    R"({"type": "string"})",
    R"({"type": "integer"})",
    R"({"type": ["string", "number"], "maxLength": 2})",
    R"({"minLength": 2})",
    R"({"minLength": 1, "maxLength": 3})",
    R"({"enum": ["a", "bb", "", 1, 2.5]})",
    R"({"const": 2, "minimum": 0})",
    R"({"minimum": 2})",
    R"({"exclusiveMaximum": 2.5})",
    R"({"multipleOf": 0.5})",
};

const std::vector<Json> kValues = {"", "a", "b", "aa", "bb", "abc", "äöü", "abcd",
                                   -3, 0,   1,   2,    2.5,  2.25,  0.5,   1e3};

std::vector<std::string> Combined() {
  std::vector<std::string> schemas = kParts;
  for (const std::string& a : kParts) {
    schemas.push_back(R"({"not": )" + a + "}");
    for (const std::string& b : kParts) {
      const std::string list = "[" + a + "," + b + "]";
      for (const char* keyword : {"allOf", "anyOf", "oneOf"}) {
        schemas.push_back("{\"" + std::string(keyword) + "\": " + list + "}");
      }
      schemas.push_back(R"({"allOf": [)" + a + R"(, {"not": )" + b + "}]}");
      schemas.push_back(R"({"if": )" + a + R"(, "then": )" + b + "}");
      schemas.push_back(R"({"$ref": "#/$defs/x", "$defs": {"x": )" + a + R"(}, "if": )" + b +
                        R"(, "else": false})");
    }
  }
  return schemas;
}

TEST(ScalarSets, HoldWhatTheValidatorCallsValid) {
  for (const std::string& text : Combined()) {
    const auto model = SchemaModel::Read(text);
    ASSERT_TRUE(model.ok()) << text;
    Work work(20'000'000);
    Languages languages(work);
    ScalarSets sets(*model, languages, work);
    Validator validator(*model, languages, work);
    for (const bool holds : {true, false}) {
      const Goal goal = {{model->root(), holds}};
      const auto strings = sets.StringsOf(goal);
      const auto numbers = sets.NumbersOf(goal);
      ASSERT_TRUE(strings.ok() && numbers.ok()) << text;
      for (const Json& value : kValues) {
        const auto valid = validator.IsValid(model->root(), value);
        ASSERT_TRUE(valid.ok()) << text;
        bool has = false;
        if (value.is_number()) {
          has = numbers->Accepts(WriteCanonical(value));
        } else {
          const auto lengths = Dfa::OfLength(strings->min, strings->max, work);
          ASSERT_TRUE(lengths.ok());
          const auto inside = value.get<std::string>();
          has = lengths->Accepts(inside) && (!strings->texts || strings->texts->Accepts(inside));
        }
        EXPECT_EQ(has, *valid == holds) << text << " holds: " << holds << " value: " << value;
      }
    }
  }
}

TEST(ScalarSets, KeepALengthThatStandsAloneAsALength) {
  const std::string text = R"({"allOf": [{"type": "string", "minLength": 3},
      {"$ref": "#/$defs/short"}], "$defs": {"short": {"maxLength": 65535}}})";
  const auto model = SchemaModel::Read(text);
  ASSERT_TRUE(model.ok());
  Work work(10'000);
  Languages languages(work);
  const auto set = ScalarSets(*model, languages, work).StringsOf({{model->root(), true}});
  ASSERT_TRUE(set.ok());
  EXPECT_FALSE(set->texts.has_value());
  EXPECT_EQ(set->min, 3u);
  EXPECT_EQ(set->max, 65535u);
}

TEST(ScalarSets, DoNotMultiplyTextsByABoundThatTheyKeep) {
  const std::string text = R"({"enum": ["abc", "de"], "minLength": 1, "maxLength": 60000})";
  const auto model = SchemaModel::Read(text);
  ASSERT_TRUE(model.ok());
  Work work(10'000);
  Languages languages(work);
  const auto set = ScalarSets(*model, languages, work).StringsOf({{model->root(), true}});
  ASSERT_TRUE(set.ok());
  ASSERT_TRUE(set->texts.has_value());
  EXPECT_EQ(set->texts->Texts(10), (std::vector<std::string>{"de", "abc"}));
}

}  // namespace
}  // namespace ganglion::grammar
