#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/grammar/regular/number_limits.h"
#include "ganglion/grammar/regular/number_set.h"
#include "ganglion/grammar/regular/number_walk.h"

namespace ganglion::grammar {
namespace {

// Reads a spelling and keeps its remainder by the digits of the step, which is divisor *
// 10^exponent.
//
// With a positive exponent the digits must end in that many zeros, and what stands before them be a
// multiple of the divisor: the state has the zeros just read and the remainder before them. So
// multiples of 1000 need four states for each number of digits and not a thousand.
//
// With a negative one the fraction goes on with the remainder up to the step's last digit, and with
// zeros behind it.
class MultipleWalk {
 public:
  static constexpr std::string_view kCharacters = "-.0123456789";

  MultipleWalk(std::uint32_t divisor, int exponent)
      : divisor_(divisor),
        zeros_(exponent > 0 ? static_cast<std::uint32_t>(exponent) : 0),
        behind_(exponent < 0 ? static_cast<std::uint32_t>(-exponent) : 0),
        fraction_digits_(std::min(behind_, kFractionDigitsMax)) {
    std::uint64_t power = 1 % divisor_;
    std::vector<std::uint64_t> powers;
    for (std::uint32_t i = 0; i <= std::max(zeros_ + 1, behind_); ++i) {
      powers.push_back(power);
      power = power * 10 % divisor_;
    }
    for (std::uint32_t i = 0; i <= zeros_; ++i) shift_.push_back(powers[i + 1]);
    for (std::uint32_t k = 0; k <= fraction_digits_; ++k) missing_.push_back(powers[behind_ - k]);
  }

  // Codes before the steps' own: places without a remainder.
  static std::uint64_t CodeCount(std::uint64_t divisor, int exponent) {
    const std::uint64_t zeros = exponent > 0 ? static_cast<std::uint64_t>(exponent) : 0;
    const std::uint64_t behind = exponent < 0 ? static_cast<std::uint64_t>(-exponent) : 0;
    return kIntegers + divisor * (std::uint64_t{kIntegerDigitsMax} * (zeros + 1) +
                                  std::min<std::uint64_t>(behind, kFractionDigitsMax) + 1);
  }

  std::uint32_t code_count() const {
    return static_cast<std::uint32_t>(
        CodeCount(divisor_, zeros_ > 0 ? static_cast<int>(zeros_) : -static_cast<int>(behind_)));
  }
  std::uint32_t Start() const { return kStart; }

  std::uint32_t Next(std::uint32_t code, char c) const {
    if (code >= kIntegers) {
      return code < FirstFraction() ? NextInInteger(code - kIntegers, c)
                                    : NextInFraction(code - FirstFraction(), c);
    }
    if (code >= kZeroTail) {  // zeros behind a multiple
      return c == '0' && code - kZeroTail < kFractionDigitsMax ? code + 1 : kNoCode;
    }
    if (code >= kMinusZeroPoint) return NextInMinusZero(code - kMinusZeroPoint, c);
    if (code == kZero) return c == '.' ? PointBehind(0, true) : kNoCode;
    if (code == kMinusZero) return c == '.' ? std::uint32_t{kMinusZeroPoint} : kNoCode;
    if (c == '-') return code == kStart ? kMinus : kNoCode;
    if (c == '.') return kNoCode;
    if (c == '0') return code == kStart ? kZero : kMinusZero;
    return Integer(1, ValueOf(c) % divisor_, 0);
  }

  bool Accepts(std::uint32_t code) const {
    if (code < kIntegers) return code == kZero || code > kZeroTail;
    if (code < FirstFraction()) return IsMultiple(code - kIntegers);
    const std::uint32_t digits = (code - FirstFraction()) / divisor_;
    const std::uint64_t remainder = (code - FirstFraction()) % divisor_;
    return digits > 0 && remainder * missing_[digits] % divisor_ == 0;
  }

 private:
  enum Places : std::uint32_t {
    kStart,
    kMinus,
    kZero,
    kMinusZero,
    kMinusZeroPoint,  // and the count of zeros behind the point
    kZeroTail = kMinusZeroPoint + kFractionDigitsMax + 1,  // and the count of digits behind it
    kIntegers = kZeroTail + kFractionDigitsMax + 1,
  };

  static std::uint32_t ValueOf(char digit) { return static_cast<std::uint32_t>(digit - '0'); }
  std::uint32_t FirstFraction() const {
    return kIntegers + kIntegerDigitsMax * (zeros_ + 1) * divisor_;
  }
  std::uint32_t Integer(std::uint32_t digits, std::uint64_t remainder, std::uint32_t zeros) const {
    return kIntegers + ((digits - 1) * (zeros_ + 1) + zeros) * divisor_ +
           static_cast<std::uint32_t>(remainder);
  }
  std::uint32_t Fraction(std::uint32_t digits, std::uint64_t remainder) const {
    return FirstFraction() + digits * divisor_ + static_cast<std::uint32_t>(remainder);
  }

  std::uint32_t PointBehind(std::uint64_t remainder, bool is_multiple) const {
    if (behind_ > 0) return Fraction(0, remainder);
    return is_multiple ? std::uint32_t{kZeroTail} : kNoCode;
  }

  bool IsMultiple(std::uint32_t integer) const {
    const std::uint64_t remainder = integer % divisor_;
    const std::uint32_t zeros = integer / divisor_ % (zeros_ + 1);
    return zeros == zeros_ && remainder * missing_[0] % divisor_ == 0;
  }

  std::uint32_t NextInInteger(std::uint32_t integer, char c) const {
    const std::uint64_t remainder = integer % divisor_;
    const std::uint32_t zeros = integer / divisor_ % (zeros_ + 1);
    const std::uint32_t digits = integer / divisor_ / (zeros_ + 1) + 1;
    if (c == '.') return PointBehind(remainder, IsMultiple(integer));
    if (c == '-' || digits == kIntegerDigitsMax) return kNoCode;
    if (c == '0' && zeros < zeros_) return Integer(digits + 1, remainder, zeros + 1);
    if (c == '0') return Integer(digits + 1, remainder * 10 % divisor_, zeros);
    return Integer(digits + 1, (remainder * shift_[zeros] + ValueOf(c)) % divisor_, 0);
  }

  std::uint32_t NextInFraction(std::uint32_t fraction, char c) const {
    const std::uint64_t remainder = fraction % divisor_;
    const std::uint32_t digits = fraction / divisor_;
    if (c == '-' || c == '.' || digits == kFractionDigitsMax) return kNoCode;
    if (digits < behind_) return Fraction(digits + 1, (remainder * 10 + ValueOf(c)) % divisor_);
    return c == '0' && remainder == 0 ? kZeroTail + digits + 1 : kNoCode;
  }

  // Behind "-0.": zeros so far, which are no number yet.
  std::uint32_t NextInMinusZero(std::uint32_t digits, char c) const {
    if (c == '-' || c == '.' || digits >= fraction_digits_) return kNoCode;
    if (c == '0') return kMinusZeroPoint + digits + 1;
    return Fraction(digits + 1, ValueOf(c) % divisor_);
  }

  std::uint32_t divisor_;
  std::uint32_t zeros_;                 // that a multiple ends in
  std::uint32_t behind_;                // digits of the step behind the point
  std::uint32_t fraction_digits_;       // of them, those that a spelling can have
  std::vector<std::uint64_t> shift_;    // [z]: 10^(z + 1) modulo the divisor
  std::vector<std::uint64_t> missing_;  // [k]: 10^(behind - k) modulo the divisor
};

Status TooManyStates(const ExactDecimal& step, const std::string& states) {
  return {Code::kUnimplemented, "the multiples of " + step.digits.substr(0, 40) + "e" +
                                    std::to_string(step.exponent) + " need " + states +
                                    " states, more than " + std::to_string(kMultipleStatesMax)};
}

}  // namespace

Result<Dfa> MultiplesOf(const ExactDecimal& step, Work& work) {
  if (step.digits.empty() || step.negative) {
    return Status(Code::kInvalidArgument, "the step of multiples is not above zero");
  }
  // A multiple with so many zeros has more digits than a spelling, but for zero.
  if (step.exponent >= static_cast<int>(kIntegerDigitsMax))
    return NumbersOf({ExactDecimal{}}, work);
  if (step.digits.size() > 9) return TooManyStates(step, "more than a billion");
  std::uint64_t divisor = 0;
  for (const char digit : step.digits) {
    divisor = divisor * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  const std::uint64_t states = MultipleWalk::CodeCount(divisor, step.exponent);
  if (states > kMultipleStatesMax) return TooManyStates(step, std::to_string(states));
  return BuildWalk(MultipleWalk(static_cast<std::uint32_t>(divisor), step.exponent), work);
}

}  // namespace ganglion::grammar
