#include "ganglion/grammar/schema/canonical.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ganglion/grammar/schema/validator.h"

namespace ganglion::grammar {
namespace {

void AppendEscaped(char c, std::string& text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  switch (c) {
    case '"':
    case '\\':
      text += '\\';
      text += c;
      return;
    case '\b':
      text += "\\b";
      return;
    case '\f':
      text += "\\f";
      return;
    case '\n':
      text += "\\n";
      return;
    case '\r':
      text += "\\r";
      return;
    case '\t':
      text += "\\t";
      return;
    default:
      break;
  }
  if (byte >= 0x20) {
    text += c;
    return;
  }
  text += "\\u00";
  text += kHex[byte >> 4];
  text += kHex[byte & 15];
}

void AppendString(std::string_view value, std::string& text) {
  text += '"';
  for (const char c : value) AppendEscaped(c, text);
  text += '"';
}

// What is neither a list nor an object.
void AppendScalar(const Json& value, std::string& text) {
  if (value.is_string()) {
    AppendString(value.get_ref<const std::string&>(), text);
  } else if (value.is_number()) {
    text += DecimalOf(value).Spelling();
  } else if (value.is_boolean()) {
    text += value.get<bool>() ? "true" : "false";
  } else {
    text += "null";
  }
}

using Members = std::vector<std::pair<std::string_view, const Json*>>;

Members SortedMembers(const Json& object) {
  Members members;
  for (const auto& [name, value] : object.get_ref<const Json::object_t&>()) {
    members.emplace_back(name, &value);
  }
  std::sort(members.begin(), members.end());
  return members;
}

bool EqualNumbers(const Json& a, const Json& b) {
  // Doubles print the same where they are equal. Numbers of two kinds need the decimals, because
  // comparing them converts one of them.
  if (a.type() == b.type()) return a == b;
  return DecimalOf(a) == DecimalOf(b);
}

}  // namespace

ExactDecimal DecimalOf(const Json& number) {
  return ExactDecimal::Parse(number.dump()).value_or(ExactDecimal{});
}

// Lists of what is left instead of recursion here and below: the values are a model's or a user's,
// and may be deep.
bool EqualValues(const Json& a, const Json& b) {
  std::vector<std::pair<const Json*, const Json*>> pairs = {{&a, &b}};
  while (!pairs.empty()) {
    const auto [left, right] = pairs.back();
    pairs.pop_back();
    if (left->is_number() && right->is_number()) {
      if (!EqualNumbers(*left, *right)) return false;
      continue;
    }
    if (left->type() != right->type()) return false;
    if (!left->is_structured()) {
      if (*left != *right) return false;
      continue;
    }
    if (left->size() != right->size()) return false;
    if (left->is_array()) {
      for (std::size_t i = 0; i < left->size(); ++i) pairs.emplace_back(&(*left)[i], &(*right)[i]);
      continue;
    }
    const Members left_members = SortedMembers(*left);
    const Members right_members = SortedMembers(*right);
    for (std::size_t i = 0; i < left_members.size(); ++i) {
      if (left_members[i].first != right_members[i].first) return false;
      pairs.emplace_back(left_members[i].second, right_members[i].second);
    }
  }
  return true;
}

std::string WriteCanonical(const Json& value) {
  struct Open {
    const Json* value;
    Json::const_iterator next;
  };
  std::string text;
  std::vector<Open> open;
  const auto write = [&](const Json& one) {
    if (!one.is_structured()) {
      AppendScalar(one, text);
      return;
    }
    text += one.is_array() ? '[' : '{';
    open.push_back({&one, one.begin()});
  };
  write(value);
  while (!open.empty()) {
    Open& top = open.back();
    if (top.next == top.value->end()) {
      text += top.value->is_array() ? ']' : '}';
      open.pop_back();
      continue;
    }
    if (top.next != top.value->begin()) text += ',';
    const auto at = top.next++;
    if (top.value->is_object()) {
      AppendString(at.key(), text);
      text += ':';
    }
    write(*at);
  }
  return text;
}

}  // namespace ganglion::grammar
