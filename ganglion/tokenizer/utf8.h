#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ganglion::tokenizer {

// The space of SentencePiece, U+2581.
constexpr std::string_view kSpaceMark = "\xe2\x96\x81";

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;
};

// The length of the well-formed sequence that `text` begins with (RFC 3629: no overlong form, no
// surrogate, nothing above U+10FFFF), or 0.
std::size_t SequenceBytes(std::string_view text);

// The first character of a text that is well-formed and not empty.
CodePoint FirstCodePoint(std::string_view text);

std::string ToUtf8(char32_t value);

// Nothing where the text is well-formed; otherwise a copy in which U+FFFD stands for each byte that
// is not part of a well-formed sequence.
std::optional<std::string> Repaired(std::string_view text);

// Every `from` replaced by `to`; `from` is not empty.
std::string Replaced(std::string_view text, std::string_view from, std::string_view to);

}  // namespace ganglion::tokenizer
