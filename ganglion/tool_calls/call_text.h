#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/tool_calls/object_scanner.h"

// What the text of a call says.
namespace ganglion::tool_calls {

struct NameAndArguments {
  std::string name;
  std::string arguments;  // a JSON object
};

// Whether an object that names a function may have this key, as it stands in the text.
bool IsKeyOfCall(std::string_view quoted_key);

// The text of a JSON string; nothing where it is none.
std::optional<std::string> UnquoteJson(std::string_view quoted);

// The beginning of a JSON text, less the white space between its tokens.
std::string WithoutSpaces(std::string_view json);

bool IsJsonObject(std::string_view text);

// Of {"name": ..., "arguments": {...}}, where the arguments may be called parameters, and may be an
// object within a string. Nothing where the text is no such object.
std::optional<NameAndArguments> ReadCall(std::string_view object,
                                         const std::vector<ObjectScanner::Member>& members);

}  // namespace ganglion::tool_calls
