#pragma once

#include <cstdint>
#include <string_view>

#include "ganglion/base/status.h"
#include "ganglion/grammar/regular/regex_tree.h"
#include "ganglion/grammar/regular/work.h"

namespace ganglion::grammar {

enum class RegexSyntax : std::uint8_t {
  kUnicode,  // ECMA-262 with flag "u"
  kLenient,  // and what Annex B adds: "\-", a lone "]", "{" or "}", octal escapes
};

// Reads a regular expression. kInvalidArgument says what is wrong and at which byte;
// kUnimplemented names what is right, but not regular.
Result<RegexTree> ParseRegex(std::string_view pattern, RegexSyntax syntax, Work& work);

}  // namespace ganglion::grammar
