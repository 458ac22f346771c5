#pragma once

#include <cstdint>
#include <string>

#include "ganglion/base/status.h"
#include "ganglion/learn/decoder.h"

namespace ganglion::learn {

struct TrainOptions {
  std::string data;  // JSONL of instructions with plans
  std::string out;   // model file, Q8_0; OUT.f32 beside it when `keep_f32`
  std::string
      checkpoint;     // folder for checkpoints and the vocabulary; resumed from where it has one
  std::string probe;  // JSONL of instructions to answer at each checkpoint; may be empty
  std::string probe_out;  // where those plans go, as JSONL with "id" and "plan"
  DecoderShape shape;     // vocabulary is set from the data
  std::size_t word_merges = 2000;
  std::size_t batch_tokens = 6144;
  std::int64_t steps = 8000;
  std::int64_t checkpoint_every = 1000;
  double matrix_rate = 0.02;  // Muon, peak
  double other_rate = 0.003;  // AdamW, peak
  std::uint64_t seed = 1;
  int threads = 2;
  bool keep_f32 = false;
};

// Trains a starter model and exports it. Prints a line every 50 steps. A run that is stopped goes
// on from its newest checkpoint, with the same result as a run that was not (on as many threads).
Status Train(const TrainOptions& options);

}  // namespace ganglion::learn
