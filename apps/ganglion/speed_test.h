#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/kv/kv_storage.h"
#include "ganglion/model/model.h"

namespace ganglion::app {

// Of one test: the seconds of each repetition, and its cache.
struct Timing {
  std::vector<double> seconds;
  double kv_bytes_read = 0.0;  // by a step in the middle of the run, over all its sequences
  std::size_t kv_bytes = 0;    // of the whole cache
};

// Times the model on made-up tokens. Which tokens they are makes no difference to a dense model,
// and sends those of a mixture to experts at random. Each method makes the cache that it needs,
// warms up, and measures `repeats` times; the error says that a cache does not fit into memory.
class SpeedTest {
 public:
  SpeedTest(Model& model, KvType kv_type, std::uint32_t repeats)
      : model_(model), kv_type_(kv_type), repeats_(repeats) {}

  // `tokens` tokens on an empty sequence, with logits of the last.
  Result<Timing> Prefill(std::uint32_t tokens);
  // `tokens` steps of one token in each of `streams` sequences that hold `depth` tokens already.
  Result<Timing> Decode(std::uint32_t streams, std::uint32_t depth, std::uint32_t tokens);

 private:
  Model& model_;
  const KvType kv_type_;
  const std::uint32_t repeats_;
};

// From opening the file to the end of the first forward pass over a prompt.
struct LoadTiming {
  double load_seconds = 0.0;         // until the model is ready to compute
  double first_token_seconds = 0.0;  // until there are logits after `prompt` tokens
  std::unique_ptr<Model> model;
};
Result<LoadTiming> TimeLoad(const std::string& path, const ModelOptions& options, KvType kv_type,
                            std::uint32_t prompt);

}  // namespace ganglion::app
