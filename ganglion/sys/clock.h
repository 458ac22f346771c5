#pragma once

#include "ganglion/base/time.h"

namespace ganglion::sys {

// Nanoseconds since some moment before the process began. Never goes back. Any thread.
TimeNs MonotonicNow();

// Nanoseconds since 1970. Goes as people set it; for comparing with the times of files only.
TimeNs WallNow();

// The date and time that people here would say it is.
struct LocalTime {
  int year = 1970;
  int month = 1;  // 1 to 12
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
};
LocalTime LocalTimeNow();

}  // namespace ganglion::sys
