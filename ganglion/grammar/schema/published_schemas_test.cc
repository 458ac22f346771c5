// Schemas that others wrote: the folder `schemas` of the shared data.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/grammar/schema/schema.h"
#include "ganglion/testing/shared_data.h"

namespace ganglion::grammar {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> FilesOf(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Json Load(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return Json::parse(std::string((std::istreambuf_iterator<char>(in)), {}));
}

TEST(PublishedSchemas, EachIsRead) {
  const auto folder = testing::SharedData("schemas/bench");
  if (!folder) GTEST_SKIP() << "no shared schemas on this machine";
  std::size_t count = 0;
  for (const fs::path& file : FilesOf(*folder)) {
    const auto model = SchemaModel::Read(Load(file)["schema"].dump());
    EXPECT_TRUE(model.ok()) << file.filename() << ": " << model.error().message();
    ++count;
  }
  EXPECT_GT(count, 0u);
}

TEST(PublishedSchemas, EachOfTheSuiteIsRead) {
  const auto folder = testing::SharedData("schemas/suite");
  if (!folder) GTEST_SKIP() << "no shared schemas on this machine";
  std::size_t count = 0;
  for (const auto& [name, draft] : {std::pair("draft7", ReadOptions::Draft::k7),
                                    std::pair("draft2020-12", ReadOptions::Draft::k2020)}) {
    ReadOptions options;
    options.draft = draft;
    options.formats_assert = false;
    for (const fs::path& file : FilesOf(fs::path(*folder) / name)) {
      for (const Json& group : Load(file)) {
        const auto model = SchemaModel::Read(group["schema"].dump(), options);
        EXPECT_TRUE(model.ok()) << file.filename() << ": " << group["description"] << ": "
                                << model.error().message();
        ++count;
      }
    }
  }
  EXPECT_GT(count, 0u);
}

}  // namespace
}  // namespace ganglion::grammar
