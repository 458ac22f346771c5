#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ganglion/grammar/members.h"

namespace ganglion::grammar {

inline constexpr int kObligationBitsMax = 6;

// A list of entries as a run needs it (members.h says what it means): the keys of its slots as one
// trie, so that a thousand of them cost one thread, and slots of one kind counted together.
//
// Slots are numbered by their keys in byte order, so that those below a node of the trie are a
// range. Immutable once its rules are finished.
class MembersRule {
 public:
  static constexpr std::uint32_t kNone = 0xFFFFFFFFu;
  static constexpr std::uint32_t kRoot = 0;  // of the trie

  struct Variant {
    std::uint64_t fulfils;
    NodeId value;
    std::uint32_t height;  // of the value: frames that it needs
  };
  // What tells slots apart for whoever asks if the list can end.
  struct Profile {
    bool required;
    std::uint32_t variants_begin;
    std::uint32_t variants_end;
  };
  struct Slot {
    std::uint32_t declared;  // its place in the declared order
    std::uint32_t profile;
    std::uint32_t variants_begin;
    std::uint32_t variants_end;
    bool required;
  };
  struct Free {
    NodeId key;
    std::string separator;
    std::uint32_t variants_begin;
    std::uint32_t variants_end;
    std::uint32_t texts;  // that the key has; kUnbounded where they are many
  };
  struct TrieNode {
    std::uint8_t byte = 0;
    std::uint32_t children_begin = 0;
    std::uint32_t children_end = 0;
    std::uint32_t slots_begin = 0;  // the slots at and below this node
    std::uint32_t slots_end = 0;
    std::uint32_t slot = kNone;  // whose key ends here
  };

  // Places of a list with some entries written: what may still come.
  struct Left {
    std::vector<std::uint32_t> slots;  // of each profile
    std::vector<std::uint32_t> free;   // of each kind
    std::uint32_t count = 0;           // entries written
    std::uint64_t met = 0;
    std::uint32_t room = 0;  // frames for values
  };

  explicit MembersRule(const Members& members);

  // Whether a list with `left` can end. Exact.
  bool CanEnd(const Left& left) const;
  // Whether one can with values that need no more than `room` frames.
  bool HasWay(std::uint32_t room) const;

  // Groups the slots by what they allow; after all heights are known.
  void MakeProfiles();

  std::span<const TrieNode> children(const TrieNode& node) const {
    return std::span(trie).subspan(node.children_begin, node.children_end - node.children_begin);
  }

  char open;
  char close;
  bool space_after_comma;
  bool ordered;
  std::uint32_t min;
  std::uint32_t max;
  std::uint64_t obligations;
  std::uint32_t required_count = 0;
  std::vector<Slot> slots;              // by key
  std::vector<std::uint32_t> declared;  // the slot at each declared place
  std::vector<Free> free;
  std::vector<Variant> variants;
  std::vector<Profile> profiles;
  std::vector<TrieNode> trie;
  std::uint32_t height_max = 0;  // of any variant that has a finite way

 private:
  void BuildTrie(const std::vector<std::string>& keys);
  std::uint32_t LeastEntries(const Left& left) const;
};

}  // namespace ganglion::grammar
