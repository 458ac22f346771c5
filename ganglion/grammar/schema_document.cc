#include "ganglion/grammar/schema_document.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <vector>

namespace ganglion::grammar {
namespace {

using Json = SchemaDocument::Json;

// The nesting of brackets outside strings, without a parser: it runs before one.
std::size_t Nesting(std::string_view text) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

// Watches a parse for objects that name a member twice, or have too many.
class MemberWatch {
 public:
  explicit MemberWatch(std::size_t members_max) : members_max_(members_max) {}

  // Whether the parser should keep what it has just read.
  bool See(Json::parse_event_t event, const Json& value) {
    using Event = Json::parse_event_t;
    if (event == Event::object_start) open_.emplace_back();
    if (event == Event::object_end && !open_.empty()) open_.pop_back();
    if (event == Event::key && !open_.empty() && value.is_string()) {
      auto& names = open_.back();
      const bool added = names.insert(value.get_ref<const std::string&>()).second;
      if (error_.empty() && !added) error_ = "names the member " + value.dump() + " twice";
      if (error_.empty() && names.size() > members_max_) {
        error_ = "has more than " + std::to_string(members_max_) + " members";
      }
    }
    return error_.empty();
  }
  const std::string& error() const { return error_; }  // what an object does; empty if none does

 private:
  std::size_t members_max_;
  std::vector<std::set<std::string>> open_;
  std::string error_;
};

// Undoes the %XX of a URI fragment; nothing if it is malformed.
std::optional<std::string> PercentDecode(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    unsigned value = 0;
    if (i + 2 >= text.size()) return std::nullopt;
    const char* digits = text.data() + i + 1;
    if (std::from_chars(digits, digits + 2, value, 16).ptr != digits + 2) return std::nullopt;
    result += static_cast<char>(value);
    i += 2;
  }
  return result;
}

std::string PointerName(std::string_view token) {
  std::string result;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escaped = token[i] == '~' && i + 1 < token.size();
    result += escaped ? (token[i + 1] == '0' ? '~' : '/') : token[i];
    if (escaped) ++i;
  }
  return result;
}

// The member or item that a token of a pointer names; null if there is none.
const Json* Child(const Json& parent, std::string_view token) {
  if (parent.is_object()) {
    const auto found = parent.find(PointerName(token));
    return found == parent.end() ? nullptr : &*found;
  }
  std::size_t index = 0;
  const char* end = token.data() + token.size();
  if (!parent.is_array() || std::from_chars(token.data(), end, index).ptr != end) return nullptr;
  return !token.empty() && index < parent.size() ? &parent[index] : nullptr;
}

}  // namespace

Result<SchemaDocument> SchemaDocument::Parse(std::string_view text, const CompileLimits& limits) {
  if (text.size() > limits.schema_bytes) {
    return Status(Code::kResourceExhausted, "the schema has " + std::to_string(text.size()) +
                                                " bytes; the limit is " +
                                                std::to_string(limits.schema_bytes));
  }
  // The parser takes a NUL for the end of the text, and would overlook what follows.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return Status(Code::kInvalidArgument,
                  "the schema is no JSON: byte " + std::to_string(nul) + " is NUL");
  }
  if (Nesting(text) > limits.nesting) {
    return Status(Code::kResourceExhausted,
                  "the schema is nested deeper than " + std::to_string(limits.nesting) + " levels");
  }
  try {
    MemberWatch watch(limits.members);
    Json root = Json::parse(
        text, [&](int, Json::parse_event_t event, Json& value) { return watch.See(event, value); });
    if (!watch.error().empty()) {
      return Status(Code::kInvalidArgument, "an object of the schema " + watch.error());
    }
    return SchemaDocument(std::move(root));
  } catch (const std::exception& error) {
    return Status(Code::kInvalidArgument, std::string("the schema is no JSON: ") + error.what());
  }
}

Result<const Json*> SchemaDocument::Resolve(std::string_view reference) const {
  const auto fail = [&](const char* why) {
    return Status(Code::kInvalidArgument, "the reference " + std::string(reference) + " " + why);
  };
  if (reference.empty() || reference.front() != '#') {
    return fail("is not inside this schema; only \"#\" and \"#/...\" are followed");
  }
  const auto pointer = PercentDecode(reference.substr(1));
  if (!pointer) return fail("has a malformed %-escape");
  if (!pointer->empty() && pointer->front() != '/') {
    return fail("names an anchor; only \"#\" and \"#/...\" are followed");
  }
  const Json* at = &root_;
  std::string_view rest = *pointer;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view token = rest.substr(0, rest.find('/'));
    at = Child(*at, token);
    if (at == nullptr) return fail("names nothing in this schema");
    rest.remove_prefix(token.size());
  }
  return at;
}

std::string PointerToken(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (c == '~') {
      result += "~0";
    } else if (c == '/') {
      result += "~1";
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace ganglion::grammar
