#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ganglion/grammar/byte_automaton.h"

namespace ganglion::grammar {

struct GbnfRange;

// Adds an automaton over the UTF-8 of one code point of the ranges, which are sorted, apart, and
// hold more than surrogates.
ByteState AddClass(ByteAutomaton& automaton, std::span<const GbnfRange> ranges);

void AppendUtf8(char32_t code_point, std::string& text);

// The code point at `at`, which moves behind it; nothing, and `at` stays, if there is no UTF-8.
std::optional<char32_t> TakeUtf8(std::string_view text, std::size_t& at);

}  // namespace ganglion::grammar
