#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "ganglion/base/ids.h"
#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/kernels/kernels.h"
#include "ganglion/kv/kv_storage.h"
#include "ganglion/kv/page_table.h"
#include "ganglion/model/config.h"
#include "ganglion/model/weight_cache_options.h"

namespace ganglion {

struct ModelOptions {
  std::uint32_t threads = 0;  // with the caller's; 0: one for each processor it may use
  std::string isa = {};  // "scalar", "avx2", "avx512", "amx"; empty: the fastest that runs here
  RopeOptions rope = {};
  std::uint32_t context_tokens = 0;      // the longest sequence; 0: what the model was made for
  WeightCacheOptions weight_cache = {};  // none, unless it names a directory
};

// Consecutive tokens of one sequence.
struct TokenRun {
  std::span<const TokenId> tokens;
  std::uint32_t first_position = 0;  // of tokens[0]; what lies before is in the cache already
  const PageTable* pages = nullptr;  // with room for first_position + tokens.size() tokens
  std::uint32_t logits_rows = 1;     // the last so many tokens of the run get a row of logits
  // Rows of config().width floats, filled with the hidden states of the last so many tokens: what
  // the output matrix reads. Mostly empty.
  std::span<float> hidden = {};
};

// Runs of different sequences. They do not see each other.
struct Batch {
  std::span<const TokenRun> runs;
};

// The most that one call of Forward() will be given. `pages` counts the pages of all its runs up to
// their last token, `run_pages` those of one run (0: as many as of all).
struct BatchLimits {
  std::uint32_t tokens = 512;
  std::uint32_t runs = 1;
  std::uint32_t logits_rows = 1;
  std::uint32_t pages = 128;
  std::uint32_t run_pages = 0;
};

// What computing costs, to compare with what the machine can do.
struct ModelWork {
  std::size_t weight_bytes = 0;               // that decoding one token reads
  std::uint64_t products_per_token = 0;       // in the matrices of the layers
  std::uint64_t products_per_logits_row = 0;  // in the output matrix
  bool int8 = false;                          // most products are of 8-bit numbers
};

// A model that is ready to compute.
//
// The same tokens at the same positions of a sequence give the same logits bit for bit, whatever
// the number of threads, the chunks they were fed in, and the other runs of the batch.
//
// Thread: the engine thread only; within a call it is helped by threads of its own. Memory:
// allocates in Load() and Prepare() and never again.
class Model {
 public:
  // Checks the metadata and the shape and type of every tensor, and lays the weights out for the
  // kernels. The file may be dropped afterwards; the model keeps its share of it.
  static Result<std::unique_ptr<Model>> Load(std::shared_ptr<const gguf::File> file,
                                             const ModelOptions& options);

  virtual ~Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  virtual const ModelConfig& config() const = 0;
  virtual std::uint32_t threads() const = 0;
  virtual const kernels::KernelTable& kernels() const = 0;
  virtual ModelWork work() const = 0;
  KvShape kv_shape() const;

  // Takes the memory that batches within `limits` need. May be called again with other limits.
  virtual Status Prepare(const BatchLimits& limits) = 0;

  // Writes the keys and values of every token of the batch into `kv`, and one row of
  // config().vocab_size logits for each token that asks for it, in the order of the batch.
  //
  // Needs: Prepare() with limits that hold the batch; kv.shape() == kv_shape(); every token below
  // vocab_size; every run with at least one token; `logits` of exactly the rows asked for; whole
  // rows in every `hidden`, no more than the run has tokens.
  virtual void Forward(const Batch& batch, KvStorage& kv, std::span<float> logits) = 0;

 protected:
  Model() = default;
};

}  // namespace ganglion
