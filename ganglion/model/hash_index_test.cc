#include "ganglion/model/hash_index.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "ganglion/model/limits.h"

namespace ganglion {
namespace {

constexpr TimeNs kSecond = 1'000'000'000;

HashRecord Sample(std::uint64_t inode) {
  return {.kind = HashRecord::Kind::kCache,
          .stamp = {.device = 1,
                    .inode = inode,
                    .size = 1 << 30,
                    .modified = 1'700'000'000'123'456'789,
                    .changed = 1'700'000'000'123'456'790},
          .hash = {.low = 0xfedcba9876543210, .high = 7},
          .used = static_cast<TimeNs>(inode) * kSecond};
}

TEST(HashIndex, WhatIsFormattedIsParsed) {
  const std::vector<HashRecord> records = {Sample(2), Sample(3)};
  EXPECT_EQ(ParseIndex(FormatIndex(records)), records);
}

TEST(HashIndex, ADamagedLineIsLeftOutAndTheOthersStay) {
  const std::string first = FormatIndex({Sample(2)});
  const std::string second = FormatIndex({Sample(3)});
  for (std::size_t i = 0; i + 1 < first.size(); ++i) {
    std::string damaged = first;
    damaged[i] = damaged[i] == '7' ? '8' : '7';
    EXPECT_EQ(ParseIndex(damaged + second), std::vector<HashRecord>{Sample(3)}) << i;
  }
  EXPECT_TRUE(ParseIndex(first.substr(0, first.size() / 2)).empty());
}

TEST(HashIndex, EveryPartOfTheStampCounts) {
  const std::vector<HashRecord> records = {Sample(2)};
  const auto found = [&](const sys::FileStamp& stamp) {
    return FindRecord(records, HashRecord::Kind::kCache, stamp) != nullptr;
  };
  EXPECT_TRUE(found(Sample(2).stamp));
  EXPECT_EQ(FindRecord(records, HashRecord::Kind::kModel, Sample(2).stamp), nullptr);
  for (int part = 0; part < 5; ++part) {
    sys::FileStamp other = Sample(2).stamp;
    other.device += part == 0 ? 1 : 0;
    other.inode += part == 1 ? 1 : 0;
    other.size += part == 2 ? 1 : 0;
    other.modified += part == 3 ? 1 : 0;
    other.changed += part == 4 ? 1 : 0;
    EXPECT_FALSE(found(other)) << part;
  }
}

TEST(HashIndex, AFileThatChangedAMomentAgoIsNotSettled) {
  sys::FileStamp stamp = Sample(2).stamp;
  EXPECT_FALSE(IsSettled(stamp, stamp.changed));
  EXPECT_FALSE(IsSettled(stamp, stamp.changed + 20'000'000)) << "within a tick of some clocks";
  EXPECT_TRUE(IsSettled(stamp, stamp.changed + 100'000'000));
  EXPECT_FALSE(IsSettled(stamp, stamp.changed - kSecond)) << "a clock that was set back";
  stamp.modified = stamp.changed = 1'700'000'000 * kSecond;
  EXPECT_FALSE(IsSettled(stamp, stamp.changed + kSecond)) << "stamps of whole seconds";
  EXPECT_TRUE(IsSettled(stamp, stamp.changed + 4 * kSecond));
}

TEST(HashIndex, ARecordReplacesThatOfTheSameFileAndTheOldestGoesFirst) {
  const std::string directory =
      ::testing::TempDir() + "ganglion_hash_index_test_" + std::to_string(::getpid());
  std::filesystem::create_directories(directory);
  EXPECT_TRUE(ReadIndex(directory).empty());
  HashRecord record = Sample(1);
  ASSERT_TRUE(WriteRecord(directory, record).ok());
  record.hash.low = 1;
  ASSERT_TRUE(WriteRecord(directory, record).ok());
  EXPECT_EQ(ReadIndex(directory), std::vector<HashRecord>{record});
  for (std::uint64_t inode = 2; inode <= kIndexRecordsMax + 1; ++inode) {
    ASSERT_TRUE(WriteRecord(directory, Sample(inode)).ok());
  }
  const std::vector<HashRecord> records = ReadIndex(directory);
  EXPECT_EQ(records.size(), kIndexRecordsMax);
  EXPECT_EQ(FindRecord(records, record.kind, record.stamp), nullptr);
  {
    const auto held = sys::File::OpenOrCreate(directory + "/index.lock");
    ASSERT_TRUE(held.ok() && held->TryLock());
    EXPECT_FALSE(WriteRecord(directory, Sample(5000)).ok());
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace ganglion
