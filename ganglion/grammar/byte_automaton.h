#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ganglion::grammar {

enum class ByteState : std::uint32_t {};
inline constexpr ByteState kDeadState{0xFFFFFFFFu};

struct ByteEdge {
  std::uint8_t low;  // the edge takes the bytes low..high, both included
  std::uint8_t high;
  ByteState next;
};

// A pool of deterministic automata over bytes: numbers in a range, sets of literals, and later
// regular expressions. One pool serves all rules of a grammar, so a state is one number. States
// hold sorted edges and not tables, because nearly all have fewer than a dozen.
//
// Invariant kept by the builders: an accepting state can be reached from each state.
class ByteAutomaton {
 public:
  ByteState AddState();
  // Sets the edges of a state, once; they are sorted and do not overlap.
  void SetState(ByteState state, std::span<const ByteEdge> edges, bool accepting);

  ByteState Next(ByteState state, std::uint8_t byte) const {
    for (const ByteEdge& edge : edges(state)) {
      if (byte < edge.low) break;
      if (byte <= edge.high) return edge.next;
    }
    return kDeadState;
  }
  bool accepting(ByteState state) const { return states_[Index(state)].accepting; }
  std::span<const ByteEdge> edges(ByteState state) const {
    const State& s = states_[Index(state)];
    return std::span(edges_).subspan(s.edges_begin, s.edge_count);
  }
  std::size_t state_count() const { return states_.size(); }
  std::size_t edge_count() const { return edges_.size(); }

 private:
  struct State {
    std::uint32_t edges_begin = 0;
    std::uint16_t edge_count = 0;
    bool accepting = false;
  };
  static std::size_t Index(ByteState state) { return static_cast<std::size_t>(state); }

  std::vector<State> states_;
  std::vector<ByteEdge> edges_;
};

// Adds an automaton that accepts exactly the given texts; none of them is empty. Returns its start.
ByteState AddLiterals(ByteAutomaton& automaton, std::span<const std::string> texts);

}  // namespace ganglion::grammar
