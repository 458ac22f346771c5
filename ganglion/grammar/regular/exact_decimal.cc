#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ganglion/grammar/regular/number_limits.h"
#include "ganglion/grammar/regular/number_set.h"

namespace ganglion::grammar {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes the digits at the front of `text`.
std::string_view TakeDigits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && IsDigit(text[count])) ++count;
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

bool Take(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

// The whole of `text` as an exponent with its sign; nothing if it is none or too large.
std::optional<int> ReadExponent(std::string_view text) {
  const bool negative = Take(text, '-');
  if (!negative) Take(text, '+');
  const std::string_view digits = TakeDigits(text);
  if (digits.empty() || !text.empty()) return std::nullopt;
  int value = 0;
  for (const char digit : digits) {
    value = 10 * value + (digit - '0');
    if (value > kDecimalExponentMax) return std::nullopt;
  }
  return negative ? -value : value;
}

// The remainder of a division by a fixed divisor, fed with the dividend's digits from the first.
// Limbs hold nine digits each, the least significant first.
class Remainder {
 public:
  explicit Remainder(std::string_view divisor) {
    for (std::size_t end = divisor.size(); end > 0;) {
      const std::size_t begin = end > kLimbDigits ? end - kLimbDigits : 0;
      std::uint32_t limb = 0;
      for (const char digit : divisor.substr(begin, end - begin)) {
        limb = 10 * limb + static_cast<std::uint32_t>(digit - '0');
      }
      divisor_.push_back(limb);
      end = begin;
    }
    divisor_.push_back(0);  // ten times a remainder may be one limb longer
    value_.assign(divisor_.size(), 0);
  }

  void Feed(char digit) {
    std::uint64_t carry = static_cast<std::uint64_t>(digit - '0');
    for (std::uint32_t& limb : value_) {
      carry += std::uint64_t{limb} * 10;
      limb = static_cast<std::uint32_t>(carry % kBase);
      carry /= kBase;
    }
    while (!IsBelowDivisor()) SubtractDivisor();  // at most nine times
  }

  bool is_zero() const {
    return std::all_of(value_.begin(), value_.end(), [](std::uint32_t limb) { return limb == 0; });
  }

 private:
  static constexpr std::size_t kLimbDigits = 9;
  static constexpr std::uint64_t kBase = 1'000'000'000;

  bool IsBelowDivisor() const {
    return std::lexicographical_compare(value_.rbegin(), value_.rend(), divisor_.rbegin(),
                                        divisor_.rend());
  }

  void SubtractDivisor() {
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < value_.size(); ++i) {
      const std::uint64_t taken = std::uint64_t{divisor_[i]} + borrow;
      borrow = value_[i] < taken ? 1 : 0;
      value_[i] = static_cast<std::uint32_t>(value_[i] + borrow * kBase - taken);
    }
  }

  std::vector<std::uint32_t> divisor_;
  std::vector<std::uint32_t> value_;
};

}  // namespace

std::optional<ExactDecimal> ExactDecimal::Parse(std::string_view text) {
  ExactDecimal number;
  number.negative = Take(text, '-');
  const std::string_view integer = TakeDigits(text);
  if (integer.empty() || (integer.size() > 1 && integer[0] == '0')) return std::nullopt;
  std::string_view fraction;
  if (Take(text, '.')) {
    fraction = TakeDigits(text);
    if (fraction.empty()) return std::nullopt;
  }
  int exponent = 0;
  if (Take(text, 'e') || Take(text, 'E')) {
    const auto read = ReadExponent(text);
    if (!read) return std::nullopt;
    exponent = *read;
  } else if (!text.empty()) {
    return std::nullopt;
  }
  if (integer.size() + fraction.size() > kDecimalDigitsMax) return std::nullopt;
  exponent -= static_cast<int>(fraction.size());

  std::string digits = std::string(integer) + std::string(fraction);
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return ExactDecimal{};  // minus zero is zero
  const std::size_t last = digits.find_last_not_of('0');
  number.exponent = exponent + static_cast<int>(digits.size() - 1 - last);
  number.digits = digits.substr(first, last + 1 - first);
  if (std::abs(number.exponent) > kDecimalExponentMax) return std::nullopt;
  return number;
}

std::string ExactDecimal::Spelling() const {
  if (digits.empty()) return "0";
  std::string text = negative ? "-" : "";
  if (exponent >= 0) return text + digits + std::string(static_cast<std::size_t>(exponent), '0');
  const std::size_t behind = static_cast<std::size_t>(-exponent);
  if (digits.size() > behind) {
    const std::size_t before = digits.size() - behind;
    return text + digits.substr(0, before) + "." + digits.substr(before);
  }
  return text + "0." + std::string(behind - digits.size(), '0') + digits;
}

int ExactDecimal::Compare(const ExactDecimal& other) const {
  const auto sign = [](const ExactDecimal& x) {
    return x.digits.empty() ? 0 : x.negative ? -1 : 1;
  };
  if (sign(*this) != sign(other)) return sign(*this) < sign(other) ? -1 : 1;
  if (digits.empty()) return 0;
  const auto magnitude = [](const ExactDecimal& x) {
    return static_cast<std::int64_t>(x.digits.size()) + x.exponent;
  };
  int order = 0;
  if (magnitude(*this) != magnitude(other)) {
    order = magnitude(*this) < magnitude(other) ? -1 : 1;
  } else {
    order = digits.compare(other.digits);  // without zeros at the end, a prefix is the smaller one
  }
  return negative ? -order : order;
}

bool ExactDecimal::IsMultipleOf(const ExactDecimal& step) const {
  if (digits.empty()) return true;
  // The digits do not end in zero, so no multiple of ten times a power of the step's is among them.
  if (exponent < step.exponent) return false;
  Remainder remainder(step.digits);
  for (const char digit : digits) remainder.Feed(digit);
  for (int i = step.exponent; i < exponent && !remainder.is_zero(); ++i) remainder.Feed('0');
  return remainder.is_zero();
}

}  // namespace ganglion::grammar
