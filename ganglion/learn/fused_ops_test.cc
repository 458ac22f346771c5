// Each fused pass against the same thing composed of torch's own operations in float, values and
// gradients. Bounds: bfloat16 keeps 8 bits, so one rounding is off by 2^-9 of the value; results
// here are roundings of sums whose terms were rounded once.

#include "ganglion/learn/fused_ops.h"

#include <functional>

#include <gtest/gtest.h>

namespace ganglion::learn {
namespace {

constexpr double kBound = 1.0 / 64;  // relative, in the norm of the whole tensor

double Distance(const Tensor& got, const Tensor& want) {
  return ((got.to(torch::kDouble) - want.to(torch::kDouble)).norm() /
          (want.to(torch::kDouble).norm() + 1e-12))
      .item<double>();
}

Tensor Leaf(const Tensor& values) { return values.clone().detach().set_requires_grad(true); }

// Runs both on equal inputs, pulls the same random gradient back, and compares everything.
void ExpectSame(const std::vector<Tensor>& inputs,
                const std::function<Tensor(const std::vector<Tensor>&)>& fused,
                const std::function<Tensor(const std::vector<Tensor>&)>& composed) {
  std::vector<Tensor> a, b;
  for (const Tensor& input : inputs) {
    a.push_back(Leaf(input));
    b.push_back(Leaf(input.to(torch::kFloat)));
  }
  const Tensor got = fused(a), want = composed(b);
  ASSERT_EQ(got.sizes(), want.sizes());
  EXPECT_LT(Distance(got, want), kBound);
  const Tensor gradient = torch::randn(got.sizes()).to(torch::kBFloat16);
  got.backward(gradient.to(got.scalar_type()));
  want.backward(gradient.to(torch::kFloat));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    EXPECT_LT(Distance(a[i].grad(), b[i].grad()), kBound) << "gradient of input " << i;
  }
}

Tensor RmsNorm(const Tensor& x, const Tensor& weight) {
  return x * torch::rsqrt(x.square().mean(-1, true) + 1e-6) * weight;
}

TEST(FusedOps, RmsNorm) {
  torch::manual_seed(1);
  ExpectSame(
      {torch::randn({300, 48}), torch::rand({48}) + 0.5},
      [](const auto& in) { return FusedRmsNorm(in[0], in[1]); },
      [](const auto& in) { return RmsNorm(in[0], in[1]); });
}

TEST(FusedOps, SwiGlu) {
  torch::manual_seed(2);
  ExpectSame(
      {(torch::randn({200, 64}) * 4).to(torch::kBFloat16)},
      [](const auto& in) { return FusedSwiGlu(in[0]); },
      [](const auto& in) { return torch::silu(in[0].slice(1, 0, 32)) * in[0].slice(1, 32, 64); });
}

TEST(FusedOps, HeadNormRope) {
  torch::manual_seed(3);
  const std::int64_t length = 9, size = 16;
  const Tensor angle = torch::rand({length, size / 2}) * 6;
  const Tensor angles = torch::cat({angle.cos(), angle.sin()}, 1).contiguous();
  ExpectSame(
      {torch::randn({5, length, 3, size}).to(torch::kBFloat16), torch::rand({size}) + 0.5},
      [&](const auto& in) { return FusedHeadNormRope(in[0], in[1], angles); },
      [&](const auto& in) {
        const Tensor n = RmsNorm(in[0], in[1]).transpose(1, 2);
        const Tensor a = n.slice(3, 0, size / 2), b = n.slice(3, size / 2, size);
        return torch::cat({a * angle.cos() - b * angle.sin(), a * angle.sin() + b * angle.cos()},
                          3);
      });
}

TEST(FusedOps, CrossEntropy) {
  torch::manual_seed(4);
  const Tensor logits = (torch::randn({40, 500}) * 3).to(torch::kBFloat16);
  const Tensor targets = torch::randint(0, 500, {40}, torch::kLong);
  const Tensor want_in = Leaf(logits.to(torch::kFloat));
  const Tensor want = torch::nn::functional::cross_entropy(want_in, targets);
  want.backward();
  const Tensor got_in = Leaf(logits);
  const Tensor got = FusedCrossEntropy(got_in.clone(), targets);
  got.backward();
  EXPECT_LT(Distance(got, want), 1e-4);
  EXPECT_LT(Distance(got_in.grad(), want_in.grad()), kBound);
}

}  // namespace
}  // namespace ganglion::learn
