#include "ganglion/model/attention.h"

#include <algorithm>

#include "ganglion/base/check.h"
#include "ganglion/model/limits.h"
#include "ganglion/model/linear.h"

namespace ganglion {
namespace {

static_assert(kernels::kAttentionPageTokens == kPageTokens);
static_assert(kernels::kAttentionDimMax == kHeadDimMax);

// Batches of more tokens are not cut into parts: they have pieces enough.
constexpr std::size_t kTokensInParts = 8;
constexpr std::size_t kPiecesPerThread = 4;

const kernels::AttentionKernels& KernelsOf(const kernels::KernelTable& table, KvType type) {
  using kernels::CacheType;
  static_assert(static_cast<CacheType>(KvType::kF32) == CacheType::kF32);
  static_assert(static_cast<CacheType>(KvType::kF16) == CacheType::kF16);
  static_assert(static_cast<CacheType>(KvType::kBF16) == CacheType::kBF16);
  static_assert(static_cast<CacheType>(KvType::kQ8_0) == CacheType::kQ8_0);
  static_assert(kernels::CacheBytes(CacheType::kQ8_0, 64) ==
                KvBytes(KvType::kQ8_0, 64 * kPageTokens));
  return table.attention[static_cast<std::size_t>(type)];
}

std::size_t PartsOf(const RunPlace& run) {
  return kernels::AttentionParts(run.first_position + run.tokens);
}

}  // namespace

struct PagedAttention::Call {
  const KvStorage& kv;
  std::uint32_t layer;
  const AttentionOptions& options;
  std::span<const RunPlace> runs;
  const HeadRows& q;
  const HeadRows& y;
};

PagedAttention::PagedAttention(const ModelConfig& config, sys::ThreadPool& pool,
                               const kernels::KernelTable& kernels)
    : heads_(config.heads),
      kv_heads_(config.kv_heads),
      key_dim_(config.key_dim),
      value_dim_(config.value_dim),
      pool_(pool),
      kernels_(kernels),
      piece_tokens_(std::max<std::size_t>(kernels::kAttentionTileRows / (heads_ / kv_heads_), 1)) {}

void PagedAttention::Prepare(const BatchLimits& limits) {
  starts_.resize(limits.runs);
  states_.clear();
  if (pool_.threads() == 1 || kv_heads_ >= kPiecesPerThread * pool_.threads()) return;
  const std::size_t pages = limits.run_pages != 0 ? limits.run_pages : limits.pages;
  const std::size_t parts = pages / kernels::kAttentionPartPages + 1;
  const std::size_t rows = std::min<std::size_t>(limits.tokens, kTokensInParts) * heads_;
  if (parts > 1) states_.resize(rows * parts * kernels::AttentionPartFloats(value_dim_));
}

void PagedAttention::StoreRow(KvStorage& kv, std::uint32_t layer, const RunPlace& run,
                              std::size_t row, const float* k, const float* v) const {
  const std::size_t position = run.first_position + (row - run.first_row);
  const std::size_t slot = position % kPageTokens;
  std::byte* const page = run.pages[position / kPageTokens];
  const kernels::AttentionKernels& kernels = KernelsOf(kernels_, kv.type());
  for (std::uint32_t head = 0; head < kv_heads_; ++head) {
    kernels.store_key({k + head * key_dim_, key_dim_, slot, page + kv.KeyOffset(layer, head)});
    kernels.store_value(
        {v + head * value_dim_, value_dim_, slot, page + kv.ValueOffset(layer, head)});
  }
}

// Fills starts_ and returns where a run after the last would start.
PagedAttention::RunStart PagedAttention::PlaceRuns(std::span<const RunPlace> runs) {
  GN_CHECK(runs.size() <= starts_.size());
  RunStart at;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    starts_[i] = at;
    const std::size_t blocks = (runs[i].tokens + piece_tokens_ - 1) / piece_tokens_;
    const std::size_t parts = PartsOf(runs[i]);
    at.pieces += blocks * kv_heads_;
    at.parts += blocks * kv_heads_ * parts;
    at.states += runs[i].tokens * heads_ * parts * kernels::AttentionPartFloats(value_dim_);
  }
  return at;
}

// Piece `index` of a run. Those of one head follow each other: they read the same pages.
PagedAttention::Piece PagedAttention::PieceAt(std::span<const RunPlace> runs, std::size_t run,
                                              std::size_t index) const {
  const std::size_t tokens = runs[run].tokens;
  const std::size_t blocks = (tokens + piece_tokens_ - 1) / piece_tokens_;
  const std::size_t first = index % blocks * piece_tokens_;
  return {.run = run,
          .head = static_cast<std::uint32_t>(index / blocks),
          .first = first,
          .tokens = std::min(piece_tokens_, tokens - first)};
}

kernels::AttentionArgs PagedAttention::ArgsOf(const Call& call, const Piece& piece) const {
  const RunPlace& run = call.runs[piece.run];
  const std::size_t row = run.first_row + piece.first;
  const std::size_t group = heads_ / kv_heads_;
  return {.q = call.q.row(row) + piece.head * group * key_dim_,
          .stride_q = call.q.stride,
          .pages = run.pages,
          .key_offset = call.kv.KeyOffset(call.layer, piece.head),
          .value_offset = call.kv.ValueOffset(call.layer, piece.head),
          .key_dim = key_dim_,
          .value_dim = value_dim_,
          .tokens = piece.tokens,
          .group = group,
          .keys = run.first_position + piece.first + 1,
          .scale = call.options.scale,
          .softcap = call.options.softcap,
          .window = call.options.window,
          .y = call.y.row(row) + piece.head * group * value_dim_,
          .stride_y = call.y.stride};
}

void PagedAttention::Attend(const KvStorage& kv, std::uint32_t layer,
                            const AttentionOptions& options, std::span<const RunPlace> runs,
                            const HeadRows& q, const HeadRows& y) {
  const RunStart total = PlaceRuns(runs);
  std::size_t scores = 0;
  std::size_t tokens = 0;
  for (const RunPlace& run : runs) {
    const std::size_t keys = run.first_position + run.tokens;
    tokens += run.tokens;
    scores +=
        run.tokens * (options.window == 0 ? keys : std::min<std::size_t>(options.window, keys));
  }
  const std::size_t work = scores * heads_ * (std::size_t{key_dim_} + value_dim_);
  const Call call = {kv, layer, options, runs, q, y};
  if (total.pieces < kPiecesPerThread * pool_.threads() && total.parts > total.pieces &&
      tokens <= kTokensInParts && !states_.empty()) {
    return AttendParts(call, total);
  }
  // Pieces differ in length, so there are more tasks than TaskCount() makes of equal work.
  const std::size_t tasks =
      pool_.threads() == 1 ? 1 : std::clamp<std::size_t>(work / kWorkPerTask, 1, total.pieces);
  AttendPieces(call, total.pieces, static_cast<std::uint32_t>(tasks));
}

void PagedAttention::AttendPieces(const Call& call, std::size_t pieces, std::uint32_t tasks) {
  const auto attend = KernelsOf(kernels_, call.kv.type()).attend;
  const auto starts = std::span(starts_).first(call.runs.size());
  pool_.ParallelFor(tasks, [&](std::uint32_t task) {
    const std::size_t end = pieces * (task + 1) / tasks;
    for (std::size_t i = pieces * task / tasks; i < end; ++i) {
      const auto next = std::ranges::upper_bound(starts, i, {}, &RunStart::pieces);
      const auto run = static_cast<std::size_t>(next - starts.begin() - 1);
      attend(ArgsOf(call, PieceAt(call.runs, run, i - starts[run].pieces)));
    }
  });
}

// Where the states of a piece begin: those of each of its parts lie side by side.
float* PagedAttention::StatesOf(const RunPlace& run, const Piece& piece) {
  const std::size_t rows_before =
      piece.head * run.tokens + piece.first;  // in units of the heads that share a key head
  return states_.data() + starts_[piece.run].states +
         rows_before * (heads_ / kv_heads_) * PartsOf(run) *
             kernels::AttentionPartFloats(value_dim_);
}

void PagedAttention::AttendParts(const Call& call, const RunStart& total) {
  GN_CHECK(total.states <= states_.size());
  const auto attend_part = KernelsOf(kernels_, call.kv.type()).attend_part;
  const std::size_t row_floats = heads_ / kv_heads_ * kernels::AttentionPartFloats(value_dim_);
  const auto starts = std::span(starts_).first(call.runs.size());
  pool_.ParallelFor(static_cast<std::uint32_t>(total.parts), [&](std::uint32_t i) {
    const auto next = std::ranges::upper_bound(starts, i, {}, &RunStart::parts);
    const auto run = static_cast<std::size_t>(next - starts.begin() - 1);
    const std::size_t parts = PartsOf(call.runs[run]);
    const std::size_t of_run = i - starts[run].parts;
    const Piece piece = PieceAt(call.runs, run, of_run / parts);
    attend_part(ArgsOf(call, piece), of_run % parts,
                StatesOf(call.runs[run], piece) + of_run % parts * piece.tokens * row_floats);
  });
  pool_.ParallelFor(static_cast<std::uint32_t>(total.pieces), [&](std::uint32_t i) {
    const auto next = std::ranges::upper_bound(starts, i, {}, &RunStart::pieces);
    const auto run = static_cast<std::size_t>(next - starts.begin() - 1);
    const Piece piece = PieceAt(call.runs, run, i - starts[run].pieces);
    const kernels::AttentionArgs args = ArgsOf(call, piece);
    kernels_.attention_join({.states = StatesOf(call.runs[run], piece),
                             .parts = PartsOf(call.runs[run]),
                             .tokens = args.tokens,
                             .group = args.group,
                             .value_dim = args.value_dim,
                             .y = args.y,
                             .stride_y = args.stride_y});
  });
}

}  // namespace ganglion
