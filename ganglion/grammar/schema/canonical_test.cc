#include "ganglion/grammar/schema/canonical.h"

#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "ganglion/grammar/schema/validator.h"

namespace ganglion::grammar {
namespace {

std::string Written(const char* text) { return WriteCanonical(Json::parse(text)); }
bool Equal(const char* a, const char* b) { return EqualValues(Json::parse(a), Json::parse(b)); }

TEST(Canonical, ValuesAreWrittenCompactInTheirOrder) {
  EXPECT_EQ(Written(R"( { "b" : [ 1 , { } , [ ] , null , true , false ] , "a" : "x" } )"),
            R"({"b":[1,{},[],null,true,false],"a":"x"})");
  EXPECT_EQ(Written("[]"), "[]");
  EXPECT_EQ(Written("[[],[[]]]"), "[[],[[]]]");
  EXPECT_EQ(Written(R"({"a":{"b":{}},"c":{}})"), R"({"a":{"b":{}},"c":{}})");
}

TEST(Canonical, NumbersArePlainDecimals) {
  EXPECT_EQ(Written("[1.0,-0,-0.0,1e3,1.50,0.3,-12.25,1e-7,1e21]"),
            "[1,0,0,1000,1.5,0.3,-12.25,0.0000001,1000000000000000000000]");
  EXPECT_EQ(Written("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(Written("-9223372036854775808"), "-9223372036854775808");
}

TEST(Canonical, StringsHaveOneSpelling) {
  EXPECT_EQ(Written(R"("\u0041\/\u00e9\u20ac\ud83d\ude00")"), "\"A/é€😀\"");
  EXPECT_EQ(Written(R"("\"\\\b\f\n\r\t\u0000\u001F\u007f")"),
            "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\"");
  EXPECT_EQ(Written(R"({"a\n":1})"), "{\"a\\n\":1}");
}

TEST(Canonical, EveryStringReadsBackAsItself) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  EXPECT_EQ(Json::parse(WriteCanonical(all)).get<std::string>(), all);
}

TEST(Canonical, DeepValuesAreWrittenAndComparedWithoutRecursion) {
  Json deep;
  for (int i = 0; i < 20'000; ++i) {
    Json outer = Json::array();
    outer.push_back(std::move(deep));
    deep = std::move(outer);
  }
  EXPECT_EQ(WriteCanonical(deep).size(), 40'004u);
  EXPECT_TRUE(EqualValues(deep, deep));
}

TEST(Canonical, EqualValuesAreEqualAsTheStandardHasIt) {
  EXPECT_TRUE(Equal("1", "1.0"));
  EXPECT_TRUE(Equal("0", "-0.0"));
  EXPECT_TRUE(Equal("1000", "1e3"));
  EXPECT_TRUE(Equal(R"({"a":1,"b":[2]})", R"({"b":[2.0],"a":1})"));
  EXPECT_TRUE(Equal(R"("\u0041")", R"("A")"));
  EXPECT_FALSE(Equal("0", "false"));
  EXPECT_FALSE(Equal("1", "true"));
  EXPECT_FALSE(Equal("0", "null"));
  EXPECT_FALSE(Equal("\"\"", "null"));
  EXPECT_FALSE(Equal("[]", "{}"));
  EXPECT_FALSE(Equal("[1,2]", "[2,1]"));
  EXPECT_FALSE(Equal("[1]", "[1,1]"));
  EXPECT_FALSE(Equal(R"({"a":1})", R"({"b":1})"));
  EXPECT_FALSE(Equal(R"({"a":1})", R"({"a":2})"));
  EXPECT_FALSE(Equal("\"a\"", "\"A\""));
}

TEST(Canonical, IntegersAreComparedExactly) {
  EXPECT_FALSE(Equal("9007199254740993", "9007199254740992.0"));
  EXPECT_TRUE(Equal("9007199254740992", "9007199254740992.0"));
  EXPECT_FALSE(Equal("18446744073709551615", "-1"));
  EXPECT_FALSE(Equal("18446744073709551615", "18446744073709551614"));
  EXPECT_TRUE(EqualValues(Json(std::int64_t{5}), Json(std::uint64_t{5})));
}

TEST(Canonical, FractionsAreTheDecimalsThatTheyPrintAs) {
  EXPECT_EQ(DecimalOf(Json::parse("0.3")), ExactDecimal::Parse("0.3"));
  EXPECT_NE(DecimalOf(Json(0.1 + 0.2)), ExactDecimal::Parse("0.3"));
  EXPECT_EQ(DecimalOf(Json(std::numeric_limits<double>::denorm_min())),
            ExactDecimal::Parse("5e-324"));
}

}  // namespace
}  // namespace ganglion::grammar
