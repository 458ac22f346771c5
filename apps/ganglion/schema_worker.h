#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "apps/ganglion/schema_judge.h"

namespace ganglion::app {

// How one schema of a file ended, apart from what it said.
enum class SchemaEnd : std::uint8_t { kJudged, kCrash, kTimeOut };

struct SchemaTrial {
  std::string file;
  std::size_t index = 0;  // of the schema in its file
  SchemaEnd end = SchemaEnd::kJudged;
  std::string how;  // of a crash: the signal or the exit status
  SchemaOutcome outcome;
};

struct TrialSettings {
  grammar::SchemaOptions options;  // `read` is the file's own, but for a draft that is given here
  double seconds_max = 10.0;       // of one schema, by the clock on the wall
  std::size_t schemas_max = 0;     // 0 for no limit
  // What judges; tests put in its place what crashes or never returns.
  std::function<SchemaOutcome(const SchemaCase&, const SchemaVocabulary&,
                              const grammar::SchemaOptions&)>
      judge = Judge;
};

// Files that held no schema with instances, and why where they could not be read.
struct SkippedFile {
  std::string file;
  std::string why;
};

// Judges each schema of the files in another process, which is replaced when it crashes or passes
// the time-out, so that one schema's fate is its own. `seen` gets each trial in order. The caller
// has no other threads.
Status RunTrials(const std::vector<std::string>& files, const SchemaVocabulary& vocabulary,
                 const TrialSettings& settings, const std::function<void(SchemaTrial)>& seen,
                 std::vector<SkippedFile>& skipped);

}  // namespace ganglion::app
