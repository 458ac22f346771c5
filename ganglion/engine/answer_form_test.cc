#include "ganglion/engine/answer_form.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/engine/engine.h"
#include "ganglion/engine/grammar_cache.h"
#include "ganglion/engine/test_model_test.h"

namespace ganglion::engine {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using Kind = AnswerForm::Kind;

TEST(AnswerForm, EqualTextsOfTwoKindsAreTwoGrammars) {
  GrammarCache grammars(4);
  const std::string text = "root ::= \"a\"";
  const auto grammar = grammars.Get({.kind = Kind::kGrammar, .text = text});
  const auto choice = grammars.Get({.kind = Kind::kChoices, .choices = {text}});
  ASSERT_TRUE(grammar.ok() && choice.ok());
  EXPECT_NE(*grammar, *choice);
  EXPECT_EQ(*grammars.Get({.kind = Kind::kGrammar, .text = text}), *grammar);
  EXPECT_EQ(*grammars.Get({.kind = Kind::kChoices, .choices = {text}}), *choice);
  EXPECT_EQ(grammars.size(), 2u);
}

TEST(AnswerForm, TheLeastRecentlyUsedLeaves) {
  GrammarCache grammars(2);
  const auto get = [&](const char* choice) {
    return *grammars.Get({.kind = Kind::kChoices, .choices = {choice}});
  };
  const auto a = get("a");
  const auto b = get("b");
  EXPECT_EQ(get("a"), a);
  get("c");
  EXPECT_EQ(get("a"), a);
  EXPECT_NE(get("b"), b);
  EXPECT_EQ(grammars.size(), 2u);
}

TEST(AnswerForm, WhatIsRefusedIsNotKept) {
  GrammarCache grammars(2);
  const AnswerForm wrong = {.kind = Kind::kGrammar, .text = "root = 1"};
  EXPECT_FALSE(grammars.Get(wrong).ok());
  EXPECT_FALSE(grammars.Get(wrong).ok());
  EXPECT_EQ(grammars.size(), 0u);
}

TEST(AnswerForm, OptionsReachTheGrammar) {
  const auto vocabulary = grammar::Vocabulary::Create({"x"}, {});
  const auto allows = [&](const AnswerForm& form, std::string_view text) {
    const auto compiled = CompileForm(form);
    EXPECT_TRUE(compiled.ok());
    grammar::Matcher matcher(compiled->grammar, vocabulary);
    return matcher.AcceptText(text) && matcher.IsComplete();
  };
  AnswerForm form = {.text = R"({"type":"object","properties":{"a":true,"b":true}})"};
  EXPECT_FALSE(allows(form, R"({"a": 1})"));
  EXPECT_FALSE(allows(form, R"({"b":1,"a":1})"));
  EXPECT_FALSE(allows(form, R"({"a":1,"c":1})"));
  form.white_space = grammar::SchemaOptions::WhiteSpace::kOneSpace;
  EXPECT_TRUE(allows(form, R"({"a": 1})"));
  form.order = grammar::SchemaOptions::MemberOrder::kAny;
  EXPECT_TRUE(allows(form, R"({"b":1,"a":1})"));
}

api::GenerateRequest FreeRequest(std::uint64_t seed) {
  api::GenerateRequest request = RawRequest("x", 60);
  request.sampling.temperature = 2;
  request.sampling.seed = seed;
  return request;
}

TEST(AnswerForm, AnswersHaveTheFormThatWasAskedFor) {
  const TestModel model({.has_merges = true});
  const auto engine = model.MakeEngine();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    api::GenerateRequest request = FreeRequest(seed);
    request.grammar = "root ::= \"go \" [0-9]{1,3} (\" \" [a-c]+ \".\")?";
    request.tokens_max = 400;
    EXPECT_THAT(Ask(*engine, request).text, MatchesRegex("go [0-9]{1,3}( [a-c]+\\.)?"));
    request = FreeRequest(seed);
    request.choices = {"left", "left turn", "right"};
    EXPECT_THAT(Ask(*engine, request).text, AnyOf("left", "left turn", "right"));
    request = FreeRequest(seed);
    request.regex = "[ab]{2,4}\\.?|opab[cd]";
    EXPECT_THAT(Ask(*engine, request).text, MatchesRegex("[ab]{2,4}\\.?|opab[cd]"));
    request = FreeRequest(seed);
    request.json_schema = R"({"const":[1]})";
    EXPECT_EQ(Ask(*engine, request).text, "[1]");
  }
}

class SilentSink final : public api::EventSink {
 public:
  void OnText(std::string_view /*text*/) override {}
  void OnDone(api::FinishReason /*reason*/, const api::Usage& /*usage*/,
              const Status& /*status*/) override {}
};

// The code decides what a client of the server reads: 400, and never an answer of another form.
TEST(AnswerForm, WhatCannotBeEnforcedIsTheFaultOfTheRequest) {
  const TestModel model;
  const auto engine = model.MakeEngine();
  struct Case {
    const char* field;
    const char* text;
    Code code;
    const char* message;
  };
  constexpr Case kCases[] = {
      {"grammar", "root ::= \"a", Code::kInvalidArgument, "line 1"},
      {"grammar", "root ::= root \"a\"", Code::kInvalidArgument, "root"},
      {"regex", "(a)\\1", Code::kUnimplemented, "backreference"},
      {"regex", "a(", Code::kInvalidArgument, "regex"},
      {"json_schema", R"({"type":"object","properties":{"a":{"$ref":"#/$defs/b"}}})",
       Code::kInvalidArgument, "/properties/a"},
      {"json_schema", R"({"type":)", Code::kInvalidArgument, "json_schema"},
  };
  for (const Case& each : kCases) {
    api::GenerateRequest request = FreeRequest(1);
    const std::string field = each.field;
    if (field == "grammar") request.grammar = each.text;
    if (field == "regex") request.regex = each.text;
    if (field == "json_schema") request.json_schema = each.text;
    const auto submitted = engine->Submit(std::move(request), std::make_shared<SilentSink>());
    ASSERT_FALSE(submitted.ok()) << each.text;
    EXPECT_EQ(submitted.error().code(), each.code) << each.text;
    EXPECT_THAT(std::string(submitted.error().message()), HasSubstr(each.message));
    EXPECT_THAT(std::string(submitted.error().message()), HasSubstr(each.field));
  }
}

TEST(AnswerForm, IsOneAndExcludesWhatWouldBreakIt) {
  const TestModel model;
  const auto engine = model.MakeEngine();
  api::GenerateRequest request = FreeRequest(1);
  request.regex = "a";
  request.choices = {"a"};
  EXPECT_THAT(ErrorOf(*engine, request), HasSubstr("regex and choices exclude each other"));
  request = FreeRequest(1);
  request.choices = {"a"};
  request.stop = {"a"};
  EXPECT_THAT(ErrorOf(*engine, request), HasSubstr("stop strings and choices"));
  request = FreeRequest(1);
  request.choices = {"a"};
  request.ignore_end = true;
  EXPECT_THAT(ErrorOf(*engine, request), HasSubstr("ignore_end"));
  request = FreeRequest(1);
  request.choices = {"a", ""};
  EXPECT_THAT(ErrorOf(*engine, request), HasSubstr("none may be empty"));
}

}  // namespace
}  // namespace ganglion::engine
