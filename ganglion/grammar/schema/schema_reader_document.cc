#include "ganglion/grammar/schema/schema_reader_document.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>
#include <vector>

#include "ganglion/grammar/schema/limits.h"

namespace ganglion::grammar {
namespace {

// How deep brackets outside strings are nested. It looks at the text and not at a parsed value,
// because a value that is too deep already overflows the stack of whoever visits it.
std::size_t Nesting(std::string_view text) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') in_string = !in_string;
    if (c == '\\' && in_string) ++i;
    if (in_string) continue;
    if (c == '{' || c == '[') deepest = std::max(deepest, ++depth);
    if ((c == '}' || c == ']') && depth > 0) --depth;
  }
  return deepest;
}

// Looks on while the parser works, for objects with a member named twice, of which the finished
// value holds only one, and for objects with too many members.
class MemberWatch {
 public:
  // Whether the parser should keep what it has just read. Once something is wrong nothing is kept,
  // so that adding members cannot take long.
  bool See(Json::parse_event_t event, const Json& value) {
    using Event = Json::parse_event_t;
    if (event == Event::object_start) names_.emplace_back();
    if (event == Event::object_end && !names_.empty()) names_.pop_back();
    if (event == Event::key && !names_.empty() && error_.ok()) {
      const auto& name = value.get_ref<const std::string&>();
      if (!names_.back().insert(name).second) {
        error_ =
            Status(Code::kInvalidArgument, "#: an object names the member \"" + name + "\" twice");
      } else if (names_.back().size() > kSchemaMembersMax) {
        error_ =
            Status(Code::kResourceExhausted,
                   "#: an object has more than " + std::to_string(kSchemaMembersMax) + " members");
      }
    }
    return error_.ok();
  }
  Status TakeError() { return std::move(error_); }

 private:
  std::vector<std::set<std::string>> names_;  // of the objects that are open
  Status error_;
};

Status NoJson(const std::string& why) {
  return Status(Code::kInvalidArgument, "#: is no JSON: " + why);
}

}  // namespace

Result<Json> ParseSchemaText(std::string_view text, const ReadOptions& options) {
  if (text.size() > options.bytes_max) {
    return Status(Code::kResourceExhausted, "#: has " + std::to_string(text.size()) +
                                                " bytes; the limit is " +
                                                std::to_string(options.bytes_max));
  }
  // For the parser a NUL ends the text, whatever follows it.
  if (text.find('\0') != std::string_view::npos) return NoJson("it holds a NUL");
  if (Nesting(text) > options.nesting_max) {
    return Status(Code::kResourceExhausted, "#: is nested deeper than the limit of " +
                                                std::to_string(options.nesting_max) + " levels");
  }
  try {
    MemberWatch watch;
    Json document = Json::parse(
        text, [&](int, Json::parse_event_t event, Json& value) { return watch.See(event, value); });
    GN_RETURN_IF_ERROR(watch.TakeError());
    return document;
  } catch (const std::exception& error) {
    return NoJson(error.what());
  }
}

std::string AppendToken(const std::string& where, std::string_view name) {
  std::string result = where + "/";
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

std::string AppendToken(const std::string& where, std::size_t index) {
  return where + "/" + std::to_string(index);
}

const Json* FindChild(const Json& parent, std::string_view token) {
  if (parent.is_array()) {
    std::size_t index = 0;
    const char* const end = token.data() + token.size();
    const auto [read_to, error] = std::from_chars(token.data(), end, index);
    const bool leading_zero = token.size() > 1 && token.front() == '0';
    if (error != std::errc() || read_to != end || leading_zero) return nullptr;
    return index < parent.size() ? &parent[index] : nullptr;
  }
  if (!parent.is_object()) return nullptr;
  std::string name;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      name += token[i];
      continue;
    }
    ++i;
    if (i == token.size() || (token[i] != '0' && token[i] != '1')) return nullptr;
    name += token[i] == '0' ? '~' : '/';
  }
  const auto found = parent.find(name);
  return found == parent.end() ? nullptr : &*found;
}

}  // namespace ganglion::grammar
