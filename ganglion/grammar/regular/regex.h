#pragma once

#include <cstdint>
#include <string_view>

#include "ganglion/base/status.h"
#include "ganglion/grammar/regular/dfa.h"
#include "ganglion/grammar/regular/work.h"

namespace ganglion::grammar {

enum class RegexMatch : std::uint8_t {
  kSearch,  // a match anywhere in the text, as "pattern" of JSON Schema has it
  kFull,    // the whole text is a match
};

// The texts that an ECMA-262 regular expression matches (edition 2025, flag "u", with the leniency
// of Annex B where the text is no valid pattern under "u"; neither "i" nor "m" nor "s"). All of the
// language that is regular: classes, escapes, Unicode properties, quantifiers (greedy or lazy is
// the same set), groups, anchors anywhere, \b, lookahead, lookbehind.
//
// Stricter than Annex B: a letter that is no escape (\A, \Z, \h) is an error, for it means
// something in other dialects; there it would stand for itself. The modifiers (?m: and (?s: are
// read, (?i: is not. A backreference is read where its group cannot have matched. Unicode 15.0.
//
// Errors: kInvalidArgument for a pattern that is none (with the offset), kUnimplemented for one
// that is not regular or not supported (names the construct: "backreference \\1 at 7"),
// kResourceExhausted where the budget or a limit of the room is passed.
Result<Dfa> CompileRegex(std::string_view pattern, RegexMatch match, Work& work);

}  // namespace ganglion::grammar
