#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "ganglion/tokenizer/flat_map.h"

namespace ganglion::tokenizer {

// A prefix tree over bytes that gives a number to each text in it. Filled once, then read from any
// thread.
class ByteTrie {
 public:
  static constexpr std::int32_t kNone = -1;
  static constexpr std::int32_t kRoot = 0;

  struct Node {
    std::int32_t parent = kNone;
    std::int32_t value = kNone;
    std::uint32_t depth = 0;
    std::uint8_t byte = 0;  // on the edge from the parent
  };

  ByteTrie();

  // Returns the node of the text. A text that is there keeps its value. `value` >= 0.
  std::int32_t Insert(std::string_view text, std::int32_t value);

  std::int32_t Child(std::int32_t node, char byte) const {
    const auto index = static_cast<std::uint8_t>(byte);
    if (node == kRoot) return first_[index];
    const std::int32_t* child = edges_.Find(Key(node, index));
    return child != nullptr ? *child : kNone;
  }

  const Node& node(std::int32_t index) const { return nodes_[static_cast<std::size_t>(index)]; }
  std::size_t size() const { return nodes_.size(); }

  struct Match {
    std::int32_t value = kNone;
    std::size_t bytes = 0;
  };
  // The longest text in the tree that `text` begins with.
  Match Longest(std::string_view text) const;

 private:
  static std::uint64_t Key(std::int32_t node, std::uint8_t byte) {
    return static_cast<std::uint64_t>(node) << 8 | byte;
  }

  std::vector<Node> nodes_;
  std::vector<std::int32_t> first_;  // children of the root, where most walks end
  FlatMap<std::int32_t> edges_;
};

}  // namespace ganglion::tokenizer
