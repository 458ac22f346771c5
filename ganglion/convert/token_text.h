#pragma once

#include <string_view>

namespace ganglion::convert {

// How SentencePiece writes a space: U+2581.
constexpr std::string_view kSpaceMark = "\xe2\x96\x81";

}  // namespace ganglion::convert
