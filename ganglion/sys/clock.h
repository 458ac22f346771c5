#pragma once

#include "ganglion/base/time.h"

namespace ganglion::sys {

// Nanoseconds since some moment before the process began. Never goes back. Any thread.
TimeNs MonotonicNow();

}  // namespace ganglion::sys
