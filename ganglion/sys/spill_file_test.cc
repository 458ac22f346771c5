#include "ganglion/sys/spill_file.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace ganglion::sys {
namespace {

TEST(SpillFile, GivesBackWhatWasWritten) {
  const std::string directory = ::testing::TempDir();
  auto file = SpillFile::Create(directory, 10'000);
  ASSERT_TRUE(file.ok()) << file.error().message();
  EXPECT_EQ(file->bytes().size(), 10'000u);
  std::array<std::byte, 5000> bytes;
  bytes.fill(std::byte{7});
  ASSERT_TRUE(file->WriteAt(5000, bytes).ok());
  ASSERT_TRUE(file->Load(4999, 5001).ok());
  EXPECT_EQ(file->bytes()[4999], std::byte{0});
  EXPECT_TRUE(std::ranges::equal(file->bytes().subspan(5000), bytes));
}

TEST(SpillFile, LeavesNoNameBehind) {
  const std::filesystem::path directory = std::filesystem::path(::testing::TempDir()) / "spill";
  std::filesystem::create_directory(directory);
  auto file = SpillFile::Create(directory, 4096);
  ASSERT_TRUE(file.ok()) << file.error().message();
  EXPECT_TRUE(std::filesystem::is_empty(directory));
  std::filesystem::remove(directory);
}

TEST(SpillFile, SaysWhatCannotBeHad) {
  const auto nowhere = SpillFile::Create("/nowhere/at/all", 4096);
  ASSERT_FALSE(nowhere.ok());
  EXPECT_EQ(nowhere.error().code(), Code::kNotFound);
  // More than any disk has room for, and than any file may be long.
  const auto full = SpillFile::Create(::testing::TempDir(), std::size_t{1} << 62);
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().code(), Code::kResourceExhausted) << full.error().message();
}

}  // namespace
}  // namespace ganglion::sys
