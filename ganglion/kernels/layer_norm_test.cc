#include <cfloat>
#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/kernels/isa_test.h"
#include "ganglion/kernels/reference.h"

namespace ganglion::kernels {
namespace {

constexpr float kEpsilon = 1e-12f;  // as published encoders have it
constexpr float kUntouched = 12345.0f;

class LayerNormTest : public IsaTest {
 protected:
  // Compares the kernel with the reference on random rows around `middle`, padded by floats that no
  // kernel may touch.
  void ExpectMatchesReference(std::size_t rows, std::size_t cols, float middle) {
    const std::size_t stride_x = cols + 3;
    const std::size_t stride_y = cols + 5;
    std::vector<float> x = UniformVector(rows * stride_x);
    for (float& v : x) v += middle;
    const std::vector<float> weight = UniformVector(cols);
    const std::vector<float> bias = UniformVector(cols);
    std::vector<float> want(rows * stride_y, kUntouched);
    std::vector<float> got = want;
    LayerNormArgs args = {x.data(), weight.data(), bias.data(), want.data(), rows,
                          cols,     stride_x,      stride_y,    kEpsilon};
    ReferenceLayerNorm(args);
    args.y = got.data();
    kernels().layer_norm(args);
    for (std::size_t r = 0; r < rows; ++r) {
      const std::vector<double> bounds = Bounds(&x[r * stride_x], weight, bias);
      for (std::size_t i = 0; i < stride_y; ++i) {
        const float want_one = want[r * stride_y + i];
        ASSERT_NEAR(got[r * stride_y + i], want_one, i < cols ? bounds[i] : 0.0)
            << "cols " << cols << ", row " << r << ", column " << i;
      }
    }
  }

 private:
  // The mean is off by at most half a unit of the mean magnitude for each term of its sum, and all
  // differences by as much and a rounding; the sum of squares by what that makes of them, and a
  // rounding for each term. Quotient, root, two products and a sum follow.
  static std::vector<double> Bounds(const float* x, const std::vector<float>& weight,
                                    const std::vector<float>& bias) {
    const std::size_t cols = weight.size();
    const auto count = static_cast<double>(cols);
    const double unit = FLT_EPSILON / 2.0;
    const double mean = std::accumulate(x, x + cols, 0.0) / count;
    double magnitude = 0.0, distance = 0.0, variance = kEpsilon;
    for (std::size_t i = 0; i < cols; ++i) {
      const double off = x[i] - mean;
      magnitude += std::fabs(x[i]) / count;
      distance += std::fabs(off) / count;
      variance += off * off / count;
    }
    const double shift = (count + 1.0) * unit * magnitude;
    const double of_variance =
        (2.0 * shift * distance + shift * shift) / variance + (count + 4.0) * unit;
    std::vector<double> bounds(cols);
    for (std::size_t i = 0; i < cols; ++i) {
      const double scaled = std::fabs(weight[i]) / std::sqrt(variance);
      const double off = std::fabs(x[i] - mean);
      bounds[i] = scaled * (shift + off * (of_variance + 6.0 * unit)) +
                  2.0 * unit * (scaled * off + std::fabs(bias[i]));
    }
    return bounds;
  }
};

TEST_P(LayerNormTest, MatchesReferenceForEveryTail) {
  for (std::size_t cols = 2; cols <= 70; ++cols) ExpectMatchesReference(3, cols, 0.0f);
}

TEST_P(LayerNormTest, MatchesReferenceForModelShapes) {
  for (const std::size_t cols : {384u, 768u, 1000u, 1024u}) ExpectMatchesReference(2, cols, 0.0f);
}

TEST_P(LayerNormTest, AFarMeanDoesNotCancel) {
  for (const std::size_t cols : {7u, 64u, 384u}) ExpectMatchesReference(2, cols, 50.0f);
}

TEST_P(LayerNormTest, WorksInPlace) {
  for (const std::size_t cols : {5u, 37u, 64u}) {
    std::vector<float> x = UniformVector(2 * cols);
    const std::vector<float> weight = UniformVector(cols);
    std::vector<float> want(x.size());
    LayerNormArgs args = {x.data(), weight.data(), weight.data(), want.data(), 2,
                          cols,     cols,          cols,          kEpsilon};
    kernels().layer_norm(args);
    args.y = x.data();
    kernels().layer_norm(args);
    EXPECT_EQ(x, want);
  }
}

TEST_P(LayerNormTest, RowsOfOneNumberBecomeTheBias) {
  for (const std::size_t cols : {1u, 16u, 20u, 64u}) {
    const std::vector<float> x(cols, 0.5f);
    const std::vector<float> weight(cols, 2.0f);
    const std::vector<float> bias = UniformVector(cols);
    std::vector<float> y(cols, kUntouched);
    kernels().layer_norm(
        {x.data(), weight.data(), bias.data(), y.data(), 1, cols, cols, cols, kEpsilon});
    EXPECT_EQ(y, bias);
  }
}

GN_FOR_EVERY_ISA(LayerNormTest);

}  // namespace
}  // namespace ganglion::kernels
