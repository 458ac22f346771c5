#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "ganglion/grammar/rules.h"

namespace ganglion::grammar {

// Above all heights: there is no finite way through the node.
inline constexpr std::uint32_t kNoWay = kStackDepthMax + 1;

// The heights of nodes (Node::height), found from the lowest upward, so that each is looked at once
// for each of its children (Knuth 1977, a generalization of Dijkstra's algorithm).
class RuleHeights {
 public:
  RuleHeights(std::span<Node> nodes, std::span<const NodeId> children,
              std::deque<MembersRule>& members);
  void Compute();

 private:
  struct Parent {
    std::uint32_t node;
    std::uint32_t variant;  // of a list of members whose value the child is
  };

  void AddParents(std::uint32_t id);
  void Propose(std::uint32_t id, std::uint32_t height);
  void ChildIsKnown(const Parent& parent, std::uint32_t height);

  std::span<Node> nodes_;
  std::span<const NodeId> children_;
  std::deque<MembersRule>& members_;
  std::vector<std::vector<Parent>> parents_;
  std::vector<std::uint32_t> missing_;  // children that must be known and are not
  std::vector<std::vector<std::uint32_t>> at_height_;
  std::vector<std::uint32_t> touched_lists_;  // with a value that got known at this height
};

}  // namespace ganglion::grammar
