#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ganglion/grammar/machine.h"
#include "ganglion/grammar/mask_cache.h"
#include "ganglion/grammar/rules.h"
#include "ganglion/grammar/token_index.h"

namespace ganglion::grammar {

// Computes masks: which tokens lead from a set of threads to one that is not dead. A token is
// allowed if one thread can take it, so the mask is the union of those of the threads.
//
//   - Threads inside strings and automata use what is ready for their states. Only tokens that
//     leave the terminal are walked, from what follows it, and only those whose next byte can.
//   - Threads inside free keys of lists do so, too, without the tokens that write a key again.
//   - The other threads are stepped through the trie together, by the bytes that they can take.
//
// Thread: its owner's. Memory: scratch, kept for reuse.
class MaskFiller {
 public:
  MaskFiller(const Rules& rules, const TokenIndex& index) : rules_(rules), index_(index) {}

  // Adds to `bits`, which has exactly the words of the vocabulary. Leaves `machine` as it was.
  // False if the work of one mask, see kMaskWork, was not enough: then `bits` allows less.
  bool Fill(Machine& machine, MaskCache& cache, const ThreadSet& set,
            std::span<std::uint32_t> bits);

 private:
  // Threads that differ at most in what follows them.
  struct Group {
    NodeKind kind;
    std::uint32_t state;
    std::uint32_t needs;  // code points that a string still lacks
    std::uint32_t room;   // code points that it may still begin
    FrameId frame;
    auto operator<=>(const Group&) const = default;
    bool SameButFrame(const Group& other) const {
      return kind == other.kind && state == other.state && needs == other.needs &&
             room == other.room;
    }
  };
  struct Level {  // the state at one depth of a walk
    ThreadSet set;
    Machine::Mark mark;
    std::uint32_t next;  // child to look at
    std::uint32_t end;
    bool sieve;              // whether `bytes` is made
    std::bitset<256> bytes;  // that the set can take
  };

  void Classify(const Machine& machine, const ThreadSet& set);
  void FillString(const Group& group, const ThreadSet& after);
  void FillAutomaton(const Group& group, const ThreadSet& after);
  const StateMask& MaskOf(ByteState state, std::unique_ptr<const StateMask>& unkept);
  void FillKey(const Thread& key);
  void AddAllBut(const TokenSet& tokens, std::span<const std::uint32_t> nodes);
  void WalkBelow(std::uint32_t node, const ThreadSet& start);
  void OpenLevel(std::size_t depth, std::uint32_t node, const ThreadSet& set);
  bool Spend(std::size_t steps);
  template <typename Exit, typename Fits>
  void WalkExits(std::span<const Exit> exits, const ThreadSet& after, const Fits& fits);

  const Rules& rules_;
  const TokenIndex& index_;
  // Of one call of Fill.
  Machine* machine_ = nullptr;
  MaskCache* cache_ = nullptr;
  std::span<std::uint32_t> bits_;
  std::size_t work_left_ = 0;
  bool cut_ = false;
  // Scratch.
  std::vector<Group> groups_;
  std::vector<Thread> keys_;  // in free keys of lists
  std::vector<Thread> others_;
  std::vector<std::string> remainders_;
  std::vector<std::uint32_t> written_;  // nodes of the trie
  std::vector<bool> were_set_;
  std::vector<FrameId> frames_;
  std::vector<Level> levels_;
};

}  // namespace ganglion::grammar
