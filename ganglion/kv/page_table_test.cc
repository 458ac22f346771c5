#include "ganglion/kv/page_table.h"

#include <vector>

#include <gtest/gtest.h>

#include "ganglion/testing/no_alloc.h"
#include "ganglion/testing/seed.h"

namespace ganglion {
namespace {

TEST(PageTable, TakesAPageForEveryStartedBlockOfTokens) {
  PagePool pool(8);
  PageTable table(4);
  EXPECT_TRUE(table.TryGrow(pool, 0));
  EXPECT_EQ(table.pages().size(), 0u);
  EXPECT_TRUE(table.TryGrow(pool, 1));
  EXPECT_TRUE(table.TryGrow(pool, kPageTokens));
  EXPECT_EQ(table.pages().size(), 1u);
  EXPECT_TRUE(table.TryGrow(pool, kPageTokens + 1));
  EXPECT_EQ(table.capacity_tokens(), 2 * kPageTokens);
  EXPECT_EQ(pool.pages_used(), 2u);
}

TEST(PageTable, ARefusedGrowthTakesNothing) {
  PagePool pool(2);
  PageTable small(1), large(8);
  EXPECT_FALSE(small.TryGrow(pool, kPageTokens + 1)) << "past its own maximum";
  EXPECT_FALSE(large.TryGrow(pool, 3 * kPageTokens)) << "past the pool";
  EXPECT_EQ(large.pages().size(), 0u);
  EXPECT_EQ(pool.pages_free(), 2u);
}

TEST(PageTable, GrowingKeepsThePagesItHas) {
  PagePool pool(8);
  PageTable table(8);
  ASSERT_TRUE(table.TryGrow(pool, 2 * kPageTokens));
  const std::vector<PageId> before(table.pages().begin(), table.pages().end());
  ASSERT_TRUE(table.TryGrow(pool, 5 * kPageTokens));
  EXPECT_EQ(before, std::vector<PageId>(table.pages().begin(), table.pages().begin() + 2));
}

TEST(PageTable, SharedPagesOutliveTheFirstOwner) {
  PagePool pool(4);
  PageTable first(4), second(4);
  ASSERT_TRUE(first.TryGrow(pool, 2 * kPageTokens));
  second.SharePrefix(pool, first, 1);
  EXPECT_EQ(second.pages()[0], first.pages()[0]);
  EXPECT_EQ(pool.owners(second.pages()[0]), 2u);
  first.ShrinkTo(pool, 0);
  EXPECT_EQ(pool.pages_used(), 1u);
  second.ShrinkTo(pool, 0);
  EXPECT_EQ(pool.pages_used(), 0u);
}

TEST(PageTableDeathTest, SharingIntoATableThatHasPagesStopsTheProcess) {
  PagePool pool(4);
  PageTable first(2), second(2);
  ASSERT_TRUE(first.TryGrow(pool, 1));
  ASSERT_TRUE(second.TryGrow(pool, 1));
  EXPECT_DEATH(second.SharePrefix(pool, first, 1), "pages_.empty");
  first.ShrinkTo(pool, 0);
  second.ShrinkTo(pool, 0);
}

// Several tables grow, shrink and share at random; the pool must always account for every page.
TEST(PageTable, EveryPageIsAccountedForUnderRandomOperations) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  constexpr std::size_t kTables = 5;
  PagePool pool(24);
  std::vector<PageTable> tables;
  for (std::size_t i = 0; i < kTables; ++i) tables.emplace_back(10);

  const std::size_t allocations = testing::AllocationCount();
  for (int operation = 0; operation < 5000; ++operation) {
    PageTable& table = tables[rng.Below(kTables)];
    const auto tokens = static_cast<std::uint32_t>(rng.Below(11 * kPageTokens));
    if (rng.Below(2) == 0) {
      const std::size_t had = table.pages().size();
      const std::uint32_t free = pool.pages_free();
      const bool fits =
          PagesFor(tokens) <= 10 && (PagesFor(tokens) <= had || PagesFor(tokens) - had <= free);
      ASSERT_EQ(table.TryGrow(pool, tokens), fits);
    } else {
      table.ShrinkTo(pool, tokens);
      ASSERT_LE(table.pages().size(), PagesFor(tokens));
    }
    const PageTable& other = tables[rng.Below(kTables)];
    if (table.pages().empty() && !other.pages().empty()) {
      table.SharePrefix(pool, other,
                        static_cast<std::uint32_t>(rng.Below(other.pages().size() + 1)));
    }
  }
  EXPECT_EQ(testing::AllocationCount(), allocations);

  pool.CheckInvariants();
  for (PageTable& table : tables) table.ShrinkTo(pool, 0);
  EXPECT_EQ(pool.pages_used(), 0u);
}

}  // namespace
}  // namespace ganglion
