#include "ganglion/base/half.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace ganglion {
namespace {

// The value of a half by its definition.
double Definition(std::uint16_t half) {
  const int exponent = half >> 10 & 31;
  const double fraction = half & 1023;
  const double sign = (half & 0x8000) != 0 ? -1.0 : 1.0;
  if (exponent == 31) return fraction != 0 ? NAN : sign * INFINITY;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(1024.0 + fraction, exponent - 25);
}

TEST(Half, EveryPatternHasTheValueOfItsDefinitionAndComesBack) {
  for (std::uint32_t bits = 0; bits <= 0xffff; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float value = HalfToFloat(half);
    if (std::isnan(Definition(half))) {
      EXPECT_TRUE(std::isnan(value));
      EXPECT_TRUE(std::isnan(HalfToFloat(FloatToHalf(value))));
      continue;
    }
    ASSERT_EQ(double{value}, Definition(half)) << bits;
    ASSERT_EQ(FloatToHalf(value), half) << bits;
  }
}

// Between each two neighbours: the middle goes to the even one, and either side of it to the
// nearer.
TEST(Half, RoundsToNearestAndTiesToEven) {
  for (std::uint16_t lower = 0; lower < 0x7bff; ++lower) {
    const auto upper = static_cast<std::uint16_t>(lower + 1);
    const float middle = 0.5f * (HalfToFloat(lower) + HalfToFloat(upper));
    ASSERT_EQ(FloatToHalf(middle), lower % 2 == 0 ? lower : upper) << lower;
    ASSERT_EQ(FloatToHalf(std::nextafter(middle, 0.0f)), lower) << lower;
    ASSERT_EQ(FloatToHalf(std::nextafter(middle, INFINITY)), upper) << lower;
    ASSERT_EQ(FloatToHalf(-std::nextafter(middle, 0.0f)), lower | 0x8000) << lower;
  }
  EXPECT_EQ(FloatToHalf(65519.996f), 0x7bff);
  EXPECT_EQ(FloatToHalf(65520.0f), 0x7c00);
  EXPECT_EQ(FloatToHalf(std::numeric_limits<float>::max()), 0x7c00);
}

TEST(Bfloat16, RoundsToNearestAndTiesToEven) {
  for (std::uint32_t bits = 0; bits < 0x7f7f; ++bits) {
    const auto lower = static_cast<std::uint16_t>(bits);
    const auto upper = static_cast<std::uint16_t>(bits + 1);
    const float middle = std::bit_cast<float>(bits << 16 | 0x8000u);
    ASSERT_EQ(FloatToBfloat16(Bfloat16ToFloat(lower)), lower);
    ASSERT_EQ(FloatToBfloat16(middle), lower % 2 == 0 ? lower : upper) << bits;
    ASSERT_EQ(FloatToBfloat16(std::nextafter(middle, 0.0f)), lower) << bits;
    ASSERT_EQ(FloatToBfloat16(std::nextafter(middle, INFINITY)), upper) << bits;
  }
  EXPECT_TRUE(std::isnan(Bfloat16ToFloat(FloatToBfloat16(NAN))));
  // A NaN whose payload lies in the lost bits alone must not become infinite.
  EXPECT_TRUE(std::isnan(Bfloat16ToFloat(FloatToBfloat16(std::bit_cast<float>(0x7f800001u)))));
}

}  // namespace
}  // namespace ganglion
