#include "ganglion/robot/world/plan.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "ganglion/robot/world/rover_test.h"
#include "ganglion/testing/seed.h"
#include "ganglion/testing/shared_data.h"

namespace ganglion::robot {
namespace {

using Json = nlohmann::json;

class PlanTest : public ::testing::Test {
 protected:
  std::string Error(std::string_view text) const {
    const auto plan = ParsePlan(text, robot_);
    return plan.ok() ? "" : std::string(plan.error().message());
  }
  Status Check(std::string_view text, bool holds = false) const {
    auto plan = ParsePlan(text, robot_);
    EXPECT_TRUE(plan.ok()) << (plan.ok() ? "" : plan.error().message());
    return CheckPlan(*plan, robot_, {.holds_something = holds});
  }

  const RobotDescription robot_ = Rover();
};

// A schema as a value that does not depend on the order of branches, or on const against enum.
Json Canonical(Json schema) {
  Json& branches = schema["properties"]["steps"]["items"]["oneOf"];
  std::vector<Json> split;
  for (const Json& branch : branches) {
    const Json& name = branch["properties"]["do"];
    const Json names = name.contains("const") ? Json::array({name["const"]}) : name["enum"];
    for (const Json& one : names) {
      Json copy = branch;
      copy["properties"]["do"] = {{"const", one}};
      std::sort(copy["required"].begin(), copy["required"].end());
      split.push_back(copy);
    }
  }
  std::sort(split.begin(), split.end());
  branches = split;
  return schema;
}

TEST_F(PlanTest, TheDerivedSchemaIsThePublishedOne) {
  const auto path = testing::SharedData("rover/plan.schema.json");
  if (!path) GTEST_SKIP() << "no published schema on this machine";
  std::ifstream file(*path);
  EXPECT_EQ(Canonical(Json::parse(PlanSchemaJson(robot_))), Canonical(Json::parse(file)));
}

TEST_F(PlanTest, SchemaPutsTheDiscriminatorFirstAndKeepsTheOrder) {
  const std::string schema = PlanSchemaJson(robot_);
  EXPECT_NE(schema.find(R"({"type":"object","properties":{"do":{"const":"look"},"pan_deg")"),
            std::string::npos)
      << schema;
  EXPECT_NE(schema.find(R"({"do":{"enum":["goto","find","pick","place"]})"), std::string::npos);
  EXPECT_EQ(schema.find('\n'), std::string::npos);
}

TEST_F(PlanTest, AGoodPlanIsReadAndWrittenBack) {
  const std::string text =
      R"({"steps":[{"do":"drive","distance_m":-0.5,"speed_mps":0.15},{"do":"turn","angle_deg":90},)"
      R"({"do":"look","pan_deg":45,"tilt_deg":-20},{"do":"pick","target":"红色球"},)"
      R"({"do":"light","color":"off"},{"do":"say","text":"hi \"you\""},{"do":"stop"}],"say":"ok"})";
  const auto plan = ParsePlan(text, robot_);
  ASSERT_TRUE(plan.ok()) << plan.error().message();
  EXPECT_EQ(PlanJson(*plan, robot_), text);
  const Step& drive = plan->steps[0];
  EXPECT_DOUBLE_EQ(*NumberOf(drive, robot_.skills[drive.skill], Parameter::kDistance), -0.5);
  const Step& turn = plan->steps[1];
  EXPECT_NEAR(*NumberOf(turn, robot_.skills[turn.skill], Parameter::kAngle), 1.5707963, 1e-6);
  EXPECT_FALSE(NumberOf(turn, robot_.skills[turn.skill], Parameter::kRate));
}

TEST_F(PlanTest, EveryBadFieldIsRefusedByPlace) {
  const auto one = [](const std::string& step) {
    return R"({"steps":[{"do":"stop"},)" + step + "]}";
  };
  const std::pair<std::string, const char*> cases[] = {
      {one(R"({"do":"fly"})"), "steps[1].do: unknown skill 'fly'"},
      {one(R"({"do":5})"), "steps[1].do: needs a string"},
      {one(R"({"distance_m":1})"), "steps[1]: 'do' is missing"},
      {one(R"("drive")"), "steps[1]: needs an object"},
      {one(R"({"do":"drive"})"), "steps[1].distance_m: is missing"},
      {one(R"({"do":"drive","distance_m":11})"), "steps[1].distance_m: 11 is above 10"},
      {one(R"({"do":"drive","distance_m":1e308})"), "above 10"},
      {one(R"({"do":"drive","distance_m":1e999})"), "plan: "},
      {one(R"({"do":"drive","distance_m":NaN})"), "plan: "},
      {one(R"({"do":"drive","distance_m":-Infinity})"), "plan: "},
      {one(R"({"do":"drive","distance_m":0})"), "must not be zero"},
      {one(R"({"do":"drive","distance_m":-0.0})"), "must not be zero"},
      {one(R"({"do":"drive","distance_m":"1"})"), "needs a number, not string"},
      {one(R"({"do":"drive","distance_m":true})"), "needs a number, not boolean"},
      {one(R"({"do":"drive","distance_m":null})"), "needs a number, not null"},
      {one(R"({"do":"drive","distance_m":[1]})"), "needs a number, not array"},
      {one(R"({"do":"drive","distance_m":1,"speed_mps":0.81})"), "speed_mps: 0.81 is above 0.8"},
      {one(R"({"do":"drive","distance_m":1,"unit":"ft"})"), "has no field 'unit'"},
      {one(R"({"do":"drive","distance_m":1,"distance_m":2})"), "stands twice"},
      {one(R"({"do":"light","color":"mauve"})"), "'mauve' is none of its choices"},
      {one(R"({"do":"goto","target":""})"), "is empty"},
      {one(R"({"do":"goto","target":"   "})"), "is empty"},
      {one(R"({"do":"goto","target":")" + std::string(81, 'a') + "\"}"), "longer than 80"},
      {one(R"({"do":"say","text":"a\u0000b"})"), "control characters"},
      {one("{\"do\":\"say\",\"text\":\"\xff\"}"), "plan: "},
      {one(R"({"do":"wait","seconds":601})"), "seconds: 601 is above 600"},
      {R"({"steps":[]} x)", "plan: "},
      {R"({"steps":[],"steps":[]})", "stands twice"},
      {R"({"steps":{}})", "steps: needs a list"},
      {R"({"say":"hm"})", "'steps' is missing"},
      {R"({"steps":[],"mode":1})", "unknown field 'mode'"},
      {R"({"steps":[],"say":5})", "say: needs a string"},
      {R"({"steps":[],"say":")" + std::string(201, 'a') + "\"}", "say: longer than 200"},
      {"[]", "plan: needs an object"},
      {"", "plan: "},
      {std::string(2000, '['), "plan: "},
      {std::string(kPlanTextBytesMax + 1, ' '), "longer than"},
  };
  for (const auto& [text, message] : cases) {
    const std::string error = Error(text);
    EXPECT_NE(error.find(message), std::string::npos) << text.substr(0, 100) << ": " << error;
  }
}

TEST_F(PlanTest, LengthCountsCharactersNotBytes) {
  std::string text;
  for (int i = 0; i < 80; ++i) text += "球";
  EXPECT_EQ(Error(R"({"steps":[{"do":"goto","target":")" + text + "\"}]}"), "");
  EXPECT_NE(Error(R"({"steps":[{"do":"goto","target":")" + text + "球\"}]}"), "");
}

TEST_F(PlanTest, SeventeenStepsAreTooMany) {
  std::string steps = R"({"do":"stop"})";
  for (int i = 1; i < 16; ++i) steps += R"(,{"do":"stop"})";
  EXPECT_EQ(Error(R"({"steps":[)" + steps + "]}"), "");
  EXPECT_NE(Error(R"({"steps":[)" + steps + R"(,{"do":"stop"}]})"), "");
}

// Whatever one byte is changed to: an answer without a crash, and what is accepted is in range.
TEST_F(PlanTest, ADamagedPlanIsRefusedOrStillWithinEveryRange) {
  const std::string good =
      R"({"steps":[{"do":"drive","distance_m":-0.5,"speed_mps":0.15},{"do":"goto","target":"ball"}]})";
  testing::SeededRng rng;
  for (int run = 0; run < 20000; ++run) {
    std::string text = good;
    for (std::size_t edits = 1 + rng.Below(3); edits > 0; --edits) {
      text[rng.Below(text.size())] = static_cast<char>(rng.Below(256));
    }
    const auto plan = ParsePlan(text, robot_);
    if (!plan.ok()) continue;
    for (const Step& step : plan->steps) {
      const SkillDescription& skill = robot_.skills[step.skill];
      for (std::size_t i = 0; i < skill.fields.size(); ++i) {
        const auto* number = std::get_if<double>(&step.values[i]);
        if (number == nullptr) continue;
        EXPECT_GE(*number, skill.fields[i].min) << text << " seed " << rng.seed();
        EXPECT_LE(*number, skill.fields[i].max) << text << " seed " << rng.seed();
      }
    }
    EXPECT_TRUE(ParsePlan(PlanJson(*plan, robot_), robot_).ok()) << text;
  }
}

TEST_F(PlanTest, TargetsAreUnderstoodInBothLanguages) {
  const auto names = [&](std::string_view words) {
    std::string found;
    const ThingMask mask = ResolveTarget(words, robot_);
    for (std::size_t i = 0; i < robot_.things.size(); ++i) {
      if ((mask >> i & 1) != 0) found += (found.empty() ? "" : ", ") + robot_.things[i].name;
    }
    return found;
  };
  EXPECT_EQ(names("red ball"), "red ball");
  EXPECT_EQ(names("The Red Ball"), "red ball");
  EXPECT_EQ(names("红色球"), "red ball");
  EXPECT_EQ(names("红色的球"), "red ball");
  EXPECT_EQ(names("红球"), "red ball");
  EXPECT_EQ(names("ball"), "red ball, blue ball, orange ball");
  EXPECT_EQ(names("purple ball"), "");
  EXPECT_EQ(names("red"), "");
  EXPECT_EQ(names(""), "");
}

TEST_F(PlanTest, PlansThatCannotWorkAreRefusedBeforeTheFirstStep) {
  const std::string pick = R"({"do":"pick","target":"red ball"})";
  const std::string place = R"({"do":"place","target":"basket"})";
  const auto plan = [](const std::string& steps) { return R"({"steps":[)" + steps + "]}"; };
  const auto message = [&](const std::string& steps, bool holds = false) {
    return std::string(Check(plan(steps), holds).message());
  };
  EXPECT_EQ(message(pick + "," + place), "ok");
  EXPECT_EQ(message(place, true), "ok");
  EXPECT_NE(message(place).find("steps[0]: nothing is held"), std::string::npos);
  EXPECT_NE(message(pick, true).find("held already"), std::string::npos);
  EXPECT_NE(message(pick + "," + pick).find("steps[1]: something is held"), std::string::npos);
  EXPECT_NE(message(pick + "," + place + "," + place).find("steps[2]"), std::string::npos);
  EXPECT_EQ(message(pick + R"(,{"do":"grip","opening_pct":100},)" + pick), "ok");
  EXPECT_EQ(message(R"({"do":"grip","opening_pct":0},)" + place), "ok") << "only time will tell";
  EXPECT_NE(message(R"({"do":"goto","target":"moon"})").find("cannot recognise 'moon'"),
            std::string::npos);
  EXPECT_NE(message(R"({"do":"pick","target":"table"})").find("cannot pick up"), std::string::npos);
}

TEST_F(PlanTest, EveryPublishedExampleIsAccepted) {
  for (const char* name : {"rover/dev-en.jsonl", "rover/dev-zh.jsonl"}) {
    const auto path = testing::SharedData(name);
    if (!path) GTEST_SKIP() << "no examples on this machine";
    std::ifstream file(*path);
    for (std::string line; std::getline(file, line);) {
      const Json example = Json::parse(line);
      const Json steps = example.contains("plan") ? example["plan"]["steps"] : example["steps"];
      const std::string text = Json{{"steps", steps}}.dump();
      EXPECT_EQ(Error(text), "") << text;
    }
  }
}

}  // namespace
}  // namespace ganglion::robot
