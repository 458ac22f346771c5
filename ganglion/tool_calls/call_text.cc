#include "ganglion/tool_calls/call_text.h"

#include <utility>

#include <nlohmann/json.hpp>

namespace ganglion::tool_calls {
namespace {

using Json = nlohmann::json;

std::string_view Part(std::string_view text, ObjectScanner::Range range) {
  return text.substr(range.begin, range.end - range.begin);
}

// The nesting of a string's content was not looked at by the scanner.
bool IsShallow(std::string_view text) {
  ObjectScanner scanner;
  scanner.Start(false);
  for (const char c : text) {
    const auto progress = scanner.Take(c);
    if (progress == ObjectScanner::Progress::kWhole) return true;
    if (progress == ObjectScanner::Progress::kImpossible) return false;
  }
  return false;
}

std::optional<std::string> ReadArguments(std::string_view value) {
  if (value.empty() || value.front() != '"') {
    if (!IsJsonObject(value)) return std::nullopt;
    return std::string(value);
  }
  auto inner = UnquoteJson(value);
  if (!inner || !IsShallow(*inner) || !IsJsonObject(*inner)) return std::nullopt;
  return inner;
}

}  // namespace

bool IsKeyOfCall(std::string_view quoted_key) {
  for (const std::string_view known :
       {"\"name\"", "\"arguments\"", "\"parameters\"", "\"type\"", "\"id\""}) {
    if (quoted_key == known) return true;
  }
  return false;
}

std::optional<std::string> UnquoteJson(std::string_view quoted) {
  const Json value = Json::parse(quoted, nullptr, false);
  if (!value.is_string()) return std::nullopt;
  return value.get<std::string>();
}

std::string WithoutSpaces(std::string_view json) {
  std::string out;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (!in_string && (c == ' ' || c == '\n' || c == '\r' || c == '\t')) continue;
    out += c;
    if (c == '"') in_string = !in_string;
    if (in_string && c == '\\' && i + 1 < json.size()) out += json[++i];
  }
  return out;
}

bool IsJsonObject(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \n\r\t");
  return first != std::string_view::npos && text[first] == '{' &&
         text.find('\0') == std::string_view::npos && Json::accept(text);
}

std::optional<NameAndArguments> ReadCall(std::string_view object,
                                         const std::vector<ObjectScanner::Member>& members) {
  if (!IsJsonObject(object)) return std::nullopt;
  std::optional<std::string> name;
  std::optional<std::string> arguments;
  for (const ObjectScanner::Member& member : members) {
    const std::string_view key = Part(object, member.key);
    if (!IsKeyOfCall(key)) return std::nullopt;
    const std::string_view value = Part(object, member.value);
    if (key == "\"name\"") {
      if (name) return std::nullopt;
      name = UnquoteJson(value);
      if (!name) return std::nullopt;
    } else if (key == "\"arguments\"" || key == "\"parameters\"") {
      if (arguments) return std::nullopt;
      arguments = ReadArguments(value);
      if (!arguments) return std::nullopt;
    }
  }
  if (!name || !arguments) return std::nullopt;
  return NameAndArguments{*std::move(name), *std::move(arguments)};
}

}  // namespace ganglion::tool_calls
