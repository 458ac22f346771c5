#include "ganglion/robot/decide/plan_reader.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"

namespace ganglion::robot {
namespace {

class PlanReaderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto loaded = LoadRobotDescription(GANGLION_SOURCE_DIR "/robots/rover.yaml");
    ASSERT_TRUE(loaded.ok()) << loaded.error().message();
    rover_ = *std::move(loaded);
  }

  // The steps, as a plan, and the error.
  std::string Read(const std::vector<std::string>& pieces) {
    PlanReader reader(rover_);
    Plan plan;
    for (const std::string& piece : pieces) {
      for (Step& step : reader.Feed(piece)) plan.steps.push_back(std::move(step));
    }
    EXPECT_EQ(reader.steps_read(), plan.steps.size());
    const Status status = reader.status();
    return PlanJson(plan, rover_) + (status.ok() ? "" : " error: " + std::string(status.message()));
  }

  std::vector<std::string> Cut(const std::string& text, testing::SeededRng& random) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = random.Below(3) == 0 ? random.Below(40) : 1 + random.Below(3);
      pieces.push_back(text.substr(at, size));
      at += size;
    }
    return pieces;
  }

  RobotDescription rover_;
};

const char* const kTexts[] = {
    R"({"steps":[]})",
    R"({"steps":[{"do":"turn","angle_deg":90},{"do":"drive","distance_m":1.5}],"say":"ok"})",
    R"( { "say" : "steps [{\"do\"", "steps" : [ { "do" : "say" , "text" : "a } ] \" \\" } ] } )",
    R"({"steps":[{"do":"turn","angle_deg":90},{"do":"fly"},{"do":"stop"}]})",
    R"({"steps":[{"do":"turn","angle_deg":1000000}]})",
    R"({"steps":[{"do":"turn","angle_deg":[1]}]})",
    R"({"steps":[{"do":"turn","do":"turn","angle_deg":1}]})",
    R"({"steps":[[[[[[[[]]]]]]]]})",
    R"({"steps":[{]}})",
    "turn left",
};

TEST_F(PlanReaderTest, HowTheTextIsCutChangesNothing) {
  testing::SeededRng random;
  SCOPED_TRACE("seed " + std::to_string(random.seed()));
  for (const std::string text : kTexts) {
    const std::string whole = Read({text});
    for (int i = 0; i < 50; ++i) EXPECT_EQ(Read(Cut(text, random)), whole) << text;
  }
}

TEST_F(PlanReaderTest, StepsAreThoseOfTheWholePlan) {
  testing::SeededRng random;
  SCOPED_TRACE("seed " + std::to_string(random.seed()));
  int accepted = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string text = kTexts[random.Below(3)];
    for (std::size_t change = random.Below(4); change > 0; --change) {
      const std::size_t at = random.Below(text.size());
      switch (random.Below(3)) {
        case 0:
          text.erase(at, 1);
          break;
        case 1:
          text[at] = "{}[]\",:019 \\"[random.Below(12)];
          break;
        default:
          text.insert(at, " ");
      }
    }
    auto whole = ParsePlan(text, rover_);
    if (!whole.ok()) {
      (void)Read(Cut(text, random));
      continue;
    }
    ++accepted;
    whole->say.clear();
    EXPECT_EQ(Read(Cut(text, random)), PlanJson(*whole, rover_)) << text;
  }
  EXPECT_GT(accepted, 300);
}

TEST_F(PlanReaderTest, AStepIsGivenWithItsLastByte) {
  PlanReader reader(rover_);
  EXPECT_TRUE(reader.Feed(R"({"steps":[{"do":"turn","angle_deg":90)").empty());
  EXPECT_EQ(reader.Feed("}").size(), 1u);
  EXPECT_TRUE(reader.status().ok());
}

TEST_F(PlanReaderTest, AFailureNamesTheStepAndStays) {
  PlanReader reader(rover_);
  EXPECT_EQ(reader.Feed(R"({"steps":[{"do":"turn","angle_deg":9},{"do":"fly"}])").size(), 1u);
  EXPECT_TRUE(reader.Feed(R"(,{"do":"turn","angle_deg":9})").empty());
  EXPECT_EQ(reader.status().message(), "steps[1].do: unknown skill 'fly'");
}

TEST_F(PlanReaderTest, TooManyStepsAndTooMuchTextFail) {
  std::string text = R"({"steps":[)";
  for (std::size_t i = 0; i <= rover_.steps_max; ++i) text += R"({"do":"turn","angle_deg":9},)";
  EXPECT_NE(Read({text}).find("error: steps: more than " + std::to_string(rover_.steps_max)),
            std::string::npos);
  EXPECT_NE(Read({std::string(100'000, ' ')}).find("longer than"), std::string::npos);
}

}  // namespace
}  // namespace ganglion::robot
