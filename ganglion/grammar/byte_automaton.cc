#include "ganglion/grammar/byte_automaton.h"

#include <map>

#include "ganglion/base/check.h"

namespace ganglion::grammar {

ByteState ByteAutomaton::AddState() {
  states_.emplace_back();
  return ByteState{static_cast<std::uint32_t>(states_.size() - 1)};
}

void ByteAutomaton::SetState(ByteState state, std::span<const ByteEdge> edges, bool accepting) {
  GN_CHECK(Index(state) < states_.size() && states_[Index(state)].edge_count == 0);
  GN_CHECK(edges.size() <= 256);
  State& target = states_[Index(state)];
  target.edges_begin = static_cast<std::uint32_t>(edges_.size());
  target.edge_count = static_cast<std::uint16_t>(edges.size());
  target.accepting = accepting;
  edges_.insert(edges_.end(), edges.begin(), edges.end());
}

ByteState AddLiterals(ByteAutomaton& automaton, std::span<const std::string> texts) {
  struct TrieNode {
    std::map<std::uint8_t, std::size_t> children;
    bool accepting = false;
  };
  std::vector<TrieNode> trie(1);
  for (const std::string& text : texts) {
    std::size_t at = 0;
    for (const char c : text) {
      const auto [child, added] =
          trie[at].children.try_emplace(static_cast<std::uint8_t>(c), trie.size());
      at = child->second;
      if (added) trie.emplace_back();  // invalidates `child`
    }
    trie[at].accepting = true;
  }

  std::vector<ByteState> states;
  for (std::size_t i = 0; i < trie.size(); ++i) states.push_back(automaton.AddState());
  std::vector<ByteEdge> edges;
  for (std::size_t i = 0; i < trie.size(); ++i) {
    edges.clear();
    for (const auto& [byte, child] : trie[i].children) edges.push_back({byte, byte, states[child]});
    automaton.SetState(states[i], edges, trie[i].accepting);
  }
  return states.front();
}

}  // namespace ganglion::grammar
