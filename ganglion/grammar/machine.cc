#include "ganglion/grammar/machine.h"

#include <algorithm>

#include "ganglion/base/check.h"
#include "ganglion/grammar/json_string.h"

namespace ganglion::grammar {
namespace {

// Marks keys of the seen table that are no threads: a choice about to be entered at a frame, or a
// frame about to be left.
constexpr std::uint32_t kEntering = 0xFFFFFFFFu;

std::size_t Hash(const Thread& thread) {
  std::uint64_t h = (std::uint64_t{static_cast<std::uint32_t>(thread.node)} << 32) |
                    static_cast<std::uint32_t>(thread.frame);
  h += ((std::uint64_t{thread.count} << 32) | thread.state) * std::uint64_t{0x9E3779B97F4A7C15};
  h *= std::uint64_t{0xD6E8FEB86659FD93};
  return static_cast<std::size_t>(h ^ (h >> 32));
}

// The state of a string after one more byte; kDead, too, where its length forbids the byte.
StringState NextInString(const Thread& thread, const Node& node, std::uint8_t byte) {
  const auto state = static_cast<StringState>(thread.state);
  const StringState next = NextStringState(state, byte);
  if (next == StringState::kClosed) return thread.count >= node.min ? next : StringState::kDead;
  const bool full = state == StringState::kText && thread.count == node.max;
  return full ? StringState::kDead : next;
}

}  // namespace

Machine::Machine(const Rules& rules) : rules_(rules), lists_(rules), seen_(64) {}

void Machine::Release(const Mark& mark) {
  GN_DCHECK(mark.threads <= pool_.size());
  pool_.resize(mark.threads);
  frames_.Truncate(mark.frames);
  lists_.Release(mark.lists);
}

ThreadSet Machine::Start() {
  const auto begin = static_cast<std::uint32_t>(pool_.size());
  complete_ = false;
  work_.push_back({rules_.root(), kBottom});
  RunWork(begin);
  return {begin, static_cast<std::uint32_t>(pool_.size()), complete_};
}

ThreadSet Machine::Step(const ThreadSet& from, std::uint8_t byte) {
  const auto begin = static_cast<std::uint32_t>(pool_.size());
  complete_ = false;
  for (std::uint32_t i = from.begin; i < from.end; ++i) {
    const Thread thread = pool_[i];  // a copy: the pool may move
    StepThread(thread, byte);
  }
  // One thread that stays in its terminal, by far the most common step, needs no more.
  if (!work_.empty() || pool_.size() - begin > 1) RunWork(begin);
  return {begin, static_cast<std::uint32_t>(pool_.size()), complete_};
}

ThreadSet Machine::MoveDown(const ThreadSet& set, std::uint32_t begin) {
  GN_DCHECK(begin <= set.begin && set.end == pool_.size());
  std::copy(pool_.begin() + set.begin, pool_.begin() + set.end, pool_.begin() + begin);
  pool_.resize(begin + set.size());
  return {begin, begin + set.size(), set.complete};
}

void Machine::StepThread(const Thread& thread, std::uint8_t byte) {
  const Node& node = rules_.node(thread.node);
  switch (node.kind) {
    case NodeKind::kLiteral: {
      const std::string_view text = rules_.text(node);
      if (static_cast<std::uint8_t>(text[thread.state]) != byte) return;
      if (thread.state + 1 == text.size()) {
        work_.push_back({kNoNode, thread.frame});
      } else {
        pool_.push_back({thread.node, thread.state + 1, 0, thread.frame});
      }
      return;
    }
    case NodeKind::kAutomaton: {
      if (thread.count != 0) return StepKey(thread, byte);
      const ByteAutomaton& automaton = rules_.automaton();
      const ByteState next = automaton.Next(ByteState{thread.state}, byte);
      if (next == kDeadState) return;
      if (automaton.accepting(next)) work_.push_back({kNoNode, thread.frame});
      if (automaton.edges(next).empty()) return;
      pool_.push_back({thread.node, static_cast<std::uint32_t>(next), 0, thread.frame});
      return;
    }
    case NodeKind::kMembers:
      StepMembers(thread, node, byte);
      return;
    default:
      StepString(thread, node, byte);
  }
}

void Machine::StepString(const Thread& thread, const Node& node, std::uint8_t byte) {
  const StringState next = NextInString(thread, node, byte);
  if (next == StringState::kDead) return;
  if (next == StringState::kClosed) {
    work_.push_back({kNoNode, thread.frame});
    return;
  }
  const bool begins = thread.state == static_cast<std::uint32_t>(StringState::kText);
  // Without a maximum, counts beyond the minimum are all the same.
  const bool counts = node.max != kUnbounded || thread.count < node.min;
  const std::uint32_t count = begins && counts ? thread.count + 1 : thread.count;
  pool_.push_back({thread.node, static_cast<std::uint32_t>(next), count, thread.frame});
}

// Follows all that needs no byte, and keeps each thread and each way once.
void Machine::RunWork(std::uint32_t set_begin) {
  if (++stamp_ == 0) {
    std::fill(seen_.begin(), seen_.end(), Seen{});
    stamp_ = 1;
  }
  seen_count_ = 0;
  std::uint32_t kept = set_begin;
  for (std::uint32_t i = set_begin; i < pool_.size(); ++i) {
    if (FirstTime(pool_[i])) pool_[kept++] = pool_[i];
  }
  pool_.resize(kept);
  while (!work_.empty()) {
    const Work work = work_.back();
    work_.pop_back();
    if (work.node == kNoNode) {
      Leave(work.frame);
    } else {
      Enter(work.node, work.frame);
    }
  }
}

void Machine::Enter(NodeId id, FrameId frame) {
  const Node& node = rules_.node(id);
  if (frames_.Depth(frame) + node.height > kStackDepthMax) return;
  const auto children = rules_.children(node);
  switch (node.kind) {
    case NodeKind::kLiteral:
    case NodeKind::kString:
      AddThread({id, 0, 0, frame});
      return;
    case NodeKind::kAutomaton:
      AddThread({id, static_cast<std::uint32_t>(node.start), 0, frame});
      return;
    case NodeKind::kSequence:
      PushAndEnter(children[0], id, 1, frame);
      return;
    case NodeKind::kChoice:
      if (!FirstTime({id, kEntering, 0, frame})) return;
      // In reverse, so that work off the back of the list keeps the declared order.
      for (std::size_t i = children.size(); i > 0; --i) work_.push_back({children[i - 1], frame});
      return;
    case NodeKind::kRepeat:
      if (node.min == 0) work_.push_back({kNoNode, frame});
      if (node.max > 0) PushAndEnter(children[0], id, 1, frame);
      return;
    case NodeKind::kMembers:
      EnterList(id, frame);
      return;
  }
}

void Machine::Leave(FrameId id) {
  if (id == kBottom) {
    complete_ = true;
    return;
  }
  if (!FirstTime({kNoNode, kEntering, 0, id})) return;
  const Frame frame = frames_.at(id);
  const Node& node = rules_.node(frame.node);
  if (node.kind == NodeKind::kMembers) return LeaveValue(frame);
  const auto children = rules_.children(node);
  if (node.kind == NodeKind::kSequence) {
    if (frame.index + 1 == children.size()) {
      work_.push_back({children[frame.index], frame.parent});
    } else {
      PushAndEnter(children[frame.index], frame.node, frame.index + 1, frame.parent);
    }
    return;
  }
  // `index` is how often the repetition has run. Without a maximum, runs beyond the minimum (and
  // beyond the first, which is spelled otherwise) are all the same.
  if (frame.index >= node.min) work_.push_back({kNoNode, frame.parent});
  if (frame.index >= node.max) return;
  const bool same = node.max == kUnbounded && frame.index > node.min;
  PushAndEnter(children[1], frame.node, same ? frame.index : frame.index + 1, frame.parent);
}

void Machine::PushAndEnter(NodeId child, NodeId node, std::uint32_t index, FrameId frame) {
  const FrameId pushed = frames_.Push(node, index, frame);
  if (pushed != kNoFrame) work_.push_back({child, pushed});
}

void Machine::AddThread(const Thread& thread) {
  if (FirstTime(thread)) pool_.push_back(thread);
}

// Whether the key is new in this step. Beyond kStepPlacesMax keys none is: the rest is dropped.
bool Machine::FirstTime(const Thread& key) {
  if (seen_count_ >= kStepPlacesMax) return false;
  if (2 * (seen_count_ + 1) > seen_.size()) GrowSeen();
  const std::size_t mask = seen_.size() - 1;
  std::size_t slot = Hash(key) & mask;
  while (seen_[slot].stamp == stamp_) {
    if (seen_[slot].key == key) return false;
    slot = (slot + 1) & mask;
  }
  seen_[slot] = {key, stamp_};
  ++seen_count_;
  return true;
}

void Machine::GrowSeen() {
  std::vector<Seen> old = std::move(seen_);
  seen_.assign(2 * old.size(), Seen{});
  const std::size_t mask = seen_.size() - 1;
  for (const Seen& entry : old) {
    if (entry.stamp != stamp_) continue;
    std::size_t slot = Hash(entry.key) & mask;
    while (seen_[slot].stamp == stamp_) slot = (slot + 1) & mask;
    seen_[slot] = entry;
  }
}

std::bitset<256> Machine::NextBytes(const ThreadSet& set) {
  std::bitset<256> bytes;
  for (std::uint32_t i = set.begin; i < set.end; ++i) {
    const Thread thread = pool_[i];
    const Node& node = rules_.node(thread.node);
    if (node.kind == NodeKind::kLiteral) {
      bytes.set(static_cast<std::uint8_t>(rules_.text(node)[thread.state]));
    } else if (node.kind == NodeKind::kMembers) {
      AddListBytes(thread, node, bytes);
    } else if (node.kind == NodeKind::kAutomaton && thread.count != 0) {
      AddKeyBytes(thread, bytes);
    } else if (node.kind == NodeKind::kAutomaton) {
      for (const ByteEdge& edge : rules_.automaton().edges(ByteState{thread.state})) {
        for (unsigned byte = edge.low; byte <= edge.high; ++byte) bytes.set(byte);
      }
    } else {
      for (unsigned byte = 0; byte < 256; ++byte) {
        const StringState next = NextInString(thread, node, static_cast<std::uint8_t>(byte));
        if (next != StringState::kDead) bytes.set(byte);
      }
    }
  }
  return bytes;
}

ThreadSet Machine::SetOf(std::span<const Thread> threads) {
  const auto begin = static_cast<std::uint32_t>(pool_.size());
  pool_.insert(pool_.end(), threads.begin(), threads.end());
  return {begin, static_cast<std::uint32_t>(pool_.size()), false};
}

ThreadSet Machine::After(std::span<const FrameId> frames) {
  const auto begin = static_cast<std::uint32_t>(pool_.size());
  complete_ = false;
  for (const FrameId frame : frames) work_.push_back({kNoNode, frame});
  RunWork(begin);
  return {begin, static_cast<std::uint32_t>(pool_.size()), complete_};
}

}  // namespace ganglion::grammar
