#include "ganglion/grammar/regular/sequence_pool.h"

#include <algorithm>

namespace ganglion::grammar {
namespace {

std::uint32_t Hash(std::span<const std::uint64_t> sequence) {
  std::uint64_t hash = sequence.size();
  for (const std::uint64_t value : sequence) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15u;  // 2^64 over the golden ratio, odd
    hash ^= hash >> 32;
  }
  return static_cast<std::uint32_t>(hash);
}

}  // namespace

SequencePool::SequencePool() : begins_(1, 0), slots_(64, 0) {}

std::uint32_t SequencePool::Intern(std::span<const std::uint64_t> sequence) {
  const std::uint32_t hash = Hash(sequence);
  std::size_t slot = hash & (slots_.size() - 1);
  for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    const std::uint32_t id = slots_[slot] - 1;
    if (hashes_[id] != hash) continue;
    const auto known = Get(id);
    if (std::equal(known.begin(), known.end(), sequence.begin(), sequence.end())) return id;
  }
  const std::uint32_t id = size();
  slots_[slot] = id + 1;
  hashes_.push_back(hash);
  values_.insert(values_.end(), sequence.begin(), sequence.end());
  begins_.push_back(values_.size());
  if (hashes_.size() * 2 > slots_.size()) Grow();
  return id;
}

void SequencePool::Grow() {
  slots_.assign(slots_.size() * 2, 0);
  for (std::uint32_t id = 0; id < size(); ++id) {
    std::size_t slot = hashes_[id] & (slots_.size() - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = id + 1;
  }
}

}  // namespace ganglion::grammar
