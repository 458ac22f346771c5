#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/kv/kv_storage.h"
#include "ganglion/testing/no_alloc.h"
#include "ganglion/testing/seed.h"

namespace ganglion {

class KvStoragePeer {
 public:
  static bool InFile(const KvStorage& storage, PageId page) {
    return storage.places_[static_cast<std::size_t>(page)].slot != KvStorage::kNone;
  }
  // Changes one bit of the last byte of a page in the file.
  static void Spoil(KvStorage& storage, PageId page) {
    const auto slot = storage.places_[static_cast<std::size_t>(page)].slot;
    const std::byte changed = storage.SlotBytes(slot).back() ^ std::byte{1};
    ASSERT_TRUE(storage.file_.WriteAt((slot + 1) * storage.page_bytes() - 1, {&changed, 1}).ok());
  }
};

namespace {

constexpr KvShape kShape = {.layers = 2, .heads = 1, .key_dim = 16, .value_dim = 16};
constexpr std::uint32_t kPages = 12;
constexpr KvType kType = KvType::kF32;

KvBudget Budget(std::uint32_t pages) {
  return {.memory_bytes = pages * PageBytes(kShape, kType),
          .spill_directory = ::testing::TempDir(),
          .spill_bytes_max = 0};
}

// What a sequence must find in its pages: one byte for each token.
using Content = std::vector<std::uint8_t>;

Status ReadyOne(KvStorage& storage, const PagePool& pool, const PageTable& table,
                std::uint32_t first, std::uint32_t end) {
  const KvRange range = {&table, first, end};
  auto failure = storage.Ready(pool, {&range, 1});
  return failure ? std::move(failure->why) : Status();
}

void WriteToken(KvStorage& storage, const PageTable& table, std::uint32_t token,
                std::uint8_t value) {
  std::byte* const page = storage.page(table.pages()[token / kPageTokens]);
  const std::size_t stride = storage.page_bytes() / kPageTokens;
  std::memset(page + token % kPageTokens * stride, value, stride);
}

void ExpectContent(KvStorage& storage, const PageTable& table, const Content& content) {
  const std::size_t stride = storage.page_bytes() / kPageTokens;
  for (std::uint32_t token = 0; token < content.size(); ++token) {
    const std::byte* const at =
        storage.page(table.pages()[token / kPageTokens]) + token % kPageTokens * stride;
    ASSERT_EQ(at[0], std::byte{content[token]}) << "token " << token;
    ASSERT_EQ(at[stride - 1], std::byte{content[token]}) << "token " << token;
  }
}

// Sequences that grow, shrink and come and go, with every budget that can be.
TEST(KvSpill, EverySequenceFindsWhatItWroteWhateverTheBudget) {
  testing::SeededRng rng;
  const ::testing::ScopedTrace trace(__FILE__, __LINE__,
                                     "GANGLION_SEED=" + std::to_string(rng.seed()));
  for (std::uint32_t budget = 2; budget <= kPages; ++budget) {
    auto storage = KvStorage::Create(kShape, kType, kPages, Budget(budget));
    ASSERT_TRUE(storage.ok()) << storage.error().message();
    EXPECT_EQ(storage->pages_in_memory_max(), budget);
    PagePool pool(kPages);
    std::vector<PageTable> tables;
    std::vector<Content> contents(3);
    for (std::size_t i = 0; i < 3; ++i) tables.emplace_back(kPages);
    for (int step = 0; step < 300; ++step) {
      const std::size_t s = rng.Below(3);
      Content& content = contents[s];
      if (rng.Below(4) == 0) content.resize(rng.Below(content.size() + 1));
      tables[s].ShrinkTo(pool, static_cast<std::uint32_t>(content.size()));
      const auto first = static_cast<std::uint32_t>(content.size());
      const auto end = first + 1 + static_cast<std::uint32_t>(rng.Below(kPageTokens));
      if (!tables[s].TryGrow(pool, end)) {
        content.clear();
        tables[s].ShrinkTo(pool, 0);
        continue;
      }
      const std::size_t before = testing::AllocationCount();
      const Status ready = ReadyOne(*storage, pool, tables[s], first, end);
      EXPECT_EQ(testing::AllocationCount(), before);
      ASSERT_TRUE(ready.ok()) << ready.message();
      for (std::uint32_t token = first; token < end; ++token) {
        content.push_back(static_cast<std::uint8_t>(rng.Below(256)));
        WriteToken(*storage, tables[s], token, content.back());
      }
      ExpectContent(*storage, tables[s], content);
    }
  }
}

// A pass over several sequences, some of which share full pages. Each must find what it wrote, be
// it in memory or in the file.
TEST(KvSpill, SequencesThatAreComputedTogetherFindWhatTheyWrote) {
  testing::SeededRng rng;
  const ::testing::ScopedTrace trace(__FILE__, __LINE__,
                                     "GANGLION_SEED=" + std::to_string(rng.seed()));
  constexpr std::uint32_t kSequences = 4, kManyPages = 32, kBudget = 9;  // two pages each, one more
  auto storage = KvStorage::Create(kShape, kType, kManyPages, Budget(kBudget));
  ASSERT_TRUE(storage.ok()) << storage.error().message();
  PagePool pool(kManyPages);
  std::vector<PageTable> tables;
  std::vector<Content> contents(kSequences);
  for (std::uint32_t i = 0; i < kSequences; ++i) tables.emplace_back(kManyPages / kSequences);
  for (int step = 0; step < 2000; ++step) {
    std::vector<KvRange> ranges;
    for (std::uint32_t s = 0; s < kSequences; ++s) {
      if (rng.Below(50) == 0) {  // begins anew, with the full pages of another
        const std::uint32_t other = static_cast<std::uint32_t>(rng.Below(kSequences));
        tables[s].ShrinkTo(pool, 0);
        contents[s].clear();
        const auto full = static_cast<std::uint32_t>(contents[other].size()) / kPageTokens;
        if (other != s && ranges.empty()) {
          tables[s].SharePrefix(pool, tables[other], full);
          contents[s].assign(contents[other].begin(),
                             contents[other].begin() + std::ptrdiff_t{full} * kPageTokens);
        }
      }
      const auto first = static_cast<std::uint32_t>(contents[s].size());
      const auto end = first + 1 + static_cast<std::uint32_t>(rng.Below(20));
      if (rng.Below(4) == 0 || !tables[s].TryGrow(pool, end)) continue;
      ranges.push_back({&tables[s], first, end});
    }
    const std::size_t before = testing::AllocationCount();
    const auto failure = storage->Ready(pool, ranges);
    EXPECT_EQ(testing::AllocationCount(), before);
    ASSERT_FALSE(failure.has_value()) << failure->why.message();
    for (const KvRange& range : ranges) {
      Content& content = contents[static_cast<std::size_t>(range.pages - tables.data())];
      for (std::uint32_t token = range.first; token < range.end; ++token) {
        content.push_back(static_cast<std::uint8_t>(rng.Below(256)));
        WriteToken(*storage, *range.pages, token, content.back());
      }
    }
    for (const KvRange& range : ranges) {
      const Content& content = contents[static_cast<std::size_t>(range.pages - tables.data())];
      ExpectContent(*storage, *range.pages, content);
    }
  }
}

TEST(KvSpill, NamesTheSequenceWhosePageWasChanged) {
  auto storage = KvStorage::Create(kShape, kType, kPages, Budget(4));
  ASSERT_TRUE(storage.ok()) << storage.error().message();
  PagePool pool(kPages);
  std::vector<PageTable> tables;
  for (std::uint32_t s = 0; s < 3; ++s) {
    tables.emplace_back(4);
    ASSERT_TRUE(tables[s].TryGrow(pool, 4 * kPageTokens));
    for (std::uint32_t token = 0; token < 4 * kPageTokens - 1; ++token) {
      ASSERT_TRUE(ReadyOne(*storage, pool, tables[s], token, token + 1).ok());
      WriteToken(*storage, tables[s], token, static_cast<std::uint8_t>(token));
    }
  }
  const PageId page = tables[1].pages()[1];
  ASSERT_TRUE(KvStoragePeer::InFile(*storage, page));
  KvStoragePeer::Spoil(*storage, page);
  std::vector<KvRange> ranges;
  for (const PageTable& table : tables) {
    ranges.push_back({&table, 4 * kPageTokens - 1, 4 * kPageTokens});
  }
  const auto failure = storage->Ready(pool, ranges);
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->range, 1u);
  EXPECT_EQ(failure->why.code(), Code::kDataLoss);
  ranges.erase(ranges.begin() + 1);
  EXPECT_FALSE(storage->Ready(pool, ranges).has_value());
}

// One sequence that fills all pages, with two of them in memory.
class LongSequence : public ::testing::Test {
 protected:
  void SetUp() override {
    auto storage = KvStorage::Create(kShape, kType, kPages, Budget(2));
    ASSERT_TRUE(storage.ok()) << storage.error().message();
    storage_ = std::make_unique<KvStorage>(*std::move(storage));
    ASSERT_TRUE(table_.TryGrow(pool_, kPages * kPageTokens));
    for (std::uint32_t token = 0; token + 1 < kPages * kPageTokens; ++token) {
      ASSERT_TRUE(ReadyOne(*storage_, pool_, table_, token, token + 1).ok());
      content_.push_back(static_cast<std::uint8_t>(token * 7));
      WriteToken(*storage_, table_, token, content_.back());
    }
  }

  Status ReadyForTheLast() {
    return ReadyOne(*storage_, pool_, table_, kPages * kPageTokens - 1, kPages * kPageTokens);
  }

  std::unique_ptr<KvStorage> storage_;
  PagePool pool_{kPages};
  PageTable table_{kPages};
  Content content_;
};

TEST_F(LongSequence, MayBeLargerThanTheBudget) {
  ASSERT_TRUE(ReadyForTheLast().ok());
  ExpectContent(*storage_, table_, content_);
}

TEST_F(LongSequence, IsNotUsedWhereThePageInTheFileWasChanged) {
  const PageId page = table_.pages()[3];
  ASSERT_TRUE(KvStoragePeer::InFile(*storage_, page));
  KvStoragePeer::Spoil(*storage_, page);
  const Status status = ReadyForTheLast();
  ASSERT_EQ(status.code(), Code::kDataLoss);
  EXPECT_NE(status.message().find("tokens 96 to 127"), std::string_view::npos) << status.message();

  // Another sequence has a page that can be copied, and this one has not.
  EXPECT_FALSE(storage_->CopyPage(pool_, page, table_.pages()[5]).ok());
  EXPECT_TRUE(storage_->CopyPage(pool_, table_.pages()[2], table_.pages()[5]).ok());
}

TEST_F(LongSequence, IsComputedAgainInPagesThatWereSpoiled) {
  KvStoragePeer::Spoil(*storage_, table_.pages()[3]);
  ASSERT_FALSE(ReadyForTheLast().ok());
  for (std::uint32_t token = 0; token + 1 < kPages * kPageTokens; ++token) {
    ASSERT_TRUE(ReadyOne(*storage_, pool_, table_, token, token + 1).ok());
    content_[token] = static_cast<std::uint8_t>(token * 11);
    WriteToken(*storage_, table_, token, content_[token]);
  }
  ASSERT_TRUE(ReadyForTheLast().ok());
  ExpectContent(*storage_, table_, content_);
}

TEST_F(LongSequence, IsRefusedWhereOnePassWritesMoreThanTheBudgetHolds) {
  const Status status = ReadyOne(*storage_, pool_, table_, 0, 3 * kPageTokens);
  ASSERT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_NE(status.message().find("writes 3 pages"), std::string_view::npos) << status.message();
}

TEST(KvSpill, SaysWhatABudgetLacks) {
  KvBudget budget = Budget(5);
  budget.spill_directory.clear();
  const auto no_directory = KvStorage::Create(kShape, kType, kPages, budget);
  ASSERT_FALSE(no_directory.ok());
  EXPECT_NE(no_directory.error().message().find("directory"), std::string_view::npos);

  budget = Budget(5);
  budget.spill_bytes_max = 8 * PageBytes(kShape, kType) - 1;
  const auto limited = KvStorage::Create(kShape, kType, kPages, budget);
  ASSERT_FALSE(limited.ok());
  EXPECT_EQ(limited.error().code(), Code::kResourceExhausted);
  ++budget.spill_bytes_max;
  EXPECT_TRUE(KvStorage::Create(kShape, kType, kPages, budget).ok());

  const auto tiny = KvStorage::Create(kShape, kType, kPages, Budget(1));
  ASSERT_FALSE(tiny.ok());
  EXPECT_EQ(tiny.error().code(), Code::kInvalidArgument);

  budget = Budget(5);
  budget.spill_directory = "/nowhere/at/all";
  EXPECT_FALSE(KvStorage::Create(kShape, kType, kPages, budget).ok());
  EXPECT_TRUE(KvStorage::Create(kShape, kType, 5, budget).ok()) << "all fits: no file is made";
}

}  // namespace
}  // namespace ganglion
