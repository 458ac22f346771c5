#include <charconv>
#include <cmath>
#include <string>

#include "ganglion/template/call.h"
#include "ganglion/template/format.h"
#include "ganglion/template/operators.h"
#include "ganglion/template/text_operations.h"

namespace ganglion::jinja {
namespace {

constexpr int kWidthMax = 1000;

// %-08.3f
struct Directive {
  bool left = false;
  bool zero = false;
  bool plus = false;
  int width = 0;
  int precision = -1;
  char kind = 0;
};

int ReadNumber(std::string_view format, std::size_t& at) {
  int number = 0;
  for (; at < format.size() && format[at] >= '0' && format[at] <= '9'; ++at) {
    number = std::min(kWidthMax, number * 10 + (format[at] - '0'));
  }
  return number;
}

Directive ReadDirective(std::string_view format, std::size_t& at) {
  Directive directive;
  for (; at < format.size(); ++at) {
    if (format[at] == '-') {
      directive.left = true;
    } else if (format[at] == '0') {
      directive.zero = true;
    } else if (format[at] == '+') {
      directive.plus = true;
    } else {
      break;
    }
  }
  directive.width = ReadNumber(format, at);
  if (at < format.size() && format[at] == '.') {
    ++at;
    directive.precision = ReadNumber(format, at);
  }
  if (at < format.size()) directive.kind = format[at++];
  return directive;
}

Result<std::string> FormatNumber(const Directive& directive, const Value& value) {
  if (!value.IsNumber()) return BadArgument("a number is required by the format");
  const double number = value.AsDouble();
  std::string text;
  if (directive.kind == 'f') {
    char buffer[400 + kWidthMax];
    const int precision = directive.precision < 0 ? 6 : directive.precision;
    const auto end =
        std::to_chars(buffer, buffer + sizeof(buffer), number, std::chars_format::fixed, precision);
    text.assign(buffer, end.ptr);
  } else {
    Integer whole = 0;
    if (!value.AsInteger(whole)) {
      if (!(std::abs(number) < 1e37)) return BadArgument("the number is too large");
      whole = static_cast<Integer>(number);
    }
    text = IntegerText(whole);
  }
  if (directive.plus && text[0] != '-') text.insert(0, "+");
  const std::size_t sign = text[0] == '-' || text[0] == '+' ? 1 : 0;
  const auto width = static_cast<std::size_t>(directive.width);
  if (directive.zero && !directive.left && text.size() < width) {
    text.insert(sign, std::string(width - text.size(), '0'));
  }
  return text;
}

Result<std::string> FormatOne(const Directive& directive, const Value& value) {
  switch (directive.kind) {
    case 's':
      return Str(value);
    case 'r':
      return Repr(value);
    case 'd':
    case 'i':
    case 'f':
      return FormatNumber(directive, value);
    default:
      return BadArgument("the format knows %s %r %d %i %f and %% only");
  }
}

}  // namespace

Result<Value> FormatPercent(std::string_view format, const std::vector<Value>& values,
                            Budget& budget) {
  std::string out;
  std::size_t used = 0;
  for (std::size_t at = 0; at < format.size();) {
    const std::size_t percent = std::min(format.find('%', at), format.size());
    GN_RETURN_IF_ERROR(budget.Append(format.substr(at, percent - at), out));
    at = percent;
    if (at == format.size()) break;
    const Directive directive = ReadDirective(format, ++at);
    if (directive.kind == '%') {
      out += '%';
      continue;
    }
    if (used == values.size()) return BadArgument("not enough arguments for format string");
    GN_RETURN_IF_ERROR(budget.Walk(values[used]));
    GN_ASSIGN_OR_RETURN(const std::string text, FormatOne(directive, values[used++]));
    const Alignment alignment = directive.left ? Alignment::kLeft : Alignment::kRight;
    GN_ASSIGN_OR_RETURN(const std::string padded,
                        PadText(text, directive.width, " ", alignment, budget));
    GN_RETURN_IF_ERROR(budget.Append(padded, out));
  }
  if (used != values.size()) {
    return BadArgument("not all arguments converted during string formatting");
  }
  return Value(std::move(out));
}

}  // namespace ganglion::jinja
