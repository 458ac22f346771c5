#include "ganglion/grammar/regular/number_set.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/grammar/regular/number_limits.h"
#include "ganglion/testing/seed.h"

namespace ganglion::grammar {
namespace {

__extension__ typedef __int128 Wide;  // no standard type is as wide

ExactDecimal Of(std::string_view text) {
  const auto number = ExactDecimal::Parse(text);
  EXPECT_TRUE(number.has_value()) << text;
  return number.value_or(ExactDecimal{});
}

Dfa Must(Result<Dfa> set) {
  EXPECT_TRUE(set.ok());
  return set.ok() ? *std::move(set) : Dfa();
}

Work Plenty() { return Work(100'000'000); }

Dfa From(std::string_view low, bool exclusive = false) {
  Work work = Plenty();
  return Must(NumbersFrom({Of(low), exclusive}, work));
}
Dfa To(std::string_view high, bool exclusive = false) {
  Work work = Plenty();
  return Must(NumbersTo({Of(high), exclusive}, work));
}
Dfa Multiples(std::string_view step) {
  Work work = Plenty();
  return Must(MultiplesOf(Of(step), work));
}
Dfa Minus(const Dfa& a, const Dfa& b) {
  Work work = Plenty();
  return Must(Dfa::Subtract(a, b, work));
}
Dfa Written(const Dfa& numbers) {
  Work work = Plenty();
  return Must(WrittenSpellings(numbers, work));
}

// The value of a spelling in millionths, by the rules of the header; nothing if it is no spelling.
// An own reading, so that nothing is shared with what is tested. For at most 6 digits.
std::optional<Wide> Millionths(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  std::size_t point = text.find('.');
  const bool has_point = point != std::string_view::npos;
  if (!has_point) point = text.size();
  const std::string_view integer = text.substr(0, point);
  const std::string_view fraction = has_point ? text.substr(point + 1) : std::string_view();
  if (integer.empty() || (has_point && fraction.empty())) return std::nullopt;
  if (integer.size() > 1 && integer[0] == '0') return std::nullopt;
  Wide value = 0;
  for (const char c : std::string(integer) + std::string(fraction)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  for (std::size_t i = fraction.size(); i < 6; ++i) value *= 10;
  if (negative && value == 0) return std::nullopt;
  return negative ? -value : value;
}

// Calls `visit` with each text of up to `length` of these characters.
void ForEachText(std::string_view characters, std::size_t length,
                 const std::function<void(const std::string&)>& visit, std::string prefix = {}) {
  visit(prefix);
  if (prefix.size() == length) return;
  for (const char c : characters) ForEachText(characters, length, visit, prefix + c);
}

// A set holds exactly the spellings whose value satisfies `holds`.
void ExpectExactly(const Dfa& set, std::string_view characters, std::size_t length,
                   const std::function<bool(Wide)>& holds, const std::string& what) {
  std::size_t failures = 0;
  ForEachText(characters, length, [&](const std::string& text) {
    const auto value = Millionths(text);
    const bool expected = value && holds(*value);
    if (set.Accepts(text) != expected && ++failures < 5) {
      ADD_FAILURE() << what << ": \"" << text << "\" should be " << (expected ? "in" : "out");
    }
  });
}

TEST(NumberSet, AllNumbersAreAllSpellingsAndNoOtherText) {
  ExpectExactly(
      AllNumbers(), "-.012 e+", 6, [](Wide) { return true; }, "all");
}

TEST(NumberSet, EachRangeHoldsItsValuesInEverySpelling) {
  for (const std::string bound : {"0", "1", "-1", "9.5", "0.1", "-0.1", "10", "-10", "99.99",
                                  "0.05", "-12.5", "100", "1.05", "-0.95", "905"}) {
    const Wide value = *Millionths(bound);
    const std::string_view characters = "-.0159";
    ExpectExactly(
        From(bound), characters, 6, [&](Wide x) { return x >= value; }, ">= " + bound);
    ExpectExactly(
        From(bound, true), characters, 6, [&](Wide x) { return x > value; }, "> " + bound);
    ExpectExactly(
        To(bound), characters, 6, [&](Wide x) { return x <= value; }, "<= " + bound);
    ExpectExactly(
        To(bound, true), characters, 6, [&](Wide x) { return x < value; }, "< " + bound);
  }
}

TEST(NumberSet, WhatIsBelowABoundIsTheComplementOfWhatIsNot) {
  for (const std::string bound :
       {"0", "1", "-1", "0.5", "-0.5", "1e-30", "-1e-30", "1e-31", "-1e-31", "1e29", "1e30",
        "-1e30", "123456789012345678901234567890", "1234567890123456789012345678901",
        "0.123456789012345678901234567890123", "-99.9999999999999999999999999999999999", "1e300"}) {
    EXPECT_EQ(Minus(AllNumbers(), From(bound)), To(bound, true)) << bound;
    EXPECT_EQ(Minus(AllNumbers(), To(bound)), From(bound, true)) << bound;
  }
}

TEST(NumberSet, BoundsWithMoreDigitsThanSpellingsAreExact) {
  // Between two neighbours of thirty digits behind the point.
  const std::string low = "0.0000000000000000000000000000004";
  EXPECT_EQ(From(low), From("0", true));
  EXPECT_EQ(To("-" + low), To("0", true));
  EXPECT_TRUE(From("1e30").empty());
  EXPECT_EQ(To("1e30"), AllNumbers());
  EXPECT_EQ(From("-1e10000"), AllNumbers());
  EXPECT_EQ(From("999999999999999999999999999999.5").Accepts("999999999999999999999999999999"),
            false);
  EXPECT_TRUE(From("999999999999999999999999999999").Accepts("999999999999999999999999999999"));
}

TEST(NumberSet, RandomBoundsAgreeWithWideIntegers) {
  testing::SeededRng random;
  SCOPED_TRACE("seed " + std::to_string(random.seed()));
  // Values of up to 15 digits before and 10 behind the point, near each other.
  const auto spell = [](Wide units) {
    std::string digits;
    const bool negative = units < 0;
    for (Wide x = negative ? -units : units; x > 0; x /= 10) {
      digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(x % 10)));
    }
    while (digits.size() < 11) digits.insert(digits.begin(), '0');
    return (negative ? "-" : "") + digits.substr(0, digits.size() - 10) + "." +
           digits.substr(digits.size() - 10);
  };
  for (int i = 0; i < 60; ++i) {
    Wide bound = static_cast<Wide>(random.Below(1'000'000'000)) * 1'000'000'000;
    bound = (bound + random.Below(1'000'000'000)) * 10'000'000;
    for (std::size_t cut = random.Below(25); cut > 0; --cut) bound /= 10;
    if (random.Below(2) == 0) bound = -bound;
    const bool exclusive = random.Below(2) == 0;
    const Dfa from = From(spell(bound), exclusive);
    const Dfa to = To(spell(bound), exclusive);
    for (int j = 0; j < 60; ++j) {
      Wide near = 1;
      for (std::size_t power = random.Below(25); power > 0; --power) near *= 10;
      const Wide x = bound + (random.Below(3) == 0 ? near : random.Below(2) == 0 ? -near : 0);
      const std::string text = x == 0 ? "0.0" : spell(x);
      if (text.size() > 30) continue;
      EXPECT_EQ(from.Accepts(text), exclusive ? x > bound : x >= bound) << text << spell(bound);
      EXPECT_EQ(to.Accepts(text), exclusive ? x < bound : x <= bound) << text << spell(bound);
    }
  }
}

TEST(NumberSet, MultiplesAreThoseOfTheRationalModel) {
  for (const std::string step : {"1", "2", "3", "5", "10", "15", "100", "40", "250", "0.1", "0.5",
                                 "0.01", "0.05", "2.5", "0.25", "1.5", "0.007", "12.5", "0.3"}) {
    const Wide unit = *Millionths(step);
    ExpectExactly(
        Multiples(step), "-.0157", 6, [&](Wide x) { return x % unit == 0; }, "multiple of " + step);
  }
}

TEST(NumberSet, MultiplesOfTinyAndHugeStepsAreExact) {
  EXPECT_EQ(Multiples("1e-30"), AllNumbers());
  EXPECT_EQ(Multiples("1e-300"), AllNumbers());
  const Dfa tiny = Multiples("2e-30");
  EXPECT_TRUE(tiny.Accepts("0.000000000000000000000000000002"));
  EXPECT_FALSE(tiny.Accepts("0.000000000000000000000000000003"));
  const Dfa seventh = Multiples("7e-40");  // needs only that the digits are a multiple of 7
  EXPECT_TRUE(seventh.Accepts("0.000000000000000000000000000007"));
  EXPECT_FALSE(seventh.Accepts("0.000000000000000000000000000008"));
  const Dfa small = Multiples("1e-7");
  EXPECT_TRUE(small.Accepts("0.0000001"));
  EXPECT_TRUE(small.Accepts("-3.00000010"));
  EXPECT_FALSE(small.Accepts("0.00000001"));
  const Dfa great = Multiples("1e29");
  EXPECT_TRUE(great.Accepts("300000000000000000000000000000.0"));
  EXPECT_FALSE(great.Accepts("30000000000000000000000000000"));
  EXPECT_TRUE(great.Accepts("0"));
  EXPECT_EQ(Multiples("1e30").Texts(2), std::nullopt);  // zero, in more than two spellings
  EXPECT_FALSE(Multiples("1e30").Accepts("1"));
}

TEST(NumberSet, AStepWithTooManyRemaindersIsRefusedByName) {
  Work work = Plenty();
  const auto refused = MultiplesOf(Of("0.333331"), work);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), Code::kUnimplemented);
  EXPECT_NE(refused.error().message().find("333331e-6"), std::string::npos)
      << refused.error().message();
  EXPECT_FALSE(MultiplesOf(Of("123456789012345678901234567891"), work).ok());
  EXPECT_FALSE(MultiplesOf(Of("0"), work).ok());
}

TEST(NumberSet, IntegersAreMultiplesOfOne) {
  EXPECT_TRUE(AllIntegers().Accepts("-30.00"));
  EXPECT_TRUE(AllIntegers().Accepts("0"));
  EXPECT_FALSE(AllIntegers().Accepts("0.5"));
  EXPECT_FALSE(AllIntegers().Accepts("-0.0"));
  EXPECT_EQ(AllIntegers(), Multiples("1"));
  EXPECT_TRUE(Minus(AllIntegers(), AllNumbers()).empty());
}

TEST(NumberSet, ListedValuesHaveAllTheirSpellings) {
  Work work = Plenty();
  const Dfa set =
      Must(NumbersOf({Of("1"), Of("1.05"), Of("-0"), Of("-2.50"), Of("1e31"), Of("1e-31")}, work));
  ExpectExactly(
      set, "-.0125", 6,
      [](Wide x) { return x == 1'000'000 || x == 1'050'000 || x == 0 || x == -2'500'000; },
      "listed");
  EXPECT_TRUE(Must(NumbersOf({}, work)).empty());
  EXPECT_TRUE(Must(NumbersOf({Of("1e31")}, work)).empty());
}

TEST(NumberSet, WrittenIntegersHaveNoPoint) {
  const Dfa written = Written(AllIntegers());
  EXPECT_TRUE(written.Accepts("-12"));
  EXPECT_FALSE(written.Accepts("12.0"));
  EXPECT_TRUE(written.Accepts("0"));
}

TEST(NumberSet, FewWrittenValuesHaveOneSpellingEach) {
  Work work = Plenty();
  const Dfa written = Written(Must(NumbersOf({Of("0.5"), Of("10"), Of("-100.25")}, work)));
  EXPECT_EQ(written.Texts(10), (std::vector<std::string>{"10", "0.5", "-100.25"}));
}

TEST(NumberSet, ManyWrittenValuesMayEndInZeros) {
  const Dfa written = Written(From("0"));
  EXPECT_TRUE(written.Accepts("1.50"));
  EXPECT_FALSE(written.Accepts("1e5"));
}

TEST(NumberSet, AllWrittenNumbersAreJsonThatADoubleHolds) {
  const Dfa written = Written(AllNumbers());
  for (const char* text : {"0", "-0", "-0.0", "1e5", "1E+5", "1.5e-300", "9.99e307", "1e07",
                           "123456789e99", "12.5E-10", "0e0", "1e299", "2e30", "3e3"}) {
    EXPECT_TRUE(written.Accepts(text)) << text;
  }
  for (const char* text : {"", "-", "01", "1.", ".5", "1e", "1e+", "+1", "1e308", "1e999", "12e100",
                           "1e400", "1e3070", "e5", "1.e5", "1e0001"}) {
    EXPECT_FALSE(written.Accepts(text)) << text;
  }
}

TEST(NumberSet, EachSetIsWrittenAsASubsetWithEachValue) {
  Work work = Plenty();
  for (const Dfa& set : {From("0"), To("-5.5"), Multiples("0.25"), Multiples("7"),
                         Must(NumbersOf({Of("0.1"), Of("3")}, work))}) {
    const Dfa written = Written(set);
    EXPECT_TRUE(Minus(written, set).empty());
    EXPECT_FALSE(written.empty());
  }
}

TEST(NumberSet, ASpentBudgetIsAnError) {
  Work work(10);
  const auto set = NumbersFrom({Of("1.5"), false}, work);
  ASSERT_FALSE(set.ok());
  EXPECT_EQ(set.error().code(), Code::kResourceExhausted);
}

TEST(ExactDecimal, ReadsJsonNumbersAndNothingElse) {
  for (const char* text : {"", "-", "01", "1.", ".5", "1e", "1e+", "+1", "1 ", "0x1", "NaN",
                           "1e10001", "1e-10001", "1e99999999999999999999"}) {
    EXPECT_FALSE(ExactDecimal::Parse(text)) << text;
  }
  EXPECT_EQ(Of("-0.0e5"), ExactDecimal{});
  EXPECT_EQ(Of("1200"), (ExactDecimal{.negative = false, .digits = "12", .exponent = 2}));
  EXPECT_EQ(Of("-0.0120E+1"), (ExactDecimal{.negative = true, .digits = "12", .exponent = -2}));
  EXPECT_FALSE(ExactDecimal::Parse(std::string(kDecimalDigitsMax + 1, '1')));
}

TEST(ExactDecimal, SpellsWithoutExponent) {
  EXPECT_EQ(Of("-12.50").Spelling(), "-12.5");
  EXPECT_EQ(Of("1e3").Spelling(), "1000");
  EXPECT_EQ(Of("-1e-3").Spelling(), "-0.001");
  EXPECT_EQ(Of("-0").Spelling(), "0");
  EXPECT_EQ(Of("0.5").Spelling(), "0.5");
}

TEST(ExactDecimal, ComparesAndDividesAsWideIntegersDo) {
  testing::SeededRng random;
  SCOPED_TRACE("seed " + std::to_string(random.seed()));
  const auto text = [](std::int64_t thousandths) { return std::to_string(thousandths) + "e-3"; };
  for (int i = 0; i < 20'000; ++i) {
    const auto range = static_cast<std::int64_t>(random.Below(3) == 0 ? 100'000'000'000 : 2'000);
    const std::int64_t a =
        static_cast<std::int64_t>(random.Below(1u << 31) * random.Below(1u << 31)) % range *
        (random.Below(2) == 0 ? 1 : -1);
    const std::int64_t b = static_cast<std::int64_t>(random.Below(2'000)) + 1;
    const int order = Of(text(a)).Compare(Of(text(b)));
    EXPECT_EQ(order < 0, a < b);
    EXPECT_EQ(order == 0, a == b);
    EXPECT_EQ(Of(text(a)).IsMultipleOf(Of(text(b))), a % b == 0) << a << " " << b;
    EXPECT_EQ(Of(text(a)).Spelling(), Of(Of(text(a)).Spelling()).Spelling());
  }
}

TEST(ExactDecimal, LongStepsDivideExactly) {
  // (10^18 - 1) * (10^18 + 1) = 10^36 - 1.
  const std::string nines(36, '9');
  EXPECT_TRUE(Of(nines).IsMultipleOf(Of("1000000000000000001")));
  EXPECT_TRUE(Of(nines).IsMultipleOf(Of("999999999999999999")));
  EXPECT_FALSE(Of(nines).IsMultipleOf(Of("1000000000000000003")));
  EXPECT_TRUE(Of(nines + "e5").IsMultipleOf(Of(nines)));
  EXPECT_TRUE(Of("1e9999").IsMultipleOf(Of("8")));
  EXPECT_FALSE(Of("1e9999").IsMultipleOf(Of("7")));
  EXPECT_TRUE(Of("0").IsMultipleOf(Of("7.5")));
}

}  // namespace
}  // namespace ganglion::grammar
