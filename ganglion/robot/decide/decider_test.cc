#include "ganglion/robot/decide/decider.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ganglion::robot {
namespace {

using ::testing::HasSubstr;

// Answers every request with a text that the test has set, and keeps the request.
class FakeClient final : public api::InferenceClient {
 public:
  Result<api::RequestId> Submit(api::GenerateRequest request,
                                std::shared_ptr<api::EventSink> sink) override {
    last = std::move(request);
    for (std::size_t at = 0; at < answer.size(); at += piece_bytes) {
      sink->OnText(std::string_view(answer).substr(at, piece_bytes));
    }
    if (fails) {
      sink->OnDone(api::FinishReason::kError, {}, Status(Code::kUnavailable, "the brain is gone"));
    } else {
      sink->OnDone(api::FinishReason::kStop, {}, {});
    }
    return api::RequestId{1};
  }
  void Cancel(api::RequestId) override { ++cancels; }

  std::string answer;
  bool fails = false;
  std::size_t piece_bytes = 1'000'000;
  int cancels = 0;
  api::GenerateRequest last;
};

class DeciderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto loaded = LoadRobotDescription(GANGLION_SOURCE_DIR "/robots/rover.yaml");
    ASSERT_TRUE(loaded.ok()) << loaded.error().message();
    rover_ = *std::move(loaded);
  }

  Decision Decide(std::string_view instruction, std::string answer) {
    client_.answer = std::move(answer);
    auto decision = Decider(client_, rover_).Decide(instruction);
    EXPECT_TRUE(decision.ok());
    return *std::move(decision);
  }

  RobotDescription rover_;
  FakeClient client_;
};

TEST_F(DeciderTest, AsksWithTheRobotsOwnSkillsAndSchema) {
  Decide("  Turn LEFT，please ", R"({"steps":[]})");
  ASSERT_EQ(client_.last.messages.size(), 2u);
  EXPECT_EQ(client_.last.messages[1].content, "turn left,please");
  for (const SkillDescription& skill : rover_.skills) {
    EXPECT_THAT(client_.last.messages[0].content, HasSubstr("- " + skill.name));
  }
  EXPECT_EQ(client_.last.json_schema, PlanSchemaJson(rover_));
  EXPECT_EQ(client_.last.sampling.temperature, 0.0f) << "the same words, the same plan";
}

TEST_F(DeciderTest, TakesAGoodPlan) {
  const Decision decision = Decide("left", R"({"steps":[{"do":"turn","angle_deg":90}]})");
  EXPECT_EQ(decision.refused, "");
  EXPECT_EQ(PlanJson(decision.plan, rover_), R"({"steps":[{"do":"turn","angle_deg":90}]})");
}

TEST_F(DeciderTest, RefusesWholeWhatFailsTheCheck) {
  for (const char* answer :
       {"", "turn left", R"({"steps":[{"do":"turn","angle_deg":0}]})",
        R"({"steps":[{"do":"drive","distance_m":1},{"do":"fly"}]})",
        R"({"steps":[{"do":"turn","angle_deg":1e308}]})", R"({"steps":[]} {"steps":[]})"}) {
    const Decision decision = Decide("left", answer);
    EXPECT_TRUE(decision.plan.steps.empty()) << answer;
    EXPECT_NE(decision.refused, "") << answer;
    EXPECT_NE(decision.plan.say, "") << answer;
  }
}

TEST_F(DeciderTest, SpokenTextGetsItsCapitalsBackAndTargetsDoNot) {
  const Decision decision =
      Decide("Go to Anna and say “Hello, ANNA!”",
             R"({"steps":[{"do":"goto","target":"anna"},{"do":"say","text":"hello, anna!"}]})");
  EXPECT_EQ(PlanJson(decision.plan, rover_),
            R"({"steps":[{"do":"goto","target":"anna"},{"do":"say","text":"Hello, ANNA!"}]})");
}

TEST_F(DeciderTest, EachStepIsToldOnceAndInOrderHoweverTheAnswerIsCut) {
  client_.answer =
      R"({"steps":[{"do":"turn","angle_deg":90},{"do":"say","text":"hi, anna"}],"say":"ok"})";
  for (const std::size_t piece : {1u, 7u, 1000u}) {
    client_.piece_bytes = piece;
    Plan told;
    const auto decision = Decider(client_, rover_)
                              .Decide("left, then say Hi, Anna", [&](std::size_t i, const Step& s) {
                                EXPECT_EQ(i, told.steps.size());
                                told.steps.push_back(s);
                              });
    ASSERT_TRUE(decision.ok());
    EXPECT_EQ(decision->refused, "");
    told.say = "ok";
    EXPECT_EQ(PlanJson(told, rover_), PlanJson(decision->plan, rover_));
    EXPECT_THAT(PlanJson(told, rover_), HasSubstr("Hi, Anna"));
    EXPECT_EQ(client_.cancels, 0);
  }
}

TEST_F(DeciderTest, AStepThatFailsEndsTheAnswerEarly) {
  client_.piece_bytes = 4;
  client_.answer =
      R"({"steps":[{"do":"turn","angle_deg":90},{"do":"turn","angle_deg":0},{"do":"stop"}]})";
  int told = 0;
  const auto decision =
      Decider(client_, rover_).Decide("left", [&](std::size_t, const Step&) { ++told; });
  ASSERT_TRUE(decision.ok());
  EXPECT_EQ(told, 1);
  EXPECT_EQ(client_.cancels, 1);
  EXPECT_TRUE(decision->plan.steps.empty());
  EXPECT_EQ(decision->refused, "steps[1].angle_deg: must not be zero");
}

TEST_F(DeciderTest, BadInstructionsAndDeadBrainsAreErrors) {
  Decider decider(client_, rover_);
  EXPECT_EQ(decider.Decide(" \n").error().code(), Code::kInvalidArgument);
  EXPECT_THAT(decider.Decide(std::string(kInstructionBytesMax + 1, 'a')).error().message(),
              HasSubstr("at most"));
  client_.fails = true;
  EXPECT_THAT(decider.Decide("left").error().message(), HasSubstr("the brain is gone"));
}

}  // namespace
}  // namespace ganglion::robot
