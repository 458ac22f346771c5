#pragma once

#include <span>
#include <string_view>

namespace ganglion::learn::english {

// Patterns of requests that get the empty plan. $n: a thing, $p: somebody, $q: somewhere.
std::span<const char* const> OutOfScope();  // whole sentences and imperatives
std::span<const char* const> Impossible();  // imperatives only, to be joined with possible ones
std::span<const char* const>
Harmful();  // imperatives; $v is a person or an animal, $b a breakable thing
std::span<const char* const> OtherVerbs();  // imperatives with verbs no skill knows
std::span<const char* const> Questions();   // asked, not ordered
std::span<const char* const> Gibberish();   // filler words and word salad

}  // namespace ganglion::learn::english
