#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/grammar/regular/work.h"

namespace ganglion::grammar {

// A regular set of texts: a deterministic automaton over Unicode scalar values (0..10FFFF without
// surrogates). The common currency of patterns, formats, lengths, names, constants and numbers:
// what several keywords say of one string is the intersection of their sets, what "not" says is a
// complement.
//
// Invariants: the start is state 0; every state can be reached from it; an accepting state can be
// reached from every state (but for the empty set, which is one state without edges); edges are
// sorted, do not overlap, and neighbours that lead to one state are joined; the automaton is
// minimal and numbered in breadth-first order, so that equal sets are equal values.
//
// Immutable value. Every operation that can grow takes a budget; an error is kResourceExhausted.
class Dfa {
 public:
  struct Edge {
    char32_t low;  // takes low..high, both included
    char32_t high;
    std::uint32_t next;
    bool operator==(const Edge&) const = default;
  };

  // The empty set.
  Dfa();
  static Dfa AnyText();
  // Texts of min..max code points; kUnboundedLength for no maximum.
  static constexpr std::uint32_t kUnboundedLength = 0xFFFFFFFFu;
  static Result<Dfa> OfLength(std::uint32_t min, std::uint32_t max, Work& work);
  // Exactly these texts, in valid UTF-8.
  static Result<Dfa> Of(std::span<const std::string> texts, Work& work);

  // Builds from any deterministic automaton: `edges[s]` of state s, sorted and not overlapping, and
  // whether it accepts; the start is 0. Trims and minimises.
  static Result<Dfa> FromStates(std::vector<std::vector<Edge>> edges, std::vector<bool> accepting,
                                Work& work);

  // The same over blocks of code points, which lets the automaton behave alike on all of a block:
  // `edges` speak of numbers of blocks, and `segments`, sorted, say what each block holds.
  struct Segment {
    char32_t low;  // low..high, both included
    char32_t high;
    std::uint32_t block;
  };
  static Result<Dfa> FromBlocks(const std::vector<std::vector<Edge>>& edges,
                                const std::vector<bool>& accepting,
                                std::span<const Segment> segments, Work& work);

  static Result<Dfa> Intersect(const Dfa& a, const Dfa& b, Work& work);
  static Result<Dfa> Unite(const Dfa& a, const Dfa& b, Work& work);
  // The texts of `a` that are not in `b`.
  static Result<Dfa> Subtract(const Dfa& a, const Dfa& b, Work& work);
  static Result<Dfa> Complement(const Dfa& a, Work& work) { return Subtract(AnyText(), a, work); }

  bool empty() const;
  bool is_any_text() const;
  bool Accepts(std::string_view utf8) const;  // false for text that is no UTF-8
  // All texts, shortest first and then by code points, if there are at most `count_max`.
  std::optional<std::vector<std::string>> Texts(std::size_t count_max) const;
  // A shortest text; nothing if the set is empty.
  std::optional<std::string> Shortest() const;

  std::size_t size() const { return states_.size(); }
  bool accepting(std::uint32_t state) const { return states_[state].accepting; }
  std::span<const Edge> edges(std::uint32_t state) const;
  // The state after one code point; nothing if there is none.
  std::optional<std::uint32_t> Next(std::uint32_t state, char32_t code_point) const;

  bool operator==(const Dfa&) const = default;

 private:
  struct State {
    std::uint32_t edges_begin = 0;
    std::uint32_t edges_end = 0;
    bool accepting = false;
    bool operator==(const State&) const = default;
  };
  // `expand(edges, append)` calls append for each edge of a state in code points, in order; false
  // if the budget is spent.
  template <class Expand>
  static Result<Dfa> Minimal(const std::vector<std::vector<Edge>>& edges,
                             const std::vector<bool>& accepting, const Expand& expand, Work& work);

  std::vector<State> states_;
  std::vector<Edge> edges_;
};

}  // namespace ganglion::grammar
