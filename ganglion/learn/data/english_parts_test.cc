#include <set>
#include <string>

#include <gtest/gtest.h>

#include "ganglion/learn/data/english_clauses.h"
#include "ganglion/learn/data/english_numbers.h"
#include "ganglion/learn/data/english_rules.h"
#include "ganglion/learn/data/english_target.h"

namespace ganglion::learn::english {
namespace {

constexpr Style kWords = {Voice::kSpeech, 1.0, true};

TEST(NumberWords, AreThoseOfEnglish) {
  Rng rng(1);
  EXPECT_EQ(NumberWords(rng, 0, kWords), "zero");
  EXPECT_EQ(NumberWords(rng, 13, kWords), "thirteen");
  EXPECT_EQ(NumberWords(rng, 40, kWords), "forty");
  EXPECT_EQ(NumberWords(rng, 75, kWords), "seventy five");
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) seen.insert(NumberWords(rng, 170, kWords));
  EXPECT_EQ(seen, (std::set<std::string>{"one hundred seventy", "one hundred and seventy",
                                         "a hundred seventy", "a hundred and seventy"}));
  EXPECT_EQ(NumberWords(rng, 700, kWords), "seven hundred");
}

TEST(RoundToHundredth, RoundsHalvesAway) {
  EXPECT_DOUBLE_EQ(RoundToHundredth(6 * 0.3048), 1.83);
  EXPECT_DOUBLE_EQ(RoundToHundredth(10 * 0.0254), 0.25);
  EXPECT_DOUBLE_EQ(RoundToHundredth(0.125), 0.13);
  EXPECT_DOUBLE_EQ(RoundToHundredth(-0.125), -0.13);
}

TEST(DrawLength, FitsADriveAndAgreesWithItsFigures) {
  Rng rng(2);
  const Style digits = {Voice::kPlain, 0.0, true};
  for (int i = 0; i < 5000; ++i) {
    const Quantity length = DrawLength(rng, digits);
    ASSERT_TRUE(InRange(Drive(length.value))) << length.said;
    const std::size_t unit = length.said.find(" cm");
    if (unit == std::string::npos) continue;
    EXPECT_NEAR(std::stod(length.said) / 100, length.value, 0.0051) << length.said;
  }
}

TEST(Targets, LoseTheirArticleAndCapitals) {
  Rng rng(3);
  for (int i = 0; i < 20000; ++i) {
    const Target target = DrawAnything(rng, Style());
    for (const char* lead : {"the ", "a ", "an ", "my ", "your ", "his ", "her ", "our ", "their ",
                             "this ", "that ", "some "}) {
      ASSERT_FALSE(target.plan.starts_with(lead)) << target.said;
    }
    ASSERT_TRUE(Lower(target.said).ends_with(target.plan)) << target.said;
  }
}

TEST(Pronouns, StandForWhatWasNamedBefore) {
  Rng rng(4);
  int pronouns = 0;
  for (int i = 0; i < 500; ++i) {
    Scene scene;
    scene.thing = Target{"the blue mug", "blue mug", "it"};
    const Clause clause = PickClause(rng, Style(), Use::kInFrame, &scene);
    if (clause.steps[0] != Pick("blue mug")) continue;
    ++pronouns;
    EXPECT_NE((clause.text + " ").find(" it "), std::string::npos) << clause.text;
  }
  EXPECT_GT(pronouns, 200);
}

TEST(Verbs, AreConjugated) {
  EXPECT_EQ(Gerund("turn left"), "turning left");
  EXPECT_EQ(Gerund("take a photo"), "taking a photo");
  EXPECT_EQ(Gerund("stop"), "stopping");
  EXPECT_EQ(Participle("drive 2 m"), "driven 2 m");
  EXPECT_EQ(Participle("carry on to the hall"), "carried on to the hall");
  EXPECT_EQ(Participle("raise the arm"), "raised the arm");
}

TEST(CompoundRequest, KeepsTheOrderOfThePlanHoweverItIsSaid) {
  Rng rng(5);
  for (int i = 0; i < 3000; ++i) {
    const Request request = CompoundRequest(rng, Style());
    ASSERT_GE(request.clause.steps.size(), 2u) << request.clause.text;
  }
}

}  // namespace
}  // namespace ganglion::learn::english
