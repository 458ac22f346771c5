#include "ganglion/sched/page_keeper.h"

#include <algorithm>

#include "ganglion/base/check.h"
#include "ganglion/sched/limits.h"

namespace ganglion::sched {

using Node = PrefixIndex::Node;

PageKeeper::PageKeeper(const Limits& limits)
    : keep_prefixes_(limits.keep_prefixes),
      pool_(limits.pages),
      index_(pool_, {.pinned_pages_max = limits.pinned_pages_max}) {
  copies_.reserve(limits.copies_max);
  copied_.reserve(limits.copies_max);
}

std::uint32_t PageKeeper::pages_available() const {
  return pool_.pages_free() + index_.pages_evictable();
}

std::span<const TokenId> PageKeeper::NextPage(const Sequence& sequence) const {
  const std::size_t first = std::size_t{sequence.indexed} * kPageTokens;
  return std::span(sequence.tokens).subspan(first, kPageTokens);
}

// Goes one node down; the page of it is in the table already.
void PageKeeper::Enter(Sequence& sequence, Node node) {
  index_.Acquire(node);
  sequence.node = node;
  ++sequence.indexed;
  if (sequence.indexed == sequence.pinned_pages) index_.Pin(node);
}

void PageKeeper::Attach(Sequence& sequence) {
  GN_CHECK(sequence.computed == 0 && sequence.indexed == 0 && sequence.pages.pages().empty());
  sequence.is_indexable = keep_prefixes_;
  ShareMore(sequence);
}

std::uint32_t PageKeeper::ShareMore(Sequence& sequence) {
  if (!sequence.is_indexable || sequence.computed != sequence.indexed * kPageTokens) return 0;
  const std::uint32_t before = sequence.computed;
  while (sequence.computed + kPageTokens <= sequence.first_wanted()) {
    const std::optional<Node> next = index_.Find(sequence.node, NextPage(sequence));
    if (!next) break;
    sequence.pages.ShrinkTo(pool_, sequence.computed);
    sequence.pages.AppendShared(pool_, index_.page(*next));
    sequence.computed += kPageTokens;
    Enter(sequence, *next);
  }
  return sequence.computed - before;
}

void PageKeeper::CopyPartial(Sequence& sequence) {
  if (!sequence.is_indexable || sequence.computed != sequence.indexed * kPageTokens) return;
  if (copies_.size() == copies_.capacity()) return;
  const std::span rest =
      std::span<const TokenId>(sequence.tokens)
          .subspan(sequence.computed,
                   std::min(sequence.first_wanted() - sequence.computed, kPageTokens));
  const PrefixIndex::Partial found = index_.FindPartial(sequence.node, rest);
  if (found.tokens < kCopyTokensMin) return;
  // It must not go to make room for its own copy.
  index_.Acquire(found.node);
  if (!TryGrow(sequence, sequence.computed + found.tokens)) {
    index_.Release(found.node);
    return;
  }
  copied_.push_back(found.node);
  copies_.push_back({.sequence = sequence.id,
                     .from = index_.page(found.node),
                     .to = sequence.pages.pages()[sequence.indexed],
                     .tokens = found.tokens});
  sequence.computed += found.tokens;
}

bool PageKeeper::ComputeTheSame(const Sequence& a, const Sequence& b) {
  if (!a.is_indexable || !b.is_indexable) return false;
  if (a.node != b.node || a.indexed != b.indexed) return false;
  const std::size_t first = std::size_t{a.indexed} * kPageTokens;
  const std::size_t end = first + kPageTokens;
  if (end > a.tokens.size() || end > b.first_wanted()) return false;
  return std::equal(a.tokens.begin() + static_cast<std::ptrdiff_t>(first),
                    a.tokens.begin() + static_cast<std::ptrdiff_t>(end),
                    b.tokens.begin() + static_cast<std::ptrdiff_t>(first));
}

bool PageKeeper::TryGrow(Sequence& sequence, std::uint32_t tokens) {
  const std::uint32_t has = static_cast<std::uint32_t>(sequence.pages.pages().size());
  const std::uint32_t wanted = PagesFor(tokens);
  if (wanted <= has) return true;
  if (wanted - has > pages_available()) return false;
  while (pool_.pages_free() < wanted - has) GN_CHECK(index_.EvictOne());
  return sequence.pages.TryGrow(pool_, tokens);
}

std::uint32_t PageKeeper::TokensThatFit(const Sequence& sequence) const {
  const std::uint64_t room =
      sequence.pages.capacity_tokens() + std::uint64_t{pages_available()} * kPageTokens;
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(room - sequence.computed, sequence.uncomputed()));
}

void PageKeeper::StoreComputed(Sequence& sequence) {
  sequence.pages.ShrinkTo(pool_, sequence.decided());
  if (!sequence.is_indexable) return;
  while ((sequence.indexed + 1) * kPageTokens <= sequence.computed) {
    const std::uint32_t index = sequence.indexed;
    const PageId own = sequence.pages.pages()[index];
    const Node node = index_.Insert(sequence.node, NextPage(sequence), own);
    // Somebody else computed the same in the meantime: one of the two pages is enough.
    if (index_.page(node) != own) sequence.pages.ReplaceShared(pool_, index, index_.page(node));
    Enter(sequence, node);
  }
}

void PageKeeper::TakeBack(Sequence& sequence, bool keep) {
  const std::uint32_t stored = sequence.indexed * kPageTokens;
  if (keep && sequence.is_indexable && sequence.computed > stored) {
    index_.InsertPartial(sequence.node,
                         std::span(sequence.tokens).subspan(stored, sequence.computed - stored),
                         sequence.pages.pages()[sequence.indexed]);
  }
  for (; sequence.indexed > 0; --sequence.indexed) {
    const Node node = sequence.node;
    sequence.node = index_.parent(node);
    index_.Release(node);
  }
  sequence.pages.ShrinkTo(pool_, 0);
  sequence.computed = 0;
}

void PageKeeper::EndCopies() {
  for (const Node node : copied_) index_.Release(node);
  copied_.clear();
  copies_.clear();
}

void PageKeeper::ForgetPrefixes(std::span<Sequence> running) {
  GN_CHECK(copied_.empty());
  for (Sequence& sequence : running) {
    sequence.node = PrefixIndex::kRoot;
    sequence.indexed = 0;
    sequence.is_indexable = false;
  }
  index_.Clear();
}

}  // namespace ganglion::sched
