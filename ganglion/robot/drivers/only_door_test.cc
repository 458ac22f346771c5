// "No path from a token to a motor avoids the safety supervisor", checked in the text of the tree:
// the compiler sees to the rest.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ganglion::robot {
namespace {

namespace fs = std::filesystem;

struct SourceFile {
  std::string path;  // from the root of the tree
  std::string text;
};

std::vector<SourceFile> SourceFiles() {
  std::vector<SourceFile> files;
  const fs::path root = GANGLION_SOURCE_DIR;
  for (const char* folder : {"ganglion", "apps"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cc") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      files.push_back({fs::relative(entry.path(), root).generic_string(),
                       {std::istreambuf_iterator<char>(file), {}}});
    }
  }
  return files;
}

bool IsTest(const std::string& path) {
  return path.ends_with("_test.cc") || path.ends_with("_test.h");
}
bool IsIn(const std::string& path, std::string_view folder) { return path.starts_with(folder); }
bool Has(const SourceFile& file, std::string_view words) {
  return file.text.find(words) != std::string::npos;
}

TEST(OnlyDoor, OnlyTestsForgeCommands) {
  int users = 0;
  for (const SourceFile& file : SourceFiles()) {
    if (!Has(file, "SafeCommandForge") || IsTest(file.path)) continue;
    ++users;
    EXPECT_TRUE(file.path == "ganglion/robot/drivers/safe_command_forge.h" ||
                file.path == "ganglion/robot/world/safe_command.h")
        << file.path;
  }
  EXPECT_EQ(users, 2) << "the check looks for the wrong words";
}

TEST(OnlyDoor, OnlyTheSupervisorIsAFriendOfCommands) {
  for (const SourceFile& file : SourceFiles()) {
    if (file.path != "ganglion/robot/world/safe_command.h") continue;
    std::size_t friends = 0;
    for (std::size_t at = 0; (at = file.text.find("friend", at)) != std::string::npos; ++at) {
      if (file.text.compare(at, 13, "friend class ") == 0) ++friends;
    }
    EXPECT_EQ(friends, 2u);
  }
}

TEST(OnlyDoor, OnlyTheControlLoopClaimsDevices) {
  for (const SourceFile& file : SourceFiles()) {
    if (IsTest(file.path) || IsIn(file.path, "ganglion/robot/drivers/")) continue;
    if (Has(file, ".Claim(") || Has(file, "->Claim(")) {
      EXPECT_TRUE(IsIn(file.path, "ganglion/robot/act/")) << file.path;
    }
  }
}

TEST(OnlyDoor, OnlyAPersonsActMakesAnOperatorKey) {
  for (const SourceFile& file : SourceFiles()) {
    if (IsTest(file.path) || IsIn(file.path, "apps/")) continue;
    if (!Has(file, "ForThePersonWhoAskedForIt")) continue;
    EXPECT_EQ(file.path, "ganglion/robot/safety/operator_key.h");
  }
}

}  // namespace
}  // namespace ganglion::robot
