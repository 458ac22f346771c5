#include "ganglion/model/cache_file.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include <gtest/gtest.h>

namespace ganglion {
namespace {

CacheTable SampleTable() {
  return {.model_hash = {.low = 1, .high = 2},
          .model_bytes = 3,
          .entries = {{.key = {"blk.0.attn_q.weight", kernels::WeightType::kQ8_0, 32, 64, 2176},
                       .offset = kCacheAlignment,
                       .hash = {.low = 4, .high = 5}},
                      {.key = {"output.weight", kernels::WeightType::kF16, 16, 64, 2048},
                       .offset = 2 * kCacheAlignment,
                       .hash = {.low = 6, .high = 7}}}};
}

std::vector<std::byte> FileOf(const CacheTable& table) {
  const std::vector<std::byte> encoded = EncodeCacheTable(table);
  const std::uint64_t offset = 2 * kCacheAlignment + 2048;
  std::vector<std::byte> file = EncodeCacheHeader(table, offset, encoded);
  EXPECT_EQ(file.size(), kCacheHeaderBytes);
  file.resize(offset);
  file.insert(file.end(), encoded.begin(), encoded.end());
  return file;
}

TEST(CacheFile, WhatIsEncodedIsDecoded) {
  const CacheTable table = SampleTable();
  const auto decoded = DecodeCache(FileOf(table));
  ASSERT_TRUE(decoded.ok()) << decoded.error().message();
  EXPECT_EQ(decoded->model_hash, table.model_hash);
  EXPECT_EQ(decoded->model_bytes, table.model_bytes);
  ASSERT_EQ(decoded->entries.size(), table.entries.size());
  for (std::size_t i = 0; i < table.entries.size(); ++i) {
    EXPECT_EQ(decoded->entries[i].key, table.entries[i].key);
    EXPECT_EQ(decoded->entries[i].offset, table.entries[i].offset);
    EXPECT_EQ(decoded->entries[i].hash, table.entries[i].hash);
  }
}

TEST(CacheFile, AnyChangedByteOfHeaderAndTableIsFound) {
  const std::vector<std::byte> whole = FileOf(SampleTable());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (i == kCacheHeaderBytes) i = 2 * kCacheAlignment + 2048;  // the table
    std::vector<std::byte> file = whole;
    file[i] ^= std::byte{0x40};
    EXPECT_FALSE(DecodeCache(file).ok()) << "byte " << i;
  }
}

TEST(CacheFile, EveryOtherLengthIsRefused) {
  std::vector<std::byte> file = FileOf(SampleTable());
  file.push_back(std::byte{0});
  EXPECT_FALSE(DecodeCache(file).ok());
  file.resize(file.size() - 2);
  EXPECT_FALSE(DecodeCache(file).ok());
  file.resize(kCacheHeaderBytes - 1);
  EXPECT_FALSE(DecodeCache(file).ok());
  EXPECT_FALSE(DecodeCache({}).ok());
}

TEST(CacheFile, EntriesOutsideOfTheFileAreRefusedThoughTheChecksumsFit) {
  for (const auto& [offset, bytes] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{
           {3 * kCacheAlignment, 1},
           {kCacheAlignment, std::uint64_t{1} << 40},
           {~std::uint64_t{0} / kCacheAlignment * kCacheAlignment, kCacheAlignment},
           {0, 1},
           {kCacheAlignment + 64, 1}}) {
    CacheTable table = SampleTable();
    table.entries[0].offset = offset;
    table.entries[0].key.bytes = bytes;
    const auto decoded = DecodeCache(FileOf(table));
    ASSERT_FALSE(decoded.ok()) << offset;
    EXPECT_EQ(decoded.error().code(), Code::kDataLoss);
  }
}

TEST(CacheFile, AnotherLayoutIsNoDamage) {
  std::vector<std::byte> file = FileOf(SampleTable());
  file[12] ^= std::byte{1};  // the version of the layout
  constexpr std::size_t kHashAt = kCacheHeaderBytes - sizeof(ContentHash);
  const ContentHash hash = HashOf(std::span(file).first(kHashAt));
  std::ranges::copy(std::as_bytes(std::span(&hash, 1)), file.begin() + kHashAt);
  const auto decoded = DecodeCache(file);
  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(decoded.error().code(), Code::kNotFound);
}

}  // namespace
}  // namespace ganglion
