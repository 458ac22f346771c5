#include "ganglion/grammar/mask_filler.h"

#include <algorithm>

#include "ganglion/grammar/limits.h"

namespace ganglion::grammar {
namespace {

// A step by one byte costs about as much as finding all bytes of a set, so few children are tried.
constexpr std::uint32_t kTriedChildren = 2;

}  // namespace

bool MaskFiller::Spend(std::size_t steps) {
  if (steps > work_left_) {
    cut_ = true;
    work_left_ = 0;
    return false;
  }
  work_left_ -= steps;
  return true;
}

bool MaskFiller::Fill(Machine& machine, MaskCache& cache, const ThreadSet& set,
                      std::span<std::uint32_t> bits) {
  machine_ = &machine;
  cache_ = &cache;
  bits_ = bits;
  work_left_ = kMaskWork;
  cut_ = false;
  const Machine::Mark mark = machine.mark();
  Classify(machine, set);
  for (std::size_t i = 0; i < groups_.size() && Spend(1);) {
    const Group group = groups_[i];
    frames_.clear();
    for (; i < groups_.size() && groups_[i].SameButFrame(group); ++i) {
      frames_.push_back(groups_[i].frame);
    }
    const ThreadSet after = machine.After(frames_);
    if (group.kind == NodeKind::kString) {
      FillString(group, after);
    } else {
      FillAutomaton(group, after);
    }
    machine.Release(mark);
  }
  for (const Thread& key : keys_) {
    if (!Spend(1)) break;
    FillKey(key);
    machine.Release(mark);
  }
  if (!others_.empty()) WalkBelow(TokenTrie::kRoot, machine.SetOf(others_));
  machine.Release(mark);
  return !cut_;
}

void MaskFiller::Classify(const Machine& machine, const ThreadSet& set) {
  groups_.clear();
  keys_.clear();
  others_.clear();
  for (const Thread& thread : machine.threads(set)) {
    const Node& node = rules_.node(thread.node);
    if (node.kind == NodeKind::kAutomaton && thread.count != 0) {
      keys_.push_back(thread);
    } else if (node.kind == NodeKind::kAutomaton) {
      groups_.push_back({node.kind, thread.state, 0, 0, thread.frame});
    } else if (node.kind == NodeKind::kString) {
      const std::uint32_t needs = node.min > thread.count ? node.min - thread.count : 0;
      const std::uint32_t room = node.max == kUnbounded ? kUnbounded : node.max - thread.count;
      groups_.push_back({node.kind, thread.state, needs, room, thread.frame});
    } else {
      others_.push_back(thread);
    }
  }
  std::sort(groups_.begin(), groups_.end());
}

void MaskFiller::FillString(const Group& group, const ThreadSet& after) {
  const StringTokens& tokens = index_.in_string(static_cast<StringState>(group.state));
  tokens.AddInside(group.room, bits_);
  if (after.dead()) return;
  for (const StringTokens::Ending& ending : tokens.endings()) {
    if (ending.code_points > group.room) break;
    if (ending.code_points >= group.needs) SetBit(bits_, ending.token);
  }
  WalkExits(tokens.exits(), after, [&](const StringTokens::Exit& exit) {
    return exit.code_points >= group.needs && exit.code_points <= group.room;
  });
}

const StateMask& MaskFiller::MaskOf(ByteState state, std::unique_ptr<const StateMask>& unkept) {
  const StateMask* mask = cache_->Find(state);
  if (mask == nullptr) {
    mask = cache_->Make(state, unkept);
    // Spent after it is made, so that the next mask finds it and every mask makes progress.
    Spend(mask->work / 8);
  }
  return *mask;
}

void MaskFiller::FillAutomaton(const Group& group, const ThreadSet& after) {
  std::unique_ptr<const StateMask> unkept;
  const StateMask& mask = MaskOf(ByteState{group.state}, unkept);
  mask.inside.AddTo(bits_);
  if (after.dead()) return;
  mask.ending.AddTo(bits_);
  WalkExits(std::span<const StateMask::Exit>(mask.exits), after,
            [](const StateMask::Exit&) { return true; });
}

// As an automaton, but for the keys that were written and would be written again. What follows the
// key is walked without its text; in the rare case that this text matters (a token that holds a
// whole entry and the next key), the thread is walked alone.
void MaskFiller::FillKey(const Thread& key) {
  machine_->WrittenRemainders(key, remainders_);
  if (machine_->MayBeUsedUp(key, remainders_)) {
    others_.push_back(key);
    return;
  }
  written_.clear();
  for (const std::string& rest : remainders_) {
    if (const auto node = index_.trie().Find(rest)) written_.push_back(*node);
  }
  std::unique_ptr<const StateMask> unkept;
  const StateMask& mask = MaskOf(ByteState{key.state}, unkept);
  mask.inside.AddTo(bits_);
  const ThreadSet after = machine_->AfterKey(key);
  if (after.dead()) return;
  AddAllBut(mask.ending, written_);
  machine_->met_any_text() = false;
  WalkExits(std::span<const StateMask::Exit>(mask.exits), after, [&](const StateMask::Exit& exit) {
    return std::none_of(written_.begin(), written_.end(), [&](std::uint32_t id) {
      const TokenTrie::Node& node = index_.trie().node(id);
      return exit.node - node.children_begin < node.child_count;
    });
  });
  if (machine_->met_any_text()) others_.push_back(key);
}

// Adds the tokens but those that end at the nodes.
void MaskFiller::AddAllBut(const TokenSet& tokens, std::span<const std::uint32_t> nodes) {
  const auto for_each = [&](const auto& visit) {
    for (const std::uint32_t node : nodes) {
      for (const TokenId token : index_.trie().TokensAt(node)) {
        const auto i = static_cast<std::size_t>(token);
        visit(bits_[i / 32], std::uint32_t{1} << (i % 32));
      }
    }
  };
  were_set_.clear();
  for_each([&](std::uint32_t& word, std::uint32_t bit) { were_set_.push_back((word & bit) != 0); });
  tokens.AddTo(bits_);
  std::size_t next = 0;
  for_each([&](std::uint32_t& word, std::uint32_t bit) {
    if (!were_set_[next++]) word &= ~bit;
  });
}

// Each exit is a node whose byte is the next one from `after`, and they are sorted by it.
template <typename Exit, typename Fits>
void MaskFiller::WalkExits(std::span<const Exit> exits, const ThreadSet& after, const Fits& fits) {
  if (after.size() == 0) return;
  const std::bitset<256> bytes = machine_->NextBytes(after);
  const Machine::Mark mark = machine_->mark();
  for (std::size_t i = 0; i < exits.size();) {
    const std::uint8_t byte = exits[i].byte;
    const auto later =
        std::upper_bound(exits.begin() + static_cast<std::ptrdiff_t>(i), exits.end(), byte,
                         [](std::uint8_t value, const Exit& exit) { return value < exit.byte; });
    const auto end = static_cast<std::size_t>(later - exits.begin());
    if (bytes[byte]) {
      const ThreadSet next = machine_->Step(after, byte);
      if (!Spend(1 + after.size() + next.size())) return;
      for (; i < end && !next.dead(); ++i) {
        if (!fits(exits[i])) continue;
        SetBits(bits_, index_.trie().TokensAt(exits[i].node));
        WalkBelow(exits[i].node, next);
        if (cut_) return;
      }
      machine_->Release(mark);
    }
    i = end;
  }
}

void MaskFiller::OpenLevel(std::size_t depth, std::uint32_t node, const ThreadSet& set) {
  if (levels_.size() <= depth) levels_.resize(depth + 1);
  Level& level = levels_[depth];
  const TokenTrie::Node& parent = index_.trie().node(node);
  level.set = set;
  level.mark = machine_->mark();
  level.next = parent.children_begin;
  level.end = parent.children_begin + parent.child_count;
  level.sieve = parent.child_count > kTriedChildren;
  if (level.sieve) level.bytes = machine_->NextBytes(set);
}

// Sets the bits of the tokens below `node` that lead from `start` to a set that is not dead.
void MaskFiller::WalkBelow(std::uint32_t node, const ThreadSet& start) {
  const TokenTrie& trie = index_.trie();
  if (trie.node(node).child_count == 0 || start.size() == 0) return;
  OpenLevel(0, node, start);
  for (std::size_t depth = 0;;) {
    Level& level = levels_[depth];
    machine_->Release(level.mark);
    if (level.next == level.end) {
      if (depth == 0) return;
      --depth;
      continue;
    }
    const std::uint32_t child = level.next++;
    const std::uint8_t byte = trie.node(child).byte;
    if (level.sieve && !level.bytes[byte]) continue;
    const ThreadSet set = machine_->Step(level.set, byte);
    if (!Spend(1 + level.set.size() + set.size())) break;
    if (set.dead()) continue;
    SetBits(bits_, trie.TokensAt(child));
    if (trie.node(child).child_count > 0 && set.size() > 0) OpenLevel(++depth, child, set);
  }
  machine_->Release(levels_[0].mark);
}

}  // namespace ganglion::grammar
