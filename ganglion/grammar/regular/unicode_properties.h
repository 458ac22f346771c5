#pragma once

#include <optional>
#include <string_view>

#include "ganglion/grammar/regular/code_point_ranges.h"

namespace ganglion::grammar {

// The code points of a Unicode property as ECMA-262 names it between the braces of \p{}:
// "Lu", "Letter", "gc=L", "Script=Greek", "scx=Grek", "Alphabetic", "Any"; joined. Nothing if there
// is none of that name.
std::optional<CodePointRanges> UnicodeProperty(std::string_view name);

}  // namespace ganglion::grammar
