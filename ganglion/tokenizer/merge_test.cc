#include "ganglion/tokenizer/merge.h"

#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"

namespace ganglion::tokenizer {
namespace {

std::vector<Symbol> Symbols(std::span<const Merger::Part> parts) {
  std::vector<Symbol> symbols;
  for (const Merger::Part& part : parts) symbols.push_back(part.symbol);
  return symbols;
}

// The rule as it is stated: find the lowest rank, leftmost first; merge; begin again.
std::vector<Symbol> MergedByTheRule(const MergeTable& table, std::vector<Symbol> symbols) {
  while (true) {
    Merge best;
    std::size_t place = 0;
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
      const Merge merge = table.Find(symbols[i], symbols[i + 1]);
      if (merge.rank < best.rank) {
        best = merge;
        place = i;
      }
    }
    if (best.rank == Merge::kNever) return symbols;
    symbols[place] = best.result;
    symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(place) + 1);
  }
}

TEST(MergerTest, AgreesWithTheRuleOnRandomTables) {
  testing::SeededRng rng;
  for (int round = 0; round < 300; ++round) {
    const std::size_t alphabet = 2 + rng.Below(6);
    MergeTable table;
    // Ranks repeat, as scores do.
    for (std::size_t i = rng.Below(60); i > 0; --i) {
      table.Add(static_cast<Symbol>(rng.Below(alphabet * 2)),
                static_cast<Symbol>(rng.Below(alphabet * 2)),
                {.rank = static_cast<std::uint32_t>(rng.Below(10)),
                 .result = static_cast<Symbol>(rng.Below(alphabet * 3))});
    }
    std::vector<Symbol> symbols(rng.Below(120));
    for (Symbol& symbol : symbols) symbol = static_cast<Symbol>(rng.Below(alphabet + 1)) - 1;
    Merger merger(table);
    const auto parts = merger.Run(symbols);
    ASSERT_EQ(Symbols(parts), MergedByTheRule(table, symbols)) << "seed " << rng.seed();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      ASSERT_EQ(i == 0, parts[i].begin == 0);
      ASSERT_TRUE(i == 0 || parts[i].begin > parts[i - 1].begin);
    }
  }
}

TEST(MergerTest, OfEqualRanksTheLeftmostGoesFirst) {
  MergeTable table;
  table.Add(0, 0, {.rank = 5, .result = 1});
  Merger merger(table);
  EXPECT_EQ(Symbols(merger.Run(std::vector<Symbol>{0, 0, 0})), (std::vector<Symbol>{1, 0}));
}

TEST(MergerTest, NothingGivesNothing) {
  const MergeTable table;
  Merger merger(table);
  EXPECT_TRUE(merger.Run({}).empty());
}

// One letter a million times, with a merge for each power of two: what makes the naive rule take
// the square. Each symbol is looked at a bounded number of times, and queued likewise.
TEST(MergerTest, StepsGrowWithTheText) {
  MergeTable table;
  for (Symbol power = 0; power < 10; ++power) {
    table.Add(power, power, {.rank = static_cast<std::uint32_t>(power), .result = power + 1});
  }
  Merger merger(table);
  const std::vector<Symbol> symbols(1'000'000, 0);
  const auto parts = merger.Run(symbols);
  EXPECT_EQ(parts.size(), 1'000'000u / 1024 + 2);  // 576 are left: 512 and 64
  EXPECT_LT(merger.steps(), 12 * symbols.size());
}

}  // namespace
}  // namespace ganglion::tokenizer
