#pragma once

#include <torch/torch.h>

// The parts of a decoder layer between its matrix products, each as one pass over memory with its
// own gradient. On a CPU these passes, not the products, bound the training: composed from single
// operations they took most of a step. Activations are bfloat16, sums float32.
//
// Thread: any; the work is split over torch's threads. All tensors are contiguous.

namespace ganglion::learn {

using torch::Tensor;

// x: float [N][d], weight: float [d] -> bfloat16 [N][d]: x * weight / rms(x). epsilon 1e-6.
Tensor FusedRmsNorm(const Tensor& x, const Tensor& weight);

// gate_up: bfloat16 [N][2f], gates first -> bfloat16 [N][f]: silu(gate) * up.
Tensor FusedSwiGlu(const Tensor& gate_up);

// x: bfloat16 [batch][length][heads][size], weight: float [size] -> bfloat16
// [batch][heads][length][size]: RMS norm of every head, then rotation by its position in the
// half-split pairing (Qwen 3). `angles`: float [length][size], cosines then sines of size/2 each.
Tensor FusedHeadNormRope(const Tensor& x, const Tensor& weight, const Tensor& angles);

// logits: bfloat16 [M][vocabulary], targets: int64 [M] -> float scalar, the mean of
// -log softmax(logits)[target]. Overwrites the logits with their gradient.
Tensor FusedCrossEntropy(const Tensor& logits, const Tensor& targets);

}  // namespace ganglion::learn
