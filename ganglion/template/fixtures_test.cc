#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ganglion/template/chat_template.h"
#include "ganglion/testing/shared_data.h"

// The templates of well-known models against the texts that Jinja2 gives.

namespace ganglion::jinja {
namespace {

using Json = nlohmann::ordered_json;

constexpr DateTime kFixtureTime{2026, 1, 2, 15, 4, 5};  // a Friday

std::string Read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

RenderInput InputOf(const Json& test) {
  RenderInput input;
  input.messages = test.at("messages");
  input.tools = test.at("tools");
  input.add_generation_prompt = test.at("add_generation_prompt");
  input.bos_token = test.at("bos_token");
  input.eos_token = test.at("eos_token");
  input.extra = test.at("extra");
  input.now = kFixtureTime;
  return input;
}

// Empty where the rendering is right.
std::string Disagreement(const Json& test, const Result<std::string>& text) {
  if (test.contains("also_accepted") && text.ok() && *text == test.at("also_accepted")) return "";
  if (test.value("error", false)) {
    if (text.ok()) return "rendered, but should have failed";
    const std::string wanted = test.at("error_kind") == "raised by the template"
                                   ? test.at("error_message").get<std::string>()
                                   : "";
    if (text.error().message().find(wanted) != std::string_view::npos) return "";
    return "failed with: " + std::string(text.error().message());
  }
  if (!text.ok()) return "failed with: " + std::string(text.error().message());
  if (*text == test.at("expected")) return "";
  return "got: " + *text;
}

TEST(TemplateFixtures, RealTemplatesRenderAsJinja2Does) {
  const auto folder = testing::SharedData("templates");
  if (!folder) GTEST_SKIP() << "no shared templates on this machine";
  int agreed = 0, cases = 0, templates = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    if (entry.path().extension() != ".jinja") continue;
    ++templates;
    const std::string name = entry.path().stem().string();
    auto parsed = ChatTemplate::Parse(Read(entry.path()));
    ASSERT_TRUE(parsed.ok()) << name << ": " << parsed.error().message();
    const Json file = Json::parse(Read(*folder + "/" + name + ".cases.json"));
    for (const Json& test : file.is_array() ? file : file.at("cases")) {
      ++cases;
      const std::string wrong = Disagreement(test, parsed->Render(InputOf(test)));
      EXPECT_EQ(wrong, "") << name << ", " << test.at("name");
      agreed += wrong.empty() ? 1 : 0;
    }
  }
  EXPECT_GT(templates, 0);
  std::printf("%d templates: %d of %d renderings agree\n", templates, agreed, cases);
}

}  // namespace
}  // namespace ganglion::jinja
