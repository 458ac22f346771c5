#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/grammar/regular/dfa.h"
#include "ganglion/grammar/regular/work.h"

namespace ganglion::grammar {

// Sets of numbers as sets of their spellings.
//
// The spellings of a value: an optional minus (none before zero), digits without leading zeros,
// optionally a point and digits; zeros may stand at the end of the fraction, so 1, 1.0 and 1.00 are
// one value. At most kIntegerDigitsMax digits before the point and kFractionDigitsMax behind it.
// Sets here hold all such spellings of each of their values, so that complements are right:
// AllNumbers() minus a set is the set of the other values.

// An exact decimal: value = digits * 10^exponent, negated if `negative`.
struct ExactDecimal {
  bool negative = false;
  std::string digits;  // no leading and no trailing zeros; empty for zero
  int exponent = 0;

  // Reads a JSON number with any exponent, exactly. Nothing if it is no number or its exponent is
  // beyond +-10,000, or if it has more than 10,000 digits.
  static std::optional<ExactDecimal> Parse(std::string_view text);
  // Its one spelling without a zero at the end of a fraction: "-12.5", "1000", "0".
  std::string Spelling() const;
  bool is_integer() const { return exponent >= 0; }
  int Compare(const ExactDecimal& other) const;       // < 0, 0, > 0
  bool IsMultipleOf(const ExactDecimal& step) const;  // of a step above zero
  bool operator==(const ExactDecimal&) const = default;
};

struct NumberBound {
  ExactDecimal value;
  bool exclusive = false;
};

const Dfa& AllNumbers();
const Dfa& AllIntegers();  // of integer value: 3, 3.0

// The numbers at or above (at or below) a bound.
Result<Dfa> NumbersFrom(const NumberBound& low, Work& work);
Result<Dfa> NumbersTo(const NumberBound& high, Work& work);
// The multiples of `step`, which is above zero. kUnimplemented where it needs too many states; the
// message says how many.
Result<Dfa> MultiplesOf(const ExactDecimal& step, Work& work);
// These values. One with more digits than spellings have is left out.
Result<Dfa> NumbersOf(const std::vector<ExactDecimal>& values, Work& work);

// The spellings with which a set is written in an answer: a subset with a spelling for each value.
// Integers are written without a point where all values are integers; values of a small finite set
// are written without zeros at the end; all numbers (and only they) may have an exponent, too.
Result<Dfa> WrittenSpellings(const Dfa& numbers, Work& work);

}  // namespace ganglion::grammar
