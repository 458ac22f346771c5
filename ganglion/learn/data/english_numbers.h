#pragma once

#include <string>

#include "ganglion/learn/data/english_style.h"

namespace ganglion::learn::english {

// "zero" .. "nine hundred and ninety-nine"; 0 <= n < 1000.
std::string NumberWords(Rng& rng, int n, const Style& style);
// In digits or in words, as the speaker does.
std::string Count(Rng& rng, int n, const Style& style);

// An amount as it is said, in the unit of the plan: metres, degrees, seconds or percent.
struct Quantity {
  std::string said;
  double value = 0;
};

Quantity DrawLength(Rng& rng, const Style& style);  // 0.03 .. 10 m, every unit
Quantity DrawSteps(Rng& rng, const Style& style);   // "two steps": 0.6
// Degrees from `low` to `high`, with the unit's name or mark.
Quantity DrawAngle(Rng& rng, const Style& style, int low, int high);
Quantity DrawSeconds(Rng& rng, const Style& style);   // 0.5 .. 600 s
Quantity DrawPercent(Rng& rng, const Style& style);   // 0 .. 100
Quantity DrawSpeed(Rng& rng, const Style& style);     // 0.05 .. 0.8 m/s
Quantity DrawTurnRate(Rng& rng, const Style& style);  // 5 .. 120 degrees per second

// The instruction set's rounding, halves away from zero.
double RoundToHundredth(double value);
// At most two decimals, no trailing zeros.
std::string Digits(double value);

}  // namespace ganglion::learn::english
