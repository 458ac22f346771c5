#include "ganglion/learn/data/english_numbers.h"

#include <cmath>
#include <cstdio>

#include "ganglion/base/check.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::english {
namespace {

constexpr const char* kSmall[] = {"zero",    "one",     "two",       "three",    "four",
                                  "five",    "six",     "seven",     "eight",    "nine",
                                  "ten",     "eleven",  "twelve",    "thirteen", "fourteen",
                                  "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr const char* kTens[] = {"",      "",      "twenty",  "thirty", "forty",
                                 "fifty", "sixty", "seventy", "eighty", "ninety"};

int Between(Rng& rng, int low, int high) {
  return low + static_cast<int>(rng.Below(static_cast<std::size_t>(high - low + 1)));
}

bool InWords(Rng& rng, const Style& style) { return rng.Chance(style.number_words); }

// A unit's name behind digits ("2m", "2 metres") and behind words ("two metres").
struct Unit {
  double size;              // in the plan's unit
  const char* one;          // behind the number word one
  const char* many;         // behind other number words
  const char* abbreviated;  // behind digits
};

constexpr Unit kMetre = {1, "(metre|meter)", "(metres|meters)", "( m|m| m| metres| meters)"};
constexpr Unit kCentimetre = {0.01, "(centimetre|centimeter)",
                              "(centimetres|centimeters|centimeters)",
                              "( cm|cm| cm| centimetres| centimeters)"};
constexpr Unit kMillimetre = {0.001, "(millimetre|millimeter)", "(millimetres|millimeters)",
                              "( mm|mm| millimetres| millimeters)"};
constexpr Unit kFoot = {0.3048, "foot", "(feet|feet|feet|foot)", "( ft|ft| ft| feet| feet|')"};
constexpr Unit kInch = {0.0254, "inch", "inches", "( in| in| inches| inches|in|\")"};
constexpr Unit kSecond = {1, "second", "(seconds|seconds|seconds|secs)",
                          "( s|s| s| sec| secs| seconds| seconds)"};
constexpr Unit kMinute = {60, "minute", "(minutes|minutes|mins)",
                          "( min|min| min| mins| minutes| minutes)"};

std::string Abbreviated(Rng& rng, double number, const Unit& unit) {
  std::string mark = Expand(rng, unit.abbreviated);
  if (number == 1 && mark.size() > 3 && mark.back() == 's') mark.pop_back();
  if (number == 1 && mark == " feet") mark = " foot";
  if (number == 1 && mark == " inche") mark = " inch";
  return mark;
}

Quantity Whole(Rng& rng, int n, const Unit& unit, const Style& style) {
  const double value = RoundToHundredth(n * unit.size);
  if (!InWords(rng, style)) return {std::to_string(n) + Abbreviated(rng, n, unit), value};
  if (n == 1) {
    const std::string name = Expand(rng, unit.one);
    const char* article = name[0] == 'i' ? "an " : "a ";
    return {(rng.Chance(0.5) ? "one " : article) + name, value};
  }
  const char* name = style.voice == Voice::kNonnative && rng.Chance(0.3) ? unit.one : unit.many;
  return {NumberWords(rng, n, style) + " " + Expand(rng, name), value};
}

Quantity Decimal(Rng& rng, double number, const Unit& unit, const Style& style) {
  if (number == 1) return Whole(rng, 1, unit, style);
  const double value = RoundToHundredth(number * unit.size);
  if (!InWords(rng, style)) {
    std::string digits = Digits(number);
    if (style.voice == Voice::kNonnative && rng.Chance(0.3)) {
      const std::size_t point = digits.find('.');
      if (point != std::string::npos) digits[point] = ',';
    }
    return {digits + Abbreviated(rng, number, unit), value};
  }
  const std::string digits = Digits(number);
  const std::size_t point = digits.find('.');
  const int whole = static_cast<int>(number);
  std::string said;
  if (whole != 0 || rng.Chance(0.6)) said = NumberWords(rng, whole, style) + " ";
  if (point != std::string::npos) {
    said += "point";
    for (std::size_t i = point + 1; i < digits.size(); ++i) {
      said += ' ';
      said += kSmall[digits[i] - '0'];
    }
    said += ' ';
  }
  return {said + Expand(rng, unit.many), value};
}

// "half a metre", "one and a half metres", "a metre and a half", "three quarters of a metre"
Quantity Fraction(Rng& rng, const Unit& unit, const Style& style, int most) {
  const std::string one = Expand(rng, unit.one);
  const std::string a_one = (one[0] == 'i' ? "an " : "a ") + one;
  const int whole = Between(rng, 1, most);
  const bool words = InWords(rng, style);
  const auto value = [&unit](double number) { return RoundToHundredth(number * unit.size); };
  switch (rng.Below(8)) {
    case 0:
      return {words ? "half " + a_one : "1/2 " + one, value(0.5)};
    case 1:
      return {"half " + a_one, value(0.5)};
    case 2:
      return {Expand(rng, "(a quarter|one quarter) of ") + a_one, value(0.25)};
    case 3:
      return {Expand(rng, "(three quarters|three-quarters) of ") + a_one, value(0.75)};
    case 4:
      return {a_one + " and a half", value(1.5)};
    case 5:
      return {"one and a half " + Expand(rng, unit.many), value(1.5)};
    default: {
      if (!words && rng.Chance(0.4)) {
        return {std::to_string(whole) + " 1/2 " + Expand(rng, unit.many), value(whole + 0.5)};
      }
      return {NumberWords(rng, whole, style) + " and a half " + Expand(rng, unit.many),
              value(whole + 0.5)};
    }
  }
}

Quantity DrawMetres(Rng& rng, const Style& style) {
  if (rng.Chance(0.02)) {  // "one metre twenty"
    const int metres = Between(rng, 1, 4);
    const int rest = 10 * Between(rng, 2, 9);
    const bool one = metres == 1;
    return {NumberWords(rng, metres, style) + (one ? " metre " : " metres ") +
                NumberWords(rng, rest, style),
            metres + rest / 100.0};
  }
  const std::size_t form = rng.Below(20);
  if (form < 10)
    return Whole(rng, rng.Chance(0.75) ? Between(rng, 1, 4) : Between(rng, 1, 10), kMetre, style);
  if (form < 13) return Decimal(rng, Between(rng, 1, 40) / 10.0, kMetre, style);
  if (form < 14) return Decimal(rng, Between(rng, 1, 99) / 10.0, kMetre, style);
  if (form < 16) return Decimal(rng, Between(rng, 1, 60) / 20.0, kMetre, style);
  return Fraction(rng, kMetre, style, 6);
}

}  // namespace

std::string NumberWords(Rng& rng, int n, const Style& style) {
  GN_CHECK(n >= 0 && n < 1000);
  if (n < 20) return kSmall[n];
  if (n < 100) {
    std::string out = kTens[n / 10];
    if (n % 10 == 0) return out;
    const bool hyphen = style.voice != Voice::kSpeech && rng.Chance(0.7);
    return out + (hyphen ? "-" : " ") + kSmall[n % 10];
  }
  std::string out = n < 200 && rng.Chance(0.35) ? "a" : kSmall[n / 100];
  out += " hundred";
  if (n % 100 == 0) return out;
  return out + (rng.Chance(0.65) ? " and " : " ") + NumberWords(rng, n % 100, style);
}

std::string Count(Rng& rng, int n, const Style& style) {
  return InWords(rng, style) ? NumberWords(rng, n, style) : std::to_string(n);
}

Quantity DrawLength(Rng& rng, const Style& style) {
  for (;;) {
    Quantity length;
    const std::size_t unit = rng.Below(100);
    if (unit < 56) {
      length = DrawMetres(rng, style);
    } else if (unit < 74) {
      const int n = rng.Chance(0.7) ? 5 * Between(rng, 1, 40) : Between(rng, 2, 150);
      length = Whole(rng, n, kCentimetre, style);
    } else if (unit < 78) {
      length = Whole(rng, 10 * Between(rng, 2, 90), kMillimetre, style);
    } else if (unit < 89) {
      const std::size_t form = rng.Below(10);
      if (form < 7)
        length =
            Whole(rng, rng.Chance(0.8) ? Between(rng, 1, 10) : Between(rng, 1, 32), kFoot, style);
      else if (form < 8)
        length = Decimal(rng, Between(rng, 1, 16) / 2.0, kFoot, style);
      else
        length = Fraction(rng, kFoot, style, 9);
    } else if (unit < 97) {
      length = rng.Chance(0.9)
                   ? Whole(rng, Between(rng, 1, rng.Chance(0.7) ? 24 : 99), kInch, style)
                   : Fraction(rng, kInch, style, 20);
    } else {
      const int feet = Between(rng, 1, 8);
      const int inches = Between(rng, 1, 11);
      const Quantity first = Whole(rng, feet, kFoot, style);
      const Quantity second = Whole(rng, inches, kInch, style);
      length = {first.said + Expand(rng, "( | and )") + second.said,
                RoundToHundredth(feet * kFoot.size + inches * kInch.size)};
    }
    if (length.value >= 0.03 && length.value <= 10) return length;
  }
}

Quantity DrawSteps(Rng& rng, const Style& style) {
  const int n = rng.Chance(0.45) ? 1 : Between(rng, 2, rng.Chance(0.85) ? 6 : 20);
  const double value = RoundToHundredth(0.3 * n);
  if (n == 1) return {Expand(rng, "(a|one|a|one|a single|just one|1) (step|pace)"), value};
  return {Count(rng, n, style) + Expand(rng, " (steps|steps|paces)"), value};
}

Quantity DrawAngle(Rng& rng, const Style& style, int low, int high) {
  int n = 0;
  const std::size_t form = rng.Below(10);
  if (form < 6) {
    constexpr int kCommon[] = {5,  10, 15, 20,  25,  30,  35,  40,  45,  50,  60, 70,
                               75, 80, 90, 100, 110, 120, 135, 150, 180, 270, 360};
    do n = Pick(rng, kCommon);
    while (n < low || n > high);
  } else if (form < 8) {
    n = 5 * Between(rng, (low + 4) / 5, high / 5);
  } else {
    n = Between(rng, low, high);
  }
  if (InWords(rng, style)) {
    return {NumberWords(rng, n, style) + (n == 1 ? " degree" : " degrees"), static_cast<double>(n)};
  }
  const double half = high <= 90 && rng.Chance(0.02) && n < high ? 0.5 : 0;
  return {Digits(n + half) + Expand(rng, "( degrees| degrees| degrees|°| deg|deg|°)"), n + half};
}

Quantity DrawSeconds(Rng& rng, const Style& style) {
  const std::size_t form = rng.Below(20);
  if (form < 10) {
    const int n = rng.Chance(0.7)
                      ? Between(rng, 1, 12)
                      : (rng.Chance(0.7) ? 5 * Between(rng, 3, 24) : Between(rng, 1, 300));
    return Whole(rng, n, kSecond, style);
  }
  if (form < 11) return Decimal(rng, Between(rng, 1, 40) / 4.0, kSecond, style);
  if (form < 12) return Decimal(rng, Between(rng, 2, 80) / 10.0, kSecond, style);
  if (form < 13) return Fraction(rng, kSecond, style, 9);
  if (form < 17)
    return Whole(rng, rng.Chance(0.8) ? Between(rng, 1, 5) : Between(rng, 1, 10), kMinute, style);
  if (form < 19) return Fraction(rng, kMinute, style, 8);
  const int minutes = Between(rng, 1, 5);
  const int seconds = 5 * Between(rng, 1, 11);
  const Quantity first = Whole(rng, minutes, kMinute, style);
  const Quantity second = Whole(rng, seconds, kSecond, style);
  return {first.said + Expand(rng, "( | and )") + second.said, minutes * 60.0 + seconds};
}

Quantity DrawPercent(Rng& rng, const Style& style) {
  const int n = rng.Chance(0.75) ? 5 * Between(rng, 0, 20) : Between(rng, 1, 99);
  if (InWords(rng, style)) {
    return {NumberWords(rng, n, style) + Expand(rng, " (percent|percent|per cent)"),
            static_cast<double>(n)};
  }
  return {std::to_string(n) + Expand(rng, "( %|%|%| %| percent| percent| per cent)"),
          static_cast<double>(n)};
}

Quantity DrawSpeed(Rng& rng, const Style& style) {
  const int n = rng.Chance(0.7) ? Between(rng, 1, 8) : 0;
  const double value = n > 0 ? n / 10.0 : Between(rng, 1, 16) / 20.0;
  if (value == 0.5 && rng.Chance(0.4)) {
    return {Expand(rng, "half a (metre|meter) (per|a) second"), 0.5};
  }
  if (InWords(rng, style)) {
    return {
        Decimal(rng, value, kMetre, {style.voice, 1.0, true}).said + Expand(rng, " (per|a) second"),
        value};
  }
  if (rng.Chance(0.25)) {
    return {std::to_string(static_cast<int>(std::lround(value * 100))) +
                Expand(rng, "( cm/s|cm/s| cm per second)"),
            value};
  }
  return {Digits(value) + Expand(rng, "( m/s|m/s| m/s| metres per second| meters per second)"),
          value};
}

Quantity DrawTurnRate(Rng& rng, const Style& style) {
  const int n = 5 * Between(rng, 1, 24);
  if (InWords(rng, style)) {
    return {NumberWords(rng, n, style) + Expand(rng, " degrees (per|a) second"),
            static_cast<double>(n)};
  }
  return {std::to_string(n) +
              Expand(rng, "( deg/s| degrees per second|°/s| degrees/s| deg per second)"),
          static_cast<double>(n)};
}

double RoundToHundredth(double value) {
  // The small shift keeps decimal halves (0.125 said as 12.5 cm) from falling to the even side.
  return std::round(value * 100 + std::copysign(1e-6, value)) / 100;
}

std::string Digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  std::string out = text;
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return out;
}

}  // namespace ganglion::learn::english
