#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "ganglion/base/status.h"

// Where the JSON library enters the room: nothing here throws.
namespace ganglion::serve::rest {

// Members keep their order: that of a schema's properties decides what a model writes first.
using Json = nlohmann::ordered_json;

// One JSON value, within the limits of limits.h: the depth and the number of values are looked at
// while it is read, so that a hostile text costs no more than its length. Where a name stands twice
// in an object, both are kept and the first is found. Errors name line and column.
Result<Json> ParseJson(std::string_view text);

// Compact. Bytes that are no UTF-8 become U+FFFD.
std::string Dump(const Json& json);

// Appends `text`, which is UTF-8, as the inside of a JSON string.
void AppendEscaped(std::string_view text, std::string& out);
// The same with quotes.
std::string Quoted(std::string_view text);

}  // namespace ganglion::serve::rest
