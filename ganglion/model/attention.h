#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ganglion/kernels/kernels.h"
#include "ganglion/kv/kv_storage.h"
#include "ganglion/model/config.h"
#include "ganglion/model/model.h"
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
// Where a batch has fewer pieces of work than would keep the threads busy, as when a model with few
// key heads decodes one long sequence, the parts of the context (kernels::kAttentionPartPages) are
// computed on their own and joined afterwards. The bits are the same either way.
//
// Thread: the thread that runs the model; Attend() is helped by the pool, StoreRow() may run in its
// tasks. Memory: allocates in Prepare() and never again.
class PagedAttention {
 public:
  // Heads and their dimensions are those of `config`.
  PagedAttention(const ModelConfig& config, sys::ThreadPool& pool,
                 const kernels::KernelTable& kernels);

  void Prepare(const BatchLimits& limits);

  // Puts the keys and values of the batch's row `row`, which is one of `run`, into their page.
  // `k` and `v` hold the heads of that row side by side. Rows are independent of each other.
  void StoreRow(KvStorage& kv, std::uint32_t layer, const RunPlace& run, std::size_t row,
                const float* k, const float* v) const;

  // Writes the result of every query head of every row of `runs` to `y`. The keys and values of
  // all the rows are stored already. `q` and `y` do not overlap.
  void Attend(const KvStorage& kv, std::uint32_t layer, const AttentionOptions& options,
              std::span<const RunPlace> runs, const HeadRows& q, const HeadRows& y);

 private:
  struct Call;
  // What comes before a run in the pieces, in the parts of pieces, and in states_.
  struct RunStart {
    std::size_t pieces = 0;
    std::size_t parts = 0;
    std::size_t states = 0;
  };
  // A key head, with the query heads that share it, for a few tokens of a run.
  struct Piece {
    std::size_t run = 0;
    std::uint32_t head = 0;
    std::size_t first = 0;  // token of the run
    std::size_t tokens = 0;
  };

  RunStart PlaceRuns(std::span<const RunPlace> runs);
  Piece PieceAt(std::span<const RunPlace> runs, std::size_t run, std::size_t index) const;
  kernels::AttentionArgs ArgsOf(const Call& call, const Piece& piece) const;
  float* StatesOf(const RunPlace& run, const Piece& piece);
  void AttendPieces(const Call& call, std::size_t pieces, std::uint32_t tasks);
  void AttendParts(const Call& call, const RunStart& total);

  const std::uint32_t heads_;
  const std::uint32_t kv_heads_;
  const std::uint32_t key_dim_;
  const std::uint32_t value_dim_;
  sys::ThreadPool& pool_;
  const kernels::KernelTable& kernels_;
  const std::size_t piece_tokens_;
  std::vector<RunStart> starts_;  // of each run of the batch
  std::vector<float> states_;     // of the parts of long contexts
};

}  // namespace ganglion
