#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ganglion/kernels/kernels.h"
#include "ganglion/model/aligned_buffer.h"
#include "ganglion/model/attention.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion {

// Consecutive rows of the activations.
struct RowRange {
  std::size_t first = 0;
  std::size_t rows = 0;
};

// Attention in which every token of a text sees all of it.
//
// The kernels of the cache serve it as well: each head's keys and values go into pages that live
// for one layer, and its queries stand together as if they were heads of one token, the last.
//
// Thread: the thread that runs the model, helped by the pool. Memory: allocates in Prepare() and
// never again.
class FullAttention {
 public:
  FullAttention(std::uint32_t heads, std::uint32_t head_dim, sys::ThreadPool& pool,
                const kernels::KernelTable& kernels);

  // For texts of so many tokens together. False where the system has no memory for them.
  [[nodiscard]] bool Prepare(std::uint32_t tokens, std::uint32_t texts);

  // For each text: y = softmax(scale q k^T) v, head by head. The texts lie one behind the other.
  void Attend(std::span<const RowRange> texts, float scale, const HeadRows& q, const HeadRows& k,
              const HeadRows& v, const HeadRows& y);

 private:
  struct Call;
  // Some queries of one head of a text.
  struct Piece {
    std::size_t text, head, first, rows;
  };

  std::size_t PageBytes() const { return 2 * head_bytes_; }
  Piece PieceAt(const Call& call, std::size_t index) const;
  void Gather(const Call& call, std::size_t text, std::size_t head);
  void AttendPiece(const Call& call, const Piece& piece);

  const std::size_t heads_;
  const std::size_t dim_;
  const std::size_t head_bytes_;  // of the keys, or values, of a page
  sys::ThreadPool& pool_;
  const kernels::KernelTable& kernels_;
  std::size_t rows_max_ = 0;
  // By heads: the pages of all texts, then those of the next head. Queries and results likewise.
  AlignedBuffer<std::byte> bytes_;
  std::vector<std::byte*> pages_;
  AlignedBuffer<float> queries_, results_;
  struct Start {
    std::size_t pages = 0;   // of the texts before, for one head
    std::size_t pieces = 0;  // of the texts before, for all heads
  };
  std::vector<Start> starts_;
};

}  // namespace ganglion
