#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ganglion/engine/engine.h"
#include "ganglion/engine/test_model_test.h"

namespace ganglion::engine {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

// Templates that show tools and write calls as the models of each style do.
constexpr const char* kHermes =
    "{% for t in tools or [] %}{{ t|tojson }}\n{% endfor %}{% if tools %}<tool_call>\n"
    "{\"name\": <name>, \"arguments\": <object>}\n</tool_call>{% endif %}"
    "{% for m in messages %}<|start|>{{ m.role }}\n{{ m.content }}{% for c in m.tool_calls or [] %}"
    "<tool_call>\n{\"name\": \"{{ c.function.name }}\", \"arguments\": "
    "{{ c.function.arguments|tojson }}}\n</tool_call>{% endfor %}<|end|>{% endfor %}"
    "<|start|>assistant\n";
constexpr const char* kLlama =
    "{% for t in tools or [] %}{{ t|tojson }}{% endfor %}{% for m in messages %}{{ m.role }}"
    "{% if m.role == 'tool' %}ipython{% endif %}{{ m.content }}{% for c in m.tool_calls or [] %}"
    "{{- '{\"name\": \"' + c.function.name + '\", ' }}{{- '\"parameters\": ' }}{% endfor %}"
    "{% endfor %}";
constexpr const char* kMistral =
    "{{ tools }}{% for m in messages %}{{ m.content }}{% if m.tool_calls %}[TOOL_CALLS]{% endif %}"
    "{% endfor %}";
constexpr const char* kMistralArgs =
    "{{ tools }}{% for m in messages %}{{ m.content }}{% if m.tool_calls %}[TOOL_CALLS]f[ARGS]"
    "{% endif %}{% endfor %}";
constexpr const char* kFunctionary =
    "{{ tools }}{% for m in messages %}{{ m.content }}{% if m.tool_calls "
    "%}<function=f>{}</function>"
    "{% endif %}{% endfor %}";

TestModelSpec Spec(const char* chat_template) {
  return {.seed = 5,
          .context = 2048,
          .chat_template = chat_template,
          .controls = {"<tool_call>", "</tool_call>", "[TOOL_CALLS]", "[ARGS]"}};
}

api::Tool Move() {
  return {
      .name = "move",
      .definition = R"({"type":"function","function":{"name":"move","description":"Drive <|end|>",
            "parameters":{"type":"object","properties":{
              "to":{"$ref":"#/$defs/place"},"cm":{"type":"integer","minimum":-9,"maximum":40}},
              "required":["to"],"additionalProperties":false,
              "$defs":{"place":{"enum":["table","door"]}}}}})"};
}

api::Tool Say() {
  return {.name = "say", .definition = R"({"type":"function","function":{"name":"say",
            "parameters":{"type":"object","properties":{"text":{"type":"string","maxLength":6}},
              "required":["text"]}}})"};
}

api::GenerateRequest CallRequest(std::vector<api::Tool> tools, std::uint64_t seed) {
  api::GenerateRequest request;
  request.messages = {{"user", "Go to the table."}};
  request.tools = std::move(tools);
  request.tool_choice = api::ToolChoice::kRequired;
  request.sampling.temperature = 2;
  request.sampling.seed = seed;
  request.tokens_max = 400;
  return request;
}

void ExpectFits(const api::ToolCall& call) {
  const Json arguments = Json::parse(call.arguments, nullptr, false);
  ASSERT_TRUE(arguments.is_object()) << call.arguments;
  if (call.name == "say") {
    ASSERT_TRUE(arguments.at("text").is_string()) << call.arguments;
    return;
  }
  ASSERT_EQ(call.name, "move");
  ASSERT_TRUE(arguments.at("to") == "table" || arguments.at("to") == "door") << call.arguments;
  for (const auto& [key, value] : arguments.items()) {
    if (key == "to") continue;
    ASSERT_EQ(key, "cm");
    ASSERT_TRUE(value.is_number_integer() && value >= -9 && value <= 40) << call.arguments;
  }
}

TEST(ToolCalls, ARequiredCallOfARandomModelFitsItsTool) {
  for (const char* source : {kHermes, kLlama, kMistral, kMistralArgs, kFunctionary}) {
    const TestModel model(Spec(source));
    const auto engine = model.MakeEngine();
    int moves = 0, says = 0;
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      auto request = CallRequest({Move(), Say()}, seed);
      if (seed % 3 == 0) {
        request.tool_choice = api::ToolChoice::kNamed;
        request.tool_name = seed % 2 == 0 ? "move" : "say";
      }
      const std::string named = request.tool_name;
      const api::Answer answer = Ask(*engine, std::move(request));
      EXPECT_EQ(answer.text, "") << source;
      EXPECT_EQ(answer.reason, api::FinishReason::kToolCalls);
      ASSERT_EQ(answer.tool_calls.size(), 1u) << source;
      const api::ToolCall& call = answer.tool_calls[0];
      ExpectFits(call);
      EXPECT_TRUE(named.empty() || call.name == named);
      const bool is_short = source == kMistral || source == kMistralArgs;
      EXPECT_EQ(call.id.size(), is_short ? 9u : 29u);
      (call.name == "move" ? moves : says) += 1;
    }
    EXPECT_GT(moves, 1);
    EXPECT_GT(says, 1);
  }
}

TEST(ToolCalls, AFreeAnswerMayBeText) {
  const TestModel model(Spec(kHermes));
  const auto engine = model.MakeEngine();
  auto request = CallRequest({Move()}, 1);
  request.tool_choice = api::ToolChoice::kAuto;
  request.tokens_max = 30;
  const api::Answer answer = Ask(*engine, std::move(request));
  EXPECT_FALSE(answer.text.empty());
  EXPECT_TRUE(answer.tool_calls.empty());
}

// A bias makes the model begin a call wherever it may; what stands in it is chance.
TEST(ToolCalls, ACallThatTheModelBeginsFitsAStrictTool) {
  for (const bool parallel : {false, true}) {
    const TestModel model(Spec(kHermes));
    const auto engine = model.MakeEngine();
    const TokenId mark = engine->tokenizer().Find("<tool_call>");
    std::size_t calls = 0;
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      auto request = CallRequest({Move(), Say()}, seed);
      request.tool_choice = api::ToolChoice::kAuto;
      request.parallel_tool_calls = parallel;
      request.tools[0].strict = true;
      request.logit_bias = {{.token = Value(mark), .bias = 100}};
      const auto answer = api::GenerateAndWait(*engine, std::move(request));
      if (!answer.ok()) {  // the last of many need not become whole
        EXPECT_THAT(std::string(answer.error().message()), HasSubstr("not yet whole"));
        EXPECT_TRUE(parallel);
        continue;
      }
      EXPECT_EQ(answer->text, "");
      for (const api::ToolCall& call : answer->tool_calls) ExpectFits(call);
      calls += answer->tool_calls.size();
      if (parallel) continue;
      EXPECT_EQ(answer->reason, api::FinishReason::kToolCalls);
      EXPECT_EQ(answer->tool_calls.size(), 1u);
    }
    EXPECT_GE(calls, parallel ? 0u : 8u);
  }
}

// Text is free until the trigger comes; then the tool's schema is in force, and what it dictates is
// forced. With one token for each byte forcing changes nothing but the work.
TEST(ToolCalls, TextIsFreeUntilTheTriggerAndTheCallFitsBehindIt) {
  const TestModel model(Spec(kHermes));
  const auto forcing = model.MakeEngine();
  const auto sampling = model.MakeEngine({.force_tokens = false});
  const TokenId trigger = forcing->tokenizer().Find("<tool_call>");
  int behind_text = 0;
  for (std::uint64_t seed = 0; seed < 16; ++seed) {
    auto request = CallRequest({Move(), Say()}, seed);
    request.tool_choice = api::ToolChoice::kAuto;
    request.parallel_tool_calls = false;
    for (api::Tool& tool : request.tools) tool.strict = true;
    request.logit_bias = {{.token = Value(trigger), .bias = 6}};
    const auto answer = api::GenerateAndWait(*forcing, request);
    const auto sampled = api::GenerateAndWait(*sampling, request);
    ASSERT_TRUE(answer.ok() && sampled.ok());
    EXPECT_EQ(answer->text, sampled->text);
    ASSERT_EQ(answer->tool_calls.size(), sampled->tool_calls.size());
    if (answer->tool_calls.empty()) continue;
    ASSERT_EQ(answer->tool_calls.size(), 1u);
    EXPECT_EQ(answer->tool_calls[0].arguments, sampled->tool_calls[0].arguments);
    ExpectFits(answer->tool_calls[0]);
    EXPECT_GT(answer->usage.forced_tokens, 0);
    EXPECT_EQ(sampled->usage.forced_tokens, 0);
    behind_text += answer->text.empty() ? 0 : 1;
  }
  EXPECT_GT(behind_text, 3);
}

TEST(ToolCalls, ResultsGoBackToTheModel) {
  const TestModel model(Spec(kHermes));
  const auto engine = model.MakeEngine();
  auto request = CallRequest({Move(), Say()}, 3);
  const api::Answer first = Ask(*engine, request);
  ASSERT_EQ(first.tool_calls.size(), 1u);
  request.messages.push_back({.role = "assistant", .content = "", .tool_calls = first.tool_calls});
  request.messages.push_back({.role = "tool",
                              .content = "done",
                              .tool_call_id = first.tool_calls[0].id,
                              .name = first.tool_calls[0].name});
  const api::Answer second = Ask(*engine, request);
  EXPECT_GT(second.usage.prompt_tokens, first.usage.prompt_tokens);
  ASSERT_EQ(second.tool_calls.size(), 1u);
  EXPECT_NE(second.tool_calls[0].id, first.tool_calls[0].id);
}

TEST(ToolCalls, ParametersThatNoGrammarEnforcesAreAnyObjectUnlessStrict) {
  const TestModel model(Spec(kHermes));
  const auto engine = model.MakeEngine();
  api::Tool tool = {.name = "f",
                    .definition = R"({"type":"function","function":{"name":"f","parameters":
                      {"type":"object","properties":{"a":{"type":"string","pattern":"(x)\\1"}}}}})"};
  tool.strict = true;
  EXPECT_THAT(ErrorOf(*engine, CallRequest({tool}, 1)),
              HasSubstr("/properties/a: the keyword \"pattern\" is not enforced"));
  tool.strict = false;
  auto request = CallRequest({tool}, 1);
  request.tokens_max = 1;
  EXPECT_THAT(ErrorOf(*engine, std::move(request)), HasSubstr("not yet whole"));
}

TEST(ToolCalls, AJsonObjectIsOne) {
  const TestModel model(Spec(kHermes));
  const auto engine = model.MakeEngine();
  int objects = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    api::GenerateRequest request;
    request.messages = {{"user", "JSON, please."}};
    request.json_object = true;
    request.sampling.temperature = 1.5;
    request.sampling.seed = seed;
    request.tokens_max = 1500;
    const auto answer = api::GenerateAndWait(*engine, std::move(request));
    if (!answer.ok()) {
      EXPECT_THAT(std::string(answer.error().message()), HasSubstr("not yet whole"));
      continue;
    }
    EXPECT_TRUE(Json::parse(answer->text, nullptr, false).is_object()) << answer->text;
    ++objects;
  }
  EXPECT_GT(objects, 0);
}

TEST(ToolCalls, WhatCannotBeIsRefusedByName) {
  const TestModel model(Spec(kHermes));
  const auto engine = model.MakeEngine();
  const auto error = [&](const auto& change) {
    auto request = CallRequest({Move()}, 1);
    change(request);
    return ErrorOf(*engine, std::move(request));
  };
  using Request = api::GenerateRequest;
  EXPECT_THAT(error([](Request& r) { r.tools.clear(); }), HasSubstr("no tools"));
  EXPECT_THAT(error([](Request& r) { r.stop = {"x"}; }), HasSubstr("stop strings"));
  EXPECT_THAT(error([](Request& r) { r.json_object = true; }), HasSubstr("exclude"));
  EXPECT_THAT(error([](Request& r) { r.tools[0].definition = "{}"; }), HasSubstr("'move'"));
  EXPECT_THAT(error([](Request& r) {
                r.tool_choice = api::ToolChoice::kNamed;
                r.tool_name = "jump";
              }),
              HasSubstr("'jump'"));
  EXPECT_THAT(error([](Request& r) {
                r.messages.clear();
                r.prompt = "x";
              }),
              HasSubstr("need messages"));
  const TestModel plain;
  const auto without = plain.MakeEngine();
  EXPECT_THAT(ErrorOf(*without, CallRequest({Move()}, 1)), HasSubstr("no known form"));
  auto none = CallRequest({Move()}, 1);
  none.tool_choice = api::ToolChoice::kNone;
  none.tokens_max = 4;
  EXPECT_TRUE(Ask(*without, std::move(none)).tool_calls.empty());
}

}  // namespace
}  // namespace ganglion::engine
