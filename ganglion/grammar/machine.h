#pragma once

#include <bitset>
#include <cstdint>
#include <span>
#include <vector>

#include "ganglion/grammar/frame_stack.h"
#include "ganglion/grammar/json_string.h"
#include "ganglion/grammar/rules.h"

namespace ganglion::grammar {

// One place in the rules where the text may be: inside the terminal `node`, which is `state` far
// (bytes of a literal, a ByteState, a StringState) after `count` code points; `frame` says what
// follows it.
struct Thread {
  NodeId node;
  std::uint32_t state;
  std::uint32_t count;
  FrameId frame;
  bool operator==(const Thread&) const = default;
};

// All places where the text may be: threads [begin, end) of the machine's pool.
struct ThreadSet {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool complete = false;  // the text may end here

  std::uint32_t size() const { return end - begin; }
  bool dead() const { return begin == end && !complete; }
};

// Runs rules over bytes: a push-down automaton whose states are made when they are needed. A state
// is a set of threads. Counters (length of a string, items of an array) are numbers in a thread or
// a frame, never copies of states, so that maxLength 200 costs what maxLength 2 does.
//
// The pool and the frames are stacks: the newest sets lie on top and are dropped from the top. A
// step by a byte costs some nanoseconds, so states are not cached.
//
// Thread: its owner's. Memory: as Matcher says.
class Machine {
 public:
  explicit Machine(const Rules& rules);

  // What the pool and frames hold, to return to.
  struct Mark {
    std::uint32_t threads = 0;
    std::uint32_t frames = 0;
  };
  Mark mark() const { return {static_cast<std::uint32_t>(pool_.size()), frames_.size()}; }
  void Release(const Mark& mark);

  // Makes the set of the empty text, on top of the pool.
  ThreadSet Start();
  // Makes the set after one more byte, on top of the pool.
  ThreadSet Step(const ThreadSet& from, std::uint8_t byte);
  // Moves `set`, which is on top, down to thread `begin`, dropping what lay between.
  ThreadSet MoveDown(const ThreadSet& set, std::uint32_t begin);

  // The bytes by which Step leads to a set that is not dead.
  std::bitset<256> NextBytes(const ThreadSet& set) const;

  // Valid until the machine changes.
  std::span<const Thread> threads(const ThreadSet& set) const {
    return std::span(pool_).subspan(set.begin, set.size());
  }
  // Make sets on top of the pool: of these threads; of what follows terminals that lie at `frames`.
  ThreadSet SetOf(std::span<const Thread> threads);
  ThreadSet After(std::span<const FrameId> frames);

 private:
  struct Work {
    NodeId node;  // to enter, or kNoNode to go on with what follows `frame`
    FrameId frame;
  };
  struct Seen {
    Thread key;
    std::uint32_t stamp = 0;
  };

  void StepThread(const Thread& thread, std::uint8_t byte);
  void StepString(const Thread& thread, const Node& node, std::uint8_t byte);
  void RunWork(std::uint32_t set_begin);
  void Enter(NodeId id, FrameId frame);
  void Leave(FrameId frame);
  void PushAndEnter(NodeId child, NodeId node, std::uint32_t index, FrameId frame);
  void AddThread(const Thread& thread);
  bool FirstTime(const Thread& key);
  void GrowSeen();

  const Rules& rules_;
  FrameStack frames_;
  std::vector<Thread> pool_;

  // Scratch of one step.
  std::vector<Work> work_;
  bool complete_ = false;
  std::vector<Seen> seen_;  // open addressing; an entry counts if its stamp is the newest
  std::uint32_t stamp_ = 0;
  std::size_t seen_count_ = 0;
};

}  // namespace ganglion::grammar
