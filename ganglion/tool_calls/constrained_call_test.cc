#include "ganglion/tool_calls/constrained_call.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ganglion::tool_calls {
namespace {

using Json = nlohmann::ordered_json;

api::Tool MakeTool(const std::string& name, const std::string& parameters) {
  const std::string inner = parameters.empty() ? "" : ",\"parameters\":" + parameters;
  return {.name = name,
          .definition = R"({"type":"function","function":{"name":")" + name + "\"" + inner + "}}"};
}

const char* const kPlace = R"({"$schema":"x","type":"object","properties":{
    "to":{"$ref":"#/$defs/place"},"$ref":{"type":"null"}},"$defs":{"place":{"const":"#/a"}}})";

TEST(ConstrainedCall, NamesTheToolAndTakesItsParameters) {
  const std::vector<api::Tool> tools = {MakeTool("go", kPlace)};
  const auto form = ConstrainCall(Style::kHermes, tools, Arguments::kByTool);
  ASSERT_TRUE(form.ok()) << form.error().message();
  EXPECT_EQ(form->prefix, "<tool_call>\n");
  EXPECT_EQ(form->style, Style::kHermes);
  EXPECT_EQ(Json::parse(form->schema), Json::parse(R"({"anyOf":[
      {"type":"object","properties":{"name":{"const":"go"},
       "arguments":{"$ref":"#/$defs/tool_0"}},
       "required":["name","arguments"],"additionalProperties":false}],
      "$defs":{"tool_0":{"type":"object","properties":{
       "to":{"$ref":"#/$defs/tool_0/$defs/place"},"$ref":{"type":"null"}},
       "$defs":{"place":{"const":"#/a"}}}}})"));
}

TEST(ConstrainedCall, HasTheFormOfItsStyle) {
  const std::vector<api::Tool> one = {MakeTool("f", "")};
  const std::vector<api::Tool> two = {MakeTool("f", ""), MakeTool("g", "{}")};
  const auto prefix = [](Style style, const std::vector<api::Tool>& tools) {
    const auto form = ConstrainCall(style, tools, Arguments::kByTool);
    return form.ok() ? form->prefix : "error";
  };
  EXPECT_EQ(prefix(Style::kLlama, two), "");
  EXPECT_EQ(prefix(Style::kMistral, two), "[TOOL_CALLS]");
  EXPECT_EQ(prefix(Style::kMistralArgs, one), "[TOOL_CALLS]f[ARGS]");
  EXPECT_EQ(prefix(Style::kMistralArgs, two), "[TOOL_CALLS]");
  EXPECT_EQ(prefix(Style::kFunctionary, one), "<function=f>");
  EXPECT_EQ(prefix(Style::kFunctionary, two), "");
  EXPECT_EQ(prefix(Style::kNone, one), "error");
  EXPECT_EQ(prefix(Style::kHermes, {}), "error");
  const auto llama = ConstrainCall(Style::kLlama, two, Arguments::kByTool);
  EXPECT_NE(llama->schema.find("\"parameters\""), std::string::npos);
  const auto list = ConstrainCall(Style::kMistral, two, Arguments::kByTool);
  EXPECT_EQ(Json::parse(list->schema)["maxItems"], 1);
}

TEST(ConstrainedCall, AnyArgumentsAreForToolsThatAreNotStrict) {
  std::vector<api::Tool> tools = {MakeTool("f", kPlace), MakeTool("g", kPlace)};
  tools[1].strict = true;
  const auto form = ConstrainCall(Style::kHermes, tools, Arguments::kAny);
  ASSERT_TRUE(form.ok());
  const Json definitions = Json::parse(form->schema)["$defs"];
  EXPECT_EQ(definitions["tool_0"], Json::parse(R"({"type":"object"})"));
  EXPECT_TRUE(definitions["tool_1"].contains("properties"));
}

TEST(CheckTools, RefusesWhatIsNoTool) {
  const auto error = [](const api::Tool& tool) {
    return std::string(CheckTools(std::vector<api::Tool>{tool}).message());
  };
  EXPECT_EQ(error(MakeTool("f", kPlace)), "ok");
  EXPECT_EQ(error(MakeTool("f", "null")), "ok");
  EXPECT_NE(error(MakeTool("a b", "")).find("letters"), std::string::npos);
  EXPECT_NE(error(MakeTool("", "")).find("letters"), std::string::npos);
  EXPECT_NE(error({.name = "f", .definition = "{"}).find("no JSON"), std::string::npos);
  EXPECT_NE(error({.name = "f", .definition = "{}"}).find("\"function\""), std::string::npos);
  EXPECT_NE(error({.name = "f", .definition = MakeTool("g", "").definition}).find("another name"),
            std::string::npos);
  EXPECT_NE(error(MakeTool("f", "[1]")).find("parameters"), std::string::npos);
  EXPECT_NE(error(MakeTool("f", std::string(1000, '['))).find("deeply"), std::string::npos);
  std::string wide = "{";
  for (int i = 0; i < 5000; ++i) wide += "\"" + std::to_string(i) + "\":0,";
  EXPECT_NE(error(MakeTool("f", wide + "\"x\":0}")).find("4096 members"), std::string::npos);
  const std::vector<api::Tool> twice(2, MakeTool("f", ""));
  EXPECT_NE(CheckTools(twice).message().find("twice"), std::string_view::npos);
}

}  // namespace
}  // namespace ganglion::tool_calls
