#include "ganglion/grammar/rules.h"

#include <algorithm>
#include <array>
#include <deque>

#include "ganglion/base/check.h"

namespace ganglion::grammar {
namespace {

constexpr std::uint32_t kNoWay = kStackDepthMax + 1;

bool IsTerminal(const Node& node) {
  return node.kind == NodeKind::kLiteral || node.kind == NodeKind::kAutomaton ||
         node.kind == NodeKind::kString;
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
  ComputeHeights();
  if (node(root_).height >= kNoWay) {
    culprit = root;
    return {Code::kInvalidArgument, "no finite text satisfies it, or none of a depth below " +
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
      const auto firsts = IsTerminal(at) ? std::span<const NodeId>() : FirstChildren(at);
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

std::uint32_t Rules::HeightFromChildren(const Node& node) const {
  const auto height = [this](NodeId child) { return nodes_[Index(child)].height; };
  const auto list = children(node);
  std::uint32_t result = 0;
  switch (node.kind) {
    case NodeKind::kChoice:
      result = kNoWay;
      for (const NodeId child : list) result = std::min(result, height(child));
      break;
    case NodeKind::kSequence:  // the last child takes the place of the sequence on the stack
      for (const NodeId child : list.first(list.size() - 1)) {
        result = std::max(result, height(child) + 1);
      }
      result = std::max(result, height(list.back()));
      break;
    case NodeKind::kRepeat:
      if (node.min > 0) result = height(list[0]) + 1;
      if (node.min > 1) result = std::max(result, height(list[1]) + 1);
      break;
    default:
      break;
  }
  return std::min(result, kNoWay);
}

// The least fixed point, from "no way" downward. A node is looked at again only when a child of it
// got lower, which happens to few nodes more than once.
void Rules::ComputeHeights() {
  std::vector<std::vector<std::uint32_t>> parents(nodes_.size());
  std::deque<std::uint32_t> queue;
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    if (IsTerminal(nodes_[i])) continue;
    nodes_[i].height = kNoWay;
    for (const NodeId child : children(nodes_[i])) parents[Index(child)].push_back(i);
    queue.push_back(i);
  }
  while (!queue.empty()) {
    Node& node = nodes_[queue.front()];
    const std::uint32_t height = HeightFromChildren(node);
    if (height < node.height) {
      node.height = height;
      for (const std::uint32_t parent : parents[queue.front()]) queue.push_back(parent);
    }
    queue.pop_front();
  }
}

}  // namespace ganglion::grammar
