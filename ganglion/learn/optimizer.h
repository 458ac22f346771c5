#pragma once

#include <cstdint>
#include <vector>

#include <torch/torch.h>

namespace ganglion::learn {

// Muon (Jordan 2024): momentum whose matrix is brought near orthogonal by five Newton-Schulz steps.
// For the matrices inside a network. A fused matrix names the rows of its parts, so that q, k and v
// are made orthogonal each for itself.
class Muon {
 public:
  struct Matrix {
    torch::Tensor weight;
    std::vector<std::int64_t> part_rows;  // add up to the rows of the weight
  };
  explicit Muon(std::vector<Matrix> matrices);
  // Uses the gradients of the matrices, which the caller has computed and clears.
  void Step(double learning_rate);
  std::vector<torch::Tensor>& state() { return momentum_; }

 private:
  std::vector<Matrix> matrices_;
  std::vector<torch::Tensor> momentum_;
};

// AdamW (Loshchilov and Hutter 2019) with betas 0.9 and 0.98 and no weight decay.
class Adam {
 public:
  explicit Adam(std::vector<torch::Tensor> parameters);
  void Step(double learning_rate);
  std::vector<torch::Tensor>& state() { return moments_; }
  void set_steps(long steps) { steps_ = steps; }

 private:
  std::vector<torch::Tensor> parameters_;
  std::vector<torch::Tensor> moments_;  // first and second of each parameter, in turn
  long steps_ = 0;
};

}  // namespace ganglion::learn
