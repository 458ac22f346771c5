#include "ganglion/grammar/number_range.h"

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"

namespace ganglion::grammar {
namespace {

bool Accepts(const ByteAutomaton& automaton, ByteState start, std::string_view text) {
  ByteState state = start;
  for (const char c : text) {
    state = automaton.Next(state, static_cast<std::uint8_t>(c));
    if (state == kDeadState) return false;
  }
  return automaton.accepting(state);
}

// What a text says in units of 10^-places, read the plain way; nothing if it is no number of the
// form that the room writes.
std::optional<std::int64_t> UnitsOf(std::string_view text, int places) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (whole.empty() || (whole.size() > 1 && whole[0] == '0')) return std::nullopt;
  std::string digits(whole);
  std::size_t fraction = 0;
  if (point != std::string_view::npos) {
    fraction = text.size() - point - 1;
    if (fraction == 0 || fraction > static_cast<std::size_t>(places)) return std::nullopt;
    digits += text.substr(point + 1);
  }
  digits.append(static_cast<std::size_t>(places) - fraction, '0');
  std::int64_t units = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    units = units * 10 + (c - '0');
  }
  if (negative && units == 0) return std::nullopt;
  return negative ? -units : units;
}

// Compares the automaton with plain reading on every text of up to `length` of the bytes of a
// number. Prefixes that the automaton refuses are still followed, so nothing is taken on trust.
class Exhaustive {
 public:
  Exhaustive(const NumberRange& range, std::size_t length) : range_(range), length_(length) {
    start_ = AddNumberRange(automaton_, range);
  }
  void Run() { Visit(start_); }
  std::size_t accepted() const { return accepted_; }

 private:
  void Visit(ByteState state) {
    const auto units = UnitsOf(text_, range_.fraction_digits);
    const bool expected = units && *units >= range_.low && *units <= range_.high;
    const bool got = state != kDeadState && automaton_.accepting(state);
    if (got != expected) {
      ADD_FAILURE() << text_ << " in " << range_.low << ".." << range_.high << " with "
                    << range_.fraction_digits << " digits: " << got;
    }
    accepted_ += got;
    if (text_.size() == length_) return;
    for (const char c : std::string_view("-.0123456789")) {
      text_.push_back(c);
      Visit(state == kDeadState ? kDeadState
                                : automaton_.Next(state, static_cast<std::uint8_t>(c)));
      text_.pop_back();
    }
  }

  NumberRange range_;
  std::size_t length_;
  ByteAutomaton automaton_;
  ByteState start_{};
  std::string text_;
  std::size_t accepted_ = 0;
};

TEST(NumberRange, RangesOfTheRobotAgreeWithPlainReadingOnEveryShortText) {
  constexpr std::int64_t kUnit = 1'000'000;
  for (const NumberRange& range :
       {NumberRange{-10 * kUnit, 10 * kUnit, 6}, NumberRange{50'000, 800'000, 6},
        NumberRange{-720 * kUnit, 720 * kUnit, 6}, NumberRange{100'000, 600 * kUnit, 6},
        NumberRange{-30 * kUnit, 45 * kUnit, 6}, NumberRange{0, 100 * kUnit, 6},
        NumberRange{0, 0, 6}, NumberRange{-1, 1, 6}, NumberRange{0, 1000, 0}}) {
    Exhaustive run(range, 5);
    run.Run();
    EXPECT_GT(run.accepted(), 0u);
  }
}

TEST(NumberRange, RandomRangesAgreeWithPlainReadingOnEveryShortText) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  for (int i = 0; i < 400; ++i) {
    const std::size_t span = std::size_t{1} << (1 + rng.Below(14));
    const auto random = [&] {
      return static_cast<std::int64_t>(rng.Below(2 * span)) - static_cast<std::int64_t>(span);
    };
    const std::int64_t a = random();
    const std::int64_t b = random();
    Exhaustive({std::min(a, b), std::max(a, b), static_cast<int>(rng.Below(4))}, 4).Run();
  }
}

// Long texts: exact spellings at, just inside and just outside both bounds.
TEST(NumberRange, LongNumbersAreExactAtTheirBounds) {
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  const auto random = [&] {
    std::int64_t value = 0;
    const std::size_t digits = 1 + rng.Below(18);
    for (std::size_t i = 0; i < digits; ++i) {
      value = value * 10 + static_cast<std::int64_t>(rng.Below(10));
    }
    return rng.Below(2) == 0 ? value : -value;
  };
  const auto spell = [](std::int64_t units, int places) {
    std::string digits = std::to_string(units < 0 ? -units : units);
    if (places > 0) {
      const auto size = static_cast<std::size_t>(places);
      if (digits.size() <= size) digits.insert(0, size + 1 - digits.size(), '0');
      digits.insert(digits.size() - size, 1, '.');
    }
    return std::string(units < 0 ? "-" : "").append(digits);
  };
  for (int i = 0; i < 2000; ++i) {
    const int places = static_cast<int>(rng.Below(7));
    const std::int64_t a = random();
    const std::int64_t b = random();
    const NumberRange range{std::min(a, b), std::max(a, b), places};
    ByteAutomaton automaton;
    const ByteState start = AddNumberRange(automaton, range);
    for (const std::int64_t bound : {range.low, range.high}) {
      for (int step = -2; step <= 2; ++step) {
        const std::int64_t units = bound + step;
        if (units <= -kUnitsEnd || units >= kUnitsEnd) continue;
        const std::string text = spell(units, places);
        ASSERT_EQ(Accepts(automaton, start, text), range.low <= units && units <= range.high)
            << text << " in " << range.low << ".." << range.high << " with " << places;
      }
    }
  }
}

TEST(NumberRange, TheWidestRangeTakesAllDigits) {
  ByteAutomaton automaton;
  const ByteState start = AddNumberRange(automaton, {});
  EXPECT_TRUE(Accepts(automaton, start, "-999999999999.999999"));
  EXPECT_FALSE(Accepts(automaton, start, "1000000000000"));
  EXPECT_FALSE(Accepts(automaton, start, "0.0000001"));
  EXPECT_LT(automaton.edge_count(), 200u);
}

TEST(Decimal, IsWhatAPersonWrites) {
  EXPECT_EQ(Decimal::FromDouble(0.05).CeilUnits(6), 50'000);
  EXPECT_EQ(Decimal::FromDouble(0.05).FloorUnits(6), 50'000);
  EXPECT_EQ(Decimal::FromDouble(-720).FloorUnits(6), -720'000'000);
  EXPECT_EQ(Decimal::FromDouble(0.8).FloorUnits(1), 8);
  EXPECT_EQ(Decimal::FromDouble(-0.0).FloorUnits(6), 0);
  EXPECT_EQ(Decimal::FromInteger(std::int64_t{-12}).FloorUnits(2), -1200);
  EXPECT_EQ(Decimal::FromInteger(std::uint64_t{105}).CeilUnits(0), 105);
}

TEST(Decimal, RoundsTowardsTheInsideOfARange) {
  EXPECT_EQ(Decimal::FromDouble(2.5).FloorUnits(0), 2);
  EXPECT_EQ(Decimal::FromDouble(2.5).CeilUnits(0), 3);
  EXPECT_EQ(Decimal::FromDouble(-2.5).FloorUnits(0), -3);
  EXPECT_EQ(Decimal::FromDouble(-2.5).CeilUnits(0), -2);
  EXPECT_EQ(Decimal::FromDouble(1e-9).CeilUnits(6), 1);
  EXPECT_EQ(Decimal::FromDouble(1e-9).FloorUnits(6), 0);
  EXPECT_EQ(Decimal::FromDouble(-1e-9).FloorUnits(6), -1);
  EXPECT_EQ(Decimal::FromDouble(-1e-9).CeilUnits(6), 0);
}

TEST(Decimal, HugeValuesAreHeldAtTheEnd) {
  for (const double huge : {1e300, 1e18, std::numeric_limits<double>::max()}) {
    EXPECT_EQ(Decimal::FromDouble(huge).FloorUnits(0), kUnitsEnd);
    EXPECT_EQ(Decimal::FromDouble(huge).CeilUnits(0), kUnitsEnd);
    EXPECT_EQ(Decimal::FromDouble(-huge).FloorUnits(0), -kUnitsEnd);
    EXPECT_EQ(Decimal::FromDouble(-huge).CeilUnits(0), -kUnitsEnd);
  }
  EXPECT_EQ(Decimal::FromInteger(std::numeric_limits<std::int64_t>::min()).FloorUnits(0),
            -kUnitsEnd);
  EXPECT_EQ(Decimal::FromInteger(std::numeric_limits<std::uint64_t>::max()).FloorUnits(0),
            kUnitsEnd);
  EXPECT_EQ(Decimal::FromDouble(std::numeric_limits<double>::denorm_min()).CeilUnits(6), 1);
}

}  // namespace
}  // namespace ganglion::grammar
