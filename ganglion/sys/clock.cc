#include "ganglion/sys/clock.h"

#include <chrono>

namespace ganglion::sys {

TimeNs MonotonicNow() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

}  // namespace ganglion::sys
