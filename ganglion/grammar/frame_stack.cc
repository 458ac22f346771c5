#include "ganglion/grammar/frame_stack.h"

#include "ganglion/base/check.h"

namespace ganglion::grammar {
namespace {

std::size_t Hash(NodeId node, std::uint32_t index, FrameId parent) {
  std::uint64_t h =
      (std::uint64_t{static_cast<std::uint32_t>(node)} << 32) | static_cast<std::uint32_t>(parent);
  h = (h + index * std::uint64_t{0x9E3779B97F4A7C15}) * std::uint64_t{0xD6E8FEB86659FD93};
  return static_cast<std::size_t>(h ^ (h >> 32));
}

}  // namespace

// The slot of the frame with these contents, or the empty slot where it belongs.
std::size_t FrameStack::FindSlot(NodeId node, std::uint32_t index, FrameId parent) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = Hash(node, index, parent) & mask;
  while (slots_[slot] != kBottom) {
    const Frame& frame = at(slots_[slot]);
    if (frame.node == node && frame.index == index && frame.parent == parent) break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

FrameId FrameStack::Push(NodeId node, std::uint32_t index, FrameId parent) {
  if (2 * (frames_.size() + 1) > slots_.size()) Grow();
  const std::size_t slot = FindSlot(node, index, parent);
  if (slots_[slot] != kBottom) return slots_[slot];
  const std::uint32_t depth = Depth(parent) + 1;
  if (depth > kStackDepthMax || frames_.size() >= kFramesMax) return kNoFrame;
  const FrameId id{size()};
  frames_.push_back({node, index, parent, depth});
  slots_[slot] = id;
  return id;
}

void FrameStack::Truncate(std::uint32_t size) {
  while (frames_.size() > size) {
    const Frame& frame = frames_.back();
    const std::size_t slot = FindSlot(frame.node, frame.index, frame.parent);
    GN_DCHECK(static_cast<std::size_t>(slots_[slot]) + 1 == frames_.size());
    slots_[slot] = kBottom;
    frames_.pop_back();
  }
}

void FrameStack::Grow() {
  slots_.assign(slots_.empty() ? 64 : 2 * slots_.size(), kBottom);
  for (std::uint32_t i = 0; i < frames_.size(); ++i) {
    const Frame& frame = frames_[i];
    slots_[FindSlot(frame.node, frame.index, frame.parent)] = FrameId{i};
  }
}

}  // namespace ganglion::grammar
