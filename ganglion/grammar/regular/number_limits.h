#pragma once

#include <cstddef>
#include <cstdint>

namespace ganglion::grammar {

// Digits of a spelling before and behind the point. A double's shortest text has 17 digits, and a
// 64-bit integer 20; the rest is room for decimals that are kept exactly.
inline constexpr std::uint32_t kIntegerDigitsMax = 30;
inline constexpr std::uint32_t kFractionDigitsMax = 30;

// Of a number that a schema names: what is beyond is no number that anything here can compare.
inline constexpr int kDecimalExponentMax = 10'000;
inline constexpr std::size_t kDecimalDigitsMax = 10'000;

// States of the automaton of a step's multiples, before it is minimised.
inline constexpr std::uint64_t kMultipleStatesMax = 200'000;

// A set of so few values is written with one spelling for each.
inline constexpr std::size_t kListedValuesMax = 1'000;

}  // namespace ganglion::grammar
