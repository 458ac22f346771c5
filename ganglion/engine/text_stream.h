#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ganglion::engine {

// Cuts the bytes of an answer into pieces of whole UTF-8 characters, and ends the text before the
// stop string that is whole first. What could still become a stop string is held back. Bytes that
// are no UTF-8 become U+FFFD, one for each.
//
// Thread: its owner's. Memory: allocates in Start(), and to pass its own high-water mark.
class TextStream {
 public:
  // The stop strings are not empty.
  void Start(std::vector<std::string> stops);

  // Takes the bytes of a token. Gives what may be shown now; lies in the stream until the next
  // call.
  std::string_view Append(std::string_view bytes);
  // The answer ends: gives the rest.
  std::string_view Finish();

  bool stopped() const { return stopped_; }

 private:
  void Decode(bool is_end);

  std::vector<std::string> stops_;
  std::string raw_;    // the beginning of a character
  std::string held_;   // valid text that could be the beginning of a stop string
  std::string ready_;  // what the last call gave
  bool stopped_ = false;
};

}  // namespace ganglion::engine
