#pragma once

#include <cstdint>
#include <vector>

#include "ganglion/grammar/rules.h"

namespace ganglion::grammar {

enum class FrameId : std::uint32_t {};
inline constexpr FrameId kBottom{0xFFFFFFFFu};   // below all frames: the end of the text
inline constexpr FrameId kNoFrame{0xFFFFFFFEu};  // no room for one more

// What follows a thread: child `index` of a sequence, or the time `index` of a repetition; then
// what follows `parent`.
struct Frame {
  NodeId node;
  std::uint32_t index;
  FrameId parent;
  std::uint32_t depth;
};

// The frames of all threads: a tree of stacks with shared tails. Equal frames are one frame, so
// that threads with the same future are equal, and ambiguity cannot multiply them. Frames are
// dropped in the reverse of the order in which they were made.
class FrameStack {
 public:
  // The frame of these contents, made if need be; kNoFrame if a limit would be passed.
  FrameId Push(NodeId node, std::uint32_t index, FrameId parent);
  // Drops all frames made after the first `size`.
  void Truncate(std::uint32_t size);

  const Frame& at(FrameId id) const { return frames_[static_cast<std::size_t>(id)]; }
  std::uint32_t Depth(FrameId id) const { return id == kBottom ? 0 : at(id).depth; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(frames_.size()); }

 private:
  std::size_t FindSlot(NodeId node, std::uint32_t index, FrameId parent) const;
  void Grow();

  std::vector<Frame> frames_;
  // Open addressing with linear probing. Entries leave in the reverse order of their coming, so an
  // entry is removed by emptying its slot: no later one can have probed past it.
  std::vector<FrameId> slots_;
};

}  // namespace ganglion::grammar
