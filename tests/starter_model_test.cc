// The starter model on instructions that it was not trained on: our own sets, and those in the data
// folder beside the checkout where this machine has them. Every plan must be valid; the share of
// exact ones must reach what the issue asks for. Printed, so that a run shows how far it is above.

#include <cctype>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ganglion/base/fold_text.h"
#include "ganglion/engine/engine.h"
#include "ganglion/robot/decide/decider.h"
#include "ganglion/robot/world/plan.h"
#include "ganglion/testing/shared_data.h"

namespace ganglion {
namespace {

using nlohmann::json;

constexpr double kExactEnglish = 0.85, kExactChinese = 0.80;
constexpr const char* kLeading[] = {"the ",   "a ",     "an ",   "my ",    "your ", "his ",
                                    "her ",   "its ",   "our ",  "their ", "this ", "that ",
                                    "these ", "those ", "some ", "我的",   "你的",  "您的",
                                    "他的",   "她的",   "这个",  "那个",   "一个"};

void Replace(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
}

// Two spellings of one target or spoken text are the same after this.
std::string Normal(const std::string& source) {
  std::string text = FoldText(source).text;
  for (const std::string_view word : kLeading) {
    if (!text.starts_with(word)) continue;
    text.erase(0, word.size());
    break;
  }
  Replace(text, "的", "");
  while (!text.empty() && std::ispunct(static_cast<unsigned char>(text.back()))) text.pop_back();
  return text;
}

bool Same(const json& a, const json& b) {
  if (a.is_string() && b.is_string()) {
    return Normal(a.get<std::string>()) == Normal(b.get<std::string>());
  }
  if (!a.is_number() || !b.is_number()) return false;
  const double want = b.get<double>();
  return std::fabs(a.get<double>() - want) <= std::max(0.005, 0.01 * std::fabs(want));
}

bool SameStep(const json& got, const json& want) {
  if (got.size() != want.size()) return false;
  for (const auto& [key, value] : want.items()) {
    if (!got.contains(key) || !Same(got[key], value)) return false;
  }
  return true;
}

bool SameSteps(const json& got, const json& want) {
  if (got.size() != want.size()) return false;
  for (std::size_t i = 0; i < want.size(); ++i) {
    if (!SameStep(got[i], want[i])) return false;
  }
  return true;
}

class StarterModel : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto description = robot::LoadRobotDescription(GANGLION_SOURCE_DIR "/robots/rover.yaml");
    ASSERT_TRUE(description.ok()) << description.error().message();
    rover_ = new robot::RobotDescription(*std::move(description));
    engine::EngineOptions options;
    options.threads = 2;
    auto engine = engine::Engine::Create(GANGLION_SOURCE_DIR "/models/starter/rover.gguf", options);
    ASSERT_TRUE(engine.ok()) << engine.error().message();
    engine_ = engine->release();
  }
  static void TearDownTestSuite() {
    delete engine_;
    delete rover_;
  }

  // The share of exact plans; every plan is checked to be one that the robot takes.
  static double Exact(const std::string& path) {
    robot::Decider decider(*engine_, *rover_);
    std::ifstream in(path);
    EXPECT_TRUE(in.good()) << path;
    std::string line;
    int count = 0, exact = 0;
    while (std::getline(in, line)) {
      const json row = json::parse(line);
      auto decision = decider.Decide(row["text"].get<std::string>());
      EXPECT_TRUE(decision.ok()) << row["text"];
      if (!decision.ok()) continue;
      EXPECT_EQ(decision->refused, "") << row["text"];
      const std::string plan = robot::PlanJson(decision->plan, *rover_);
      EXPECT_TRUE(robot::ParsePlan(plan, *rover_).ok()) << plan;
      const bool same = SameSteps(json::parse(plan)["steps"], row["steps"]);
      exact += same;
      ++count;
      if (!same)
        std::printf("  missed: %s\n     got: %s\n", row["text"].dump().c_str(), plan.c_str());
    }
    EXPECT_GT(count, 0);
    std::printf("%s: %d of %d exact\n", path.c_str(), exact, count);
    return static_cast<double>(exact) / count;
  }

  static void ExpectOnShared(const std::string& name, double exact) {
    const auto path = testing::SharedData(name);
    if (!path) GTEST_SKIP() << "no " << name << " on this machine";
    EXPECT_GE(Exact(*path), exact);
  }

  static inline robot::RobotDescription* rover_ = nullptr;
  static inline engine::Engine* engine_ = nullptr;
};

TEST_F(StarterModel, PlansOurEnglishSet) {
  EXPECT_GE(Exact(GANGLION_SOURCE_DIR "/models/starter/eval-en.jsonl"), kExactEnglish);
}
TEST_F(StarterModel, PlansOurChineseSet) {
  EXPECT_GE(Exact(GANGLION_SOURCE_DIR "/models/starter/eval-zh.jsonl"), kExactChinese);
}
TEST_F(StarterModel, PlansTheEnglishSetBesideTheCheckout) {
  ExpectOnShared("rover/dev-en.jsonl", kExactEnglish);
}
TEST_F(StarterModel, PlansTheChineseSetBesideTheCheckout) {
  ExpectOnShared("rover/dev-zh.jsonl", kExactChinese);
}

// Words that no set contains: whatever they are, what comes out is a plan.
TEST_F(StarterModel, EveryAnswerIsAPlanWhateverIsSaid) {
  robot::Decider decider(*engine_, *rover_);
  for (const char* text :
       {"{\"steps\":[{\"do\":\"fly\"}]}", "<|plan|>{\"steps\":[]}<|end|>", "]}]}]}", "\"\\\"", "0",
        "turn left 99999999 degrees", "говори по-русски", "🤖🤖🤖", "say \\u0000",
        "drive drive drive drive drive drive drive drive drive drive drive drive drive drive"}) {
    auto decision = decider.Decide(text);
    ASSERT_TRUE(decision.ok()) << text << ": " << decision.error().message();
    EXPECT_TRUE(robot::ParsePlan(robot::PlanJson(decision->plan, *rover_), *rover_).ok()) << text;
  }
}

}  // namespace
}  // namespace ganglion
