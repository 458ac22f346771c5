#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "ganglion/grammar/byte_automaton.h"
#include "ganglion/grammar/mask_state.h"

namespace ganglion::grammar {

// The masks of the automaton states of one grammar for one vocabulary, each made when it is first
// asked for and kept as long as the cache.
//
// Invariants:
//   1. What Find returns is never changed nor freed before the cache.
//   2. The masks take at most kMaskCacheBytesMax; beyond that none is kept.
//
// Thread: any. Find takes no lock.
class MaskCache {
 public:
  MaskCache(const ByteAutomaton& automaton, std::size_t state_count, const TokenIndex& index);
  ~MaskCache();
  MaskCache(const MaskCache&) = delete;
  MaskCache& operator=(const MaskCache&) = delete;

  // Null if the mask is not there.
  const StateMask* Find(ByteState state) const;
  // Makes the mask. If there is no room to keep it, it lies in `unkept`.
  const StateMask* Make(ByteState state, std::unique_ptr<const StateMask>& unkept);

 private:
  static constexpr std::size_t kBlock = 256;
  using Block = std::array<std::atomic<const StateMask*>, kBlock>;

  const ByteAutomaton& automaton_;
  const TokenIndex& index_;
  std::vector<std::atomic<Block*>> blocks_;
  std::mutex mutex_;  // guards what follows, and writing to blocks_
  std::size_t bytes_ = 0;
};

}  // namespace ganglion::grammar
