#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/grammar/byte_automaton.h"
#include "ganglion/grammar/limits.h"
#include "ganglion/grammar/members.h"
#include "ganglion/grammar/members_rule.h"
#include "ganglion/grammar/node.h"

namespace ganglion::grammar {

enum class NodeKind : std::uint8_t {
  kLiteral,    // fixed bytes, not empty
  kAutomaton,  // a text that a byte automaton accepts, not empty
  kString,     // a JSON string of min..max code points
  kSequence,   // the children in order; the first is never the empty text
  kChoice,     // one of the children
  kRepeat,     // min..max times: child 0 once, then child 1; neither is the empty text
  kMembers,    // entries with distinct keys, see members.h
};

struct Node {
  NodeKind kind = NodeKind::kChoice;
  std::uint32_t begin = 0;  // of the literal's bytes, or of the children; which kMembers
  std::uint32_t count = 0;  // of bytes or children
  ByteState start{};        // kAutomaton
  std::uint32_t min = 0;    // kString, kRepeat
  std::uint32_t max = 0;
  // Stack frames that the shortest way through the node needs; above kStackDepthMax if there is no
  // way. A run enters a node only where that many are left, so it never meets a dead end.
  std::uint32_t height = 0;
};

// Rules over bytes: what every kind of grammar is compiled to, and what a run interprets. A node
// may be a child of many; recursion is a cycle through a choice made by Reserve.
//
// Built by one thread, then immutable: after Finish all of it may be read by any thread.
class Rules {
 public:
  explicit Rules(const CompileLimits& limits) : limits_(limits) {}

  NodeId AddLiteral(std::string_view bytes);
  NodeId AddAutomaton(ByteState start);
  NodeId AddString(std::uint32_t min, std::uint32_t max);
  NodeId AddSequence(std::span<const NodeId> children);
  NodeId AddChoice(std::span<const NodeId> children);
  NodeId AddRepeat(NodeId first, NodeId rest, std::uint32_t min, std::uint32_t max);
  NodeId AddMembers(const Members& members);
  // A choice whose only child is named later by Define, so that rules may refer to each other.
  NodeId Reserve();
  void Define(NodeId reserved, NodeId child);

  // Fails if a limit was passed while nodes were added. Builders ask this between their steps.
  Status CheckLimits() const;

  // Names the root and proves what a run relies on: no node begins with itself, and the root has a
  // finite text. The error names the node at fault in `culprit`: kInvalidArgument if a node begins
  // with itself, kFailedPrecondition if there is no finite text.
  Status Finish(NodeId root, NodeId& culprit);

  NodeId root() const { return root_; }
  const Node& node(NodeId id) const { return nodes_[Index(id)]; }
  std::size_t node_count() const { return nodes_.size(); }
  std::string_view text(const Node& node) const {
    return std::string_view(text_).substr(node.begin, node.count);
  }
  std::span<const NodeId> children(const Node& node) const {
    return std::span(children_).subspan(node.begin, node.count);
  }
  const MembersRule& members(const Node& node) const { return members_[node.begin]; }
  // How many texts a key has from one state of its automaton; kUnbounded where they are many.
  std::uint32_t TextsFrom(ByteState state) const {
    return texts_from_[static_cast<std::size_t>(state)];
  }
  const ByteAutomaton& automaton() const { return automaton_; }
  ByteAutomaton& automaton() { return automaton_; }

 private:
  NodeId Add(const Node& node);
  NodeId AddParent(NodeKind kind, std::span<const NodeId> children);
  std::span<const NodeId> FirstChildren(const Node& node) const;
  NodeId FindLeftRecursion() const;
  NodeId SkipChoicesOfOne(NodeId id) const;
  void CountKeyTexts();

  CompileLimits limits_;
  NodeId root_ = kNoNode;
  std::vector<Node> nodes_;
  std::vector<NodeId> children_;
  std::string text_;
  std::deque<MembersRule> members_;
  std::size_t key_bytes_ = 0;
  std::vector<std::uint32_t> texts_from_;  // of each state, for those of keys
  ByteAutomaton automaton_;
};

}  // namespace ganglion::grammar
