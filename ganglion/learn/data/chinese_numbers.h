#pragma once

#include <string>

#include "ganglion/base/rng.h"

namespace ganglion::learn::chinese {

// A quantity as it is said and what it means in the unit of the instruction set (m, degrees,
// percent, s, m/s). Values are rounded to 0.01.
struct Quantity {
  std::string said;
  double value = 0;
};

double RoundedToHundredths(double value);

// 0..9999 in characters as one counts: 0 零, 12 十二, 105 一百零五, 220 二百二十.
std::string Numeral(int number);
// The same before a measure word: 2 is 两, 200 两百.
std::string CountNumeral(int number);
// A number with at most two decimals in characters: 0.5 零点五, 2.25 二点二五.
std::string DecimalNumeral(double number);
// Without trailing zeros: 1.50 is 1.5.
std::string Digits(double number);
// Digits as full-width forms, in every other text untouched: 2米 becomes ２米.
std::string FullWidth(const std::string& text);

// Random quantities inside the range of the instruction set.
Quantity DrawDistance(Rng& rng);
Quantity DrawAngle(Rng& rng);                       // 1..720, most of them round
Quantity DrawAngleUpTo(Rng& rng, int largest_deg);  // for the head
Quantity DrawPercent(Rng& rng);
Quantity DrawDuration(Rng& rng);
Quantity DrawSpeed(Rng& rng);  // "每秒0.3米", "0.3米每秒"
Quantity DrawRate(Rng& rng);   // "每秒三十度"
// 2..largest, as 三 or 3; 两 for two.
Quantity DrawCount(Rng& rng, int largest);

// Quantities outside the range.
Quantity DrawDistanceTooFar(Rng& rng);
Quantity DrawAngleTooFar(Rng& rng);
Quantity DrawPercentTooFar(Rng& rng);
Quantity DrawDurationTooLong(Rng& rng);

}  // namespace ganglion::learn::chinese
