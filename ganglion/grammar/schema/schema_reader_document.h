#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "ganglion/base/status.h"
#include "ganglion/grammar/schema/schema.h"

namespace ganglion::grammar {

// The document as JSON. Refuses what is too long or too deep before anything recurses over it, and
// objects that name a member twice, because programs differ in which of the two they see.
Result<Json> ParseSchemaText(std::string_view text, const ReadOptions& options);

// `where` followed by one more token: AppendToken("#/a", "b/c") is "#/a/b~1c".
std::string AppendToken(const std::string& where, std::string_view name);
std::string AppendToken(const std::string& where, std::size_t index);

// The member or item that a token of a JSON pointer, still escaped, names; null if there is none.
const Json* FindChild(const Json& parent, std::string_view token);

}  // namespace ganglion::grammar
