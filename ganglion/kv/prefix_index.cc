#include "ganglion/kv/prefix_index.h"

#include <algorithm>
#include <bit>

#include <xxhash.h>

#include "ganglion/base/check.h"

namespace ganglion {
namespace {

using Node = PrefixIndex::Node;

constexpr std::size_t Index(Node node) { return static_cast<std::size_t>(node); }

std::uint32_t CommonTokens(std::span<const TokenId> a, std::span<const TokenId> b) {
  const auto end = a.begin() + static_cast<std::ptrdiff_t>(std::min(a.size(), b.size()));
  return static_cast<std::uint32_t>(std::mismatch(a.begin(), end, b.begin()).first - a.begin());
}

}  // namespace

PrefixIndex::PrefixIndex(PagePool& pool, const Limits& limits)
    : pool_(pool),
      limits_(limits),
      entries_(pool.pages_total()),
      buckets_(std::bit_ceil(std::size_t{pool.pages_total()} * 2), kRoot) {
  pins_.reserve(limits.pinned_pages_max + 1);
  Clear();
}

PrefixIndex::Entry& PrefixIndex::at(Node node) {
  GN_DCHECK(Index(node) < entries_.size() && entries_[Index(node)].filled > 0);
  return entries_[Index(node)];
}

const PrefixIndex::Entry& PrefixIndex::at(Node node) const {
  GN_DCHECK(Index(node) < entries_.size() && entries_[Index(node)].filled > 0);
  return entries_[Index(node)];
}

std::size_t PrefixIndex::Bucket(Node parent, std::span<const TokenId> tokens) const {
  const std::uint64_t hash =
      XXH3_64bits_withSeed(tokens.data(), tokens.size_bytes(), static_cast<XXH64_hash_t>(parent));
  return static_cast<std::size_t>(hash) & (buckets_.size() - 1);
}

Node& PrefixIndex::FirstChild(Node parent) {
  return parent == kRoot ? root_child_ : at(parent).first_child;
}

Node PrefixIndex::FirstChild(Node parent) const {
  return parent == kRoot ? root_child_ : at(parent).first_child;
}

std::optional<Node> PrefixIndex::Find(Node parent, std::span<const TokenId> tokens) const {
  GN_CHECK(tokens.size() == kPageTokens);
  for (Node node = buckets_[Bucket(parent, tokens)]; node != kRoot; node = at(node).bucket_next) {
    const Entry& entry = at(node);
    if (entry.parent == parent && std::equal(tokens.begin(), tokens.end(), entry.tokens)) {
      return node;
    }
  }
  return std::nullopt;
}

PrefixIndex::Partial PrefixIndex::FindPartial(Node parent, std::span<const TokenId> tokens) const {
  Partial best;
  std::uint32_t seen = 0;
  for (Node node = FirstChild(parent); node != kRoot && seen < limits_.siblings_max;
       node = at(node).sibling_next, ++seen) {
    const Entry& entry = at(node);
    const std::uint32_t common = CommonTokens(std::span(entry.tokens, entry.filled), tokens);
    if (common > best.tokens) best = {node, common};
  }
  return best;
}

Node PrefixIndex::NewNode(Node parent, std::span<const TokenId> tokens, PageId page) {
  const Node node = free_;
  GN_CHECK(node != kRoot);  // a node has a page of its own, and there are as many entries as pages
  Entry& entry = entries_[Index(node)];
  free_ = entry.bucket_next;
  entry = Entry{};
  std::copy(tokens.begin(), tokens.end(), entry.tokens);
  entry.filled = static_cast<std::uint32_t>(tokens.size());
  entry.page = page;
  entry.parent = parent;
  pool_.Share(page);
  ++nodes_used_;
  ++evictable_;
  ++unused_;

  if (parent != kRoot) RemoveLeaf(parent);
  Node& first = FirstChild(parent);
  entry.sibling_next = first;
  if (first != kRoot) at(first).sibling_before = node;
  first = node;
  if (entry.filled == kPageTokens) {
    Node& bucket = buckets_[Bucket(parent, tokens)];
    entry.bucket_next = bucket;
    bucket = node;
  }
  AppendLeaf(node, /*as_oldest=*/false);
  return node;
}

Node PrefixIndex::Insert(Node parent, std::span<const TokenId> tokens, PageId page) {
  GN_CHECK(parent == kRoot || at(parent).filled == kPageTokens);
  if (const std::optional<Node> known = Find(parent, tokens)) return *known;
  // What a shorter page knew, this one knows as well.
  std::uint32_t seen = 0;
  for (Node node = FirstChild(parent); node != kRoot && seen < limits_.siblings_max; ++seen) {
    const Entry& entry = at(node);
    const Node next = entry.sibling_next;
    const bool covered =
        entry.filled < kPageTokens && IsEvictable(entry) &&
        CommonTokens(std::span(entry.tokens, entry.filled), tokens) == entry.filled;
    if (covered) Remove(node);
    node = next;
  }
  return NewNode(parent, tokens, page);
}

void PrefixIndex::InsertPartial(Node parent, std::span<const TokenId> tokens, PageId page) {
  GN_CHECK(!tokens.empty() && tokens.size() < kPageTokens);
  GN_CHECK(parent == kRoot || at(parent).filled == kPageTokens);
  const Partial known = FindPartial(parent, tokens);
  if (known.tokens == tokens.size()) {
    if (at(known.node).is_listed) {  // as good as used just now
      RemoveLeaf(known.node);
      AppendLeaf(known.node, /*as_oldest=*/false);
    }
    return;
  }
  const bool covered = known.tokens > 0 && at(known.node).filled == known.tokens &&
                       known.tokens < kPageTokens && IsEvictable(at(known.node));
  if (covered) Remove(known.node);
  NewNode(parent, tokens, page);
}

void PrefixIndex::CountUse(Node node, std::int32_t users, std::int32_t pins) {
  Entry& entry = at(node);
  evictable_ -= IsEvictable(entry) ? 1 : 0;
  unused_ -= entry.users == 0 ? 1 : 0;
  pinned_ -= entry.pins > 0 ? 1 : 0;
  entry.users += static_cast<std::uint32_t>(users);
  entry.pins += static_cast<std::uint32_t>(pins);
  evictable_ += IsEvictable(entry) ? 1 : 0;
  unused_ += entry.users == 0 ? 1 : 0;
  pinned_ += entry.pins > 0 ? 1 : 0;
  if (!IsEvictable(entry)) RemoveLeaf(node);
}

void PrefixIndex::Acquire(Node node) {
  GN_DCHECK(at(node).parent == kRoot || at(at(node).parent).users > 0);
  CountUse(node, 1, 0);
}

void PrefixIndex::Release(Node node) {
  GN_CHECK(at(node).users > 0);
  CountUse(node, -1, 0);
  ConsiderLeaf(node, /*as_oldest=*/false);
}

std::uint32_t PrefixIndex::Depth(Node node) const {
  std::uint32_t depth = 0;
  for (; node != kRoot; node = at(node).parent) ++depth;
  return depth;
}

void PrefixIndex::Pin(Node node) {
  for (std::uint32_t depth = Depth(node); depth > limits_.pinned_pages_max; --depth) {
    node = at(node).parent;
  }
  if (node == kRoot) return;
  GN_CHECK(at(node).filled == kPageTokens);
  const auto known = std::find(pins_.begin(), pins_.end(), node);
  if (known != pins_.end()) {  // the newest now
    std::rotate(known, known + 1, pins_.end());
    return;
  }
  for (Node i = node; i != kRoot; i = at(i).parent) CountUse(i, 0, 1);
  pins_.push_back(node);
  while (pinned_ > limits_.pinned_pages_max || pins_.size() > limits_.pinned_pages_max) {
    DropOldestPin();
  }
}

void PrefixIndex::DropOldestPin() {
  GN_CHECK(!pins_.empty());
  const Node end = pins_.front();
  pins_.erase(pins_.begin());
  for (Node node = end; node != kRoot; node = at(node).parent) {
    CountUse(node, 0, -1);
    ConsiderLeaf(node, /*as_oldest=*/false);
  }
}

bool PrefixIndex::EvictOne() {
  if (oldest_ == kRoot) return false;
  const Node node = oldest_;
  const Node parent = at(node).parent;
  Remove(node);
  // What hangs on nothing newer than this was not used after it.
  if (parent != kRoot) ConsiderLeaf(parent, /*as_oldest=*/true);
  return true;
}

void PrefixIndex::Remove(Node node) {
  RemoveLeaf(node);
  Entry& entry = at(node);
  GN_CHECK(entry.first_child == kRoot && IsEvictable(entry));
  if (entry.filled == kPageTokens) RemoveFromBucket(node);
  if (entry.sibling_next != kRoot) at(entry.sibling_next).sibling_before = entry.sibling_before;
  if (entry.sibling_before != kRoot) {
    at(entry.sibling_before).sibling_next = entry.sibling_next;
  } else {
    FirstChild(entry.parent) = entry.sibling_next;
  }
  pool_.Release(entry.page);
  --nodes_used_;
  --evictable_;
  --unused_;
  entry.filled = 0;
  entry.bucket_next = free_;
  free_ = node;
}

void PrefixIndex::RemoveFromBucket(Node node) {
  const Entry& entry = at(node);
  Node* link = &buckets_[Bucket(entry.parent, entry.tokens)];
  while (*link != node) link = &at(*link).bucket_next;
  *link = entry.bucket_next;
}

void PrefixIndex::AppendLeaf(Node node, bool as_oldest) {
  Entry& entry = at(node);
  GN_DCHECK(!entry.is_listed);
  entry.is_listed = true;
  Node& end = as_oldest ? oldest_ : newest_;
  entry.leaf_newer = as_oldest ? end : kRoot;
  entry.leaf_older = as_oldest ? kRoot : end;
  if (end != kRoot) (as_oldest ? at(end).leaf_older : at(end).leaf_newer) = node;
  end = node;
  if (newest_ == kRoot) newest_ = node;
  if (oldest_ == kRoot) oldest_ = node;
}

void PrefixIndex::RemoveLeaf(Node node) {
  Entry& entry = at(node);
  if (!entry.is_listed) return;
  entry.is_listed = false;
  (entry.leaf_newer == kRoot ? newest_ : at(entry.leaf_newer).leaf_older) = entry.leaf_older;
  (entry.leaf_older == kRoot ? oldest_ : at(entry.leaf_older).leaf_newer) = entry.leaf_newer;
}

void PrefixIndex::ConsiderLeaf(Node node, bool as_oldest) {
  const Entry& entry = at(node);
  if (entry.is_listed || entry.first_child != kRoot || !IsEvictable(entry)) return;
  AppendLeaf(node, as_oldest);
}

void PrefixIndex::Clear() {
  free_ = kRoot;
  for (std::size_t i = entries_.size(); i > 0; --i) {
    Entry& entry = entries_[i - 1];
    if (entry.filled > 0) pool_.Release(entry.page);
    entry.filled = 0;
    entry.bucket_next = free_;
    free_ = Node{static_cast<std::uint32_t>(i - 1)};
  }
  std::fill(buckets_.begin(), buckets_.end(), kRoot);
  pins_.clear();
  root_child_ = newest_ = oldest_ = kRoot;
  nodes_used_ = evictable_ = unused_ = pinned_ = 0;
}

void PrefixIndex::CheckInvariants() const {
  std::vector<bool> has_node(pool_.pages_total(), false);
  std::uint32_t used = 0, evictable = 0, unused = 0, pinned = 0;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (entry.filled == 0) continue;
    const Node node{static_cast<std::uint32_t>(i)};
    const std::size_t page = static_cast<std::size_t>(entry.page);
    GN_CHECK(!has_node[page] && pool_.owners(entry.page) > 0);
    has_node[page] = true;
    if (entry.parent != kRoot) {
      const Entry& above = at(entry.parent);
      GN_CHECK(above.filled == kPageTokens);
      GN_CHECK(entry.users == 0 || above.users > 0);
      GN_CHECK(entry.pins <= above.pins);
    }
    GN_CHECK(entry.first_child == kRoot || entry.filled == kPageTokens);
    if (entry.filled == kPageTokens) GN_CHECK(Find(entry.parent, entry.tokens) == node);
    GN_CHECK(entry.is_listed == (entry.first_child == kRoot && IsEvictable(entry)));
    ++used;
    evictable += IsEvictable(entry) ? 1 : 0;
    unused += entry.users == 0 ? 1 : 0;
    pinned += entry.pins > 0 ? 1 : 0;
  }
  GN_CHECK(used == nodes_used_ && evictable == evictable_);
  GN_CHECK(unused == unused_ && pinned == pinned_);
  GN_CHECK(pinned_ <= limits_.pinned_pages_max);
  CheckLists();
}

void PrefixIndex::CheckLists() const {
  std::uint32_t listed = 0;
  Node newer = kRoot;
  for (Node node = newest_; node != kRoot; newer = node, node = at(node).leaf_older, ++listed) {
    GN_CHECK(at(node).is_listed && at(node).leaf_newer == newer);
    GN_CHECK(listed < nodes_used_);
  }
  GN_CHECK(oldest_ == newer);
  std::uint32_t marked = 0;
  std::uint32_t children = 0;
  const auto count_children = [&](Node first) {
    Node before = kRoot;
    for (Node node = first; node != kRoot; before = node, node = at(node).sibling_next) {
      GN_CHECK(at(node).sibling_before == before);
      GN_CHECK(++children <= nodes_used_);
    }
  };
  count_children(root_child_);
  for (const Entry& entry : entries_) {
    if (entry.filled == 0) continue;
    marked += entry.is_listed ? 1 : 0;
    count_children(entry.first_child);
  }
  GN_CHECK(marked == listed && children == nodes_used_);
}

}  // namespace ganglion
