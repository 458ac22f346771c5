#include "ganglion/grammar/regular/unicode_properties.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "ganglion/grammar/regular/unicode_tables.h"

namespace ganglion::grammar {
namespace {

std::uint32_t DigitOf(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a') + 26;
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0') + 52;
  return c == '+' ? 62 : 63;
}

std::uint32_t TakeNumber(std::string_view& text) {
  std::uint32_t number = 0;
  for (int shift = 0;; shift += 5) {
    const std::uint32_t digit = DigitOf(text.front());
    text.remove_prefix(1);
    number |= digit % 32 << shift;
    if (digit < 32) return number;
  }
}

void Append(CodePointRanges& ranges, std::string_view code_points) {
  char32_t from = 0;
  while (!code_points.empty()) {
    const char32_t low = from + TakeNumber(code_points);
    const char32_t high = low + TakeNumber(code_points);
    ranges.push_back({low, high});
    from = high + 1;
  }
}

bool HasName(std::string_view names, std::string_view name) {
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(' '), names.size());
    if (names.substr(0, end) == name) return true;
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return false;
}

std::optional<CodePointRanges> Find(std::span<const UnicodeSet> sets, std::string_view name) {
  for (const UnicodeSet& set : sets) {
    if (!HasName(set.names, name)) continue;
    CodePointRanges ranges;
    Append(ranges, set.code_points);
    return ranges;
  }
  return std::nullopt;
}

// Values that stand for several others: their names, and how those begin or which those are.
struct CategoryGroup {
  std::string_view names;
  std::string_view members;  // two letters each, or one that they begin with
};
constexpr CategoryGroup kGroups[] = {
    {"C Other", "C"},
    {"L Letter", "L"},
    {"LC Cased_Letter", "LlLtLu"},
    {"M Mark Combining_Mark", "M"},
    {"N Number", "N"},
    {"P Punctuation punct", "P"},
    {"S Symbol", "S"},
    {"Z Separator", "Z"},
};

bool IsMember(std::string_view category, std::string_view members) {
  if (members.size() == 1) return category[0] == members[0];
  for (std::size_t i = 0; i < members.size(); i += 2) {
    if (category.substr(0, 2) == members.substr(i, 2)) return true;
  }
  return false;
}

std::optional<CodePointRanges> Category(std::string_view name) {
  for (const CategoryGroup& group : kGroups) {
    if (!HasName(group.names, name)) continue;
    CodePointRanges ranges;
    for (const UnicodeSet& set : UnicodeCategories()) {
      if (IsMember(set.names, group.members)) Append(ranges, set.code_points);
    }
    return Joined(std::move(ranges));
  }
  return Find(UnicodeCategories(), name);
}

}  // namespace

std::optional<CodePointRanges> UnicodeProperty(std::string_view name) {
  const std::size_t equals = name.find('=');
  if (equals != std::string_view::npos) {
    const std::string_view property = name.substr(0, equals);
    const std::string_view value = name.substr(equals + 1);
    if (property == "gc" || property == "General_Category") return Category(value);
    if (property == "sc" || property == "Script") return Find(UnicodeScripts(), value);
    if (property != "scx" && property != "Script_Extensions") return std::nullopt;
    auto extended = Find(UnicodeScriptExtensions(), value);
    return extended ? std::move(extended) : Find(UnicodeScripts(), value);
  }
  if (name == "Any") return CodePointRanges{{0, kCodePointLast}};
  if (name == "ASCII") return CodePointRanges{{0, 0x7F}};
  if (name == "Assigned") return Complement(*Find(UnicodeCategories(), "Cn"));
  auto category = Category(name);
  return category ? std::move(category) : Find(UnicodeBinaryProperties(), name);
}

}  // namespace ganglion::grammar
