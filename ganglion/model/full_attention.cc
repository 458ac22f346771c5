#include "ganglion/model/full_attention.h"

#include <algorithm>

#include "ganglion/base/check.h"
#include "ganglion/kv/page_table.h"
#include "ganglion/model/linear.h"

namespace ganglion {
namespace {

// F32: the pages live for one layer, so that nothing is gained by rounding what they hold.
constexpr auto kType = kernels::CacheType::kF32;

std::size_t Blocks(std::size_t rows) {
  return (rows + kernels::kAttentionTileRows - 1) / kernels::kAttentionTileRows;
}

}  // namespace

struct FullAttention::Call {
  std::span<const RowRange> texts;
  std::size_t pages;  // of all texts, for one head
  float scale;
  const HeadRows& q;
  const HeadRows& k;
  const HeadRows& v;
  const HeadRows& y;
};

FullAttention::FullAttention(std::uint32_t heads, std::uint32_t head_dim, sys::ThreadPool& pool,
                             const kernels::KernelTable& kernels)
    : heads_(heads),
      dim_(head_dim),
      head_bytes_(kernels::CacheBytes(kType, head_dim)),
      pool_(pool),
      kernels_(kernels) {}

bool FullAttention::Prepare(std::uint32_t tokens, std::uint32_t texts) {
  const std::size_t pages = heads_ * (PagesFor(tokens) + std::size_t{texts});
  rows_max_ = tokens;
  bytes_ = AlignedBuffer<std::byte>(pages * PageBytes());
  queries_ = AlignedBuffer<float>(tokens * heads_ * dim_);
  results_ = AlignedBuffer<float>(tokens * heads_ * dim_);
  starts_.resize(texts);
  pages_.resize(pages);
  if (bytes_.data() == nullptr || queries_.data() == nullptr || results_.data() == nullptr) {
    return false;
  }
  for (std::size_t i = 0; i < pages; ++i) pages_[i] = bytes_.data() + i * PageBytes();
  return true;
}

void FullAttention::Attend(std::span<const RowRange> texts, float scale, const HeadRows& q,
                           const HeadRows& k, const HeadRows& v, const HeadRows& y) {
  GN_CHECK(texts.size() <= starts_.size());
  Start at;
  std::size_t scores = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    GN_CHECK(texts[i].rows > 0 && texts[i].first + texts[i].rows <= rows_max_);
    starts_[i] = at;
    at.pages += PagesFor(static_cast<std::uint32_t>(texts[i].rows));
    at.pieces += Blocks(texts[i].rows) * heads_;
    scores += texts[i].rows * texts[i].rows;
  }
  GN_CHECK(at.pages * heads_ <= pages_.size());
  const Call call = {texts, at.pages, scale, q, k, v, y};
  const std::size_t work = scores * heads_ * dim_ * 2;
  const std::uint32_t gathers = TaskCount(pool_, work, texts.size() * heads_);
  pool_.ParallelFor(gathers, [&](std::uint32_t task) {
    const std::size_t all = texts.size() * heads_;
    for (std::size_t i = all * task / gathers; i < all * (task + 1) / gathers; ++i) {
      Gather(call, i / heads_, i % heads_);
    }
  });
  // Pieces differ in length, so there may be more tasks than TaskCount() makes of equal work.
  const std::size_t tasks =
      pool_.threads() == 1 ? 1 : std::clamp<std::size_t>(work / kWorkPerTask, 1, at.pieces);
  pool_.ParallelFor(static_cast<std::uint32_t>(tasks), [&](std::uint32_t task) {
    const std::size_t end = at.pieces * (task + 1) / tasks;
    for (std::size_t i = at.pieces * task / tasks; i < end; ++i) {
      AttendPiece(call, PieceAt(call, i));
    }
  });
}

FullAttention::Piece FullAttention::PieceAt(const Call& call, std::size_t index) const {
  const auto starts = std::span(starts_).first(call.texts.size());
  const auto next = std::ranges::upper_bound(starts, index, {}, &Start::pieces);
  const auto text = static_cast<std::size_t>(next - starts.begin() - 1);
  const std::size_t rows = call.texts[text].rows;
  const std::size_t of_text = index - starts_[text].pieces;
  const std::size_t first = of_text % Blocks(rows) * kernels::kAttentionTileRows;
  return {.text = text,
          .head = of_text / Blocks(rows),
          .first = first,
          .rows = std::min(kernels::kAttentionTileRows, rows - first)};
}

// Puts the keys and values of one head of a text into its pages, and its queries side by side.
void FullAttention::Gather(const Call& call, std::size_t text, std::size_t head) {
  const kernels::AttentionKernels& kernels = kernels_.attention[static_cast<std::size_t>(kType)];
  const RowRange& range = call.texts[text];
  std::byte* const* const pages = &pages_[head * call.pages + starts_[text].pages];
  for (std::size_t i = 0; i < range.rows; ++i) {
    const std::size_t row = range.first + i;
    std::byte* const page = pages[i / kPageTokens];
    const std::size_t slot = i % kPageTokens;
    kernels.store_key({call.k.row(row) + head * dim_, dim_, slot, page});
    kernels.store_value({call.v.row(row) + head * dim_, dim_, slot, page + head_bytes_});
    std::copy_n(call.q.row(row) + head * dim_, dim_,
                queries_.data() + (head * rows_max_ + row) * dim_);
  }
}

void FullAttention::AttendPiece(const Call& call, const Piece& piece) {
  const RowRange& range = call.texts[piece.text];
  const std::size_t first = range.first + piece.first;
  const std::size_t at = (piece.head * rows_max_ + first) * dim_;
  kernels_.attention[static_cast<std::size_t>(kType)].attend(
      {.q = queries_.data() + at,
       .stride_q = 0,
       .pages = &pages_[piece.head * call.pages + starts_[piece.text].pages],
       .key_offset = 0,
       .value_offset = head_bytes_,
       .key_dim = dim_,
       .value_dim = dim_,
       .tokens = 1,
       .group = piece.rows,
       .keys = range.rows,
       .scale = call.scale,
       .softcap = 0.0f,
       .window = 0,
       .y = results_.data() + at,
       .stride_y = 0});
  for (std::size_t i = 0; i < piece.rows; ++i) {
    std::copy_n(results_.data() + at + i * dim_, dim_, call.y.row(first + i) + piece.head * dim_);
  }
}

}  // namespace ganglion
