// Schemas that others wrote, and instances that they marked as valid or not: the folder `schemas`
// of the shared data.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/grammar/schema/canonical.h"
#include "ganglion/grammar/schema/json_schema.h"
#include "ganglion/grammar/schema/languages.h"
#include "ganglion/grammar/schema/schema.h"
#include "ganglion/grammar/schema/validator.h"
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

// How a group of instances was judged.
struct Tally {
  std::size_t agrees = 0;
  std::size_t not_supported = 0;
  std::size_t disagrees = 0;
};

// Where the schema compiles, its grammar must let the valid instances through and no other.
void JudgeByGrammar(const std::string& name, const Json& group, const SchemaOptions& options,
                    std::size_t& declined) {
  const auto compiled = CompileSchema(group["schema"].dump(), options);
  if (!compiled.ok() && compiled.error().code() != Code::kFailedPrecondition) {
    EXPECT_NE(compiled.error().code(), Code::kInvalidArgument) << name;
    ++declined;
    return;
  }
  static const auto vocabulary = Vocabulary::Create({"x"}, {});
  for (const Json& test : group["tests"]) {
    bool accepted = false;
    if (compiled.ok()) {
      Matcher matcher(compiled->grammar, vocabulary);
      accepted = matcher.AcceptText(WriteCanonical(test["data"])) && matcher.IsComplete();
    }
    EXPECT_EQ(accepted, test["valid"].get<bool>()) << name << ": " << test["description"];
  }
}

// Judges the instances {"data", "valid"} of one schema.
void Judge(const std::string& name, const Json& group, const ReadOptions& options, Tally& tally) {
  const auto model = SchemaModel::Read(group["schema"].dump(), options);
  ASSERT_TRUE(model.ok()) << name << ": " << model.error().message();
  Work work(200'000'000);
  Languages languages(work);
  Validator validator(*model, languages, work);
  for (const Json& test : group["tests"]) {
    const auto reason = validator.WhyInvalid(model->root(), test["data"]);
    if (!reason.ok()) {
      EXPECT_EQ(reason.error().code(), Code::kUnimplemented) << name << reason.error().message();
      std::printf("%s: %s\n", name.c_str(), std::string(reason.error().message()).c_str());
      ++tally.not_supported;
      continue;
    }
    const bool agrees = !reason->has_value() == test["valid"].get<bool>();
    ++(agrees ? tally.agrees : tally.disagrees);
    EXPECT_TRUE(agrees) << name << ": " << test["description"] << ": "
                        << reason->value_or("taken for valid");
  }
}

void Report(const char* what, const Tally& tally) {
  std::printf("%s: %zu agree, %zu not supported, %zu disagree\n", what, tally.agrees,
              tally.not_supported, tally.disagrees);
}

TEST(PublishedInstances, TheValidatorAgreesWithTheirMarks) {
  const auto folder = testing::SharedData("schemas/bench");
  if (!folder) GTEST_SKIP() << "no shared schemas on this machine";
  Tally tally;
  for (const fs::path& file : FilesOf(*folder)) Judge(file.filename(), Load(file), {}, tally);
  Report("benchmark", tally);
  EXPECT_GT(tally.agrees, 0u);
}

TEST(PublishedInstances, TheValidatorAgreesWithTheSuite) {
  const auto folder = testing::SharedData("schemas/suite");
  if (!folder) GTEST_SKIP() << "no shared schemas on this machine";
  for (const auto& [name, draft] : {std::pair("draft7", ReadOptions::Draft::k7),
                                    std::pair("draft2020-12", ReadOptions::Draft::k2020)}) {
    ReadOptions options;
    options.draft = draft;
    options.formats_assert = false;
    Tally tally;
    for (const fs::path& file : FilesOf(fs::path(*folder) / name)) {
      for (const Json& group : Load(file)) {
        Judge(file.filename().string() + ": " + group["description"].get<std::string>(), group,
              options, tally);
      }
    }
    Report(name, tally);
    EXPECT_GT(tally.agrees, 0u);
  }
}

TEST(PublishedInstances, GrammarsLetThroughWhatIsValidAndNoMore) {
  const auto folder = testing::SharedData("schemas");
  if (!folder) GTEST_SKIP() << "no shared schemas on this machine";
  SchemaOptions options;
  options.order = SchemaOptions::MemberOrder::kAny;
  std::size_t declined = 0;
  for (const fs::path& file : FilesOf(fs::path(*folder) / "bench")) {
    JudgeByGrammar(file.filename(), Load(file), options, declined);
  }
  options.read.formats_assert = false;
  for (const auto& [name, draft] : {std::pair("draft7", ReadOptions::Draft::k7),
                                    std::pair("draft2020-12", ReadOptions::Draft::k2020)}) {
    options.read.draft = draft;
    for (const fs::path& file : FilesOf(fs::path(*folder) / "suite" / name)) {
      for (const Json& group : Load(file)) {
        JudgeByGrammar(file.filename().string() + ": " + group["description"].get<std::string>(),
                       group, options, declined);
      }
    }
  }
  std::printf("grammars: %zu schemas declined\n", declined);
}

}  // namespace
}  // namespace ganglion::grammar
