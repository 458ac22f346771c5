#include "ganglion/tokenizer/byte_trie.h"

namespace ganglion::tokenizer {

ByteTrie::ByteTrie() : nodes_(1), first_(256, kNone) {}

std::int32_t ByteTrie::Insert(std::string_view text, std::int32_t value) {
  std::int32_t at = kRoot;
  for (const char character : text) {
    std::int32_t child = Child(at, character);
    if (child == kNone) {
      child = static_cast<std::int32_t>(nodes_.size());
      const auto byte = static_cast<std::uint8_t>(character);
      nodes_.push_back({.parent = at, .value = kNone, .depth = node(at).depth + 1, .byte = byte});
      if (at == kRoot) {
        first_[byte] = child;
      } else {
        edges_.Add(Key(at, byte), child);
      }
    }
    at = child;
  }
  Node& last = nodes_[static_cast<std::size_t>(at)];
  if (last.value == kNone) last.value = value;
  return at;
}

ByteTrie::Match ByteTrie::Longest(std::string_view text) const {
  Match match;
  std::int32_t at = kRoot;
  for (std::size_t i = 0; i < text.size(); ++i) {
    at = Child(at, text[i]);
    if (at == kNone) break;
    if (node(at).value != kNone) match = {node(at).value, i + 1};
  }
  return match;
}

}  // namespace ganglion::tokenizer
