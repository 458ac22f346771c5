#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "ganglion/base/status.h"
#include "ganglion/grammar/byte_automaton.h"
#include "ganglion/grammar/limits.h"

namespace ganglion::grammar {

// 10^kNumberDigits; the magnitude of every number in a range is below it.
inline constexpr std::int64_t kUnitsEnd = 1'000'000'000'000'000'000;

// The numbers low..high (both included), counted in units of 10^-fraction_digits.
struct NumberRange {
  std::int64_t low = -kUnitsEnd + 1;
  std::int64_t high = kUnitsEnd - 1;
  int fraction_digits = kFractionDigits;
  bool operator<(const NumberRange& other) const {
    return std::tie(low, high, fraction_digits) <
           std::tie(other.low, other.high, other.fraction_digits);
  }
};

// Adds an automaton that accepts exactly the plain decimal spellings of the numbers in the range:
// an optional minus, digits without leading zeros, and at most `fraction_digits` digits after a
// point. No exponent, and no minus before zero. The range is not empty. Returns its start.
ByteState AddNumberRange(ByteAutomaton& automaton, const NumberRange& range);

// An exact decimal number: value = digits * 10^exponent, negated if `negative`.
struct Decimal {
  bool negative = false;
  std::string digits;  // no leading zeros; empty for zero
  int exponent = 0;

  // The number that a person writes for it: the shortest digits that read back the same.
  static Decimal FromDouble(double value);  // finite
  static Decimal FromInteger(std::int64_t value);
  static Decimal FromInteger(std::uint64_t value);

  // The greatest count of units of 10^-fraction_digits not above the value, and the least not
  // below it; held within -kUnitsEnd..kUnitsEnd.
  std::int64_t FloorUnits(int fraction_digits) const;
  std::int64_t CeilUnits(int fraction_digits) const;

 private:
  struct Split {
    std::int64_t whole;  // the magnitude, cut off; kUnitsEnd if it is that or more
    bool rest;           // whether anything was cut off
  };
  Split SplitUnits(int fraction_digits) const;
};

}  // namespace ganglion::grammar
