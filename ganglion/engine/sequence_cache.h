#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ganglion/base/ids.h"
#include "ganglion/kv/kv_storage.h"
#include "ganglion/kv/page_pool.h"
#include "ganglion/kv/page_table.h"

namespace ganglion::engine {

// The KV cache of the sequence that is being computed, and of some that were before it. A new
// sequence takes over what it has in common with one of them: full pages are shared, the page in
// which the two part is copied.
//
// A system prompt that many requests begin with is so computed once, and stays as long as one of
// the last sequences has it; a conversation that goes on finds its own beginning.
//
// Invariants:
//   1. The keys and values of tokens()[i] lie at position i of pages().
//   2. The pool has pages for one whole sequence without the kept ones.
//
// Thread: the engine thread only. Memory: allocates in the constructor and never again.
class SequenceCache {
 public:
  struct Limits {
    std::uint32_t tokens = 0;  // of one sequence
    std::uint32_t kept = 0;    // sequences beside the current one
  };
  // Pages that the pool and the storage must have.
  static std::uint32_t PagesNeeded(const Limits& limits);

  SequenceCache(const Limits& limits, KvStorage storage);

  // Begins a sequence. Returns how many of the first tokens are computed already; at least one of
  // `tokens` is left to compute, because somebody wants its logits.
  std::uint32_t Begin(std::span<const TokenId> tokens);
  // Makes room for tokens at the end of the current sequence, in all at most limits.tokens.
  void Extend(std::span<const TokenId> tokens);
  // Forgets all but the first `tokens` tokens of the current sequence.
  void Truncate(std::uint32_t tokens);
  // Makes the keys and values ready for computing the tokens from `first` on. After an error
  // nothing is kept, of this sequence nor of those before.
  Status Ready(std::uint32_t first);
  // The current sequence is over: keep it for those to come.
  void End();

  std::span<const TokenId> tokens() const { return current().tokens; }
  const PageTable& pages() const { return current().pages; }
  KvStorage& storage() { return storage_; }
  const PagePool& pool() const { return pool_; }

 private:
  struct Sequence {
    explicit Sequence(std::uint32_t tokens_max) : pages(PagesFor(tokens_max)) {
      tokens.reserve(tokens_max);
    }
    std::vector<TokenId> tokens;
    PageTable pages;
    std::uint64_t used = 0;  // when it ended or was last taken from; 0: empty
  };

  Sequence& current() { return sequences_[current_]; }
  const Sequence& current() const { return sequences_[current_]; }
  void Drop(Sequence& sequence);
  bool DropOldest();
  void Grow(std::uint32_t tokens);

  const Limits limits_;
  KvStorage storage_;
  PagePool pool_;
  std::vector<Sequence> sequences_;
  std::size_t current_ = 0;
  std::uint64_t clock_ = 0;  // counts beginnings and ends
};

}  // namespace ganglion::engine
