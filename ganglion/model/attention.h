#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ganglion/kernels/kernels.h"
#include "ganglion/kv/kv_storage.h"
#include "ganglion/model/config.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion {

// Where one run of a batch stands in the rows of the activations and in its pages.
struct RunPlace {
  std::size_t first_row = 0;
  std::size_t tokens = 0;
  std::uint32_t first_position = 0;
  std::byte* const* pages = nullptr;  // from position 0 on
};

// In what the attention of one layer may differ from that of another.
struct AttentionOptions {
  float scale = 0.0f;        // of the products of queries and keys
  float softcap = 0.0f;      // 0: none; else score = softcap * tanh(score / softcap)
  std::uint32_t window = 0;  // 0: none; else key j is visible to query i where i - j < window
};

// Rows of some heads side by side, one row a token of the batch.
struct HeadRows {
  float* x = nullptr;
  std::size_t stride = 0;

  float* row(std::size_t index) const { return x + index * stride; }
};

// Attention over the pages of a KV cache.
//
// Thread: the thread that runs the model; Attend() is helped by the pool, StoreRow() may run in its
// tasks. Memory: allocates in Prepare() and never again.
class PagedAttention {
 public:
  // Heads and their dimensions are those of `config`.
  PagedAttention(const ModelConfig& config, sys::ThreadPool& pool,
                 const kernels::KernelTable& kernels);

  // For batches of at most so many runs.
  void Prepare(std::uint32_t runs_max);

  // Puts the keys and values of the batch's row `row`, which is one of `run`, into their page.
  // `k` and `v` hold the heads of that row side by side. Rows are independent of each other.
  void StoreRow(KvStorage& kv, std::uint32_t layer, const RunPlace& run, std::size_t row,
                const float* k, const float* v) const;

  // Writes the result of every query head of every row of `runs` to `y`. The keys and values of
  // all the rows are stored already. `q` and `y` do not overlap.
  void Attend(const KvStorage& kv, std::uint32_t layer, const AttentionOptions& options,
              std::span<const RunPlace> runs, const HeadRows& q, const HeadRows& y);

 private:
  std::size_t PlacePieces(std::span<const RunPlace> runs);
  void AttendPiece(const KvStorage& kv, std::uint32_t layer, const AttentionOptions& options,
                   std::span<const RunPlace> runs, const HeadRows& q, const HeadRows& y,
                   std::size_t piece) const;

  const std::uint32_t heads_;
  const std::uint32_t kv_heads_;
  const std::uint32_t key_dim_;
  const std::uint32_t value_dim_;
  sys::ThreadPool& pool_;
  const kernels::KernelTable& kernels_;
  std::vector<std::size_t> pieces_;  // of the runs before each run
};

}  // namespace ganglion
