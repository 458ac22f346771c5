#include "ganglion/template/date_time.h"

#include <optional>

namespace ganglion::jinja {
namespace {

constexpr std::string_view kDays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                      "Thursday", "Friday", "Saturday"};
constexpr std::string_view kMonths[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};

bool IsLeap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int DaysIn(int year, int month) {
  constexpr int kDaysIn[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeap(year) ? 29 : kDaysIn[month - 1];
}

std::string Padded(int number, int width, char fill) {
  const std::string text = std::to_string(number);
  const auto size = static_cast<std::size_t>(width);
  return text.size() < size ? std::string(size - text.size(), fill) + text : text;
}

struct Field {
  int number;
  int width;
  char fill = '0';
};

std::optional<Field> NumberField(const DateTime& time, char code) {
  switch (code) {
    case 'd':
      return Field{time.day, 2};
    case 'e':
      return Field{time.day, 2, ' '};
    case 'H':
      return Field{time.hour, 2};
    case 'I':
      return Field{(time.hour + 11) % 12 + 1, 2};
    case 'j':
      return Field{time.DayOfYear(), 3};
    case 'm':
      return Field{time.month, 2};
    case 'M':
      return Field{time.minute, 2};
    case 'S':
      return Field{time.second, 2};
    case 'w':
      return Field{time.Weekday(), 1};
    case 'y':
      return Field{time.year % 100, 2};
    case 'Y':
      return Field{time.year, 4};
    default:
      return std::nullopt;
  }
}

std::optional<std::string> TextField(const DateTime& time, char code) {
  const std::string_view day = kDays[time.Weekday()];
  const std::string_view month = kMonths[time.month - 1];
  const auto number = [&](char c) {
    const Field field = *NumberField(time, c);
    return Padded(field.number, field.width, field.fill);
  };
  switch (code) {
    case 'a':
      return std::string(day.substr(0, 3));
    case 'A':
      return std::string(day);
    case 'b':
    case 'h':
      return std::string(month.substr(0, 3));
    case 'B':
      return std::string(month);
    case 'p':
      return time.hour < 12 ? "AM" : "PM";
    case 'F':
      return number('Y') + "-" + number('m') + "-" + number('d');
    case 'D':
      return number('m') + "/" + number('d') + "/" + number('y');
    case 'T':
      return number('H') + ":" + number('M') + ":" + number('S');
    case 'n':
      return "\n";
    case 't':
      return "\t";
    case '%':
      return "%";
    default:
      return std::nullopt;
  }
}

}  // namespace

bool DateTime::IsValid() const {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
         day <= DaysIn(year, month) && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 &&
         second >= 0 && second <= 60;
}

int DateTime::DayOfYear() const {
  int days = day;
  for (int m = 1; m < month; ++m) days += DaysIn(year, m);
  return days;
}

int DateTime::Weekday() const {
  const int past = year - 1;
  return (past * 365 + past / 4 - past / 100 + past / 400 + DayOfYear()) % 7;
}

Result<std::string> FormatTime(const DateTime& time, std::string_view format) {
  if (!time.IsValid()) return Status(Code::kInvalidArgument, "the date is not valid");
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      out += format[i];
      continue;
    }
    const bool bare = i + 1 < format.size() && format[i + 1] == '-';
    i += bare ? 2 : 1;
    const char code = i < format.size() ? format[i] : '\0';
    if (const auto field = NumberField(time, code)) {
      out += Padded(field->number, bare ? 1 : field->width, field->fill);
    } else if (const auto text = TextField(time, code)) {
      out += *text;
    } else {
      return Status(Code::kInvalidArgument,
                    "strftime_now does not know %" + std::string(1, code == '\0' ? ' ' : code));
    }
  }
  return out;
}

}  // namespace ganglion::jinja
