#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"

// What a model costs to compute, counted from the tensors of its file: the denominators of "share
// of the limit".
namespace ganglion::app {

// Which of the machine's peaks bounds the products of most weights.
enum class Arithmetic : std::uint8_t { kInt8, kBF16, kF32 };

struct ModelCost {
  double weights = 0.0;  // elements of all tensors
  double bytes = 0.0;    // of all tensors

  // Bytes that one step reads. The embedding, of which a step reads a row for each token, counts
  // only where it is the output matrix too.
  double shared_bytes = 0.0;  // whatever the tokens
  double expert_bytes = 0.0;  // of all experts together; a step reads those that its tokens choose

  // Multiplications of a weight with an activation: in the matrices of the layers, with the experts
  // that a token uses, and in the output matrix. Attention is not counted.
  double products_per_token = 0.0;
  double products_per_logits_row = 0.0;

  std::uint32_t experts = 0;  // 0: dense
  std::uint32_t experts_used = 0;
  Arithmetic arithmetic = Arithmetic::kF32;
};

// Fails where the file does not say its architecture or how many experts a token uses.
Result<ModelCost> CountCost(const gguf::File& file);

// Bytes of weights that a step over `tokens` tokens has to read. Of the experts, as many as are
// chosen on average where each token takes its own at random: all but (1 - used / experts)^tokens.
double StepBytes(const ModelCost& cost, double tokens);

// Operations (a product and a sum are two) for `tokens` tokens and `logits_rows` rows of logits.
double Operations(const ModelCost& cost, double tokens, double logits_rows);

// Of repeated measurements, at least one.
struct Spread {
  double median = 0.0;
  double least = 0.0;
  double most = 0.0;
};
Spread SpreadOf(std::vector<double> values);

}  // namespace ganglion::app
