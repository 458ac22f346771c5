#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "ganglion/base/ids.h"
#include "ganglion/kv/page_pool.h"
#include "ganglion/kv/page_table.h"

namespace ganglion {

// Which pages hold the keys and values of which beginnings: a tree with one page to a node. The
// path from the root to a node spells the tokens whose pages the path has.
//
// A sequence walks down from the root with Find(), page by page, and acquires each node whose page
// it shares; so it can go on from where it stands when it has computed a page or when somebody else
// has. A page that is not full may hang as a leaf: it is copied, never shared.
//
// The index is one owner of each of its pages. Pages that no sequence uses are given back when the
// pool is short of pages, the one that was left longest ago first, and from the end of a path
// towards its root. Pinned paths stay.
//
// Invariants, all verified by CheckInvariants():
//   1. Each node has a page of its own, of which the index is one owner.
//   2. A node with users, pins or children hangs on the root or on a full node; and where it has
//      users or pins, so has the node above it.
//   3. Two full children of one node differ in their tokens.
//   4. The list of leaves holds those nodes, and only those, without children, users and pins.
//   5. pages_pinned() <= pinned_pages_max.
//
// Thread: the engine thread only. Memory: allocates in the constructor and never again.
class PrefixIndex {
 public:
  enum class Node : std::uint32_t {};
  static constexpr Node kRoot{UINT32_MAX};

  struct Limits {
    std::uint32_t pinned_pages_max = 0;
    // Children of one node that are looked at for a common beginning, the newest first.
    std::uint32_t siblings_max = 64;
  };

  PrefixIndex(PagePool& pool, const Limits& limits);
  PrefixIndex(const PrefixIndex&) = delete;
  PrefixIndex& operator=(const PrefixIndex&) = delete;

  // The child that holds exactly these kPageTokens tokens.
  std::optional<Node> Find(Node parent, std::span<const TokenId> tokens) const;

  // The child that begins with the most of `tokens`, and with how many.
  struct Partial {
    Node node = kRoot;
    std::uint32_t tokens = 0;  // 0: none; then there is no node
  };
  Partial FindPartial(Node parent, std::span<const TokenId> tokens) const;

  // Adds a full page, whose tokens are these, and becomes its co-owner. Where there is such a child
  // already it stays, with the page that it has; the caller may take over that one.
  Node Insert(Node parent, std::span<const TokenId> tokens, PageId page);

  // Adds a page of which only the first slots, fewer than kPageTokens, are filled. Nobody may write
  // it from now on. Does nothing where the index knows as much already.
  void InsertPartial(Node parent, std::span<const TokenId> tokens, PageId page);

  // While a node has users it stays. Who acquires a node has acquired the one above it.
  void Acquire(Node node);
  void Release(Node node);

  // Keeps the path to this full node whatever happens, but for newer pins where there are too many.
  // Of a path that is too long alone the beginning is kept.
  void Pin(Node node);

  // Drops the page that was left longest ago. False where all are in use or pinned.
  bool EvictOne();
  // Drops everything, pins included; every Node is invalid afterwards, also those with users.
  void Clear();

  PageId page(Node node) const { return at(node).page; }
  Node parent(Node node) const { return at(node).parent; }

  std::uint32_t pages() const { return nodes_used_; }
  std::uint32_t pages_evictable() const { return evictable_; }  // one after the other
  std::uint32_t pages_unused() const { return unused_; }        // by sequences
  std::uint32_t pages_pinned() const { return pinned_; }

  // Stops the process if an invariant is broken. Linear in the pages.
  void CheckInvariants() const;

 private:
  struct Entry {
    TokenId tokens[kPageTokens] = {};
    std::uint32_t filled = 0;  // of tokens; 0: the entry is free
    PageId page{};
    Node parent = kRoot;
    std::uint32_t users = 0;
    std::uint32_t pins = 0;
    Node first_child = kRoot;  // kRoot stands for none, as in all the lists
    Node sibling_next = kRoot;
    Node sibling_before = kRoot;
    Node bucket_next = kRoot;  // of the free entries: the next free one
    Node leaf_newer = kRoot;
    Node leaf_older = kRoot;
    bool is_listed = false;  // among the leaves
  };

  Entry& at(Node node);
  const Entry& at(Node node) const;
  std::size_t Bucket(Node parent, std::span<const TokenId> tokens) const;
  Node& FirstChild(Node parent);
  Node FirstChild(Node parent) const;

  Node NewNode(Node parent, std::span<const TokenId> tokens, PageId page);
  void Remove(Node node);
  void RemoveFromBucket(Node node);
  void AppendLeaf(Node node, bool as_oldest);
  void RemoveLeaf(Node node);
  // Enters a node among the leaves where it belongs there.
  void ConsiderLeaf(Node node, bool as_oldest);
  bool IsEvictable(const Entry& entry) const { return entry.users == 0 && entry.pins == 0; }
  void CountUse(Node node, std::int32_t users, std::int32_t pins);
  void DropOldestPin();
  std::uint32_t Depth(Node node) const;
  void CheckLists() const;

  PagePool& pool_;
  const Limits limits_;
  std::vector<Entry> entries_;
  std::vector<Node> buckets_;  // of full nodes
  std::vector<Node> pins_;     // ends of pinned paths, the oldest first
  Node root_child_ = kRoot;
  Node free_ = kRoot;
  Node newest_ = kRoot;  // of the leaves
  Node oldest_ = kRoot;
  std::uint32_t nodes_used_ = 0;
  std::uint32_t evictable_ = 0;
  std::uint32_t unused_ = 0;
  std::uint32_t pinned_ = 0;
};

}  // namespace ganglion
