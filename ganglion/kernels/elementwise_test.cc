#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/kernels/isa_test.h"
#include "ganglion/kernels/reference.h"

namespace ganglion::kernels {
namespace {

class ElementwiseTest : public IsaTest {};

TEST_P(ElementwiseTest, RopeMatchesReferenceAndLeavesTheRestAlone) {
  constexpr std::size_t kRows = 3;
  for (const bool interleaved : {false, true}) {
    for (std::size_t dims = 2; dims <= 72; dims += 2) {
      const std::size_t stride = dims + 5;
      const std::vector<float> cosine = UniformVector(dims);
      const std::vector<float> sine = UniformVector(dims);
      const std::vector<float> before = UniformVector(kRows * stride);
      std::vector<float> want = before;
      std::vector<float> got = before;
      RopeArgs args = {want.data(), cosine.data(), sine.data(), kRows, stride, dims};
      ReferenceRope(args, interleaved);
      args.x = got.data();
      (interleaved ? kernels().rope_interleaved : kernels().rope_half_split)(args);
      for (std::size_t i = 0; i < got.size(); ++i) {
        if (i % stride >= dims) {
          ASSERT_EQ(got[i], before[i]) << "dims " << dims << ", element " << i;
        } else {  // two products and a sum of magnitude at most 2: three roundings
          ASSERT_NEAR(got[i], want[i], 3.0f * FLT_EPSILON) << "dims " << dims << ", element " << i;
        }
      }
    }
  }
}

TEST_P(ElementwiseTest, SiluMulMatchesReferenceForEveryTail) {
  for (std::size_t count = 1; count <= 70; ++count) {
    std::vector<float> x = UniformVector(count, 30.0f);
    const std::vector<float> up = UniformVector(count);
    std::vector<float> want(count);
    ReferenceSiluMul({x.data(), up.data(), want.data(), count});
    kernels().silu_mul({x.data(), up.data(), x.data(), count});  // in place
    // Two units of the exponential, and a rounding each for sum, quotient and product.
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_NEAR(x[i], want[i], 5.0f * FLT_EPSILON * std::fabs(want[i]) + FLT_MIN) << i;
    }
  }
}

TEST_P(ElementwiseTest, GeluMulMatchesReferenceForEveryTail) {
  for (std::size_t count = 1; count <= 70; ++count) {
    std::vector<float> x = UniformVector(count, 9.0f);
    const std::vector<float> before = x;
    const std::vector<float> up = UniformVector(count);
    std::vector<float> want(count);
    ReferenceGeluMul({x.data(), up.data(), want.data(), count});
    kernels().gelu_mul({x.data(), up.data(), x.data(), count});  // in place
    // The argument of the exponential has four roundings, each of which moves the result by the
    // argument times as much; the rest is as for silu. The reference itself cancels where the
    // result is small against its input.
    for (std::size_t i = 0; i < count; ++i) {
      const float argument = 1.6f * std::fabs(before[i] + 0.045f * std::pow(before[i], 3.0f));
      const float relative = (5.0f + 4.0f * argument) * FLT_EPSILON;
      ASSERT_NEAR(x[i], want[i], relative * std::fabs(want[i]) + 1e-15f) << before[i];
    }
  }
}

TEST_P(ElementwiseTest, GeluErfMatchesReferenceForEveryTail) {
  for (std::size_t count = 1; count <= 70; ++count) {
    for (const float range : {0.01f, 1.0f, 14.0f}) {
      std::vector<float> x = UniformVector(count + 1, range);
      const std::vector<float> before = x;
      kernels().gelu_erf(x.data(), count);
      for (std::size_t i = 0; i < count; ++i) {
        const double value = before[i];
        // What is taken off max(x, 0): the polynomial and its coefficients have ten roundings,
        // which terms of both signs make 2.3 times as large, the exponential two units, its
        // argument one rounding, and three operations follow.
        const double taken = std::fabs(ReferenceGeluErf(-std::fabs(value)));
        const double bound = (17.0 + value * value / 2.0) * taken + std::fmax(value, 0.0);
        ASSERT_NEAR(x[i], ReferenceGeluErf(value), bound * FLT_EPSILON + FLT_MIN) << value;
      }
      EXPECT_EQ(x[count], before[count]);
    }
  }
}

TEST_P(ElementwiseTest, GeluErfHoldsAtTheEndsOfTheRange) {
  const float largest = std::numeric_limits<float>::max();
  std::vector<float> x = {0.0f, -0.0f, 13.0f, 14.0f, -14.0f, 1e6f, -1e6f, largest, -largest};
  const std::vector<float> before = x;
  kernels().gelu_erf(x.data(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_EQ(x[i], std::max(before[i], 0.0f)) << before[i];
  }
}

TEST_P(ElementwiseTest, ArgMaxFindsTheFirstOfTheLargest) {
  const float none = -std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t count : {1u, 2u, 15u, 16u, 17u, 255u, 256u, 257u, 1000u}) {
    std::vector<float> x = UniformVector(count, 3.0f);
    const auto want = static_cast<std::size_t>(std::max_element(x.begin(), x.end()) - x.begin());
    ASSERT_EQ(kernels().arg_max(x.data(), count), want) << count;
    for (std::size_t at = 0; at < count; at += 7) {
      std::vector<float> other = x;
      other[at] = 5.0f;
      for (std::size_t i = at + 3; i < count; i += 50) other[i] = 5.0f;
      if (at > 0) other[at - 1] = nan;
      ASSERT_EQ(kernels().arg_max(other.data(), count), at) << count;
    }
    std::fill(x.begin(), x.end(), none);
    EXPECT_EQ(kernels().arg_max(x.data(), count), count);
    x[count / 2] = nan;
    EXPECT_EQ(kernels().arg_max(x.data(), count), count);
    x[count / 3] = std::numeric_limits<float>::infinity();
    EXPECT_EQ(kernels().arg_max(x.data(), count), count / 3);
  }
}

TEST_P(ElementwiseTest, SoftmaxWeightsMatchTheirFormula) {
  for (std::size_t count = 1; count <= 70; ++count) {
    const std::vector<float> x = UniformVector(count, 20.0f);
    const float largest = *std::max_element(x.begin(), x.end());
    std::vector<float> y = x;
    if (count > 2) y[1] = std::numeric_limits<float>::quiet_NaN();
    if (count > 3) y[2] = -std::numeric_limits<float>::infinity();
    const std::vector<float> before = y;
    const float sum = kernels().softmax_weights({y.data(), y.data(), count, largest, 1.3f});
    double want_sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const bool is_none = std::isnan(before[i]) || std::isinf(before[i]);
      const double argument = is_none ? 0.0 : (static_cast<double>(before[i]) - largest) * 1.3;
      const double want = is_none ? 0.0 : std::exp(argument);
      want_sum += want;
      // The argument has two roundings.
      ASSERT_NEAR(y[i], want, (3.0 + 2.0 * std::fabs(argument)) * FLT_EPSILON * want) << i;
    }
    EXPECT_NEAR(sum, want_sum, 70 * FLT_EPSILON * want_sum);
  }
}

TEST_P(ElementwiseTest, SoftcapMatchesItsFormula) {
  for (std::size_t count = 1; count <= 70; ++count) {
    for (const float cap : {0.5f, 15.0f, 50.0f}) {
      std::vector<float> x = UniformVector(count, 4.0f * cap);
      x[0] = 1e30f;
      const std::vector<float> before = x;
      kernels().softcap(x.data(), count - 1, cap);
      // In units of the cap: the argument's two roundings matter at most where 2t / exp(2t) is
      // largest (0.4), the exponential's two units likewise, and four operations follow.
      for (std::size_t i = 0; i + 1 < count; ++i) {
        const double want = cap * std::tanh(double{before[i]} / cap);
        ASSERT_NEAR(x[i], want, 6.0 * cap * FLT_EPSILON) << before[i];
      }
      EXPECT_EQ(x[count - 1], before[count - 1]);
    }
  }
}

TEST_P(ElementwiseTest, AddScaledMatchesItsFormulaAndLeavesTheRestAlone) {
  for (std::size_t count = 1; count <= 70; ++count) {
    const std::vector<float> x = UniformVector(count);
    const std::vector<float> before = UniformVector(count + 1);
    std::vector<float> y = before;
    kernels().add_scaled(x.data(), 0.7f, y.data(), count);
    for (std::size_t i = 0; i < count; ++i) {  // a rounding each for product and sum
      ASSERT_NEAR(y[i], before[i] + double{0.7f} * x[i], 2.0 * FLT_EPSILON) << i;
    }
    EXPECT_EQ(y[count], before[count]);
  }
}

TEST_P(ElementwiseTest, SiluMulHoldsAtTheEndsOfTheRange) {
  const float largest = std::numeric_limits<float>::max();
  std::vector<float> x = {0.0f,   -0.0f,   87.0f,    -87.0f,  89.0f,
                          -89.0f, 1000.0f, -1000.0f, largest, -largest};
  const std::vector<float> up(x.size(), 1.0f);
  std::vector<float> y(x.size());
  kernels().silu_mul({x.data(), up.data(), y.data(), x.size()});
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_FALSE(std::isnan(y[i])) << x[i];
    if (x[i] > 80.0f) {
      EXPECT_EQ(y[i], x[i]);
    }
    if (x[i] < -80.0f && x[i] > -1e6f) {
      EXPECT_LE(std::fabs(y[i]), 1e-33f) << x[i];
    }
  }
}

TEST_P(ElementwiseTest, QuantizedRowsComeBackWithinHalfAStep) {
  constexpr std::size_t kRows = 3;
  for (const std::size_t cols : {32u, 64u, 256u}) {
    const std::size_t stride = cols + 7;
    std::vector<float> x = UniformVector(kRows * stride, 3.0f);
    OwnedRows out(kRows, cols);
    kernels().quantize_rows({x.data(), stride, out.view(), kRows, cols});
    for (std::size_t r = 0; r < kRows; ++r) {
      for (std::size_t b = 0; b < cols / kBlock; ++b) {
        const std::size_t block = r * cols / kBlock + b;
        const std::int8_t* codes = &out.codes[block * kBlock];
        EXPECT_EQ(std::accumulate(codes, codes + kHalfBlock, 0), out.sums[2 * block]);
        EXPECT_EQ(std::accumulate(codes + kHalfBlock, codes + kBlock, 0), out.sums[2 * block + 1]);
        for (std::size_t i = 0; i < kBlock; ++i) {
          const float value = x[r * stride + b * kBlock + i];
          // The scale and its inverse are rounded, which moves a code of 127 by at most 127 * 3 /
          // 2^24.
          const float step = out.scales[block];
          ASSERT_LE(std::fabs(value - step * static_cast<float>(codes[i])), 0.5001f * step);
        }
      }
    }
  }
}

TEST_P(ElementwiseTest, QuantizingExtremesStaysInsideAByte) {
  std::vector<float> x(3 * kBlock, 0.0f);
  x[kBlock] = 1e-45f;  // the smallest number there is: its inverse overflows
  x[2 * kBlock] = -3e38f;
  x[2 * kBlock + 1] = 3e38f;
  OwnedRows out(1, x.size());
  kernels().quantize_rows({x.data(), x.size(), out.view(), 1, x.size()});
  EXPECT_EQ(out.scales[0], 0.0f);
  EXPECT_EQ(out.sums[0], 0);
  for (const std::int8_t code : out.codes) EXPECT_GE(code, -127);
  EXPECT_EQ(out.codes[2 * kBlock], -127);
  EXPECT_EQ(out.codes[2 * kBlock + 1], 127);
}

GN_FOR_EVERY_ISA(ElementwiseTest);

}  // namespace
}  // namespace ganglion::kernels
