#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "ganglion/base/status.h"
#include "ganglion/grammar/grammar.h"

namespace ganglion::grammar {

// Compiles a grammar in GBNF, the syntax of llama.cpp's grammar files; "root" is where it starts.
// docs/formats/gbnf.md has the syntax. Errors carry line and column. Left recursion, rules without
// an end and unknown names are refused.
Result<std::shared_ptr<const Grammar>> CompileGbnf(std::string_view text,
                                                   const CompileLimits& limits = {});

// One of the given texts. None is empty, and there are at least one.
Result<std::shared_ptr<const Grammar>> CompileChoices(std::span<const std::string> choices,
                                                      const CompileLimits& limits = {});

// A text that an ECMA-262 regular expression matches whole. Errors are those of CompileRegex();
// kInvalidArgument also where no text matches, or only the empty one.
Result<std::shared_ptr<const Grammar>> CompileRegexGrammar(std::string_view pattern,
                                                           const CompileLimits& limits = {});

}  // namespace ganglion::grammar
