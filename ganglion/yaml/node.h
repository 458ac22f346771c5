#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ganglion/base/status.h"

namespace ganglion::yaml {

// One value of a YAML text, with the line where it stands. Keys stay in their order, and those that
// stand twice stay twice: whether that is an error is for the reader to say.
struct Node {
  enum class Kind : std::uint8_t { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  int line = 0;           // from 1
  std::string text = {};  // of a scalar
  std::vector<Node> items = {};
  std::vector<std::pair<Node, Node>> entries = {};

  // The value of the first such key; null where there is none.
  const Node* Find(std::string_view key) const;
};

// Reads a text of one document. Anchors, aliases and tags are refused: a small file can stand for a
// very large one through them, and what is read by hand does not need them. The only function that
// knows yaml-cpp; its exceptions end in it.
Result<Node> Parse(std::string_view text);
// The same of a file of at most `bytes_max`. The errors begin with its path.
Result<Node> ParseFile(const std::string& path, std::size_t bytes_max);

}  // namespace ganglion::yaml
