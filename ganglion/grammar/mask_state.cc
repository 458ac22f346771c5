#include "ganglion/grammar/mask_state.h"

#include <algorithm>
#include <tuple>

namespace ganglion::grammar {
namespace {

// Below these a walk is as fast.
constexpr std::size_t kSliceTokensMin = 1000;
constexpr std::size_t kSliceBytesMin = 20;  // that a state can take

struct SliceChoice {
  const TokenSlice* slice = nullptr;
  std::uint32_t length = 0;
};

// The slice that leaves the least to walk.
SliceChoice ChooseSlice(const ByteAutomaton& automaton, ByteState state, const TokenIndex& index) {
  SliceChoice best;
  std::size_t best_count = kSliceTokensMin;
  std::size_t bytes = 0;
  for (const ByteEdge& edge : automaton.edges(state)) bytes += edge.high - edge.low + 1u;
  if (bytes < kSliceBytesMin) return best;
  for (const TokenSlice& slice : index.slices()) {
    if (slice.ReadyCount(TokenSlice::kAnyLength) <= best_count) continue;  // cannot be better
    const std::uint32_t length = slice.Reach(automaton, state);
    if (length == 0 || slice.ReadyCount(length) <= best_count) continue;
    best = {&slice, length};
    best_count = slice.ReadyCount(length);
  }
  return best;
}

}  // namespace

TokenSet::TokenSet(std::vector<TokenId> tokens, std::span<const std::uint32_t> ready,
                   std::size_t vocabulary_size) {
  const std::size_t words = (vocabulary_size + 31) / 32;
  if (!ready.empty()) {
    words_.assign(ready.begin(), ready.end());
    SetBits(words_, tokens);
    return;
  }
  if (tokens.size() <= words) {
    std::sort(tokens.begin(), tokens.end());
    list_ = std::move(tokens);
    list_.shrink_to_fit();
    return;
  }
  words_.assign(words, 0);
  SetBits(words_, tokens);
}

void TokenSet::AddTo(std::span<std::uint32_t> bits) const {
  SetBits(bits, list_);
  for (std::size_t i = 0; i < words_.size(); ++i) bits[i] |= words_[i];
}

std::size_t TokenSet::bytes() const {
  return list_.size() * sizeof(TokenId) + words_.size() * sizeof(std::uint32_t);
}

StateMask::StateMask(const ByteAutomaton& automaton, ByteState start, const TokenIndex& index) {
  struct Place {
    std::uint32_t node;
    ByteState state;
  };
  const TokenTrie& trie = index.trie();
  const SliceChoice ready = ChooseSlice(automaton, start, index);
  std::vector<TokenId> inside_tokens;
  std::vector<TokenId> ending_tokens;
  std::vector<Place> open = {{TokenTrie::kRoot, start}};
  while (!open.empty()) {
    const Place place = open.back();
    open.pop_back();
    const TokenTrie::Node& parent = trie.node(place.node);
    const std::uint32_t end = parent.children_begin + parent.child_count;
    const auto edges = automaton.edges(place.state);
    work += parent.child_count;
    // Both are sorted by byte.
    for (std::uint32_t child = parent.children_begin, edge = 0; child < end; ++child) {
      if (ready.slice != nullptr && ready.slice->Covers(child, ready.length)) continue;
      const std::uint8_t byte = trie.node(child).byte;
      while (edge < edges.size() && edges[edge].high < byte) ++edge;
      if (edge == edges.size()) break;
      if (byte < edges[edge].low) continue;
      const ByteState next = edges[edge].next;
      const auto tokens = trie.TokensAt(child);
      const bool goes_on = !automaton.edges(next).empty();
      auto& list = goes_on ? inside_tokens : ending_tokens;
      list.insert(list.end(), tokens.begin(), tokens.end());
      if (automaton.accepting(next)) {
        const TokenTrie::Node& node = trie.node(child);
        for (std::uint32_t i = 0; i < node.child_count; ++i) {
          const std::uint32_t behind = node.children_begin + i;
          exits.push_back({trie.node(behind).byte, behind});
        }
      }
      if (goes_on && trie.node(child).child_count > 0) open.push_back({child, next});
    }
  }
  const auto words =
      ready.slice == nullptr ? std::span<const std::uint32_t>() : ready.slice->Ready(ready.length);
  inside = TokenSet(std::move(inside_tokens), words, index.vocabulary_size());
  ending = TokenSet(std::move(ending_tokens), {}, index.vocabulary_size());
  std::sort(exits.begin(), exits.end(), [](const Exit& a, const Exit& b) {
    return std::tie(a.byte, a.node) < std::tie(b.byte, b.node);
  });
  exits.shrink_to_fit();
}

std::size_t StateMask::bytes() const {
  return sizeof(StateMask) + inside.bytes() + ending.bytes() + exits.size() * sizeof(Exit);
}

}  // namespace ganglion::grammar
