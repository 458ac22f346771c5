#include "ganglion/gguf/printable.h"

namespace ganglion::gguf {

std::string Printable(std::string_view text) {
  std::string out(text.substr(0, 80));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return out;
}

}  // namespace ganglion::gguf
