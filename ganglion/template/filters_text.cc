#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "ganglion/template/call.h"
#include "ganglion/template/format.h"
#include "ganglion/template/operators.h"
#include "ganglion/template/text_operations.h"
#include "ganglion/template/unicode.h"

// The filters that make text or numbers. Those of text take any value, as its str().

namespace ganglion::jinja {
namespace {

constexpr std::size_t kIndentMax = 16;  // columns of one level of JSON

Result<Value> String(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({}));
  if (value.is_string()) return value;
  GN_ASSIGN_OR_RETURN(std::string text, Str(value));
  return budget.Text(std::move(text));
}

template <std::string (*kChange)(std::string_view)>
Result<Value> Change(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({}));
  GN_ASSIGN_OR_RETURN(const std::string text, Str(value));
  return budget.Text(kChange(text));
}

Result<Value> TrimFilter(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"chars"}));
  GN_ASSIGN_OR_RETURN(const std::string text, Str(value));
  std::optional<std::string> chars;
  if (const std::string* given = bound[0].string()) chars = *given;
  return budget.Text(std::string(StripChars(text, chars, true, true)));
}

Result<Value> Replace(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"old", "new", "count"}));
  GN_ASSIGN_OR_RETURN(const std::string text, Str(value));
  GN_ASSIGN_OR_RETURN(const std::string from, Str(bound[0]));
  GN_ASSIGN_OR_RETURN(const std::string to, Str(bound[1]));
  Integer count = -1;
  bound[2].AsInteger(count);
  GN_ASSIGN_OR_RETURN(std::string out, ReplaceText(text, from, to, count, budget));
  return Value(std::move(out));
}

Result<Value> Indent(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"width", "first", "blank"}));
  GN_ASSIGN_OR_RETURN(const std::string text, Str(value));
  Integer width = 4;
  bound[0].AsInteger(width);
  if (width > static_cast<Integer>(kOutputBytesMax)) return BadArgument("the width is too large");
  const std::string margin =
      bound[0].is_string()
          ? *bound[0].string()
          : std::string(static_cast<std::size_t>(std::max<Integer>(width, 0)), ' ');
  std::string out;
  bool is_first = true;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    if (!is_first) out += '\n';
    const bool indented = is_first ? bound[1].Truthy() : (!line.empty() || bound[2].Truthy());
    if (indented) GN_RETURN_IF_ERROR(budget.Append(margin, out));
    GN_RETURN_IF_ERROR(budget.Append(line, out));
    is_first = false;
    at = end + 1;
  }
  return Value(std::move(out));
}

Result<Value> Escape(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({}));
  GN_ASSIGN_OR_RETURN(const std::string text, Str(value));
  std::string out;
  for (const char c : text) {
    constexpr std::string_view kSpecial = "&<>\"'";
    constexpr std::string_view kEscaped[] = {"&amp;", "&lt;", "&gt;", "&#34;", "&#39;"};
    const std::size_t at = kSpecial.find(c);
    if (at == std::string_view::npos) {
      out += c;
    } else {
      out += kEscaped[at];
    }
  }
  return budget.Text(std::move(out));
}

// There is no markup here: what is safe is what it was.
Result<Value> Safe(const Value& value, const Arguments& arguments, Budget&) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({}));
  return value;
}

Result<Value> ToJson(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound,
                      arguments.Bind({"ensure_ascii", "indent", "separators", "sort_keys"}));
  if (value.is_undefined()) return UndefinedError(value);
  JsonOptions options;
  options.ensure_ascii = bound[0].Truthy();
  options.sort_keys = bound[3].Truthy();
  Integer width = 0;
  if (const std::string* margin = bound[1].string()) {
    options.indent = *margin;
  } else if (bound[1].AsInteger(width)) {
    width = std::clamp<Integer>(width, 0, kIndentMax + 1);
    options.indent = std::string(static_cast<std::size_t>(width), ' ');
  }
  if (options.indent) {
    if (options.indent->size() > kIndentMax) return BadArgument("the indent is too large");
    options.item_separator = ",";
  }
  if (const List* separators = bound[2].list()) {
    const auto& items = separators->items;
    if (items.size() != 2 || !items[0].is_string() || !items[1].is_string() ||
        items[0].string()->size() + items[1].string()->size() > 2 * kIndentMax) {
      return BadArgument("'separators' needs two short strings");
    }
    options.item_separator = *items[0].string();
    options.key_separator = *items[1].string();
  }
  GN_ASSIGN_OR_RETURN(std::string out, Json(value, options));
  return budget.Text(std::move(out));
}

std::optional<double> ParseFloat(std::string_view text) {
  text = Trim(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> ParseInteger(std::string_view text, int base) {
  text = Trim(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<Value> Truncated(double real, const Value& fallback) {
  if (std::isnan(real) || std::abs(real) > 1e37) return fallback;
  return Value(static_cast<Integer>(real));
}

Result<Value> Int(const Value& value, const Arguments& arguments, Budget&) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"default", "base"}));
  if (value.is_undefined()) return UndefinedError(value);
  const Value fallback = bound[0].is_undefined() ? Value(std::int64_t{0}) : bound[0];
  Integer number = 0, base = 10;
  bound[1].AsInteger(base);
  if (base < 2 || base > 36) return BadArgument("'base' needs a number from 2 to 36");
  if (value.AsInteger(number)) return Value(number);
  if (value.is_float()) return Truncated(value.AsDouble(), fallback);
  if (!value.is_string()) return fallback;
  if (const auto whole = ParseInteger(*value.string(), static_cast<int>(base))) {
    return Value(*whole);
  }
  if (const auto real = ParseFloat(*value.string())) return Truncated(*real, fallback);
  return fallback;
}

Result<Value> Float(const Value& value, const Arguments& arguments, Budget&) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"default"}));
  if (value.is_undefined()) return UndefinedError(value);
  if (value.IsNumber()) return Value(value.AsDouble());
  if (value.is_string()) {
    if (const auto real = ParseFloat(*value.string())) return Value(*real);
  }
  return bound[0].is_undefined() ? Value(0.0) : bound[0];
}

Result<Value> Abs(const Value& value, const Arguments& arguments, Budget&) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({}));
  if (!value.IsNumber()) return BadArgument("needs a number");
  if (!std::signbit(value.AsDouble())) return value;
  return Negate(value);
}

Result<Value> Round(const Value& value, const Arguments& arguments, Budget&) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"precision", "method"}));
  if (!value.IsNumber()) return BadArgument("needs a number");
  Integer precision = 0;
  bound[0].AsInteger(precision);
  const std::string method = bound[1].is_string() ? *bound[1].string() : "common";
  if (precision < 0 || precision > 15) return BadArgument("'precision' needs 0 to 15");
  const double number = value.AsDouble();
  if (method == "common") {
    if (!value.is_float()) return value;
    char buffer[400];
    const auto end = std::to_chars(buffer, buffer + sizeof(buffer), number,
                                   std::chars_format::fixed, static_cast<int>(precision));
    double rounded = 0;
    std::from_chars(buffer, end.ptr, rounded);
    return Value(rounded);
  }
  const double scale = std::pow(10.0, static_cast<double>(precision));
  if (method == "ceil") return Value(std::ceil(number * scale) / scale);
  if (method == "floor") return Value(std::floor(number * scale) / scale);
  return BadArgument("'method' needs common, ceil or floor");
}

Result<Value> Format(const Value& value, const Arguments& arguments, Budget& budget) {
  if (!arguments.named.empty()) return BadArgument("takes no named arguments");
  GN_ASSIGN_OR_RETURN(const std::string text, Str(value));
  return FormatPercent(text, arguments.positional, budget);
}

Result<Value> Center(const Value& value, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"width"}));
  Integer width = 80;
  bound[0].AsInteger(width);
  GN_ASSIGN_OR_RETURN(const std::string text, Str(value));
  GN_ASSIGN_OR_RETURN(std::string out, PadText(text, width, " ", Alignment::kCenter, budget));
  return Value(std::move(out));
}

Result<Value> WordCount(const Value& value, const Arguments& arguments, Budget&) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({}));
  GN_ASSIGN_OR_RETURN(const std::string text, Str(value));
  return Value(SplitText(text, std::nullopt, text.size() + 1, false).size());
}

constexpr NamedFilter kFilters[] = {
    {"abs", Abs},
    {"capitalize", Change<Capitalize>},
    {"center", Center},
    {"e", Escape},
    {"escape", Escape},
    {"float", Float},
    {"format", Format},
    {"indent", Indent},
    {"int", Int},
    {"lower", Change<Lower>},
    {"replace", Replace},
    {"round", Round},
    {"safe", Safe},
    {"string", String},
    {"title", Change<Title>},
    {"tojson", ToJson},
    {"trim", TrimFilter},
    {"upper", Change<Upper>},
    {"wordcount", WordCount},
};

}  // namespace

Filter FindTextFilter(std::string_view name) {
  const auto* found = std::find_if(std::begin(kFilters), std::end(kFilters),
                                   [name](const auto& entry) { return entry.name == name; });
  return found == std::end(kFilters) ? nullptr : found->filter;
}

}  // namespace ganglion::jinja
