#include "ganglion/grammar/regular/minimize.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

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

// The states that the start reaches, each behind all those that it leads to; nothing if some state
// leads to itself.
std::optional<std::vector<std::uint32_t>> OrderFromTheEnds(
    const std::vector<std::vector<Dfa::Edge>>& edges) {
  enum class Met : std::uint8_t { kNo, kOpen, kDone };
  struct Place {
    std::uint32_t state;
    std::uint32_t edge;
  };
  std::vector<std::uint32_t> order;
  std::vector<Met> met(edges.size(), Met::kNo);
  std::vector<Place> path = {{0, 0}};
  met[0] = Met::kOpen;
  while (!path.empty()) {
    Place& place = path.back();
    if (place.edge == edges[place.state].size()) {
      met[place.state] = Met::kDone;
      order.push_back(place.state);
      path.pop_back();
      continue;
    }
    const std::uint32_t next = edges[place.state][place.edge++].next;
    if (met[next] == Met::kOpen) return std::nullopt;
    if (met[next] == Met::kDone) continue;
    met[next] = Met::kOpen;
    path.push_back({next, 0});
  }
  return order;
}

// Blocks of an automaton without cycles, in one pass from its ends: two states are one if they
// accept alike and their edges lead to the same blocks. Sets of numbers and of listed texts are
// such automata, and refining a partition took four fifths of the time of building them.
class AcyclicBlocks {
 public:
  explicit AcyclicBlocks(std::size_t state_count) {
    blocks_.of_state.assign(state_count, kNoBlock);
    std::size_t slots = 16;
    while (slots < 2 * state_count) slots *= 2;
    slots_.assign(slots, kNoBlock);
  }

  // The blocks of all states that it leads to are known.
  void Add(std::uint32_t state, const std::vector<Dfa::Edge>& edges, bool accepting) {
    const std::size_t begin = edges_.size();
    for (const Dfa::Edge& edge : edges) {
      const std::uint32_t block = blocks_.of_state[edge.next];
      if (block == kNoBlock) continue;
      if (edges_.size() > begin && edges_.back().next == block &&
          edges_.back().high + 1 == edge.low) {
        edges_.back().high = edge.high;
      } else {
        edges_.push_back({edge.low, edge.high, block});
      }
    }
    if (edges_.size() == begin && !accepting) return;  // leads to no text
    blocks_.of_state[state] = FindOrMake(state, begin, accepting);
  }

  StateBlocks Take() { return std::move(blocks_); }

 private:
  struct Block {
    std::size_t begin, end;  // of its edges
    bool accepting;
  };

  std::uint32_t FindOrMake(std::uint32_t state, std::size_t begin, bool accepting) {
    std::size_t slot = Hash(begin, accepting) & (slots_.size() - 1);
    for (; slots_[slot] != kNoBlock; slot = (slot + 1) & (slots_.size() - 1)) {
      const Block& made = made_[slots_[slot]];
      if (made.accepting != accepting || made.end - made.begin != edges_.size() - begin) continue;
      if (!std::equal(edges_.begin() + Offset(made.begin), edges_.begin() + Offset(made.end),
                      edges_.begin() + Offset(begin))) {
        continue;
      }
      edges_.resize(begin);
      return slots_[slot];
    }
    slots_[slot] = static_cast<std::uint32_t>(made_.size());
    made_.push_back({begin, edges_.size(), accepting});
    blocks_.representative.push_back(state);
    return slots_[slot];
  }

  static std::ptrdiff_t Offset(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }

  std::size_t Hash(std::size_t begin, bool accepting) const {
    std::uint64_t hash = accepting ? 1 : 2;
    for (std::size_t i = begin; i < edges_.size(); ++i) {
      const Dfa::Edge& edge = edges_[i];
      const std::uint64_t range = std::uint64_t{edge.low} << 32 | edge.high;
      hash = (hash ^ range) * 0x9E3779B97F4A7C15u;
      hash = ((hash ^ hash >> 29) + edge.next) * 0xBF58476D1CE4E5B9u;
    }
    return static_cast<std::size_t>(hash ^ hash >> 32);
  }

  StateBlocks blocks_;
  std::vector<Dfa::Edge> edges_;  // of all blocks, leading to blocks
  std::vector<Block> made_;
  std::vector<std::uint32_t> slots_;  // open addressing, at most half full
};

// Hopcroft's refinement, as Valmari and Lehtinen have it for automata with few edges.
std::optional<StateBlocks> RefineStates(const std::vector<std::vector<Dfa::Edge>>& edges,
                                        const std::vector<bool>& accepting, Work& work) {
  const std::size_t n = edges.size();
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

}  // namespace

std::optional<StateBlocks> MinimizeStates(const std::vector<std::vector<Dfa::Edge>>& edges,
                                          const std::vector<bool>& accepting, Work& work) {
  const std::size_t n = edges.size();
  if (!work.Spend(n)) return std::nullopt;
  if (const auto order = OrderFromTheEnds(edges)) {
    AcyclicBlocks blocks(n);
    for (const std::uint32_t state : *order) {
      if (!work.Spend(1 + edges[state].size())) return std::nullopt;
      blocks.Add(state, edges[state], accepting[state]);
    }
    return blocks.Take();
  }
  return RefineStates(edges, accepting, work);
}

}  // namespace ganglion::grammar
