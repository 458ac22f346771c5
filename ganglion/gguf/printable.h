#pragma once

#include <string>
#include <string_view>

namespace ganglion::gguf {

// A text of a file as a message may show it: names go to terminals and logs. At most 80 bytes, and
// no control characters.
std::string Printable(std::string_view text);

}  // namespace ganglion::gguf
