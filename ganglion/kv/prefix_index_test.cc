#include "ganglion/kv/prefix_index.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"

namespace ganglion {
namespace {

using Node = PrefixIndex::Node;
using Tokens = std::vector<TokenId>;

Tokens Page(int first, std::uint32_t tokens = kPageTokens) {
  Tokens page;
  for (std::uint32_t i = 0; i < tokens; ++i) page.push_back(TokenId{first + static_cast<int>(i)});
  return page;
}

PageId NewPage(PagePool& pool) {
  std::array<PageId, 1> page;
  EXPECT_TRUE(pool.TryAllocate(page));
  return page[0];
}

// Adds a page that only the index owns.
Node Give(PagePool& pool, PrefixIndex& index, Node parent, const Tokens& tokens) {
  const PageId page = NewPage(pool);
  const Node node = index.Insert(parent, tokens, page);
  pool.Release(page);
  return node;
}

TEST(PrefixIndex, FindsAPageUnderItsOwnBeginningOnly) {
  PagePool pool(8);
  PrefixIndex index(pool, {});
  const Node a = Give(pool, index, PrefixIndex::kRoot, Page(0));
  const Node b = Give(pool, index, a, Page(100));

  EXPECT_EQ(index.Find(PrefixIndex::kRoot, Page(0)), a);
  EXPECT_EQ(index.Find(a, Page(100)), b);
  EXPECT_EQ(index.Find(PrefixIndex::kRoot, Page(100)), std::nullopt);
  EXPECT_EQ(index.Find(a, Page(0)), std::nullopt);
}

TEST(PrefixIndex, KeepsTheFirstOfTwoEqualPages) {
  PagePool pool(8);
  PrefixIndex index(pool, {});
  const Node first = Give(pool, index, PrefixIndex::kRoot, Page(0));
  const PageId page = index.page(first);
  EXPECT_EQ(Give(pool, index, PrefixIndex::kRoot, Page(0)), first);
  EXPECT_EQ(index.page(first), page);
  EXPECT_EQ(pool.pages_used(), 1u);
}

TEST(PrefixIndex, APartIsFoundInFullAndInPartlyFilledPages) {
  PagePool pool(8);
  PrefixIndex index(pool, {});
  Give(pool, index, PrefixIndex::kRoot, Page(0));
  EXPECT_EQ(index.FindPartial(PrefixIndex::kRoot, Page(0, 20)).tokens, 20u);
  EXPECT_EQ(index.FindPartial(PrefixIndex::kRoot, Page(1, 20)).tokens, 0u);

  const PageId page = NewPage(pool);
  index.InsertPartial(PrefixIndex::kRoot, Page(500, 10), page);
  EXPECT_EQ(pool.owners(page), 2u);
  EXPECT_EQ(index.FindPartial(PrefixIndex::kRoot, Page(500)).tokens, 10u);
  EXPECT_EQ(index.Find(PrefixIndex::kRoot, Page(500)), std::nullopt);
}

TEST(PrefixIndex, AFullPageTakesThePlaceOfItsOwnBeginning) {
  PagePool pool(8);
  PrefixIndex index(pool, {});
  const PageId part = NewPage(pool);
  index.InsertPartial(PrefixIndex::kRoot, Page(0, 10), part);
  pool.Release(part);
  Give(pool, index, PrefixIndex::kRoot, Page(0));
  EXPECT_EQ(index.pages(), 1u);
  EXPECT_EQ(pool.owners(part), 0u);
}

TEST(PrefixIndex, WhatWasLeftLongestAgoGoesFirstFromItsEnd) {
  PagePool pool(8);
  PrefixIndex index(pool, {});
  const Node a = Give(pool, index, PrefixIndex::kRoot, Page(0));
  const Node b = Give(pool, index, a, Page(100));
  const Node c = Give(pool, index, PrefixIndex::kRoot, Page(200));
  index.Acquire(a);
  index.Acquire(b);
  index.Release(b);
  index.Release(a);  // the path to b was left after c

  const std::array<PageId, 3> order = {index.page(c), index.page(b), index.page(a)};
  for (const PageId page : order) {
    ASSERT_TRUE(index.EvictOne());
    EXPECT_EQ(pool.owners(page), 0u);
  }
  EXPECT_FALSE(index.EvictOne());
}

TEST(PrefixIndex, NodesInUseStay) {
  PagePool pool(8);
  PrefixIndex index(pool, {});
  const Node a = Give(pool, index, PrefixIndex::kRoot, Page(0));
  index.Acquire(a);
  EXPECT_FALSE(index.EvictOne());
  EXPECT_EQ(index.pages_evictable(), 0u);
  index.Release(a);
  EXPECT_TRUE(index.EvictOne());
}

TEST(PrefixIndex, TheOldestPinGivesWay) {
  PagePool pool(8);
  PrefixIndex index(pool, {.pinned_pages_max = 2});
  const Node a = Give(pool, index, PrefixIndex::kRoot, Page(0));
  const Node b = Give(pool, index, a, Page(100));
  const Node c = Give(pool, index, PrefixIndex::kRoot, Page(200));
  index.Pin(b);
  EXPECT_EQ(index.pages_pinned(), 2u);
  EXPECT_TRUE(index.EvictOne());
  EXPECT_EQ(pool.owners(index.page(b)), 1u);
  EXPECT_FALSE(index.EvictOne()) << "pinned pages stay";
  (void)c;

  const Node d = Give(pool, index, PrefixIndex::kRoot, Page(300));
  index.Pin(d);
  EXPECT_EQ(index.pages_pinned(), 1u);
  EXPECT_TRUE(index.EvictOne());
  EXPECT_TRUE(index.EvictOne());
  EXPECT_FALSE(index.EvictOne());
  EXPECT_EQ(index.Find(PrefixIndex::kRoot, Page(300)), d);
}

TEST(PrefixIndex, OfALongPinTheBeginningIsKept) {
  PagePool pool(8);
  PrefixIndex index(pool, {.pinned_pages_max = 1});
  const Node a = Give(pool, index, PrefixIndex::kRoot, Page(0));
  const Node b = Give(pool, index, a, Page(100));
  index.Pin(b);
  EXPECT_EQ(index.pages_pinned(), 1u);
  EXPECT_TRUE(index.EvictOne());
  EXPECT_FALSE(index.EvictOne());
  EXPECT_EQ(index.Find(PrefixIndex::kRoot, Page(0)), a);
}

// What the index should be, as plainly as possible: a map from the tokens of a path to its page,
// and the leaves in the order in which they go.
class Model {
 public:
  struct Entry {
    PageId page{};
    std::size_t filled = 0;
    int users = 0;
    int pins = 0;
    std::uint64_t born = 0;
  };
  static Tokens Join(Tokens path, const Tokens& tokens) {
    path.insert(path.end(), tokens.begin(), tokens.end());
    return path;
  }
  static Tokens Above(const Tokens& path, std::size_t filled) {
    return Tokens(path.begin(), path.end() - static_cast<std::ptrdiff_t>(filled));
  }

  // Children of a path with how many of `tokens` each has in common, the newest first.
  std::vector<std::pair<Tokens, std::size_t>> Children(const Tokens& parent, const Tokens& tokens) {
    std::vector<std::pair<std::uint64_t, std::pair<Tokens, std::size_t>>> found;
    for (const auto& [path, entry] : entries) {
      if (path.size() != parent.size() + entry.filled || Above(path, entry.filled) != parent) {
        continue;
      }
      std::size_t common = 0;
      while (common < entry.filled && common < tokens.size() &&
             path[parent.size() + common] == tokens[common]) {
        ++common;
      }
      found.push_back({entry.born, {path, common}});
    }
    std::sort(found.rbegin(), found.rend());
    std::vector<std::pair<Tokens, std::size_t>> children;
    for (auto& child : found) children.push_back(std::move(child.second));
    return children;
  }
  bool IsFree(const Tokens& path) {
    return entries.at(path).users == 0 && entries.at(path).pins == 0;
  }
  void Remove(const Tokens& path) {
    entries.erase(path);
    std::erase(leaves, path);
  }
  void ListIfLeaf(const Tokens& path, bool as_oldest) {
    if (path.empty() || !IsFree(path) || !Children(path, {}).empty()) return;
    if (std::find(leaves.begin(), leaves.end(), path) != leaves.end()) return;
    leaves.insert(as_oldest ? leaves.begin() : leaves.end(), path);
  }
  void Add(const Tokens& parent, const Tokens& tokens, PageId page) {
    std::erase(leaves, parent);
    entries[Join(parent, tokens)] = {.page = page, .filled = tokens.size(), .born = ++births};
    leaves.push_back(Join(parent, tokens));
  }
  void Insert(const Tokens& parent, const Tokens& tokens, PageId page) {
    if (entries.contains(Join(parent, tokens))) return;
    for (const auto& [child, common] : Children(parent, tokens)) {
      if (entries[child].filled < kPageTokens && common == entries[child].filled && IsFree(child)) {
        Remove(child);
      }
    }
    Add(parent, tokens, page);
  }
  std::pair<Tokens, std::size_t> Best(const Tokens& parent, const Tokens& tokens) {
    std::pair<Tokens, std::size_t> best;
    for (const auto& child : Children(parent, tokens)) {
      if (child.second > best.second) best = child;
    }
    return best;
  }
  void InsertPartial(const Tokens& parent, const Tokens& tokens, PageId page) {
    const auto [best, common] = Best(parent, tokens);
    if (common == tokens.size()) {
      if (std::erase(leaves, best) > 0) leaves.push_back(best);
      return;
    }
    if (common > 0 && entries[best].filled == common && common < kPageTokens && IsFree(best)) {
      Remove(best);
    }
    Add(parent, tokens, page);
  }
  // Of the nodes on a path, the deepest first.
  void Count(Tokens path, int users, int pins) {
    while (!path.empty()) {
      Entry& entry = entries.at(path);
      entry.users += users;
      entry.pins += pins;
      if (!IsFree(path)) std::erase(leaves, path);
      if (users + pins < 0) ListIfLeaf(path, false);
      path = Above(path, entry.filled);
    }
  }
  void Pin(Tokens path, std::size_t pages_max) {
    if (path.size() > pages_max * kPageTokens) path.resize(pages_max * kPageTokens);
    if (path.empty()) return;
    if (std::erase(pinned, path) > 0) return pinned.push_back(path);
    Count(path, 0, 1);
    pinned.push_back(path);
    while (CountIf([](const Entry& e) { return e.pins > 0; }) > pages_max ||
           pinned.size() > pages_max) {
      const Tokens oldest = pinned.front();
      pinned.erase(pinned.begin());
      Count(oldest, 0, -1);
    }
  }
  template <class Predicate>
  std::size_t CountIf(Predicate predicate) const {
    return static_cast<std::size_t>(
        std::count_if(entries.begin(), entries.end(),
                      [&](const auto& entry) { return predicate(entry.second); }));
  }

  std::map<Tokens, Entry> entries;
  std::vector<Tokens> leaves;  // the next to go first
  std::vector<Tokens> pinned;
  std::uint64_t births = 0;
};

class RandomIndex {
 public:
  static constexpr std::uint32_t kPages = 48;
  static constexpr std::uint32_t kPinnedMax = 5;

  explicit RandomIndex(testing::SeededRng& rng) : rng_(rng) {}

  void Step() {
    switch (rng_.Below(8)) {
      case 0:
      case 1:
      case 2:
        return Insert();
      case 3:
        return Hold();
      case 4:
        return LetGo();
      case 5:
        return Evict();
      case 6:
        if (rng_.Below(4) == 0) Pin();
        return;
      case 7:
        if (rng_.Below(400) == 0) Clear();
        return;
    }
  }
  void Compare() {
    index_.CheckInvariants();
    pool_.CheckInvariants();
    ASSERT_EQ(index_.pages(), model_.entries.size());
    ASSERT_EQ(pool_.pages_used(), model_.entries.size());
    const auto count = [&](auto predicate) { return model_.CountIf(predicate); };
    ASSERT_EQ(index_.pages_unused(), count([](const auto& e) { return e.users == 0; }));
    ASSERT_EQ(index_.pages_pinned(), count([](const auto& e) { return e.pins > 0; }));
    ASSERT_EQ(index_.pages_evictable(),
              count([](const auto& e) { return e.users == 0 && e.pins == 0; }));
    const auto [parent, node] = RandomPath();
    const Tokens tokens = RandomPage();
    const std::optional<Node> found = index_.Find(node, tokens);
    const auto known = model_.entries.find(Model::Join(parent, tokens));
    ASSERT_EQ(found.has_value(), known != model_.entries.end());
    if (found) {
      ASSERT_EQ(index_.page(*found), known->second.page);
    }
    const PrefixIndex::Partial part = index_.FindPartial(node, tokens);
    const auto best = model_.Best(parent, tokens);
    ASSERT_EQ(part.tokens, best.second);
    if (part.tokens > 0) {
      ASSERT_EQ(index_.page(part.node), model_.entries.at(best.first).page);
    }
  }

 private:
  // Few kinds, with beginnings in common.
  Tokens RandomPage() {
    Tokens tokens(kPageTokens, TokenId{0});
    const std::size_t same = rng_.Below(3) * 10;
    const int kind = static_cast<int>(rng_.Below(2)) + 1;
    std::fill(tokens.begin() + static_cast<std::ptrdiff_t>(same), tokens.end(), TokenId{kind});
    return tokens;
  }
  std::pair<Tokens, Node> RandomPath() {
    Tokens path;
    Node node = PrefixIndex::kRoot;
    for (std::size_t depth = rng_.Below(5); depth > 0; --depth) {
      const Tokens tokens = RandomPage();
      const std::optional<Node> next = index_.Find(node, tokens);
      if (!next) break;
      node = *next;
      path = Model::Join(path, tokens);
    }
    return {path, node};
  }
  void Insert() {
    if (pool_.pages_free() == 0) return;
    const auto [path, node] = RandomPath();
    const PageId page = NewPage(pool_);
    Tokens tokens = RandomPage();
    if (rng_.Below(3) == 0) {
      tokens.resize(1 + rng_.Below(kPageTokens - 1));
      index_.InsertPartial(node, tokens, page);
      model_.InsertPartial(path, tokens, page);
    } else {
      index_.Insert(node, tokens, page);
      model_.Insert(path, tokens, page);
    }
    pool_.Release(page);
  }
  void Hold() {
    const auto [path, node] = RandomPath();
    if (path.empty() || held_.size() == 6) return;
    std::vector<Node> nodes;
    for (Node i = node; i != PrefixIndex::kRoot; i = index_.parent(i)) nodes.push_back(i);
    std::for_each(nodes.rbegin(), nodes.rend(), [&](Node i) { index_.Acquire(i); });
    model_.Count(path, 1, 0);
    held_.emplace_back(path, node);
  }
  void LetGo() {
    if (held_.empty()) return;
    const auto held = held_.begin() + static_cast<std::ptrdiff_t>(rng_.Below(held_.size()));
    for (Node node = held->second; node != PrefixIndex::kRoot;) {
      const Node above = index_.parent(node);
      index_.Release(node);
      node = above;
    }
    model_.Count(held->first, -1, 0);
    held_.erase(held);
  }
  void Evict() {
    ASSERT_EQ(index_.EvictOne(), !model_.leaves.empty());
    if (model_.leaves.empty()) return;
    const Tokens path = model_.leaves.front();
    const Model::Entry entry = model_.entries.at(path);
    ASSERT_EQ(pool_.owners(entry.page), 0u) << "another page went";
    model_.Remove(path);
    model_.ListIfLeaf(Model::Above(path, entry.filled), true);
  }
  void Pin() {
    const auto [path, node] = RandomPath();
    if (path.empty()) return;
    index_.Pin(node);
    model_.Pin(path, kPinnedMax);
  }
  void Clear() {
    index_.Clear();
    model_.entries.clear();
    model_.leaves.clear();
    model_.pinned.clear();
    held_.clear();
  }

  testing::SeededRng& rng_;
  PagePool pool_{kPages};
  PrefixIndex index_{pool_, {.pinned_pages_max = kPinnedMax}};
  Model model_;
  std::vector<std::pair<Tokens, Node>> held_;
};

TEST(PrefixIndex, AgreesWithAModelUnderRandomOperations) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  RandomIndex random(rng);
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_NO_FATAL_FAILURE(random.Step()) << "operation " << i;
    ASSERT_NO_FATAL_FAILURE(random.Compare()) << "operation " << i;
  }
}

}  // namespace
}  // namespace ganglion
