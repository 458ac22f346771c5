#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ganglion::grammar {

// Takes one code point from the front; nothing if there is no valid UTF-8 (no surrogates, shortest
// form), and `text` is then as it was.
std::optional<char32_t> TakeCodePoint(std::string_view& text);

// Appends a Unicode scalar value in UTF-8.
void AppendCodePoint(std::string& text, char32_t code_point);

}  // namespace ganglion::grammar
