#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/ganglion/schema_cases.h"
#include "apps/ganglion/schema_vocabulary.h"
#include <nlohmann/json.hpp>

#include "ganglion/grammar/schema/json_schema.h"

namespace ganglion::app {

// What became of one instance.
struct InstanceOutcome {
  enum class Verdict : std::uint8_t {
    kAccepted,
    kRejected,
    kRejectedByOrder,  // accepted once members may stand in any order
    kUnwritable,       // the vocabulary has no tokens for it
  };
  std::string description;
  bool valid = false;
  Verdict verdict = Verdict::kRejected;
  std::string stopped_at;  // the text up to where it was rejected, its end only

  bool accepted() const { return verdict == Verdict::kAccepted; }
  bool right() const { return accepted() == valid && verdict != Verdict::kUnwritable; }
};

// What became of one schema.
struct SchemaOutcome {
  std::string description;
  Code code = Code::kOk;  // of the compilation; kFailedPrecondition is a schema without values
  std::string reason;
  double compile_microseconds = 0.0;
  double first_mask_microseconds = 0.0;  // with the compilation
  std::vector<float> mask_microseconds;
  std::uint32_t disagreements = 0;  // tokens that the mask allows and Accept does not, or reverse
  std::vector<InstanceOutcome> instances;

  // Whether instances were judged at all.
  bool judged() const { return code == Code::kOk || code == Code::kFailedPrecondition; }
};

// Compiles the schema and feeds each instance to it, token by token under the mask. Times are of
// this thread's own work.
SchemaOutcome Judge(const SchemaCase& item, const SchemaVocabulary& vocabulary,
                    const grammar::SchemaOptions& options);

// One line of JSON and back, to be sent from one process to another of the same program.
nlohmann::json ToJson(const SchemaOutcome& outcome);
SchemaOutcome OutcomeFrom(const nlohmann::json& json);

// Of this thread's own work, so that other work on the machine does not count.
double ThreadMicroseconds();

}  // namespace ganglion::app
