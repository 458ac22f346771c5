#include "ganglion/tokenizer/merge.h"

#include <algorithm>
#include <functional>

#include "ganglion/base/check.h"

namespace ganglion::tokenizer {
namespace {

// Up to here scanning for the lowest rank is faster than a heap; almost every word is shorter.
constexpr std::size_t kShortMax = 32;

}  // namespace

std::span<const Merger::Part> Merger::Run(std::span<const Symbol> symbols) {
  GN_CHECK(symbols.size() < std::size_t{1} << 31);
  parts_.clear();
  return symbols.size() <= kShortMax ? RunShort(symbols) : RunLong(symbols);
}

std::span<const Merger::Part> Merger::RunShort(std::span<const Symbol> symbols) {
  merges_.clear();
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    parts_.push_back({symbols[i], static_cast<std::uint32_t>(i)});
    const bool last = i + 1 == symbols.size();
    merges_.push_back(last ? Merge{} : table_.Find(symbols[i], symbols[i + 1]));
  }
  steps_ += symbols.size();
  while (parts_.size() > 1) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < merges_.size(); ++i) {
      if (merges_[i].rank < merges_[best].rank) best = i;
    }
    if (merges_[best].rank == Merge::kNever) break;
    parts_[best].symbol = merges_[best].result;
    parts_.erase(parts_.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    merges_.erase(merges_.begin() + static_cast<std::ptrdiff_t>(best));
    if (best + 1 < parts_.size()) {
      merges_[best] = table_.Find(parts_[best].symbol, parts_[best + 1].symbol);
    } else {
      merges_[best] = Merge{};
    }
    if (best > 0) merges_[best - 1] = table_.Find(parts_[best - 1].symbol, parts_[best].symbol);
    steps_ += parts_.size();
  }
  return parts_;
}

// A queue entry is out of date when its node was merged away or now merges at another rank; the
// node's own `merge` says so. Where the rank is the same the entry is as good as new.
std::span<const Merger::Part> Merger::RunLong(std::span<const Symbol> symbols) {
  const auto count = static_cast<std::int32_t>(symbols.size());
  nodes_.resize(symbols.size());
  queue_.clear();
  queue_.reserve(symbols.size());
  for (std::int32_t i = 0; i < count; ++i) {
    Node& node = nodes_[static_cast<std::size_t>(i)];
    node.symbol = symbols[static_cast<std::size_t>(i)];
    node.previous = i - 1;
    node.next = i + 1 < count ? i + 1 : -1;
    node.merge = node.next < 0 ? Merge{}
                               : table_.Find(node.symbol, symbols[static_cast<std::size_t>(i) + 1]);
    if (node.merge.rank != Merge::kNever) {
      queue_.push_back(std::uint64_t{node.merge.rank} << 32 | static_cast<std::uint32_t>(i));
    }
  }
  steps_ += symbols.size();
  std::make_heap(queue_.begin(), queue_.end(), std::greater<>());
  while (!queue_.empty()) {
    std::pop_heap(queue_.begin(), queue_.end(), std::greater<>());
    const std::uint64_t entry = queue_.back();
    queue_.pop_back();
    ++steps_;
    const auto left = static_cast<std::int32_t>(entry & 0xffffffffu);
    if (nodes_[static_cast<std::size_t>(left)].merge.rank == entry >> 32) Join(left);
  }
  for (std::int32_t i = 0; i >= 0; i = nodes_[static_cast<std::size_t>(i)].next) {
    parts_.push_back({nodes_[static_cast<std::size_t>(i)].symbol, static_cast<std::uint32_t>(i)});
  }
  return parts_;
}

void Merger::Join(std::int32_t left) {
  Node& node = nodes_[static_cast<std::size_t>(left)];
  Node& gone = nodes_[static_cast<std::size_t>(node.next)];
  node.symbol = node.merge.result;
  node.next = gone.next;
  gone.merge = Merge{};
  if (node.next >= 0) nodes_[static_cast<std::size_t>(node.next)].previous = left;
  Pair(left);
  if (node.previous >= 0) Pair(node.previous);
}

void Merger::Pair(std::int32_t left) {
  Node& node = nodes_[static_cast<std::size_t>(left)];
  ++steps_;
  node.merge = node.next < 0
                   ? Merge{}
                   : table_.Find(node.symbol, nodes_[static_cast<std::size_t>(node.next)].symbol);
  if (node.merge.rank == Merge::kNever) return;
  queue_.push_back(std::uint64_t{node.merge.rank} << 32 | static_cast<std::uint32_t>(left));
  std::push_heap(queue_.begin(), queue_.end(), std::greater<>());
  ++steps_;
}

}  // namespace ganglion::tokenizer
