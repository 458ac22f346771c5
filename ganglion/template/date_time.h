#pragma once

#include <string>
#include <string_view>

#include "ganglion/base/status.h"

namespace ganglion::jinja {

// A point of local time, as a template may print it. Injected: rendering reads no clock.
struct DateTime {
  int year = 1970;
  int month = 1;  // 1 to 12
  int day = 1;    // 1 to 31
  int hour = 0;
  int minute = 0;
  int second = 0;

  bool IsValid() const;
  int Weekday() const;    // 0 is Sunday
  int DayOfYear() const;  // 1 is the first of January
};

// strftime() with English names, whatever the locale. Knows %a %A %b %B %d %e %H %I %j %m %M %p %S
// %w %y %Y %F %T %D %n %t %%, and glibc's %-d, which drops the padding.
Result<std::string> FormatTime(const DateTime& time, std::string_view format);

}  // namespace ganglion::jinja
