#include "ganglion/grammar/rules.h"

#include <algorithm>
#include <array>

#include "ganglion/base/check.h"
#include "ganglion/grammar/rule_heights.h"

namespace ganglion::grammar {
namespace {

bool IsTerminal(const Node& node) {
  return node.kind == NodeKind::kLiteral || node.kind == NodeKind::kAutomaton ||
         node.kind == NodeKind::kString;
}

// Takes text before it enters a child.
bool BeginsWithText(const Node& node) {
  return IsTerminal(node) || node.kind == NodeKind::kMembers;
}

}  // namespace

NodeId Rules::Add(const Node& node) {
  nodes_.push_back(node);
  return NodeId{static_cast<std::uint32_t>(nodes_.size() - 1)};
}

NodeId Rules::AddLiteral(std::string_view bytes) {
  GN_CHECK(!bytes.empty());
  Node node{.kind = NodeKind::kLiteral};
  node.begin = static_cast<std::uint32_t>(text_.size());
  node.count = static_cast<std::uint32_t>(bytes.size());
  text_ += bytes;
  return Add(node);
}

NodeId Rules::AddAutomaton(ByteState start) {
  GN_CHECK(!automaton_.accepting(start));
  return Add({.kind = NodeKind::kAutomaton, .start = start});
}

NodeId Rules::AddString(std::uint32_t min, std::uint32_t max) {
  GN_CHECK(min <= max);
  return Add({.kind = NodeKind::kString, .min = min, .max = max});
}

NodeId Rules::AddParent(NodeKind kind, std::span<const NodeId> children) {
  Node node{.kind = kind};
  node.begin = static_cast<std::uint32_t>(children_.size());
  node.count = static_cast<std::uint32_t>(children.size());
  children_.insert(children_.end(), children.begin(), children.end());
  return Add(node);
}

NodeId Rules::AddSequence(std::span<const NodeId> children) {
  GN_CHECK(!children.empty());
  return children.size() == 1 ? children[0] : AddParent(NodeKind::kSequence, children);
}

NodeId Rules::AddChoice(std::span<const NodeId> children) {
  GN_CHECK(!children.empty());
  return children.size() == 1 ? children[0] : AddParent(NodeKind::kChoice, children);
}

NodeId Rules::AddRepeat(NodeId first, NodeId rest, std::uint32_t min, std::uint32_t max) {
  GN_CHECK(min <= max);
  const NodeId id = AddParent(NodeKind::kRepeat, std::array{first, rest});
  nodes_[Index(id)].min = min;
  nodes_[Index(id)].max = max;
  return id;
}

NodeId Rules::AddMembers(const Members& members) {
  GN_CHECK(members.min <= members.max);
  Node node{.kind = NodeKind::kMembers};
  node.begin = static_cast<std::uint32_t>(members_.size());
  for (const Members::Slot& slot : members.slots) key_bytes_ += slot.key.size();
  members_.emplace_back(members);
  return Add(node);
}

NodeId Rules::Reserve() { return AddParent(NodeKind::kChoice, std::array{kNoNode}); }

void Rules::Define(NodeId reserved, NodeId child) {
  const Node& node = nodes_[Index(reserved)];
  GN_CHECK(node.kind == NodeKind::kChoice && children_[node.begin] == kNoNode);
  children_[node.begin] = child;
}

Status Rules::CheckLimits() const {
  if (nodes_.size() > limits_.nodes) {
    return {
        Code::kResourceExhausted,
        "the schema needs more than " + std::to_string(limits_.nodes) + " rules; make it smaller"};
  }
  if (key_bytes_ > limits_.key_bytes) {
    return {Code::kResourceExhausted, "the names of its objects need more than " +
                                          std::to_string(limits_.key_bytes) +
                                          " bytes; make them fewer"};
  }
  if (automaton_.edge_count() > limits_.automaton_edges) {
    return {Code::kResourceExhausted, "its enums and number ranges need more than " +
                                          std::to_string(limits_.automaton_edges) +
                                          " automaton edges; make them smaller"};
  }
  return {};
}

Status Rules::Finish(NodeId root, NodeId& culprit) {
  GN_RETURN_IF_ERROR(CheckLimits());
  root_ = root;
  culprit = FindLeftRecursion();
  if (culprit != kNoNode) {
    return {Code::kInvalidArgument, "refers to itself before it takes any text"};
  }
  // References become what they name, so that a run never walks their chains.
  for (NodeId& child : children_) child = SkipChoicesOfOne(child);
  root_ = SkipChoicesOfOne(root);
  for (MembersRule& members : members_) {
    for (auto& variant : members.variants) {
      if (variant.value != kNoNode) variant.value = SkipChoicesOfOne(variant.value);
    }
    for (auto& kind : members.free) kind.key = SkipChoicesOfOne(kind.key);
  }
  CountKeyTexts();
  RuleHeights(nodes_, children_, members_).Compute();
  if (node(root_).height >= kNoWay) {
    culprit = root;
    return {Code::kFailedPrecondition, "no finite text satisfies it, or none of a depth below " +
                                           std::to_string(kStackDepthMax)};
  }
  return {};
}

std::span<const NodeId> Rules::FirstChildren(const Node& node) const {
  const auto all = children(node);
  return node.kind == NodeKind::kChoice ? all : all.first(1);
}

// Depth-first search for a cycle of nodes that begin with each other; not recursive, because a
// chain of references may be as long as the schema.
NodeId Rules::FindLeftRecursion() const {
  enum class Color : std::uint8_t { kNew, kOnPath, kDone };
  std::vector<Color> colors(nodes_.size(), Color::kNew);
  struct Visit {
    NodeId node;
    std::size_t next_child;
  };
  std::vector<Visit> path;
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    if (colors[i] != Color::kNew) continue;
    path.push_back({NodeId{i}, 0});
    while (!path.empty()) {
      Visit& top = path.back();
      colors[Index(top.node)] = Color::kOnPath;
      const Node& at = node(top.node);
      const auto firsts = BeginsWithText(at) ? std::span<const NodeId>() : FirstChildren(at);
      if (top.next_child == firsts.size()) {
        colors[Index(top.node)] = Color::kDone;
        path.pop_back();
        continue;
      }
      const NodeId child = firsts[top.next_child++];
      if (colors[Index(child)] == Color::kOnPath) return child;
      if (colors[Index(child)] == Color::kNew) path.push_back({child, 0});
    }
  }
  return kNoNode;
}

NodeId Rules::SkipChoicesOfOne(NodeId id) const {
  while (node(id).kind == NodeKind::kChoice && node(id).count == 1) id = children(node(id))[0];
  return id;
}

// Depth first from the starts of keys. A state that can come back to itself has texts without end,
// and so has each that leads to it.
void Rules::CountKeyTexts() {
  texts_from_.assign(automaton_.state_count(), 0);
  enum class Color : std::uint8_t { kNew, kOnPath, kDone };
  std::vector<Color> colors(automaton_.state_count(), Color::kNew);
  struct Visit {
    ByteState state;
    std::size_t next_edge;
  };
  std::vector<Visit> path;
  const auto visit = [&](ByteState state) {
    colors[static_cast<std::size_t>(state)] = Color::kOnPath;
    path.push_back({state, 0});
  };
  const auto count = [&](ByteState state) {
    std::uint64_t texts = automaton_.accepting(state) ? 1 : 0;
    for (const ByteEdge& edge : automaton_.edges(state)) {
      texts += (edge.high - edge.low + 1u) * std::uint64_t{TextsFrom(edge.next)};
    }
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(texts, kUnbounded));
  };
  for (MembersRule& members : members_) {
    for (MembersRule::Free& kind : members.free) {
      GN_CHECK(node(kind.key).kind == NodeKind::kAutomaton);
      const ByteState start = node(kind.key).start;
      if (colors[static_cast<std::size_t>(start)] == Color::kNew) visit(start);
      while (!path.empty()) {
        Visit& top = path.back();
        const auto edges = automaton_.edges(top.state);
        if (top.next_edge == edges.size()) {
          const auto index = static_cast<std::size_t>(top.state);
          texts_from_[index] = count(top.state);
          colors[index] = Color::kDone;
          path.pop_back();
          continue;
        }
        const ByteState next = edges[top.next_edge++].next;
        const auto index = static_cast<std::size_t>(next);
        if (colors[index] == Color::kOnPath) texts_from_[index] = kUnbounded;
        if (colors[index] == Color::kNew) visit(next);
      }
      kind.texts = TextsFrom(start);
    }
  }
}

}  // namespace ganglion::grammar
