#include <algorithm>
#include <functional>
#include <limits>
#include <optional>

#include "ganglion/template/call.h"
#include "ganglion/template/text_operations.h"
#include "ganglion/template/unicode.h"

// The methods of Python's str, dict and list that do not change them.

namespace ganglion::jinja {
namespace {

using TextMethod = Result<Value> (*)(const std::string&, const Arguments&, Budget&);
struct NamedTextMethod {
  std::string_view name;
  TextMethod method;
};

Status NeedsText(const Value& value) {
  if (value.is_undefined()) return UndefinedError(value);
  return BadArgument("needs a string, got " + std::string(value.TypeName()));
}

Result<std::optional<std::string>> OptionalText(const Value& value) {
  if (value.is_undefined() || value.is_none()) return std::optional<std::string>();
  if (!value.is_string()) return NeedsText(value);
  return std::optional<std::string>(*value.string());
}

Result<Integer> IntegerOr(const Value& value, Integer fallback) {
  if (value.is_undefined()) return fallback;
  Integer number = 0;
  if (!value.AsInteger(number)) return BadArgument("needs an integer");
  return number;
}

template <bool kAtStart, bool kAtEnd>
Result<Value> Strip(const std::string& self, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"chars"}));
  GN_ASSIGN_OR_RETURN(const auto chars, OptionalText(bound[0]));
  return budget.Text(std::string(StripChars(self, chars, kAtStart, kAtEnd)));
}

// startswith and endswith take one string or a tuple of them.
template <bool kAtStart>
Result<Value> HasAffix(const std::string& self, const Arguments& arguments, Budget&) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"affix"}));
  const List* many = bound[0].list();
  for (const Value& affix : many != nullptr ? many->items : std::vector<Value>{bound[0]}) {
    if (!affix.is_string()) return NeedsText(affix);
    const std::string& text = *affix.string();
    if (kAtStart ? self.starts_with(text) : self.ends_with(text)) return Value(true);
  }
  return Value(false);
}

template <bool kFromEnd>
Result<Value> Split(const std::string& self, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"sep", "maxsplit"}));
  GN_ASSIGN_OR_RETURN(const auto separator, OptionalText(bound[0]));
  GN_ASSIGN_OR_RETURN(const Integer limit, IntegerOr(bound[1], -1));
  if (separator && separator->empty()) return BadArgument("empty separator");
  const std::size_t splits_max = limit < 0 || limit > static_cast<Integer>(self.size())
                                     ? std::numeric_limits<std::size_t>::max()
                                     : static_cast<std::size_t>(limit);
  std::vector<Value> parts;
  for (const std::string_view part : SplitText(self, separator, splits_max, kFromEnd)) {
    parts.emplace_back(std::string(part));
  }
  return budget.List(std::move(parts));
}

Result<Value> SplitLines(const std::string& self, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"keepends"}));
  std::vector<Value> lines;
  for (std::size_t at = 0; at < self.size();) {
    const std::size_t end = std::min(self.find_first_of("\n\r\v\f", at), self.size());
    std::size_t after = std::min(end + 1, self.size());
    if (self.compare(end, 2, "\r\n") == 0) after = end + 2;
    lines.emplace_back(self.substr(at, (bound[0].Truthy() ? after : end) - at));
    at = after;
  }
  return budget.List(std::move(lines));
}

template <std::string (*kChange)(std::string_view)>
Result<Value> ChangeCase(const std::string& self, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({}));
  return budget.Text(kChange(self));
}

Result<Value> Replace(const std::string& self, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"old", "new", "count"}));
  if (!bound[0].is_string()) return NeedsText(bound[0]);
  if (!bound[1].is_string()) return NeedsText(bound[1]);
  GN_ASSIGN_OR_RETURN(const Integer count, IntegerOr(bound[2], -1));
  GN_ASSIGN_OR_RETURN(std::string out,
                      ReplaceText(self, *bound[0].string(), *bound[1].string(), count, budget));
  return Value(std::move(out));
}

// find, index and their mirrors: the position in characters.
template <bool kFromEnd, bool kMustBeThere>
Result<Value> Find(const std::string& self, const Arguments& arguments, Budget&) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"sub"}));
  if (!bound[0].is_string()) return NeedsText(bound[0]);
  const std::size_t at = kFromEnd ? self.rfind(*bound[0].string()) : self.find(*bound[0].string());
  if (at != std::string::npos) return Value(CountChars(std::string_view(self).substr(0, at)));
  if (kMustBeThere) return BadArgument("substring not found");
  return Value(std::int64_t{-1});
}

Result<Value> Count(const std::string& self, const Arguments& arguments, Budget&) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"sub"}));
  if (!bound[0].is_string()) return NeedsText(bound[0]);
  const std::string& part = *bound[0].string();
  if (part.empty()) return Value(CountChars(self) + 1);
  std::size_t count = 0;
  for (std::size_t at = self.find(part); at != std::string::npos;
       at = self.find(part, at + part.size())) {
    ++count;
  }
  return Value(count);
}

Result<Value> Join(const std::string& self, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"iterable"}));
  if (bound[0].is_undefined()) return UndefinedError(bound[0]);
  GN_RETURN_IF_ERROR(budget.Walk(bound[0]));
  GN_ASSIGN_OR_RETURN(const auto items, Elements(bound[0]));
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!items[i].is_string()) return NeedsText(items[i]);
    if (i > 0) GN_RETURN_IF_ERROR(budget.Append(self, out));
    GN_RETURN_IF_ERROR(budget.Append(*items[i].string(), out));
  }
  return Value(std::move(out));
}

template <bool kFromEnd>
Result<Value> Partition(const std::string& self, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"sep"}));
  if (!bound[0].is_string()) return NeedsText(bound[0]);
  const std::string& separator = *bound[0].string();
  if (separator.empty()) return BadArgument("empty separator");
  const std::size_t at = kFromEnd ? self.rfind(separator) : self.find(separator);
  std::vector<Value> parts(3, Value(std::string()));
  if (at == std::string::npos) {
    parts[kFromEnd ? 2 : 0] = Value(self);
  } else {
    parts = {Value(self.substr(0, at)), bound[0], Value(self.substr(at + separator.size()))};
  }
  return budget.List(std::move(parts), true);
}

template <bool kPrefix>
Result<Value> RemoveAffix(const std::string& self, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"affix"}));
  if (!bound[0].is_string()) return NeedsText(bound[0]);
  const std::string& affix = *bound[0].string();
  if (kPrefix && self.starts_with(affix)) return budget.Text(self.substr(affix.size()));
  if (!kPrefix && self.ends_with(affix)) {
    return budget.Text(self.substr(0, self.size() - affix.size()));
  }
  return budget.Text(self);
}

template <Alignment kAlignment>
Result<Value> Pad(const std::string& self, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"width", "fillchar"}));
  GN_ASSIGN_OR_RETURN(const Integer width, IntegerOr(bound[0], 0));
  GN_ASSIGN_OR_RETURN(const auto fill, OptionalText(bound[1]));
  GN_ASSIGN_OR_RETURN(std::string out,
                      PadText(self, width, fill.value_or(" "), kAlignment, budget));
  return Value(std::move(out));
}

Result<Value> ZeroFill(const std::string& self, const Arguments& arguments, Budget& budget) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"width"}));
  GN_ASSIGN_OR_RETURN(const Integer width, IntegerOr(bound[0], 0));
  const bool sign = !self.empty() && (self[0] == '-' || self[0] == '+');
  GN_ASSIGN_OR_RETURN(
      const std::string digits,
      PadText(self.substr(sign ? 1 : 0), width - (sign ? 1 : 0), "0", Alignment::kRight, budget));
  return budget.Text((sign ? self.substr(0, 1) : "") + digits);
}

template <bool (*kHolds)(char32_t)>
Result<Value> AllHold(const std::string& self, const Arguments& arguments, Budget&) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({}));
  for (std::size_t at = 0; at < self.size(); at += CharBytes(self[at])) {
    if (!kHolds(DecodeChar(self, at))) return Value(false);
  }
  return Value(!self.empty());
}

bool IsDigit(char32_t code) {
  return (code >= '0' && code <= '9') || (code >= 0x660 && code <= 0x669) ||
         (code >= 0x966 && code <= 0x96f) || (code >= 0xff10 && code <= 0xff19);
}
bool IsLetterOrDigit(char32_t code) { return IsLetter(code) || IsDigit(code); }

template <bool kUpper>
Result<Value> IsCased(const std::string& self, const Arguments& arguments, Budget&) {
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({}));
  return Value(HasOnlyCase(self, kUpper));
}

constexpr NamedTextMethod kTextMethods[] = {
    {"capitalize", ChangeCase<Capitalize>},
    {"casefold", ChangeCase<Lower>},
    {"center", Pad<Alignment::kCenter>},
    {"count", Count},
    {"endswith", HasAffix<false>},
    {"find", Find<false, false>},
    {"index", Find<false, true>},
    {"isalnum", AllHold<IsLetterOrDigit>},
    {"isalpha", AllHold<IsLetter>},
    {"isdecimal", AllHold<IsDigit>},
    {"isdigit", AllHold<IsDigit>},
    {"islower", IsCased<false>},
    {"isnumeric", AllHold<IsDigit>},
    {"isspace", AllHold<IsSpace>},
    {"isupper", IsCased<true>},
    {"join", Join},
    {"ljust", Pad<Alignment::kLeft>},
    {"lower", ChangeCase<Lower>},
    {"lstrip", Strip<true, false>},
    {"partition", Partition<false>},
    {"removeprefix", RemoveAffix<true>},
    {"removesuffix", RemoveAffix<false>},
    {"replace", Replace},
    {"rfind", Find<true, false>},
    {"rindex", Find<true, true>},
    {"rjust", Pad<Alignment::kRight>},
    {"rpartition", Partition<true>},
    {"rsplit", Split<true>},
    {"rstrip", Strip<false, true>},
    {"split", Split<false>},
    {"splitlines", SplitLines},
    {"startswith", HasAffix<true>},
    {"strip", Strip<true, true>},
    {"title", ChangeCase<Title>},
    {"upper", ChangeCase<Upper>},
    {"zfill", ZeroFill},
};

TextMethod FindTextMethod(std::string_view name) {
  const auto* found = std::find_if(std::begin(kTextMethods), std::end(kTextMethods),
                                   [name](const auto& entry) { return entry.name == name; });
  return found == std::end(kTextMethods) ? nullptr : found->method;
}

bool IsDictMethod(std::string_view name) {
  return name == "items" || name == "keys" || name == "values" || name == "get" || name == "copy";
}

bool IsListMethod(std::string_view name) {
  return name == "index" || name == "count" || name == "copy";
}

Result<Value> CallDictMethod(const Value& self, std::string_view name, const Arguments& arguments,
                             Budget& budget) {
  const Dict& dict = *self.dict();
  if (name == "get") {
    GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"key", "default"}));
    if (!bound[0].is_string()) GN_RETURN_IF_ERROR(budget.Spend(dict.items.size()));
    if (const Value* found = dict.Find(bound[0])) return *found;
    return bound[1].is_undefined() ? Value(None{}) : bound[1];
  }
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({}));
  if (name == "copy") return self;
  GN_RETURN_IF_ERROR(budget.Spend(dict.items.size()));
  std::vector<Value> items;
  for (const auto& [key, value] : dict.items) {
    if (name == "items") {
      GN_ASSIGN_OR_RETURN(Value pair, budget.List({key, value}, true));
      items.push_back(std::move(pair));
    } else {
      items.push_back(name == "keys" ? key : value);
    }
  }
  return budget.List(std::move(items));
}

Result<Value> CallListMethod(const Value& self, std::string_view name, const Arguments& arguments,
                             Budget& budget) {
  if (name == "copy") return self;
  GN_ASSIGN_OR_RETURN(const auto bound, arguments.Bind({"value"}));
  GN_RETURN_IF_ERROR(budget.Walk(self));
  std::size_t count = 0;
  const std::vector<Value>& items = self.list()->items;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!Equal(items[i], bound[0])) continue;
    if (name == "index") return Value(i);
    ++count;
  }
  if (name == "index") return BadArgument("the value is not in the list");
  return Value(count);
}

}  // namespace

bool HasMethod(const Value& self, std::string_view name) {
  if (self.is_string()) return FindTextMethod(name) != nullptr;
  if (self.dict() != nullptr) return IsDictMethod(name);
  return self.list() != nullptr && IsListMethod(name);
}

Result<Value> CallMethod(const Value& self, std::string_view name, const Arguments& arguments,
                         Budget& budget) {
  if (self.dict() != nullptr) return CallDictMethod(self, name, arguments, budget);
  if (self.list() != nullptr) return CallListMethod(self, name, arguments, budget);
  GN_RETURN_IF_ERROR(budget.Walk(self));
  return FindTextMethod(name)(*self.string(), arguments, budget);
}

}  // namespace ganglion::jinja
