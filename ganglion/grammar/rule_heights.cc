#include "ganglion/grammar/rule_heights.h"

#include <algorithm>

namespace ganglion::grammar {
namespace {

bool IsParent(const Node& node) {
  return node.kind == NodeKind::kChoice || node.kind == NodeKind::kSequence ||
         node.kind == NodeKind::kRepeat;
}

}  // namespace

RuleHeights::RuleHeights(std::span<Node> nodes, std::span<const NodeId> children,
                         std::deque<MembersRule>& members)
    : nodes_(nodes),
      children_(children),
      members_(members),
      parents_(nodes.size()),
      missing_(nodes.size(), 0),
      at_height_(kNoWay) {}

void RuleHeights::Compute() {
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) AddParents(i);
  for (std::uint32_t height = 0; height < kNoWay; ++height) {
    // Nodes of the same height are added while it goes on.
    for (std::size_t i = 0; i < at_height_[height].size(); ++i) {
      const std::uint32_t id = at_height_[height][i];
      if (nodes_[id].height != kNoWay) continue;
      nodes_[id].height = height;
      for (const Parent& parent : parents_[id]) ChildIsKnown(parent, height);
    }
    for (const std::uint32_t list : touched_lists_) {
      if (nodes_[list].height != kNoWay) continue;
      MembersRule& rule = members_[nodes_[list].begin];
      rule.MakeProfiles();
      if (rule.HasWay(height)) Propose(list, height + 1);
    }
    touched_lists_.clear();
  }
  for (MembersRule& rule : members_) rule.MakeProfiles();
}

void RuleHeights::Propose(std::uint32_t id, std::uint32_t height) {
  if (height < kNoWay && nodes_[id].height == kNoWay) at_height_[height].push_back(id);
}

void RuleHeights::AddParents(std::uint32_t id) {
  Node& node = nodes_[id];
  node.height = kNoWay;
  const auto list =
      IsParent(node) ? children_.subspan(node.begin, node.count) : std::span<const NodeId>();
  switch (node.kind) {
    case NodeKind::kChoice:
    case NodeKind::kSequence:
      for (const NodeId child : list) parents_[Index(child)].push_back({id, 0});
      missing_[id] = node.count;
      return;
    case NodeKind::kRepeat: {
      // As many of its two children as it must run.
      const std::uint32_t needed = std::min(node.min, 2u);
      for (std::uint32_t i = 0; i < needed; ++i) parents_[Index(list[i])].push_back({id, 0});
      missing_[id] = needed;
      if (needed == 0) Propose(id, 0);
      return;
    }
    case NodeKind::kMembers: {
      MembersRule& rule = members_[node.begin];
      for (std::uint32_t i = 0; i < rule.variants.size(); ++i) {
        MembersRule::Variant& variant = rule.variants[i];
        variant.height = variant.value == kNoNode ? 0 : kNoWay;
        if (variant.value != kNoNode) parents_[Index(variant.value)].push_back({id, i});
      }
      rule.MakeProfiles();
      // The list itself takes one frame.
      if (rule.HasWay(0)) Propose(id, 1);
      return;
    }
    default:
      Propose(id, 0);
  }
}

void RuleHeights::ChildIsKnown(const Parent& parent, std::uint32_t height) {
  Node& node = nodes_[parent.node];
  if (node.kind == NodeKind::kMembers) {
    members_[node.begin].variants[parent.variant].height = height;
    touched_lists_.push_back(parent.node);
    return;
  }
  if (node.kind == NodeKind::kChoice) {
    Propose(parent.node, height);
    return;
  }
  // The last child that gets known is the highest. The last of a sequence takes the place of the
  // sequence on the stack and needs no frame more.
  if (--missing_[parent.node] > 0) return;
  const auto list = children_.subspan(node.begin, node.count);
  const auto has_height = [&](NodeId id) { return nodes_[Index(id)].height == height; };
  const bool above =
      node.kind == NodeKind::kRepeat || std::any_of(list.begin(), list.end() - 1, has_height);
  Propose(parent.node, height + (above ? 1 : 0));
}

}  // namespace ganglion::grammar
