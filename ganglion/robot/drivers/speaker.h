#pragma once

#include <string_view>

#include "ganglion/base/status.h"

namespace ganglion::robot {

// Speaks text, or shows it where there is no voice. Thread: one at a time, never the control
// loop's.
class Speaker {
 public:
  Speaker() = default;
  Speaker(const Speaker&) = delete;
  Speaker& operator=(const Speaker&) = delete;
  virtual ~Speaker() = default;

  // Queues `text` (UTF-8, at most 200 characters, no control characters; refused otherwise) and
  // returns at once.
  virtual Status Say(std::string_view text) = 0;
};

// What every Say() checks first.
Status CheckSpeech(std::string_view text);

}  // namespace ganglion::robot
