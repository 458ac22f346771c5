#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ganglion/grammar/node.h"

namespace ganglion::grammar {

// A list of entries of which each stands at most once: the members of an object, told apart by
// their names, or the items of an array that must differ, told apart by their text.
//
//   open [entry {"," entry}] close        entry := key [value]
//
// A key is fixed bytes (a slot) or text of an automaton (a free key). No two keys of one list are
// the same bytes: the machine keeps what was written.
struct Members {
  // What may follow the key of an entry. Several variants are tried side by side.
  struct Variant {
    std::uint64_t fulfils = 0;  // bits of the obligations that an entry of this variant meets
    NodeId value = kNoNode;     // kNoNode: nothing follows
  };
  struct Slot {
    std::string key;  // its bytes, without a comma: "\"name\":", or an item such as "17"
    bool required = false;
    std::vector<Variant> variants = {};
  };
  // Free keys of one kind. No text of `key` is a slot's key or the beginning of one (the quotes see
  // to that), and no text is of two kinds.
  struct Free {
    NodeId key = kNoNode;   // a kAutomaton node: "\"...\"" or an item
    std::string separator;  // between key and value: ":"
    std::vector<Variant> variants = {};
  };

  char open = '{';
  char close = '}';
  bool space_after_comma = false;  // one space may follow a comma
  // Slots in their declared order, and free entries behind the last of them; else in any order.
  bool ordered = true;
  std::vector<Slot> slots = {};
  std::vector<Free> free = {};
  std::uint32_t min = 0;  // entries
  std::uint32_t max = kUnbounded;
  std::uint64_t obligations = 0;  // bits that some entry has to meet before the end
};

}  // namespace ganglion::grammar
