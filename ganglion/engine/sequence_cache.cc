#include "ganglion/engine/sequence_cache.h"

#include <algorithm>
#include <utility>

#include "ganglion/base/check.h"

namespace ganglion::engine {
namespace {

std::uint32_t CommonPrefix(std::span<const TokenId> a, std::span<const TokenId> b) {
  const auto [end, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::uint32_t>(end - a.begin());
}

}  // namespace

// Two whole sequences: the kept ones share their beginnings or are short, as a rule, and where they
// are not the oldest give way.
std::uint32_t SequenceCache::PagesNeeded(const Limits& limits) {
  return PagesFor(limits.tokens) * (limits.kept > 0 ? 2 : 1);
}

SequenceCache::SequenceCache(const Limits& limits, KvStorage storage)
    : limits_(limits), storage_(std::move(storage)), pool_(PagesNeeded(limits)) {
  GN_CHECK(storage_.pages() == pool_.pages_total());
  sequences_.reserve(limits.kept + 1);
  for (std::uint32_t i = 0; i <= limits.kept; ++i) sequences_.emplace_back(limits.tokens);
}

void SequenceCache::Drop(Sequence& sequence) {
  sequence.pages.ShrinkTo(pool_, 0);
  sequence.tokens.clear();
  sequence.used = 0;
}

bool SequenceCache::DropOldest() {
  Sequence* oldest = nullptr;
  for (Sequence& sequence : sequences_) {
    if (&sequence == &current() || sequence.used == 0) continue;
    if (oldest == nullptr || sequence.used < oldest->used) oldest = &sequence;
  }
  if (oldest == nullptr) return false;
  Drop(*oldest);
  return true;
}

void SequenceCache::Grow(std::uint32_t tokens) {
  GN_CHECK(tokens <= limits_.tokens);
  while (!current().pages.TryGrow(pool_, tokens)) GN_CHECK(DropOldest());
}

std::uint32_t SequenceCache::Begin(std::span<const TokenId> tokens) {
  GN_CHECK(!tokens.empty() && tokens.size() <= limits_.tokens);
  Drop(current());
  Sequence* best = nullptr;
  std::uint32_t common = 0;
  for (Sequence& sequence : sequences_) {
    if (&sequence == &current()) continue;
    const std::uint32_t same = CommonPrefix(tokens, sequence.tokens);
    if (same > common) {
      common = same;
      best = &sequence;
    }
  }
  if (best == nullptr) return 0;
  best->used = ++clock_;  // so that growing drops the others first
  common = std::min(common, static_cast<std::uint32_t>(tokens.size()) - 1);
  const std::uint32_t full = common / kPageTokens;
  current().pages.SharePrefix(pool_, best->pages, full);
  if (common % kPageTokens != 0) {
    const PageId source = best->pages.pages()[full];
    pool_.Share(source);  // it must outlive its sequence, should that have to go
    Grow(common);
    const Status copied = storage_.CopyPage(pool_, source, current().pages.pages()[full]);
    pool_.Release(source);
    if (!copied.ok()) {  // its tokens are computed again
      common = full * kPageTokens;
      current().pages.ShrinkTo(pool_, common);
    }
  }
  const auto taken = tokens.first(common);
  current().tokens.assign(taken.begin(), taken.end());
  return common;
}

void SequenceCache::Extend(std::span<const TokenId> tokens) {
  Sequence& sequence = current();
  Grow(static_cast<std::uint32_t>(sequence.tokens.size() + tokens.size()));
  sequence.tokens.insert(sequence.tokens.end(), tokens.begin(), tokens.end());
}

void SequenceCache::Truncate(std::uint32_t tokens) {
  GN_CHECK(tokens <= current().tokens.size());
  current().tokens.resize(tokens);
  current().pages.ShrinkTo(pool_, tokens);
}

Status SequenceCache::Ready(std::uint32_t first) {
  Status status = storage_.Ready(pool_, current().pages, first,
                                 static_cast<std::uint32_t>(current().tokens.size()));
  if (status.ok()) return status;
  for (Sequence& sequence : sequences_) Drop(sequence);
  return status;
}

void SequenceCache::End() {
  if (limits_.kept == 0) return Drop(current());
  // Those that the new one goes on with have nothing more to give.
  for (Sequence& sequence : sequences_) {
    if (&sequence == &current() || sequence.used == 0) continue;
    if (CommonPrefix(sequence.tokens, current().tokens) == sequence.tokens.size()) Drop(sequence);
  }
  current().used = ++clock_;
  std::size_t next = current_;
  for (std::size_t i = 0; i < sequences_.size(); ++i) {
    if (sequences_[i].used < sequences_[next].used) next = i;
  }
  current_ = next;
  Drop(current());
}

}  // namespace ganglion::engine
