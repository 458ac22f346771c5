#pragma once

#include <bitset>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ganglion/grammar/frame_stack.h"
#include "ganglion/grammar/json_string.h"
#include "ganglion/grammar/member_lists.h"
#include "ganglion/grammar/rules.h"

namespace ganglion::grammar {

// One place in the rules where the text may be: inside the terminal `node`, which is `state` far
// (bytes of a literal, a ByteState, a StringState) after `count` code points; `frame` says what
// follows it. Inside a list of members, `state` is a node of its trie of keys or says where between
// entries it is, and `count` the record of what was written; inside a free key of one, `count` is
// its text, plus one, and `frame` has the record.
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
    MemberLists::Mark lists;
  };
  Mark mark() const {
    return {static_cast<std::uint32_t>(pool_.size()), frames_.size(), lists_.mark()};
  }
  void Release(const Mark& mark);

  // Makes the set of the empty text, on top of the pool.
  ThreadSet Start();
  // Makes the set after one more byte, on top of the pool.
  ThreadSet Step(const ThreadSet& from, std::uint8_t byte);
  // Moves `set`, which is on top, down to thread `begin`, dropping what lay between.
  ThreadSet MoveDown(const ThreadSet& set, std::uint32_t begin);

  // The bytes by which Step leads to a set that is not dead.
  std::bitset<256> NextBytes(const ThreadSet& set);

  // Valid until the machine changes.
  std::span<const Thread> threads(const ThreadSet& set) const {
    return std::span(pool_).subspan(set.begin, set.size());
  }
  // Make sets on top of the pool: of these threads; of what follows terminals that lie at `frames`.
  ThreadSet SetOf(std::span<const Thread> threads);
  ThreadSet After(std::span<const FrameId> frames);

  // Of a thread inside a free key of a list (`count` is not 0 in an automaton).
  // What follows the key, whatever its text; clear the flag before, and see it after a use.
  ThreadSet AfterKey(const Thread& thread);
  bool& met_any_text() { return lists_.met_any_text; }
  // The texts of that list's keys that would go on after what the thread has read.
  void WrittenRemainders(const Thread& thread, std::vector<std::string>& remainders) const;
  // Whether those could take all ways from a place that the thread may reach.
  bool MayBeUsedUp(const Thread& thread, std::span<const std::string> remainders) const;

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

  // Lists of members (machine_lists.cc).
  struct KeyStep {  // what a byte does in a free key
    ByteState state = kDeadState;
    TextId text = kNoText;
    bool ends = false;
    bool goes_on = false;
  };
  void EnterList(NodeId list, FrameId frame);
  void LeaveValue(const Frame& frame);
  void StepMembers(const Thread& thread, const Node& node, std::uint8_t byte);
  void StepSeparator(const Thread& thread, const MembersRule& rule, std::uint8_t byte);
  void StepSlotKey(const Thread& thread, const MembersRule& rule, std::uint8_t byte);
  void BeginEntry(NodeId list, RecordId record, FrameId frame);
  void BeginValue(NodeId list, RecordId record, FrameId frame);
  std::uint32_t KindOf(const MembersRule& rule, NodeId key) const;
  KeyStep TakeInKey(const Thread& thread, std::uint8_t byte);
  void StepKey(const Thread& thread, std::uint8_t byte);
  void EndFreeKey(const Thread& thread, TextId text);
  void AddListBytes(const Thread& thread, const Node& node, std::bitset<256>& bytes);
  void AddKeyBytes(const Thread& thread, std::bitset<256>& bytes);

  const Rules& rules_;
  FrameStack frames_;
  MemberLists lists_;
  std::vector<Thread> pool_;

  // Scratch of one step.
  std::vector<Work> work_;
  bool complete_ = false;
  std::vector<Seen> seen_;  // open addressing; an entry counts if its stamp is the newest
  std::uint32_t stamp_ = 0;
  std::size_t seen_count_ = 0;
  std::vector<std::string> remainders_;
};

}  // namespace ganglion::grammar
