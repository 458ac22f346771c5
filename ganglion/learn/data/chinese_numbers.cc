#include "ganglion/learn/data/chinese_numbers.h"

#include <cmath>
#include <cstdio>
#include <string_view>

#include "ganglion/base/check.h"
#include "ganglion/learn/data/phrase.h"

namespace ganglion::learn::chinese {
namespace {

constexpr std::string_view kDigitNames[] = {"零", "一", "二", "三", "四",
                                            "五", "六", "七", "八", "九"};

constexpr double kMetresPerFoot = 0.3048;
constexpr double kMetresPerInch = 0.0254;
constexpr double kMetresPerPace = 0.3;

std::string DigitName(int digit) { return std::string(kDigitNames[digit]); }

// A number before a measure word, in digits or in characters.
std::string Counted(Rng& rng, int number) {
  return rng.Chance(0.5) ? Digits(number) : CountNumeral(number);
}

std::string Decimal(Rng& rng, double number) {
  if (rng.Chance(0.55)) return Digits(number);
  if (number == std::floor(number)) return CountNumeral(static_cast<int>(number));
  const std::string text = DecimalNumeral(number);
  constexpr std::string_view kTwo = "二";
  if (text.starts_with("二点") && rng.Chance(0.5)) return "两" + text.substr(kTwo.size());
  return text;
}

std::string Spaced(Rng& rng, std::string number, std::string_view unit) {
  const bool latin = number.back() >= '0' && number.back() <= '9';
  if (latin && rng.Chance(0.07)) number += ' ';
  return number += unit;
}

// Small numbers are more common than large ones.
int SkewedBelow(Rng& rng, int bound) {
  const std::size_t first = rng.Below(static_cast<std::size_t>(bound));
  const std::size_t second = rng.Below(static_cast<std::size_t>(bound));
  return static_cast<int>(first < second ? first : second);
}

Quantity Metres(Rng& rng) {
  switch (rng.Below(10)) {
    case 0:
      return {rng.Chance(0.8) ? "半米" : "半公尺", 0.5};
    case 1: {  // 三米半
      const int whole = 1 + SkewedBelow(rng, 9);
      return {Counted(rng, whole) + "米半", whole + 0.5};
    }
    case 2:
    case 3: {  // 一米二, 一米零五
      if (rng.Chance(0.06)) {
        const int metres = 1 + SkewedBelow(rng, 9);
        const int hundredth = 1 + static_cast<int>(rng.Below(9));
        return {CountNumeral(metres) + "米零" + DigitName(hundredth), metres + hundredth / 100.0};
      }
      const int whole = 1 + SkewedBelow(rng, 9);
      const int tenth = 1 + static_cast<int>(rng.Below(9));
      const bool digits = rng.Chance(0.3);
      return {(digits ? Digits(whole) : CountNumeral(whole)) + "米" +
                  (digits ? Digits(tenth) : DigitName(tenth)),
              RoundedToHundredths(whole + tenth / 10.0)};
    }
    case 4:
    case 5:
    case 6: {  // 1.5米
      const double value =
          RoundedToHundredths(rng.Chance(0.85) ? (1 + SkewedBelow(rng, 99)) / 10.0
                                               : (5 + SkewedBelow(rng, 495)) / 100.0);
      return {Spaced(rng, Decimal(rng, value), Expand(rng, "(米|米|米|米|m|公尺)")), value};
    }
    default: {
      const int whole = 1 + SkewedBelow(rng, 10);
      return {Spaced(rng, Counted(rng, whole), Expand(rng, "(米|米|米|米|米|m|公尺|米远)")),
              static_cast<double>(whole)};
    }
  }
}

Quantity Centimetres(Rng& rng) {
  const int value =
      rng.Chance(0.8) ? 5 * (1 + SkewedBelow(rng, 40)) : 1 + static_cast<int>(rng.Below(150));
  return {Spaced(rng, Counted(rng, value), Expand(rng, "(厘米|厘米|厘米|公分|公分|cm|cm)")),
          value / 100.0};
}

Quantity OtherLength(Rng& rng) {
  switch (rng.Below(4)) {
    case 0: {
      const int value = 10 * (1 + SkewedBelow(rng, 100));
      return {Spaced(rng, Counted(rng, value), Expand(rng, "(毫米|毫米|mm)")), value / 1000.0};
    }
    case 1: {
      const int value = 1 + SkewedBelow(rng, 30);
      return {Counted(rng, value) + "英尺", value * kMetresPerFoot};
    }
    case 2: {
      const int value = 1 + SkewedBelow(rng, 60);
      return {Counted(rng, value) + Expand(rng, "(英寸|英寸|英吋)"), value * kMetresPerInch};
    }
    default: {
      const int value = 1 + SkewedBelow(rng, 30);
      return {Counted(rng, value) + "分米", value / 10.0};
    }
  }
}

}  // namespace

double RoundedToHundredths(double value) { return std::round(value * 100) / 100; }

std::string Numeral(int number) {
  GN_CHECK(number >= 0 && number <= 9999);
  if (number < 10) return DigitName(number);
  if (number < 20) return "十" + (number > 10 ? DigitName(number - 10) : "");
  std::string out;
  bool gap = false;
  constexpr int kUnits[] = {1000, 100, 10, 1};
  constexpr std::string_view kUnitNames[] = {"千", "百", "十", ""};
  for (int i = 0; i < 4; ++i) {
    const int digit = number / kUnits[i] % 10;
    if (digit == 0) {
      gap = !out.empty();
      continue;
    }
    if (gap) out += "零";
    gap = false;
    out += DigitName(digit);
    out += kUnitNames[i];
  }
  return out;
}

std::string CountNumeral(int number) {
  if (number == 2) return "两";
  std::string text = Numeral(number);
  if (number / 100 % 10 == 2 && number < 1000 && number >= 100) text.replace(0, 3, "两");
  return text;
}

std::string DecimalNumeral(double number) {
  const int hundredths = static_cast<int>(std::lround(number * 100));
  std::string out = Numeral(hundredths / 100);
  if (hundredths % 100 == 0) return out;
  out += "点" + DigitName(hundredths / 10 % 10);
  if (hundredths % 10 != 0) out += DigitName(hundredths % 10);
  return out;
}

std::string Digits(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", number);
  std::string out = text;
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return out;
}

std::string FullWidth(const std::string& text) {
  std::string out;
  for (char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (digit) {  // U+FF10 is EF BC 90.
      out += "\xEF\xBC";
      out += static_cast<char>(0x90 + (c - '0'));
    } else if (c == '%') {
      out += "％";
    } else {
      out += c;
    }
  }
  return out;
}

Quantity DrawDistance(Rng& rng) {
  for (;;) {
    Quantity out;
    const double kind = rng.Uniform();
    if (kind < 0.52) {
      out = Metres(rng);
    } else if (kind < 0.74) {
      out = Centimetres(rng);
    } else if (kind < 0.82) {
      out = OtherLength(rng);
    } else if (kind < 0.99) {
      const int paces = 1 + SkewedBelow(rng, 20);
      out = {Counted(rng, paces) + "步", paces * kMetresPerPace};
    } else {
      out = {"半步", kMetresPerPace / 2};
    }
    out.value = RoundedToHundredths(out.value);
    if (out.value >= 0.01 && out.value <= 10) return out;
  }
}

Quantity DrawAngleUpTo(Rng& rng, int largest_deg) {
  int value = 5 * (1 + static_cast<int>(rng.Below(static_cast<std::size_t>(largest_deg / 5))));
  if (rng.Chance(0.2))
    value = 1 + static_cast<int>(rng.Below(static_cast<std::size_t>(largest_deg)));
  if (rng.Chance(0.6))
    return {Spaced(rng, Digits(value), Expand(rng, "(度|度|度|度|°)")), 1.0 * value};
  std::string said = rng.Chance(0.2) && value > 100 ? CountNumeral(value) : Numeral(value);
  return {said + "度", 1.0 * value};
}

Quantity DrawAngle(Rng& rng) {
  if (rng.Chance(0.03)) {  // 一百八 is 180.
    const int hundreds = 1 + static_cast<int>(rng.Below(3));
    const int tens = 1 + static_cast<int>(rng.Below(9));
    return {DigitName(hundreds) + "百" + DigitName(tens), 100.0 * hundreds + 10.0 * tens};
  }
  if (rng.Chance(0.02)) {
    const int whole = 1 + static_cast<int>(rng.Below(180));
    return {Decimal(rng, whole + 0.5) + "度", whole + 0.5};
  }
  constexpr int kCommon[] = {30, 45, 60, 90, 90, 120, 135, 180, 270, 360};
  if (rng.Chance(0.25)) {
    const int value = learn::Pick(rng, kCommon);
    return {(rng.Chance(0.5) ? Digits(value) : Numeral(value)) + "度", 1.0 * value};
  }
  const double spread = rng.Uniform();
  return DrawAngleUpTo(rng, spread < 0.5 ? 90 : spread < 0.85 ? 360 : 720);
}

Quantity DrawPercent(Rng& rng) {
  const double kind = rng.Uniform();
  if (kind < 0.05) {
    return {Expand(rng, "百分之(百|一百)"), 100};
  }
  if (kind < 0.1) {
    const int tenths = 1 + static_cast<int>(rng.Below(9));
    return {(tenths == 2 && rng.Chance(0.5) ? "两" : DigitName(tenths)) + "成", tenths * 10.0};
  }
  int value = 5 * static_cast<int>(rng.Below(21));
  if (rng.Chance(0.25)) value = static_cast<int>(rng.Below(101));
  if (kind < 0.5) return {"百分之" + Numeral(value), 1.0 * value};
  if (kind < 0.55) return {"百分之" + Digits(value), 1.0 * value};
  return {Spaced(rng, Digits(value), "%"), 1.0 * value};
}

Quantity DrawDuration(Rng& rng) {
  switch (rng.Below(20)) {
    case 0:
      return {Expand(rng, "半(分钟|分钟|分)"), 30};
    case 1: {
      const int whole = 1 + SkewedBelow(rng, 9);
      if (rng.Chance(0.12)) return {Counted(rng, whole) + "秒半", whole + 0.5};
      return {Expand(rng, "$n(分半|分半|分半钟|分半钟|分钟半)", {{"n", Counted(rng, whole)}}),
              whole * 60 + 30.0};
    }
    case 2: {
      const int minutes = 1 + SkewedBelow(rng, 9);
      const int seconds = 5 * (1 + static_cast<int>(rng.Below(11)));
      const bool digits = rng.Chance(0.5);
      return {(digits ? Digits(minutes) : CountNumeral(minutes)) + Expand(rng, "(分|分钟|分)") +
                  (digits ? Digits(seconds) : Numeral(seconds)) + "秒",
              minutes * 60.0 + seconds};
    }
    case 3: {
      const double value = (1 + SkewedBelow(rng, 99)) / 10.0;
      return {Decimal(rng, value) + "秒", value};
    }
    case 4:
      if (rng.Chance(0.5)) return {Expand(rng, "半秒[钟]"), 0.5};
      [[fallthrough]];
    case 5:
    case 6:
    case 7:
    case 8: {
      const int value = 1 + SkewedBelow(rng, 10);
      return {Spaced(rng, Counted(rng, value), Expand(rng, "(分钟|分钟|分钟|分|min)")),
              value * 60.0};
    }
    default: {
      const int value = rng.Chance(0.7) ? 1 + static_cast<int>(rng.Below(20))
                                        : 5 * (1 + static_cast<int>(rng.Below(24)));
      return {Spaced(rng, Counted(rng, value), Expand(rng, "(秒|秒|秒|秒钟|秒钟|s)")), 1.0 * value};
    }
  }
}

Quantity DrawSpeed(Rng& rng) {
  double value = (5 + static_cast<int>(rng.Below(76))) / 100.0;
  if (rng.Chance(0.7)) value = (1 + static_cast<int>(rng.Below(8))) / 10.0;
  const std::string number = Decimal(rng, value);
  return {Expand(rng, "(每秒$n米|每秒$n米|$n米每秒|${n}m/s|$n米/秒|一秒$n米)", {{"n", number}}),
          value};
}

Quantity DrawRate(Rng& rng) {
  const int value = 5 * (1 + static_cast<int>(rng.Below(24)));
  const std::string number = rng.Chance(0.5) ? Digits(value) : Numeral(value);
  return {Expand(rng, "(每秒$n度|每秒$n度|$n度每秒|$n度/秒|每秒钟$n度)", {{"n", number}}),
          1.0 * value};
}

Quantity DrawCount(Rng& rng, int largest) {
  const int value = 2 + SkewedBelow(rng, largest - 1);
  return {rng.Chance(0.3) ? Digits(value) : CountNumeral(value), 1.0 * value};
}

Quantity DrawDistanceTooFar(Rng& rng) {
  const int value = rng.Chance(0.6) ? 11 + static_cast<int>(rng.Below(90))
                                    : 50 * (1 + static_cast<int>(rng.Below(40)));
  switch (rng.Below(5)) {
    case 0:
      return {Counted(rng, 1 + SkewedBelow(rng, 20)) + Expand(rng, "(公里|公里|千米|里地|km)"), 0};
    case 1:
      return {Counted(rng, 40 + value % 960) + "步", 0};
    default:
      return {Counted(rng, value) + Expand(rng, "(米|米|米|m)"), 0};
  }
}

Quantity DrawAngleTooFar(Rng& rng) {
  if (rng.Chance(0.4)) return {Counted(rng, 3 + SkewedBelow(rng, 30)) + "圈", 0};
  const int value = 10 * (73 + static_cast<int>(rng.Below(200)));
  return {(rng.Chance(0.5) ? Digits(value) : Numeral(value)) + "度", 0};
}

Quantity DrawPercentTooFar(Rng& rng) {
  const int value = 10 * (11 + SkewedBelow(rng, 60));
  return {rng.Chance(0.5) ? Digits(value) + "%" : "百分之" + Numeral(value), 0};
}

Quantity DrawDurationTooLong(Rng& rng) {
  switch (rng.Below(4)) {
    case 0:
      return {Expand(rng, "(半个小时|半小时|一刻钟|三刻钟|半天|一天|一整天|一个钟头|半个钟头)"), 0};
    case 1:
      return {Counted(rng, 1 + SkewedBelow(rng, 12)) + Expand(rng, "(个小时|小时|个钟头)"), 0};
    case 2:
      return {Counted(rng, 610 + 10 * SkewedBelow(rng, 300)) + "秒", 0};
    default:
      return {Counted(rng, 11 + SkewedBelow(rng, 80)) + "分钟", 0};
  }
}

}  // namespace ganglion::learn::chinese
