#include "ganglion/model/attention.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "ganglion/base/check.h"
#include "ganglion/model/limits.h"
#include "ganglion/model/linear.h"

namespace ganglion {
namespace {

static_assert(kernels::kAttentionPageTokens == kPageTokens);

constexpr std::size_t kPieceTokens = 8;  // enough to reuse a page from the cache

std::size_t Blocks(const RunPlace& run) { return (run.tokens + kPieceTokens - 1) / kPieceTokens; }

}  // namespace

PagedAttention::PagedAttention(const ModelConfig& config, sys::ThreadPool& pool,
                               const kernels::KernelTable& kernels)
    : heads_(config.heads),
      kv_heads_(config.kv_heads),
      key_dim_(config.key_dim),
      value_dim_(config.value_dim),
      pool_(pool),
      kernels_(kernels) {}

void PagedAttention::Prepare(std::uint32_t runs_max) { pieces_.resize(runs_max); }

// Keys lie transposed in a page: element d of slot s at d * kPageTokens + s.
void PagedAttention::StoreRow(KvStorage& kv, std::uint32_t layer, const RunPlace& run,
                              std::size_t row, const float* k, const float* v) const {
  const std::size_t position = run.first_position + (row - run.first_row);
  const std::size_t slot = position % kPageTokens;
  std::byte* const page = run.pages[position / kPageTokens];
  for (std::uint32_t head = 0; head < kv_heads_; ++head, k += key_dim_, v += value_dim_) {
    std::byte* const keys = page + kv.KeyOffset(layer, head);
    std::byte* const values = page + kv.ValueOffset(layer, head);
    if (kv.type() == KvType::kF32) {
      auto* const to = reinterpret_cast<float*>(keys) + slot;
      for (std::size_t d = 0; d < key_dim_; ++d) to[d * kPageTokens] = k[d];
      std::memcpy(values + slot * value_dim_ * sizeof(float), v, value_dim_ * sizeof(float));
    } else {
      std::array<std::uint16_t, kHeadDimMax> halves;
      kernels_.float_to_half(k, halves.data(), key_dim_);
      auto* const to = reinterpret_cast<std::uint16_t*>(keys) + slot;
      for (std::size_t d = 0; d < key_dim_; ++d) to[d * kPageTokens] = halves[d];
      kernels_.float_to_half(v, reinterpret_cast<std::uint16_t*>(values) + slot * value_dim_,
                             value_dim_);
    }
  }
}

// A piece is one key head, with the query heads that share it, for a few tokens of one run.
std::size_t PagedAttention::PlacePieces(std::span<const RunPlace> runs) {
  GN_CHECK(runs.size() <= pieces_.size());
  std::size_t pieces = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    pieces_[i] = pieces;
    pieces += Blocks(runs[i]) * kv_heads_;
  }
  return pieces;
}

void PagedAttention::Attend(const KvStorage& kv, std::uint32_t layer,
                            const AttentionOptions& options, std::span<const RunPlace> runs,
                            const HeadRows& q, const HeadRows& y) {
  const std::size_t pieces = PlacePieces(runs);
  std::size_t scores = 0;
  for (const RunPlace& run : runs) {
    const std::size_t keys = run.first_position + run.tokens;
    scores +=
        run.tokens * (options.window == 0 ? keys : std::min<std::size_t>(options.window, keys));
  }
  const std::size_t work = scores * heads_ * (std::size_t{key_dim_} + value_dim_);
  // Pieces differ in length, so there are more tasks than TaskCount() makes of equal work.
  const auto tasks = static_cast<std::uint32_t>(
      pool_.threads() == 1 ? 1 : std::clamp<std::size_t>(work / kWorkPerTask, 1, pieces));
  pool_.ParallelFor(tasks, [&](std::uint32_t task) {
    const std::size_t end = pieces * (task + 1) / tasks;
    for (std::size_t piece = pieces * task / tasks; piece < end; ++piece) {
      AttendPiece(kv, layer, options, runs, q, y, piece);
    }
  });
}

void PagedAttention::AttendPiece(const KvStorage& kv, std::uint32_t layer,
                                 const AttentionOptions& options, std::span<const RunPlace> runs,
                                 const HeadRows& q, const HeadRows& y, std::size_t piece) const {
  const auto attention =
      kv.type() == KvType::kF32 ? kernels_.attention_f32 : kernels_.attention_f16;
  const auto placed = std::span(pieces_).first(runs.size());
  const auto index =
      static_cast<std::size_t>(std::ranges::upper_bound(placed, piece) - placed.begin() - 1);
  const RunPlace& run = runs[index];
  const std::size_t of_run = piece - placed[index];
  const auto head = static_cast<std::uint32_t>(of_run % kv_heads_);
  const std::size_t first = of_run / kv_heads_ * kPieceTokens;
  const std::size_t row = run.first_row + first;
  const std::size_t group = heads_ / kv_heads_;
  attention({.q = q.row(row) + head * group * key_dim_,
             .stride_q = q.stride,
             .pages = run.pages,
             .key_offset = kv.KeyOffset(layer, head),
             .value_offset = kv.ValueOffset(layer, head),
             .key_dim = key_dim_,
             .value_dim = value_dim_,
             .tokens = std::min(kPieceTokens, run.tokens - first),
             .group = group,
             .keys = run.first_position + first + 1,
             .scale = options.scale,
             .softcap = options.softcap,
             .window = options.window,
             .y = y.row(row) + head * group * value_dim_,
             .stride_y = y.stride});
}

}  // namespace ganglion
