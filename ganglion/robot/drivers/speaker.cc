#include "ganglion/robot/drivers/speaker.h"

#include <string>

#include "ganglion/robot/world/limits.h"

namespace ganglion::robot {

Status CheckSpeech(std::string_view text) {
  std::size_t chars = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      return Status(Code::kInvalidArgument, "speech: control characters are not allowed");
    }
    if ((byte & 0xC0) != 0x80) ++chars;
  }
  if (chars == 0 || chars > kTextCharsMax) {
    return Status(Code::kInvalidArgument,
                  "speech: needs 1 to " + std::to_string(kTextCharsMax) + " characters");
  }
  return {};
}

}  // namespace ganglion::robot
