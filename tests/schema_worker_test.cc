// One schema's fate is its own: what judges is made to crash and to hang.

#include "apps/ganglion/schema_worker.h"

#include <cstdlib>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <unistd.h>

namespace ganglion::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string CountsFile() {
  return std::string(GANGLION_SOURCE_DIR) + "/tests/schemas/suite/draft2020-12/counts.json";
}
std::string PoseFile() {
  return std::string(GANGLION_SOURCE_DIR) + "/tests/schemas/bench/pose.json";
}

// The ends of the three schemas in two files, where `judge` judges.
template <class JudgeOne>
std::vector<SchemaEnd> EndsOf(JudgeOne judge) {
  auto vocabulary = SchemaVocabulary::Load("");
  TrialSettings settings;
  settings.seconds_max = 2.0;
  settings.judge = judge;
  std::vector<SchemaEnd> ends;
  std::vector<SkippedFile> skipped;
  const Status done = RunTrials(
      {CountsFile(), PoseFile()}, *vocabulary, settings,
      [&ends](const SchemaTrial& trial) { ends.push_back(trial.end); }, skipped);
  EXPECT_TRUE(done.ok()) << done.message();
  EXPECT_THAT(skipped, IsEmpty());
  return ends;
}

TEST(SchemaWorker, JudgesAllWhereNothingIsWrong) {
  EXPECT_THAT(EndsOf(Judge),
              ElementsAre(SchemaEnd::kJudged, SchemaEnd::kJudged, SchemaEnd::kJudged));
}

TEST(SchemaWorker, CountsACrashAndGoesOn) {
  const auto ends = EndsOf([](const SchemaCase& item, const SchemaVocabulary& vocabulary,
                              const grammar::SchemaOptions& options) {
    if (item.description == "an integer") std::abort();
    return Judge(item, vocabulary, options);
  });
  EXPECT_THAT(ends, ElementsAre(SchemaEnd::kCrash, SchemaEnd::kJudged, SchemaEnd::kJudged));
}

TEST(SchemaWorker, CountsAnEarlyExitAsACrash) {
  const auto ends = EndsOf([](const SchemaCase& item, const SchemaVocabulary& vocabulary,
                              const grammar::SchemaOptions& options) {
    if (item.description == "refers to nothing") _exit(0);
    return Judge(item, vocabulary, options);
  });
  EXPECT_THAT(ends, ElementsAre(SchemaEnd::kJudged, SchemaEnd::kCrash, SchemaEnd::kJudged));
}

TEST(SchemaWorker, StopsWhatNeverEndsAndGoesOn) {
  const auto ends = EndsOf([](const SchemaCase& item, const SchemaVocabulary& vocabulary,
                              const grammar::SchemaOptions& options) {
    if (item.description == "a pose of a rover") pause();
    return Judge(item, vocabulary, options);
  });
  EXPECT_THAT(ends, ElementsAre(SchemaEnd::kJudged, SchemaEnd::kJudged, SchemaEnd::kTimeOut));
}

}  // namespace
}  // namespace ganglion::app
