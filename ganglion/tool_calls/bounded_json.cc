#include "ganglion/tool_calls/bounded_json.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "ganglion/base/concat.h"
#include "ganglion/tool_calls/limits.h"

namespace ganglion::tool_calls {
namespace {

using Json = nlohmann::ordered_json;

// Brackets within strings count, too: such a text is refused a little early.
bool IsShallow(std::string_view text) {
  std::size_t depth = 0;
  for (const char c : text) {
    if (c == '{' || c == '[') ++depth;
    if (depth > 0 && (c == '}' || c == ']')) --depth;
    if (depth > kJsonNestingMax) return false;
  }
  return true;
}

}  // namespace

Result<Json> ParseObject(std::string_view text, const std::string& what) {
  const auto bad = [&what](const std::string& why) {
    return Status(Code::kInvalidArgument, what + " " + why);
  };
  if (!IsShallow(text)) return bad("is nested too deeply");
  std::vector<std::size_t> members;  // of the objects that are open
  bool is_too_wide = false;
  const auto watch = [&](int, Json::parse_event_t event, Json&) {
    using Event = Json::parse_event_t;
    if (event == Event::object_start) members.push_back(0);
    if (event == Event::object_end && !members.empty()) members.pop_back();
    if (event == Event::key && !members.empty() && ++members.back() > kJsonMembersMax) {
      is_too_wide = true;
    }
    return !is_too_wide;
  };
  Json value = Json::parse(text, watch, false);
  if (is_too_wide) {
    return bad(Concat("has an object of more than ", kJsonMembersMax, " members"));
  }
  if (!value.is_object()) return bad("is no JSON object");
  return value;
}

}  // namespace ganglion::tool_calls
