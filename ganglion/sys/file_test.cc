#include "ganglion/sys/file.h"

#include <array>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <unistd.h>

#include "ganglion/sys/clock.h"

namespace ganglion::sys {
namespace {

class FileTest : public testing::Test {
 protected:
  FileTest() : path_(testing::TempDir() + "ganglion_file_test_" + std::to_string(::getpid())) {}
  ~FileTest() override { std::filesystem::remove(path_); }

  static std::span<const std::byte> Bytes(std::string_view text) {
    return std::as_bytes(std::span(text));
  }

  const std::string path_;
};

TEST_F(FileTest, WhatIsWrittenIsReadAndMapped) {
  auto file = File::OpenOrCreate(path_);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE(file->WriteAt(65536, Bytes("panels")).ok());
  ASSERT_TRUE(file->Sync().ok());
  std::array<std::byte, 6> read;
  ASSERT_TRUE(file->ReadAt(65536, read).ok());
  EXPECT_EQ(read[5], std::byte{'s'});
  EXPECT_FALSE(file->ReadAt(65537, read).ok()) << "the file ends too early";
  auto map = file->Map(65536, 6);
  ASSERT_TRUE(map.ok());
  EXPECT_EQ(map->bytes()[0], std::byte{'p'});
  std::filesystem::remove(path_);
  EXPECT_EQ(map->bytes()[0], std::byte{'p'}) << "the map outlives the name";
}

TEST_F(FileTest, TheStampTellsAChange) {
  auto file = File::OpenOrCreate(path_);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE(file->WriteAt(0, Bytes("old")).ok());
  const auto before = file->Stamp();
  ASSERT_TRUE(before.ok());
  EXPECT_EQ(before->size, 3u);
  EXPECT_LE(before->changed, WallNow());
  EXPECT_EQ(*File::OpenForReading(path_)->Stamp(), *before) << "reading is no change";
  // A clock of a file system ticks every few milliseconds.
  FileStamp after = *before;
  while (after.changed == before->changed) {
    ASSERT_TRUE(file->WriteAt(0, Bytes("new")).ok());
    after = *file->Stamp();
  }
  EXPECT_NE(after, *before);
  EXPECT_EQ(after.size, before->size);
}

TEST_F(FileTest, OneHolderHasTheLock) {
  auto first = File::OpenOrCreate(path_);
  auto second = File::OpenOrCreate(path_);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_TRUE(first->TryLock());
  EXPECT_FALSE(second->TryLock());
  { const File closed = std::move(*first); }
  EXPECT_TRUE(second->TryLock());
}

TEST_F(FileTest, AMissingFileIsNotFound) {
  const auto file = File::OpenForReading(path_);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code(), Code::kNotFound);
  EXPECT_NE(file.error().message().find(path_), std::string_view::npos);
}

}  // namespace
}  // namespace ganglion::sys
