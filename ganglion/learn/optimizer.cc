#include "ganglion/learn/optimizer.h"

#include <algorithm>
#include <cmath>

namespace ganglion::learn {
namespace {

using torch::Tensor;

constexpr double kMomentum = 0.95;
constexpr double kWeightDecay = 0.01;  // of Muon, times the learning rate
constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.98;
constexpr double kEpsilon = 1e-10;

// The coefficients are Jordan's: they bring singular values into 0.7 to 1.2 in five steps.
Tensor NearOrthogonal(const Tensor& gradient) {
  const bool tall = gradient.size(0) > gradient.size(1);
  Tensor x = tall ? gradient.t() : gradient;
  x = (x / (x.norm() + 1e-7)).to(torch::kBFloat16);
  for (int i = 0; i < 5; ++i) {
    const Tensor a = torch::matmul(x, x.t());
    const Tensor b = -4.7750 * a + 2.0315 * torch::matmul(a, a);
    x = 3.4445 * x + torch::matmul(b, x);
  }
  x = x.to(torch::kFloat);
  return tall ? x.t() : x;
}

}  // namespace

Muon::Muon(std::vector<Matrix> matrices) : matrices_(std::move(matrices)) {
  for (const Matrix& matrix : matrices_) momentum_.push_back(torch::zeros_like(matrix.weight));
}

void Muon::Step(double learning_rate) {
  const torch::NoGradGuard guard;
  for (std::size_t i = 0; i < matrices_.size(); ++i) {
    Tensor& weight = matrices_[i].weight;
    const Tensor& gradient = weight.grad();
    momentum_[i].mul_(kMomentum).add_(gradient, 1 - kMomentum);
    const Tensor ahead = gradient * (1 - kMomentum) + momentum_[i] * kMomentum;
    weight.mul_(1 - learning_rate * kWeightDecay);
    std::int64_t first = 0;
    for (const std::int64_t rows : matrices_[i].part_rows) {
      const double shape = static_cast<double>(rows) / static_cast<double>(weight.size(1));
      weight.slice(0, first, first + rows)
          .add_(NearOrthogonal(ahead.slice(0, first, first + rows)),
                -learning_rate * std::sqrt(std::max(1.0, shape)));
      first += rows;
    }
  }
}

Adam::Adam(std::vector<Tensor> parameters) : parameters_(std::move(parameters)) {
  for (const Tensor& parameter : parameters_) {
    moments_.push_back(torch::zeros_like(parameter));
    moments_.push_back(torch::zeros_like(parameter));
  }
}

void Adam::Step(double learning_rate) {
  const torch::NoGradGuard guard;
  ++steps_;
  const double correction1 = 1 - std::pow(kBeta1, static_cast<double>(steps_));
  const double correction2 = 1 - std::pow(kBeta2, static_cast<double>(steps_));
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Tensor& gradient = parameters_[i].grad();
    if (!gradient.defined()) continue;
    Tensor &first = moments_[2 * i], &second = moments_[2 * i + 1];
    first.mul_(kBeta1).add_(gradient, 1 - kBeta1);
    second.mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
    const Tensor divisor = (second / correction2).sqrt_().add_(kEpsilon);
    parameters_[i].addcdiv_(first, divisor, -learning_rate / correction1);
  }
}

}  // namespace ganglion::learn
