#pragma once

#include <cstdint>
#include <vector>

#include "ganglion/kv/page_pool.h"
#include "ganglion/kv/prefix_index.h"
#include "ganglion/sched/sequence.h"
#include "ganglion/sched/step_plan.h"

namespace ganglion::sched {

// Gives sequences their pages: shared ones from the index of prefixes, fresh ones from the pool,
// for which cached prefixes have to go where it is short; and takes them back by way of the index.
//
// Invariants:
//   1. The first `indexed` pages of a sequence are those of the path to its `node`, each acquired.
//   2. Pages that are written have one owner: the sequence.
//
// Thread: the engine thread only. Memory: allocates in the constructor and never again.
class PageKeeper {
 public:
  struct Limits {
    std::uint32_t pages = 0;
    std::uint32_t pinned_pages_max = 0;
    std::uint32_t copies_max = 0;  // of one step
    bool keep_prefixes = true;
  };
  explicit PageKeeper(const Limits& limits);

  // Shares what the cache has of the tokens whose logits nobody waits for: full pages only. The
  // sequence has no pages before.
  void Attach(Sequence& sequence);
  // Takes over by a copy what the cache has of the next page; nothing where that is little, or no
  // page is to be had.
  void CopyPartial(Sequence& sequence);
  // Shares pages that came into the index since the sequence got as far as it is. Returns how many
  // tokens it need not compute.
  std::uint32_t ShareMore(Sequence& sequence);
  // Whether both are about to compute the same page.
  static bool ComputeTheSame(const Sequence& a, const Sequence& b);

  // Makes room for `tokens` tokens, if need be at the cost of cached prefixes.
  [[nodiscard]] bool TryGrow(Sequence& sequence, std::uint32_t tokens);
  // So many of the tokens that it computes next have room or can have it at that cost.
  std::uint32_t TokensThatFit(const Sequence& sequence) const;

  // Enters full pages into the index once they are computed, and gives back those that are not
  // needed.
  void StoreComputed(Sequence& sequence);
  // The sequence has no pages afterwards. Where they are kept, those that are computed stay in the
  // index as long as nobody needs them.
  void TakeBack(Sequence& sequence, bool keep);
  // The copies of the last plan were made.
  void EndCopies();
  // Drops all cached prefixes. `running` keep their pages and do not share them any more.
  void ForgetPrefixes(std::span<Sequence> running);

  std::span<const PageCopy> copies() const { return copies_; }
  // Pages that are free or can be had by dropping cached prefixes.
  std::uint32_t pages_available() const;
  const PagePool& pool() const { return pool_; }
  const PrefixIndex& index() const { return index_; }

 private:
  std::span<const TokenId> NextPage(const Sequence& sequence) const;
  void Enter(Sequence& sequence, PrefixIndex::Node node);

  const bool keep_prefixes_;
  PagePool pool_;
  PrefixIndex index_;
  std::vector<PageCopy> copies_;
  std::vector<PrefixIndex::Node> copied_;  // the nodes that copies_ take from, acquired
};

}  // namespace ganglion::sched
