#include "ganglion/grammar/mask_cache.h"

#include "ganglion/grammar/limits.h"

namespace ganglion::grammar {

MaskCache::MaskCache(const ByteAutomaton& automaton, std::size_t state_count,
                     const TokenIndex& index)
    : automaton_(automaton), index_(index), blocks_((state_count + kBlock - 1) / kBlock) {}

MaskCache::~MaskCache() {
  for (const auto& slot : blocks_) {
    const std::unique_ptr<Block> block(slot.load(std::memory_order_relaxed));
    if (block == nullptr) continue;
    for (const auto& mask : *block) delete mask.load(std::memory_order_relaxed);
  }
}

const StateMask* MaskCache::Find(ByteState state) const {
  const auto i = static_cast<std::size_t>(state);
  const Block* block = blocks_[i / kBlock].load(std::memory_order_acquire);
  return block == nullptr ? nullptr : (*block)[i % kBlock].load(std::memory_order_acquire);
}

const StateMask* MaskCache::Make(ByteState state, std::unique_ptr<const StateMask>& unkept) {
  // Outside the lock: it takes long, and a mask made twice is the same.
  auto made = std::make_unique<const StateMask>(automaton_, state, index_);
  const std::lock_guard lock(mutex_);
  if (const StateMask* other = Find(state)) return other;
  if (bytes_ + made->bytes() > kMaskCacheBytesMax) {
    unkept = std::move(made);
    return unkept.get();
  }
  const auto i = static_cast<std::size_t>(state);
  auto& slot = blocks_[i / kBlock];
  if (slot.load(std::memory_order_relaxed) == nullptr) {
    slot.store(new Block{}, std::memory_order_release);
  }
  bytes_ += made->bytes();
  auto& place = (*slot.load(std::memory_order_relaxed))[i % kBlock];
  place.store(made.get(), std::memory_order_release);
  return made.release();
}

}  // namespace ganglion::grammar
