// The machine inside lists of members.

#include <algorithm>

#include "ganglion/base/check.h"
#include "ganglion/grammar/machine.h"

namespace ganglion::grammar {
namespace {

// States of a thread in a list beside the nodes of its trie of keys.
constexpr std::uint32_t kOpen = 0xFFFFFFF0u;       // before the opening byte
constexpr std::uint32_t kClose = 0xFFFFFFF1u;      // behind it, where no entry need come
constexpr std::uint32_t kAfter = 0xFFFFFFF2u;      // behind an entry
constexpr std::uint32_t kSpace = 0xFFFFFFF3u;      // behind a comma
constexpr std::uint32_t kSeparator = 0xFFFF0000u;  // plus its bytes that were read

RecordId RecordOf(const Thread& thread) { return RecordId{thread.count}; }
RecordId RecordOf(const Frame& frame) { return RecordId{frame.index}; }
TextId TextOf(const Thread& thread) { return TextId{thread.count - 1}; }

Thread InList(NodeId list, std::uint32_t state, RecordId record, FrameId frame) {
  return {list, state, static_cast<std::uint32_t>(record), frame};
}

}  // namespace

void Machine::EnterList(NodeId list, FrameId frame) {
  const RecordId record = lists_.Begin(list, frames_.Depth(frame));
  if (record != kNoRecord) AddThread(InList(list, kOpen, record, frame));
}

void Machine::LeaveValue(const Frame& frame) {
  AddThread(InList(frame.node, kAfter, RecordOf(frame), frame.parent));
}

void Machine::StepMembers(const Thread& thread, const Node& node, std::uint8_t byte) {
  const MembersRule& rule = rules_.members(node);
  const RecordId record = RecordOf(thread);
  const bool closes = byte == static_cast<std::uint8_t>(rule.close);
  switch (thread.state) {
    case kOpen:
      if (byte != static_cast<std::uint8_t>(rule.open)) return;
      if (lists_.MayEnd(record)) {
        pool_.push_back(InList(thread.node, kClose, record, thread.frame));
      }
      BeginEntry(thread.node, record, thread.frame);
      return;
    case kClose:
      if (closes) work_.push_back({kNoNode, thread.frame});
      return;
    case kAfter:
      if (closes && lists_.MayEnd(record)) work_.push_back({kNoNode, thread.frame});
      if (byte != ',' || !lists_.MayGoOn(record)) return;
      if (rule.space_after_comma) {
        pool_.push_back(InList(thread.node, kSpace, record, thread.frame));
      }
      BeginEntry(thread.node, record, thread.frame);
      return;
    case kSpace:
      if (byte == ' ') BeginEntry(thread.node, record, thread.frame);
      return;
    default:
      if (thread.state >= kSeparator) {
        StepSeparator(thread, rule, byte);
      } else {
        StepSlotKey(thread, rule, byte);
      }
  }
}

void Machine::StepSeparator(const Thread& thread, const MembersRule& rule, std::uint8_t byte) {
  const std::string& separator = rule.free[lists_.kind(RecordOf(thread))].separator;
  const std::size_t at = thread.state - kSeparator;
  if (static_cast<std::uint8_t>(separator[at]) != byte) return;
  if (at + 1 == separator.size()) {
    BeginValue(thread.node, RecordOf(thread), thread.frame);
  } else {
    pool_.push_back(InList(thread.node, thread.state + 1, RecordOf(thread), thread.frame));
  }
}

void Machine::StepSlotKey(const Thread& thread, const MembersRule& rule, std::uint8_t byte) {
  for (const MembersRule::TrieNode& child : rule.children(rule.trie[thread.state])) {
    if (child.byte != byte) continue;
    const RecordId record = RecordOf(thread);
    const std::uint32_t below = child.slots_begin + (child.slot != MembersRule::kNone ? 1 : 0);
    if (lists_.MayBegin(record, below, child.slots_end)) {
      const auto at = static_cast<std::uint32_t>(&child - rule.trie.data());
      pool_.push_back(InList(thread.node, at, record, thread.frame));
    }
    if (child.slot == MembersRule::kNone || !lists_.MayBegin(record, child.slot, child.slot + 1)) {
      return;
    }
    const MembersRule::Slot& slot = rule.slots[child.slot];
    for (std::uint32_t i = slot.variants_begin; i < slot.variants_end; ++i) {
      BeginValue(thread.node, lists_.WithSlot(record, child.slot, i), thread.frame);
    }
    return;
  }
}

// All that may stand where an entry begins.
void Machine::BeginEntry(NodeId list, RecordId record, FrameId frame) {
  const MembersRule& rule = rules_.members(rules_.node(list));
  if (lists_.MayBegin(record, 0, static_cast<std::uint32_t>(rule.slots.size()))) {
    pool_.push_back(InList(list, MembersRule::kRoot, record, frame));
  }
  for (std::uint32_t kind = 0; kind < rule.free.size(); ++kind) {
    if (!lists_.MayBeginFree(record, kind)) continue;
    const FrameId pushed = frames_.Push(list, static_cast<std::uint32_t>(record), frame);
    if (pushed == kNoFrame) return;
    const NodeId key = rule.free[kind].key;
    const auto start = static_cast<std::uint32_t>(rules_.node(key).start);
    pool_.push_back({key, start, static_cast<std::uint32_t>(kEmptyText) + 1, pushed});
  }
}

void Machine::BeginValue(NodeId list, RecordId record, FrameId frame) {
  if (record == kNoRecord) return;
  const MembersRule& rule = rules_.members(rules_.node(list));
  const NodeId value = rule.variants[lists_.variant(record)].value;
  if (value == kNoNode) {
    pool_.push_back(InList(list, kAfter, record, frame));
  } else {
    PushAndEnter(value, list, static_cast<std::uint32_t>(record), frame);
  }
}

std::uint32_t Machine::KindOf(const MembersRule& rule, NodeId key) const {
  std::uint32_t kind = 0;
  while (rule.free[kind].key != key) ++kind;
  return kind;
}

Machine::KeyStep Machine::TakeInKey(const Thread& thread, std::uint8_t byte) {
  const ByteAutomaton& automaton = rules_.automaton();
  KeyStep step;
  step.state = automaton.Next(ByteState{thread.state}, byte);
  if (step.state == kDeadState) return step;
  const Frame& frame = frames_.at(thread.frame);
  const std::uint32_t kind = KindOf(rules_.members(rules_.node(frame.node)), thread.node);
  step.text = lists_.Append(TextOf(thread), byte);
  if (step.text == kNoText) return step;
  step.ends = automaton.accepting(step.state) && !lists_.IsWritten(RecordOf(frame), step.text);
  step.goes_on = !automaton.edges(step.state).empty() &&
                 !lists_.AllLongerWritten(RecordOf(frame), kind, step.text, step.state);
  return step;
}

void Machine::StepKey(const Thread& thread, std::uint8_t byte) {
  const KeyStep step = TakeInKey(thread, byte);
  if (step.ends) EndFreeKey(thread, step.text);
  if (!step.goes_on) return;
  pool_.push_back({thread.node, static_cast<std::uint32_t>(step.state),
                   static_cast<std::uint32_t>(step.text) + 1, thread.frame});
}

void Machine::EndFreeKey(const Thread& thread, TextId text) {
  const Frame frame = frames_.at(thread.frame);
  const MembersRule& rule = rules_.members(rules_.node(frame.node));
  const std::uint32_t kind = KindOf(rule, thread.node);
  const MembersRule::Free& key = rule.free[kind];
  for (std::uint32_t i = key.variants_begin; i < key.variants_end; ++i) {
    const RecordId record = lists_.WithFree(RecordOf(frame), kind, text, i);
    if (key.separator.empty()) {
      BeginValue(frame.node, record, frame.parent);
    } else if (record != kNoRecord) {
      pool_.push_back(InList(frame.node, kSeparator, record, frame.parent));
    }
  }
}

ThreadSet Machine::AfterKey(const Thread& thread) {
  const auto begin = static_cast<std::uint32_t>(pool_.size());
  complete_ = false;
  EndFreeKey(thread, kAnyText);
  RunWork(begin);
  return {begin, static_cast<std::uint32_t>(pool_.size()), complete_};
}

void Machine::WrittenRemainders(const Thread& thread, std::vector<std::string>& remainders) const {
  lists_.Remainders(RecordOf(frames_.at(thread.frame)), TextOf(thread), remainders);
}

bool Machine::MayBeUsedUp(const Thread& thread, std::span<const std::string> remainders) const {
  const ByteAutomaton& automaton = rules_.automaton();
  for (const std::string& rest : remainders) {
    ByteState state{thread.state};
    for (const char byte : rest) {
      // A way can only be used up along the texts that were written.
      if (rules_.TextsFrom(state) <= remainders.size()) return true;
      state = automaton.Next(state, static_cast<std::uint8_t>(byte));
      if (state == kDeadState) break;
    }
  }
  return false;
}

void Machine::AddListBytes(const Thread& thread, const Node& node, std::bitset<256>& bytes) {
  const MembersRule& rule = rules_.members(node);
  const RecordId record = RecordOf(thread);
  switch (thread.state) {
    case kOpen:
      bytes.set(static_cast<std::uint8_t>(rule.open));
      return;
    case kClose:
      bytes.set(static_cast<std::uint8_t>(rule.close));
      return;
    case kAfter:
      if (lists_.MayEnd(record)) bytes.set(static_cast<std::uint8_t>(rule.close));
      if (lists_.MayGoOn(record)) bytes.set(',');
      return;
    case kSpace:
      bytes.set(' ');
      return;
    default:
      break;
  }
  if (thread.state >= kSeparator) {
    const std::string& separator = rule.free[lists_.kind(record)].separator;
    bytes.set(static_cast<std::uint8_t>(separator[thread.state - kSeparator]));
    return;
  }
  for (const MembersRule::TrieNode& child : rule.children(rule.trie[thread.state])) {
    if (lists_.MayBegin(record, child.slots_begin, child.slots_end)) bytes.set(child.byte);
  }
}

void Machine::AddKeyBytes(const Thread& thread, std::bitset<256>& bytes) {
  std::bitset<256> taken;
  for (const ByteEdge& edge : rules_.automaton().edges(ByteState{thread.state})) {
    for (unsigned byte = edge.low; byte <= edge.high; ++byte) taken.set(byte);
  }
  // Only the next bytes of written texts may lead nowhere.
  WrittenRemainders(thread, remainders_);
  for (const std::string& rest : remainders_) {
    if (rest.empty()) continue;
    const auto byte = static_cast<std::uint8_t>(rest[0]);
    const KeyStep step = TakeInKey(thread, byte);
    if (!step.ends && !step.goes_on) taken.reset(byte);
  }
  bytes |= taken;
}

}  // namespace ganglion::grammar
