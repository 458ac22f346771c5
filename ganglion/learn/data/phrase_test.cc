#include "ganglion/learn/data/phrase.h"

#include <set>

#include <gtest/gtest.h>

#include "ganglion/learn/data/example.h"

namespace ganglion::learn {
namespace {

TEST(Expand, ReachesEveryReadingAndNoOther) {
  Rng rng(1);
  std::set<std::string> seen;
  for (int i = 0; i < 500; ++i) seen.insert(Expand(rng, "(a|b(c|d|)) $x[!]", {{"x", "(1|2)"}}));
  EXPECT_EQ(seen, (std::set<std::string>{"a (1|2)", "a (1|2)!", "bc (1|2)", "bc (1|2)!", "bd (1|2)",
                                         "bd (1|2)!", "b (1|2)", "b (1|2)!"}));
}

TEST(ExpandDeathTest, MistakesInPatternsStopTheProcess) {
  Rng rng(1);
  EXPECT_DEATH(Expand(rng, "(a|b"), "unbalanced");
  EXPECT_DEATH(Expand(rng, "a)"), "unbalanced");
  EXPECT_DEATH(Expand(rng, "$nothing"), "unknown slot");
}

TEST(Tidy, FoldsSpaces) { EXPECT_EQ(Tidy("  go   left , now !"), "go left, now!"); }

TEST(Step, JsonHasSchemaOrderAndShortNumbers) {
  EXPECT_EQ(ToJson(Drive(-0.2, 0.15)), R"({"do":"drive","distance_m":-0.2,"speed_mps":0.15})");
  EXPECT_EQ(ToJson(Drive(10)), R"({"do":"drive","distance_m":10})");
  EXPECT_EQ(ToJson(Look(0, -20)), R"({"do":"look","pan_deg":0,"tilt_deg":-20})");
  EXPECT_EQ(ToJson(Follow("me", 60)), R"({"do":"follow","target":"me","seconds":60})");
  EXPECT_EQ(ToJson(Say("a \"b\"")), R"({"do":"say","text":"a \"b\""})");
  Example example;
  example.steps = {Photo(), Stop()};
  EXPECT_EQ(example.PlanJson(), R"({"steps":[{"do":"photo"},{"do":"stop"}]})");
}

TEST(Step, RangesAreThoseOfTheInstructionSet) {
  EXPECT_FALSE(InRange(Drive(0)));
  EXPECT_FALSE(InRange(Drive(10.01)));
  EXPECT_TRUE(InRange(Drive(-10)));
  EXPECT_FALSE(InRange(Look(0, 46)));
  EXPECT_FALSE(InRange(Goto("")));
}

}  // namespace
}  // namespace ganglion::learn
