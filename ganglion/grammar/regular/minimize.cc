#include "ganglion/grammar/regular/minimize.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace ganglion::grammar {
namespace {

// A partition of 0..n-1 into blocks, refined by marking elements and splitting the touched blocks.
class Partition {
 public:
  // All in one block.
  explicit Partition(std::size_t n) : elements_(n), place_(n), block_(n, 0) {
    std::iota(elements_.begin(), elements_.end(), 0u);
    std::iota(place_.begin(), place_.end(), 0u);
    if (n > 0) blocks_.push_back({0, static_cast<std::uint32_t>(n), 0});
  }
  // By key: equal keys share a block.
  explicit Partition(const std::vector<std::uint32_t>& keys) : Partition(0) {
    const std::size_t n = keys.size();
    elements_.resize(n);
    place_.resize(n);
    block_.resize(n);
    std::iota(elements_.begin(), elements_.end(), 0u);
    std::stable_sort(elements_.begin(), elements_.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return keys[a] < keys[b]; });
    for (std::uint32_t i = 0; i < n; ++i) {
      if (i == 0 || keys[elements_[i]] != keys[elements_[i - 1]]) blocks_.push_back({i, i, 0});
      blocks_.back().end = i + 1;
      place_[elements_[i]] = i;
      block_[elements_[i]] = static_cast<std::uint32_t>(blocks_.size() - 1);
    }
  }

  std::size_t block_count() const { return blocks_.size(); }
  std::uint32_t block_of(std::uint32_t element) const { return block_[element]; }
  std::size_t begin(std::size_t block) const { return blocks_[block].begin; }
  std::size_t end(std::size_t block) const { return blocks_[block].end; }
  std::uint32_t element(std::size_t place) const { return elements_[place]; }

  void Mark(std::uint32_t element) {
    const std::uint32_t b = block_[element];
    Block& block = blocks_[b];
    const std::uint32_t from = place_[element];
    const std::uint32_t to = block.begin + block.marked;
    if (from < to) return;  // marked already
    std::swap(elements_[from], elements_[to]);
    place_[elements_[from]] = from;
    place_[element] = to;
    if (block.marked++ == 0) touched_.push_back(b);
  }

  // The smaller part of each touched block becomes a new block.
  void Split() {
    for (const std::uint32_t b : touched_) {
      const std::uint32_t middle = blocks_[b].begin + blocks_[b].marked;
      const std::uint32_t marked = blocks_[b].marked;
      blocks_[b].marked = 0;
      if (middle == blocks_[b].end) continue;
      Block made{};
      if (marked <= blocks_[b].end - middle) {
        made = {blocks_[b].begin, middle, 0};
        blocks_[b].begin = middle;
      } else {
        made = {middle, blocks_[b].end, 0};
        blocks_[b].end = middle;
      }
      const auto id = static_cast<std::uint32_t>(blocks_.size());
      for (std::uint32_t i = made.begin; i < made.end; ++i) block_[elements_[i]] = id;
      blocks_.push_back(made);
    }
    touched_.clear();
  }

 private:
  struct Block {
    std::uint32_t begin, end, marked;
  };
  std::vector<std::uint32_t> elements_, place_, block_;
  std::vector<Block> blocks_;
  std::vector<std::uint32_t> touched_;
};

struct Transition {
  std::uint32_t from, label, to;
};

// States that the start reaches and from which an accepting one is reached.
std::vector<bool> UsefulStates(const std::vector<std::vector<Dfa::Edge>>& edges,
                               const std::vector<bool>& accepting) {
  const std::size_t n = edges.size();
  std::vector<bool> reached(n, false);
  std::vector<std::uint32_t> order = {0};
  std::vector<std::vector<std::uint32_t>> back(n);
  reached[0] = true;
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (const Dfa::Edge& edge : edges[order[i]]) {
      if (back[edge.next].empty() || back[edge.next].back() != order[i]) {
        back[edge.next].push_back(order[i]);
      }
      if (reached[edge.next]) continue;
      reached[edge.next] = true;
      order.push_back(edge.next);
    }
  }
  std::vector<bool> useful(n, false);
  std::vector<std::uint32_t> open;
  for (const std::uint32_t state : order) {
    if (!accepting[state]) continue;
    useful[state] = true;
    open.push_back(state);
  }
  while (!open.empty()) {
    const std::uint32_t state = open.back();
    open.pop_back();
    for (const std::uint32_t before : back[state]) {
      if (useful[before]) continue;
      useful[before] = true;
      open.push_back(before);
    }
  }
  return useful;
}

// One transition for each range between neighbouring bounds, so that equal labels are equal ranges.
std::optional<std::vector<Transition>> Transitions(const std::vector<std::vector<Dfa::Edge>>& edges,
                                                   const std::vector<bool>& useful, Work& work) {
  std::vector<char32_t> bounds;
  for (std::size_t s = 0; s < edges.size(); ++s) {
    if (!useful[s]) continue;
    if (!work.Spend(1 + edges[s].size())) return std::nullopt;
    for (const Dfa::Edge& edge : edges[s]) {
      bounds.push_back(edge.low);
      bounds.push_back(edge.high + 1);
    }
  }
  std::sort(bounds.begin(), bounds.end());
  bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
  std::vector<Transition> all;
  for (std::size_t s = 0; s < edges.size(); ++s) {
    if (!useful[s]) continue;
    for (const Dfa::Edge& edge : edges[s]) {
      if (!useful[edge.next]) continue;
      auto label = static_cast<std::uint32_t>(
          std::lower_bound(bounds.begin(), bounds.end(), edge.low) - bounds.begin());
      for (; bounds[label] <= edge.high; ++label) {
        if (!work.Spend()) return std::nullopt;
        all.push_back({static_cast<std::uint32_t>(s), label, edge.next});
      }
    }
  }
  return all;
}

}  // namespace

std::optional<StateBlocks> MinimizeStates(const std::vector<std::vector<Dfa::Edge>>& edges,
                                          const std::vector<bool>& accepting, Work& work) {
  const std::size_t n = edges.size();
  if (!work.Spend(n)) return std::nullopt;
  const std::vector<bool> useful = UsefulStates(edges, accepting);
  const auto found = Transitions(edges, useful, work);
  if (!found) return std::nullopt;
  const std::vector<Transition>& transitions = *found;
  std::vector<std::uint32_t> labels;
  std::vector<std::uint32_t> into_begin(n + 1, 0);
  for (const Transition& t : transitions) {
    labels.push_back(t.label);
    ++into_begin[t.to + 1];
  }
  std::partial_sum(into_begin.begin(), into_begin.end(), into_begin.begin());
  std::vector<std::uint32_t> into(transitions.size());
  std::vector<std::uint32_t> fill(into_begin.begin(), into_begin.end() - 1);
  for (std::uint32_t i = 0; i < transitions.size(); ++i) into[fill[transitions[i].to]++] = i;

  std::vector<std::uint32_t> kinds(n);  // useless, going on, accepting
  for (std::size_t s = 0; s < n; ++s) kinds[s] = !useful[s] ? 0 : accepting[s] ? 2 : 1;
  Partition states(kinds);
  Partition cords(labels);
  // A block of cords splits its tails; a block of states splits the cords that lead into it. The
  // first block of states need not split cords: the others do it.
  std::size_t next_block = 1;
  for (std::size_t cord = 0; cord < cords.block_count(); ++cord) {
    for (std::size_t i = cords.begin(cord); i < cords.end(cord); ++i) {
      states.Mark(transitions[cords.element(i)].from);
    }
    states.Split();
    for (; next_block < states.block_count(); ++next_block) {
      for (std::size_t i = states.begin(next_block); i < states.end(next_block); ++i) {
        const std::uint32_t state = states.element(i);
        if (!work.Spend(1 + into_begin[state + 1] - into_begin[state])) return std::nullopt;
        for (std::uint32_t j = into_begin[state]; j < into_begin[state + 1]; ++j) {
          cords.Mark(into[j]);
        }
      }
      cords.Split();
    }
  }
  StateBlocks blocks;
  blocks.of_state.assign(n, kNoBlock);
  std::vector<std::uint32_t> renumbered(states.block_count(), kNoBlock);
  for (std::uint32_t s = 0; s < n; ++s) {
    if (!useful[s]) continue;
    std::uint32_t& block = renumbered[states.block_of(s)];
    if (block == kNoBlock) {
      block = static_cast<std::uint32_t>(blocks.representative.size());
      blocks.representative.push_back(s);
    }
    blocks.of_state[s] = block;
  }
  return blocks;
}

}  // namespace ganglion::grammar
