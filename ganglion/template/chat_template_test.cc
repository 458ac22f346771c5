#include "ganglion/template/chat_template.h"

#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/template/limits.h"

namespace ganglion::jinja {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::ordered_json;

Result<std::string> Render(std::string_view source, const Json& extra = {}) {
  GN_ASSIGN_OR_RETURN(const ChatTemplate parsed, ChatTemplate::Parse(source));
  RenderInput input;
  input.extra = extra;
  input.now = DateTime{2026, 1, 2, 15, 4, 5};
  return parsed.Render(input);
}

std::string ErrorOf(std::string_view source, const Json& extra = {}) {
  const auto text = Render(source, extra);
  return text.ok() ? "rendered: " + *text : std::string(text.error().message());
}

TEST(ChatTemplate, RendersAsJinja2Does) {
  std::ifstream in(std::string(GANGLION_SOURCE_DIR) + "/ganglion/template/testdata/cases.json");
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  const Json file = Json::parse(bytes);
  ASSERT_GT(file.at("cases").size(), 100u);
  for (const Json& test : file.at("cases")) {
    const std::string source = test.at("template");
    const auto text = Render(source, file.at("context"));
    if (test.contains("error")) {
      ASSERT_FALSE(text.ok()) << source << "\nrendered as: " << *text;
      EXPECT_THAT(std::string(text.error().message()),
                  HasSubstr(test.at("error").get<std::string>()))
          << source;
    } else if (text.ok()) {
      EXPECT_EQ(*text, test.at("expected").get<std::string>()) << source;
    } else {
      ADD_FAILURE() << source << "\nfailed with: " << text.error().message();
    }
  }
}

TEST(ChatTemplate, ErrorsNameTheLine) {
  EXPECT_EQ(ErrorOf("a\nb\n{{ x.y }}"), "chat template, line 3: 'x' is undefined");
  EXPECT_EQ(ErrorOf("a\n{% if %}"), "chat template, line 2: expected an expression but found '%}'");
  EXPECT_EQ(ErrorOf("{% macro f() %}\n{{ 1 / 0 }}{% endmacro %}\n\n{{ f() }}"),
            "chat template, line 2: division by zero");
  EXPECT_EQ(ErrorOf("\n{{ 'a' | shout }}"), "chat template, line 2: no filter is named 'shout'");
  EXPECT_EQ(ErrorOf("{# a\n\n"), "chat template, line 1: a comment {# has no end #}");
  EXPECT_EQ(ErrorOf("{{ '\n' ~ raise_exception('no') }}"), "chat template, line 2: no");
}

TEST(ChatTemplate, TheCallersVariablesAreThere) {
  const auto parsed = ChatTemplate::Parse(
      "{{ bos_token }}{% for m in messages %}{{ m.role }}:{{ m.content }};{% endfor %}"
      "{{ tools }}{{ documents }}{{ add_generation_prompt }}{{ mood }}{{ eos_token }}");
  ASSERT_TRUE(parsed.ok());
  RenderInput input;
  input.messages = Json::parse(R"([{"role": "user", "content": "hi"}])");
  input.add_generation_prompt = false;
  input.bos_token = "<s>";
  input.eos_token = "</s>";
  input.extra = {{"mood", "good"}};
  const auto text = parsed->Render(input);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(*text, "<s>user:hi;NoneNoneFalsegood</s>");
}

TEST(ChatTemplate, TimeIsInjectedOrMissing) {
  const auto parsed = ChatTemplate::Parse("{{ strftime_now('%d %B') }}");
  ASSERT_TRUE(parsed.ok());
  RenderInput input;
  EXPECT_THAT(std::string(parsed->Render(input).error().message()), HasSubstr("no time was given"));
  input.now = DateTime{2024, 2, 29, 0, 0, 0};
  EXPECT_EQ(*parsed->Render(input), "29 February");
  input.now = DateTime{2023, 2, 29, 0, 0, 0};
  EXPECT_THAT(std::string(parsed->Render(input).error().message()), HasSubstr("not valid"));
  EXPECT_THAT(ErrorOf("{{ strftime_now('%Q') }}"), HasSubstr("does not know %Q"));
  EXPECT_THAT(ErrorOf("{{ strftime_now('%') }}"), HasSubstr("does not know"));
}

TEST(ChatTemplate, WhatIsNotUtf8IsRefused) {
  EXPECT_THAT(ErrorOf("\xff"), HasSubstr("not UTF-8"));
  EXPECT_THAT(ErrorOf("a", {{"x", "\xc3"}}), HasSubstr("not UTF-8"));
  EXPECT_THAT(ErrorOf("a", {{"\xed\xa0\x80", 1}}), HasSubstr("not UTF-8"));
}

TEST(ChatTemplate, DeepNestingIsRefusedNotFollowed) {
  const auto repeat = [](std::string_view text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
  };
  const int many = 100'000;
  EXPECT_THAT(ErrorOf("{{ " + repeat("(", many) + repeat(")", many) + " }}"),
              HasSubstr("nested too deeply"));
  EXPECT_THAT(ErrorOf("{{ " + repeat("[", many) + repeat("]", many) + " }}"),
              HasSubstr("nested too deeply"));
  EXPECT_THAT(ErrorOf("{{ " + repeat("not ", many) + " }}"), HasSubstr("nested too deeply"));
  EXPECT_THAT(ErrorOf("{{ " + repeat("-", many) + "}}"), HasSubstr("nested too deeply"));
  EXPECT_THAT(ErrorOf("{{ 1" + repeat("+1", many) + " }}"), HasSubstr("nested too deeply"));
  EXPECT_THAT(ErrorOf("{{ a" + repeat(".a", many) + " }}"), HasSubstr("nested too deeply"));
  EXPECT_THAT(ErrorOf("{{ a" + repeat("|e", many) + " }}"), HasSubstr("nested too deeply"));
  EXPECT_THAT(ErrorOf(repeat("{% if 1 %}", many)), HasSubstr("nested too deeply"));
  EXPECT_THAT(ErrorOf("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"), HasSubstr("deeper"));
  EXPECT_THAT(ErrorOf("{% set ns = namespace(x=[]) %}{% for i in range(200) %}"
                      "{% set ns.x = [ns.x] %}{% endfor %}"),
              HasSubstr("nested too deeply"));
  Json deep = 1;
  for (int i = 0; i < kValueDepthMax + 1; ++i) deep = Json::array({deep});
  EXPECT_THAT(ErrorOf("a", {{"x", deep}}), HasSubstr("nested deeper"));
}

TEST(ChatTemplate, EndlessWorkIsCutOff) {
  const std::string nested = "{% for a in range(9999) %}{% for b in range(9999) %}{{ a }}";
  EXPECT_THAT(ErrorOf(nested + "{% endfor %}{% endfor %}"), HasSubstr("more than"));
  EXPECT_THAT(ErrorOf("{{ range(10**9) }}"), HasSubstr("range() is longer"));
  EXPECT_THAT(ErrorOf("{{ 'a' * 10**12 }}"), HasSubstr("bytes of values"));
  EXPECT_THAT(ErrorOf("{{ [1] * 10**12 }}"), HasSubstr("bytes of values"));
  EXPECT_THAT(ErrorOf("{{ 'a'.rjust(10**12) }}"), HasSubstr("padded to too many"));
  EXPECT_THAT(ErrorOf("{{ 'a' * 10**6 * 20 }}"), HasSubstr("prints more than"));
  EXPECT_THAT(ErrorOf("{{ 10 ** 50 }}"), HasSubstr("too large"));
  // 2^60 elements in sixty small lists.
  EXPECT_THAT(ErrorOf("{% set ns = namespace(x=[1]) %}{% for i in range(60) %}"
                      "{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x == ns.x }}{{ ns.x }}"),
              HasSubstr("more than"));
}

TEST(ChatTemplate, ALoopVariableDoesNotOutliveItsLoop) {
  EXPECT_THAT(ErrorOf("{% set ns = namespace() %}{% for i in [1] %}{% set ns.l = loop %}"
                      "{% endfor %}{{ ns.l.index }}"),
              HasSubstr("after its loop has ended"));
}

TEST(ChatTemplate, AMacroFromALoopKeepsItsVariables) {
  const auto text = Render(
      "{% set ns = namespace() %}{% for i in [1, 2] %}{% set x = i %}"
      "{% macro f() %}{{ x }}{% endmacro %}{% set ns.f = f %}{% endfor %}"
      "{% for i in [7, 8] %}{% set x = i %}{% endfor %}{{ ns.f() }}");
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(*text, "2");
}

TEST(ChatTemplate, AnObjectCannotBePrinted) {
  EXPECT_THAT(ErrorOf("{{ namespace() }}"), HasSubstr("cannot be turned into text"));
  EXPECT_THAT(ErrorOf("{{ [namespace()] | tojson }}"), HasSubstr("not JSON serializable"));
}

}  // namespace
}  // namespace ganglion::jinja
