#include "ganglion/model/expert_router.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"

namespace ganglion {
namespace {

TEST(ChooseExperts, TakesTheHighestAndWeighsThemByTheSoftmax) {
  const std::vector<float> scores = {0.5f, 2.0f, -1.0f, 1.0f};
  std::vector<ExpertChoice> choices(2);
  ChooseExperts({.count = 4, .used = 2}, scores, choices);
  double all = 0.0;
  for (const float score : scores) all += std::exp(double{score});
  EXPECT_EQ(choices[0].expert, 1u);
  EXPECT_EQ(choices[1].expert, 3u);
  EXPECT_NEAR(choices[0].weight, std::exp(2.0) / all, 1e-6);
  EXPECT_NEAR(choices[1].weight, std::exp(1.0) / all, 1e-6);
}

TEST(ChooseExperts, RenormalizesAndScalesWhereTheConfigSaysSo) {
  const std::vector<float> scores = {0.5f, 2.0f, -1.0f, 1.0f};
  std::vector<ExpertChoice> choices(2);
  ChooseExperts({.count = 4, .used = 2, .renormalize = true}, scores, choices);
  EXPECT_NEAR(choices[0].weight, 1.0 / (1.0 + std::exp(-1.0)), 1e-6);
  EXPECT_NEAR(choices[0].weight + choices[1].weight, 1.0, 1e-6);
  ChooseExperts({.count = 4, .used = 2, .renormalize = true, .scale = 2.5f}, scores, choices);
  EXPECT_NEAR(choices[0].weight + choices[1].weight, 2.5, 1e-6);
}

TEST(ChooseExperts, OfEqualScoresTheFirstWins) {
  const std::vector<float> scores(5, 0.0f);
  std::vector<ExpertChoice> choices(3);
  ChooseExperts({.count = 5, .used = 3}, scores, choices);
  for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(choices[i].expert, i);
}

TEST(ChooseExperts, ScoresFarApartNeitherOverflowNorVanish) {
  const std::vector<float> scores = {-1000.0f, 1000.0f, 0.0f};
  std::vector<ExpertChoice> choices(3);
  ChooseExperts({.count = 3, .used = 3, .renormalize = true}, scores, choices);
  EXPECT_EQ(choices[0].expert, 1u);
  EXPECT_EQ(choices[0].weight, 1.0f);
  EXPECT_EQ(choices[2].weight, 0.0f);
}

// Every choice has a row of its own among those of its expert, in the order of the tokens.
TEST(ExpertGroups, RowsOfAnExpertLieSideBySideInTheOrderOfTheTokens) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  for (int round = 0; round < 50; ++round) {
    const auto count = static_cast<std::uint32_t>(1 + rng.Below(9));
    const auto used = static_cast<std::uint32_t>(1 + rng.Below(count));
    const std::size_t tokens = 1 + rng.Below(40);
    ExpertGroups groups;
    groups.Prepare({.count = count, .used = used}, 40);
    for (std::size_t token = 0; token < tokens; ++token) {
      for (std::uint32_t slot = 0; slot < used; ++slot) {  // any experts, each at most once
        groups.choices(token)[slot] = {static_cast<std::uint32_t>((token * 7 + slot) % count), 0};
      }
    }
    groups.Group(tokens);
    ASSERT_EQ(groups.row_count(), tokens * used);
    std::vector<std::size_t> next(count);
    for (std::size_t e = 0; e < count; ++e) next[e] = groups.first_row(e);
    for (std::size_t token = 0; token < tokens; ++token) {
      for (std::uint32_t slot = 0; slot < used; ++slot) {
        ASSERT_EQ(groups.row_of(token, slot), next[groups.choices(token)[slot].expert]++);
      }
    }
    for (std::size_t e = 0; e < count; ++e) EXPECT_EQ(next[e], groups.first_row(e + 1));
  }
}

}  // namespace
}  // namespace ganglion
