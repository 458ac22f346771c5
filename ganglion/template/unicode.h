#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Python counts, slices and strips strings by code point; ours are UTF-8. All functions but
// IsValidUtf8 expect valid UTF-8.
namespace ganglion::jinja {

bool IsValidUtf8(std::string_view text);
// Length in bytes of the character that starts with `lead`.
std::size_t CharBytes(char lead);
char32_t DecodeChar(std::string_view text, std::size_t at);
// False for what is no Unicode scalar value.
bool AppendUtf8(char32_t code, std::string& out);
std::size_t CountChars(std::string_view text);
// Byte offset of the character number `index`, at most text.size().
std::size_t ByteOffset(std::string_view text, std::size_t index);

// As Python's str.isspace().
bool IsSpace(char32_t code);
// Whether repr() shows the character as it is. By blocks: unassigned code points count as shown.
bool IsPrintable(char32_t code);
// Simple case mapping of Latin, Greek, Cyrillic and Armenian; other scripts with case, and the few
// characters that change their number (sharp s), are left as they are.
char32_t ToLower(char32_t code);
char32_t ToUpper(char32_t code);
bool IsLetter(char32_t code);

std::string_view TrimStart(std::string_view text);
std::string_view TrimEnd(std::string_view text);
inline std::string_view Trim(std::string_view text) { return TrimStart(TrimEnd(text)); }

}  // namespace ganglion::jinja
