#include "ganglion/tool_calls/style.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "ganglion/testing/shared_data.h"

namespace ganglion::tool_calls {
namespace {

TEST(Style, IsReadFromWhatATemplateWrites) {
  const std::pair<const char*, Style> cases[] = {
      {"{{ messages }}", Style::kNone},
      {R"({% if tools %}<tool_call>\n{"name": <name>, "arguments": <object>}\n</tool_call>)",
       Style::kHermes},
      {R"({% if tools %}<tool_call>{name}<arg_key>k</arg_key> arguments </tool_call>)",
       Style::kNone},
      {R"({% if tools %}<tool_call><function=f><parameter=p> arguments </function></tool_call>)",
       Style::kNone},
      {R"({{ tools }} [TOOL_CALLS] {{ out[:-1] }})", Style::kMistral},
      {R"({{ tools }} [TOOL_CALLS]f[ARGS]{})", Style::kMistralArgs},
      {R"({{ tools }} ipython '{"name": "' '"parameters": ')", Style::kLlama},
      {R"({{ tools }} ipython <function=f>{}</function>)", Style::kFunctionary},
  };
  for (const auto& [source, style] : cases) EXPECT_EQ(StyleOf(source), style) << source;
}

TEST(Style, RealTemplatesHaveTheStyleOfTheirModels) {
  const auto folder = testing::SharedData("templates");
  if (!folder) GTEST_SKIP() << "no shared templates on this machine";
  const std::map<std::string, Style> wanted = {
      {"NousResearch-Hermes-3-Llama-3.1-8B-tool_use", Style::kHermes},
      {"Qwen-Qwen2.5-7B-Instruct", Style::kHermes},
      {"Qwen-Qwen3-0.6B", Style::kHermes},
      {"meta-llama-Llama-3.1-8B-Instruct", Style::kLlama},
      {"meta-llama-Llama-3.2-3B-Instruct", Style::kLlama},
      {"mistralai-Mistral-Nemo-Instruct-2407", Style::kMistral},
      {"meetkai-functionary-medium-v3.1", Style::kFunctionary}};
  std::size_t found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    if (entry.path().extension() != ".jinja") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string source((std::istreambuf_iterator<char>(in)), {});
    const std::string name = entry.path().stem().string();
    const auto known = wanted.find(name);
    const Style style = known == wanted.end() ? Style::kNone : known->second;
    EXPECT_EQ(NameOf(StyleOf(source)), NameOf(style)) << name;
    found += known == wanted.end() ? 0 : 1;
  }
  EXPECT_EQ(found, wanted.size());
}

}  // namespace
}  // namespace ganglion::tool_calls
