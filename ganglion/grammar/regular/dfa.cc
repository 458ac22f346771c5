#include "ganglion/grammar/regular/dfa.h"

#include <algorithm>
#include <deque>
#include <map>
#include <unordered_map>
#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/grammar/regular/minimize.h"
#include "ganglion/grammar/regular/utf8_text.h"

namespace ganglion::grammar {
namespace {

using Edge = Dfa::Edge;

constexpr char32_t kSurrogatesBegin = 0xD800;
constexpr char32_t kSurrogatesEnd = 0xE000;
constexpr char32_t kCodePointMax = 0x10FFFF;
constexpr std::uint32_t kDead = 0xFFFFFFFFu;

Status OutOfWork() {
  return {Code::kResourceExhausted,
          "the sets of texts that it names take too long to combine; use shorter patterns, smaller "
          "bounds or fewer of them together"};
}

// Adds an edge without the surrogates in its range, joined to the one before it where it can be.
void AppendEdge(std::vector<Edge>& edges, Edge edge) {
  if (edge.low < kSurrogatesBegin && edge.high >= kSurrogatesBegin) {
    AppendEdge(edges, {edge.low, kSurrogatesBegin - 1, edge.next});
    edge.low = kSurrogatesBegin;
  }
  if (edge.low >= kSurrogatesBegin && edge.low < kSurrogatesEnd) edge.low = kSurrogatesEnd;
  if (edge.low > edge.high) return;
  if (!edges.empty() && edges.back().next == edge.next && edges.back().high + 1 == edge.low) {
    edges.back().high = edge.high;
  } else {
    edges.push_back(edge);
  }
}

// Walks the edges of two states side by side: `visit(low, high, next_a, next_b)` for each range
// that at least one of them takes; kDead where the other does not.
template <class Visit>
void ForEachRange(std::span<const Edge> a, std::span<const Edge> b, const Visit& visit) {
  std::size_t i = 0;
  std::size_t j = 0;
  char32_t from = 0;
  while (i < a.size() || j < b.size()) {
    const char32_t a_low = i < a.size() ? std::max(a[i].low, from) : kCodePointMax + 1;
    const char32_t b_low = j < b.size() ? std::max(b[j].low, from) : kCodePointMax + 1;
    const char32_t low = std::min(a_low, b_low);
    const bool in_a = a_low == low;
    const bool in_b = b_low == low;
    char32_t high = kCodePointMax;
    if (in_a) high = std::min(high, a[i].high);
    if (in_b) high = std::min(high, b[j].high);
    if (!in_a && i < a.size()) high = std::min<char32_t>(high, a_low - 1);
    if (!in_b && j < b.size()) high = std::min<char32_t>(high, b_low - 1);
    visit(low, high, in_a ? a[i].next : kDead, in_b ? b[j].next : kDead);
    from = high + 1;
    if (i < a.size() && a[i].high < from) ++i;
    if (j < b.size() && b[j].high < from) ++j;
  }
}

enum class Join : std::uint8_t { kBoth, kEither, kFirstOnly };

bool Holds(Join join, bool a, bool b) {
  return join == Join::kBoth ? a && b : join == Join::kEither ? a || b : a && !b;
}

// Whether a pair of which one side is dead can still lead anywhere.
bool IsAlive(Join join, std::uint32_t a, std::uint32_t b) {
  if (join == Join::kBoth) return a != kDead && b != kDead;
  return join == Join::kEither || a != kDead;
}

// Numbers the pairs of states of two automata, either of which may be kDead, as they are met.
class PairNumbers {
 public:
  PairNumbers(std::size_t a_size, std::size_t b_size) : columns_(b_size + 1) {
    const std::size_t all = (a_size + 1) * columns_;
    if (all <= kTableMax) table_.assign(all, kDead);
  }

  std::uint32_t NumberOf(std::uint32_t x, std::uint32_t y) {
    const auto next = static_cast<std::uint32_t>(pairs_.size());
    // kDead + 1 is 0.
    std::uint32_t& number = table_.empty()
                                ? map_.try_emplace(std::uint64_t{x} << 32 | y, kDead).first->second
                                : table_[static_cast<std::uint32_t>(x + 1) * columns_ + (y + 1)];
    if (number == kDead) {
      number = next;
      pairs_.emplace_back(x, y);
    }
    return number;
  }

  std::size_t size() const { return pairs_.size(); }
  std::pair<std::uint32_t, std::uint32_t> operator[](std::size_t i) const { return pairs_[i]; }

 private:
  // Small products are looked up in a table of 64 KiB at most, which is cleared in a microsecond.
  static constexpr std::size_t kTableMax = 16'384;

  std::size_t columns_;
  std::vector<std::uint32_t> table_;
  std::unordered_map<std::uint64_t, std::uint32_t> map_;  // where the table would be larger
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs_;
};

Result<Dfa> Product(const Dfa& a, const Dfa& b, Join join, Work& work) {
  PairNumbers pairs(a.size(), b.size());
  const auto state = [&](std::uint32_t x, std::uint32_t y) { return pairs.NumberOf(x, y); };
  state(0, 0);
  std::vector<std::vector<Edge>> edges;
  std::vector<bool> accepting;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto [x, y] = pairs[i];
    const auto of_a = x == kDead ? std::span<const Edge>() : a.edges(x);
    const auto of_b = y == kDead ? std::span<const Edge>() : b.edges(y);
    if (!work.Spend(4 + of_a.size() + of_b.size())) return OutOfWork();
    accepting.push_back(Holds(join, x != kDead && a.accepting(x), y != kDead && b.accepting(y)));
    std::vector<Edge>& out = edges.emplace_back();
    ForEachRange(of_a, of_b,
                 [&](char32_t low, char32_t high, std::uint32_t next_a, std::uint32_t next_b) {
                   if (!IsAlive(join, next_a, next_b)) return;
                   out.push_back({low, high, state(next_a, next_b)});
                 });
  }
  return Dfa::FromStates(std::move(edges), std::move(accepting), work);
}

}  // namespace

Dfa::Dfa() : states_(1) {}

Dfa Dfa::AnyText() {
  Dfa any;
  any.edges_ = {{0, kSurrogatesBegin - 1, 0}, {kSurrogatesEnd, kCodePointMax, 0}};
  any.states_[0] = {0, 2, true};
  return any;
}

bool Dfa::empty() const { return edges_.empty() && !states_[0].accepting; }
bool Dfa::is_any_text() const { return size() == 1 && *this == AnyText(); }

std::span<const Edge> Dfa::edges(std::uint32_t state) const {
  const State& s = states_[state];
  return std::span(edges_).subspan(s.edges_begin, s.edges_end - s.edges_begin);
}

std::optional<std::uint32_t> Dfa::Next(std::uint32_t state, char32_t code_point) const {
  const auto all = edges(state);
  const auto found = std::partition_point(all.begin(), all.end(),
                                          [&](const Edge& edge) { return edge.high < code_point; });
  if (found == all.end() || code_point < found->low) return std::nullopt;
  return found->next;
}

bool Dfa::Accepts(std::string_view utf8) const {
  std::uint32_t state = 0;
  while (!utf8.empty()) {
    const auto code_point = TakeCodePoint(utf8);
    if (!code_point) return false;
    const auto next = Next(state, *code_point);
    if (!next) return false;
    state = *next;
  }
  return accepting(state);
}

Result<Dfa> Dfa::FromStates(std::vector<std::vector<Edge>> edges, std::vector<bool> accepting,
                            Work& work) {
  GN_CHECK(!edges.empty() && edges.size() == accepting.size());
  for (auto& list : edges) {
    const bool is_plain = std::all_of(list.begin(), list.end(),
                                      [](const Edge& e) { return e.high < kSurrogatesBegin; });
    if (is_plain) continue;  // neighbours are joined when the states are
    std::vector<Edge> joined;
    for (const Edge& edge : list) AppendEdge(joined, edge);
    list = std::move(joined);
  }
  const auto expand = [](const std::vector<Edge>& of_state, const auto& append) {
    for (const Edge& edge : of_state) append(edge);
    return true;
  };
  return Minimal(edges, accepting, expand, work);
}

Result<Dfa> Dfa::FromBlocks(const std::vector<std::vector<Edge>>& edges,
                            const std::vector<bool>& accepting, std::span<const Segment> segments,
                            Work& work) {
  GN_CHECK(!edges.empty() && edges.size() == accepting.size());
  std::size_t block_count = 0;
  for (const Segment& segment : segments) {
    block_count = std::max(block_count, std::size_t{segment.block} + 1);
  }
  std::vector<std::uint32_t> next(block_count, kDead);
  const auto expand = [&](const std::vector<Edge>& of_state, const auto& append) {
    for (const Edge& edge : of_state) {
      for (char32_t block = edge.low; block <= edge.high; ++block) next[block] = edge.next;
    }
    for (const Segment& segment : segments) {
      if (next[segment.block] == kDead) continue;
      append({segment.low, segment.high, next[segment.block]});
    }
    std::fill(next.begin(), next.end(), kDead);
    return work.Spend(segments.size() + block_count);
  };
  return Minimal(edges, accepting, expand, work);
}

template <class Expand>
Result<Dfa> Dfa::Minimal(const std::vector<std::vector<Edge>>& edges,
                         const std::vector<bool>& accepting, const Expand& expand, Work& work) {
  const auto blocks = MinimizeStates(edges, accepting, work);
  if (!blocks) return OutOfWork();
  Dfa dfa;
  if (blocks->of_state[0] == kNoBlock) return dfa;
  // Numbered in breadth-first order from the start, so that equal sets are equal values.
  std::vector<std::uint32_t> number(blocks->representative.size(), kDead);
  std::vector<std::uint32_t> order = {blocks->of_state[0]};
  number[order[0]] = 0;
  dfa.states_.clear();
  std::vector<Edge> out;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::uint32_t old = blocks->representative[order[i]];
    out.clear();
    const auto append = [&](const Edge& edge) {
      const std::uint32_t block = blocks->of_state[edge.next];
      if (block == kNoBlock) return;
      if (number[block] == kDead) {
        number[block] = static_cast<std::uint32_t>(order.size());
        order.push_back(block);
      }
      AppendEdge(out, {edge.low, edge.high, number[block]});
    };
    if (!expand(edges[old], append)) return OutOfWork();
    const auto begin = static_cast<std::uint32_t>(dfa.edges_.size());
    dfa.edges_.insert(dfa.edges_.end(), out.begin(), out.end());
    dfa.states_.push_back(
        {begin, static_cast<std::uint32_t>(dfa.edges_.size()), bool{accepting[old]}});
  }
  return dfa;
}

Result<Dfa> Dfa::OfLength(std::uint32_t min, std::uint32_t max, Work& work) {
  if (min > max) return Dfa();
  if (min == 0 && max == kUnboundedLength) return AnyText();
  const std::uint32_t last = max == kUnboundedLength ? min : max;
  if (!work.Spend(std::size_t{last} * 16 + 1)) return OutOfWork();
  Dfa chain;
  chain.states_.clear();
  for (std::uint32_t i = 0; i <= last; ++i) {
    const auto begin = static_cast<std::uint32_t>(chain.edges_.size());
    if (i < last || max == kUnboundedLength) {
      const std::uint32_t next = std::min(i + 1, last);
      chain.edges_.push_back({0, kSurrogatesBegin - 1, next});
      chain.edges_.push_back({kSurrogatesEnd, kCodePointMax, next});
    }
    chain.states_.push_back({begin, static_cast<std::uint32_t>(chain.edges_.size()), i >= min});
  }
  return chain;
}

Result<Dfa> Dfa::Of(std::span<const std::string> texts, Work& work) {
  std::vector<std::map<char32_t, std::uint32_t>> trie(1);
  std::vector<bool> accepting(1, false);
  for (const std::string& text : texts) {
    std::uint32_t state = 0;
    std::string_view rest = text;
    while (!rest.empty()) {
      if (!work.Spend(4)) return OutOfWork();
      const auto code_point = TakeCodePoint(rest);
      if (!code_point) return Status(Code::kInvalidArgument, "a text is no valid UTF-8");
      const auto [entry, added] =
          trie[state].try_emplace(*code_point, static_cast<std::uint32_t>(trie.size()));
      state = entry->second;
      if (!added) continue;
      trie.emplace_back();
      accepting.push_back(false);
    }
    accepting[state] = true;
  }
  std::vector<std::vector<Edge>> edges;
  for (const auto& children : trie) {
    std::vector<Edge>& out = edges.emplace_back();
    for (const auto& [code_point, next] : children) out.push_back({code_point, code_point, next});
  }
  return FromStates(std::move(edges), std::move(accepting), work);
}

Result<Dfa> Dfa::Intersect(const Dfa& a, const Dfa& b, Work& work) {
  if (a.empty() || b.empty()) return Dfa();
  if (a.is_any_text()) return b;
  if (b.is_any_text() || a == b) return a;
  return Product(a, b, Join::kBoth, work);
}

Result<Dfa> Dfa::Unite(const Dfa& a, const Dfa& b, Work& work) {
  if (a.empty() || b.is_any_text()) return b;
  if (b.empty() || a.is_any_text() || a == b) return a;
  return Product(a, b, Join::kEither, work);
}

Result<Dfa> Dfa::Subtract(const Dfa& a, const Dfa& b, Work& work) {
  if (a.empty() || b.is_any_text() || a == b) return Dfa();
  if (b.empty()) return a;
  return Product(a, b, Join::kFirstOnly, work);
}

std::optional<std::vector<std::string>> Dfa::Texts(std::size_t count_max) const {
  struct Prefix {
    std::uint32_t state;
    std::string text;
  };
  // Each state leads to a text, so prefixes of one length are as many texts at least.
  std::vector<std::string> texts;
  std::vector<Prefix> level;
  if (!empty()) level.push_back({0, ""});
  while (!level.empty()) {
    std::vector<Prefix> next;
    for (const Prefix& prefix : level) {
      if (accepting(prefix.state)) texts.push_back(prefix.text);
      if (texts.size() > count_max) return std::nullopt;
      for (const Edge& edge : edges(prefix.state)) {
        for (char32_t c = edge.low; c <= edge.high; ++c) {
          if (next.size() >= count_max) return std::nullopt;
          next.push_back({edge.next, prefix.text});
          AppendCodePoint(next.back().text, c);
        }
      }
    }
    level = std::move(next);
  }
  return texts;
}

std::optional<std::string> Dfa::Shortest() const {
  if (empty()) return std::nullopt;
  struct Step {
    std::uint32_t from = kDead;
    char32_t by = 0;
  };
  std::vector<Step> steps(size());
  std::deque<std::uint32_t> open = {0};
  steps[0].from = 0;
  while (!open.empty()) {
    const std::uint32_t state = open.front();
    open.pop_front();
    if (accepting(state)) {
      std::vector<char32_t> reversed;
      for (std::uint32_t s = state; s != 0; s = steps[s].from) reversed.push_back(steps[s].by);
      std::string text;
      for (auto c = reversed.rbegin(); c != reversed.rend(); ++c) AppendCodePoint(text, *c);
      return text;
    }
    for (const Edge& edge : edges(state)) {
      if (steps[edge.next].from != kDead) continue;
      steps[edge.next] = {state, edge.low};
      open.push_back(edge.next);
    }
  }
  return std::nullopt;
}

}  // namespace ganglion::grammar
