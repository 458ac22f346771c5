#include "ganglion/kv/kv_storage.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ganglion {
namespace {

constexpr KvShape kShape = {.layers = 3, .heads = 2, .key_dim = 64, .value_dim = 32};
constexpr KvType kTypes[] = {KvType::kF32, KvType::kF16, KvType::kBF16, KvType::kQ8_0};

TEST(KvStorage, EveryHeadHasItsOwnBytesAndTheyFillThePage) {
  for (const KvType type : kTypes) {
    auto storage = KvStorage::Create(kShape, type, 2);
    ASSERT_TRUE(storage.ok());
    std::vector<int> covered(storage->page_bytes(), 0);
    const auto cover = [&](std::size_t offset, std::size_t elements) {
      ASSERT_LE(offset + KvBytes(type, elements), covered.size());
      for (std::size_t i = 0; i < KvBytes(type, elements); ++i) ++covered[offset + i];
    };
    for (std::uint32_t layer = 0; layer < kShape.layers; ++layer) {
      for (std::uint32_t head = 0; head < kShape.heads; ++head) {
        cover(storage->KeyOffset(layer, head), kShape.key_dim * kPageTokens);
        cover(storage->ValueOffset(layer, head), kShape.value_dim * kPageTokens);
      }
    }
    EXPECT_EQ(std::count(covered.begin(), covered.end(), 1),
              static_cast<std::ptrdiff_t>(covered.size()));
  }
}

TEST(KvStorage, CopyingAPageLeavesTheOthersAlone) {
  auto storage = KvStorage::Create(kShape, KvType::kF16, 3);
  ASSERT_TRUE(storage.ok());
  std::memset(storage->page(PageId{0}), 7, storage->page_bytes());
  const PagePool pool(3);
  ASSERT_TRUE(storage->CopyPage(pool, PageId{0}, PageId{2}).ok());
  EXPECT_EQ(std::memcmp(storage->page(PageId{0}), storage->page(PageId{2}), storage->page_bytes()),
            0);
  EXPECT_EQ(storage->page(PageId{1})[0], std::byte{0});
}

TEST(KvStorage, RefusesWhatExceedsItsLimits) {
  EXPECT_FALSE(KvStorage::Create({}, KvType::kF32, 1).ok());
  EXPECT_FALSE(KvStorage::Create(kShape, KvType::kF32, 0).ok());
  const KvShape huge = {.layers = 10000, .heads = 10000, .key_dim = 10000, .value_dim = 10000};
  const auto refused = KvStorage::Create(huge, KvType::kF32, 1000);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message().find("limit"), std::string_view::npos);
}

TEST(KvStorage, RefusesBlocksThatHeadsDoNotDivideInto) {
  const KvShape shape = {.layers = 1, .heads = 1, .key_dim = 80, .value_dim = 64};
  EXPECT_TRUE(KvStorage::Create(shape, KvType::kF16, 1).ok());
  const auto refused = KvStorage::Create(shape, KvType::kQ8_0, 1);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message().find("heads of 80"), std::string_view::npos);
}

TEST(KvType, IsFoundByItsName) {
  for (const KvType type : kTypes) EXPECT_EQ(*ParseKvType(NameOf(type)), type);
  const auto refused = ParseKvType("q4_0");
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message().find("\"q4_0\""), std::string_view::npos);
}

TEST(KvStorageDeathTest, APageThatDoesNotExistStopsTheProcess) {
  auto storage = KvStorage::Create(kShape, KvType::kF32, 1);
  ASSERT_TRUE(storage.ok());
  EXPECT_DEATH(storage->page(PageId{1}), "pages_");
}

}  // namespace
}  // namespace ganglion
