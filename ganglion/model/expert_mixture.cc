#include "ganglion/model/expert_mixture.h"

#include <cmath>
#include <string>

#include "ganglion/base/concat.h"
#include "ganglion/model/row_tasks.h"

namespace ganglion {

ExpertMixture::ExpertMixture(const ModelConfig& config, sys::ThreadPool& pool,
                             const kernels::KernelTable& kernels)
    : width_(config.width),
      config_(config.experts),
      activation_(config.activation),
      pool_(pool),
      kernels_(kernels) {}

Status ExpertMixture::Prepare(std::size_t tokens_max, const QuantizedReaders& readers) {
  const std::size_t rows = tokens_max * config_.used;
  const bool shared = config_.shared_width != 0;
  groups_.Prepare(config_, tokens_max);
  scores_ = ActivationBuffer(tokens_max, config_.count + (shared ? 1 : 0), false);
  gathered_ = ActivationBuffer(rows, width_, readers.of_norm);
  gate_ = ActivationBuffer(rows, config_.width, readers.of_expert_gate);
  up_ = ActivationBuffer(rows, config_.width, false);
  answers_ = ActivationBuffer(rows, width_, false);
  const std::size_t shared_rows = shared ? tokens_max : 0;
  shared_gate_ = ActivationBuffer(shared_rows, config_.shared_width, readers.of_gate);
  shared_up_ = ActivationBuffer(shared_rows, config_.shared_width, false);
  shared_answers_ = ActivationBuffer(shared_rows, width_, false);
  products_.reserve(2 * (config_.count + std::size_t{1}));
  for (const ActivationBuffer* buffer : {&scores_, &gathered_, &gate_, &up_, &answers_,
                                         &shared_gate_, &shared_up_, &shared_answers_}) {
    if (buffer->ok()) continue;
    return Status(Code::kResourceExhausted,
                  Concat("the system refuses the memory for the experts of batches of ", tokens_max,
                         " tokens; use smaller ones"));
  }
  return Status();
}

void ExpertMixture::Run(const LayerWeights& layer, std::size_t tokens, ActivationBuffer& norm,
                        ActivationBuffer& residual) {
  Choose(layer, tokens, norm);
  Gather(tokens, norm);
  RunGateAndUp(layer, tokens, norm);
  RunDown(layer, tokens);
  Scatter(tokens, residual);
}

void ExpertMixture::Choose(const LayerWeights& layer, std::size_t tokens, ActivationBuffer& norm) {
  const Product scores = {&layer.router, norm.View(), scores_.row(0), scores_.stride(), false};
  RunProducts(pool_, kernels_, {&scores, 1}, tokens);
  ForRows(pool_, tokens, std::size_t{config_.count} * (config_.used + 16),
          [&](std::size_t first, std::size_t rows) {
            for (std::size_t token = first; token < first + rows; ++token) {
              ChooseExperts(config_, {scores_.row(token), config_.count}, groups_.choices(token));
            }
          });
  groups_.Group(tokens);
}

void ExpertMixture::Gather(std::size_t tokens, const ActivationBuffer& norm) {
  ForRows(pool_, tokens, config_.used * width_, [&](std::size_t first, std::size_t rows) {
    for (std::size_t token = first; token < first + rows; ++token) {
      for (std::size_t slot = 0; slot < config_.used; ++slot) {
        gathered_.CopyRow(groups_.row_of(token, slot), norm, token);
      }
    }
  });
}

void ExpertMixture::RunGateAndUp(const LayerWeights& layer, std::size_t tokens,
                                 ActivationBuffer& norm) {
  products_.clear();
  for (std::size_t e = 0; e < config_.count; ++e) {
    const std::size_t first = groups_.first_row(e);
    const std::size_t rows = groups_.first_row(e + 1) - first;
    if (rows == 0) continue;
    const ExpertWeights& expert = layer.experts[e];
    const Activations x = gathered_.View(first);
    products_.push_back({{&expert.gate, x, gate_.row(first), gate_.stride(), false}, rows});
    products_.push_back({{&expert.up, x, up_.row(first), up_.stride(), false}, rows});
  }
  if (config_.shared_width != 0) {
    const Activations x = norm.View();
    products_.push_back(
        {{&layer.gate, x, shared_gate_.row(0), shared_gate_.stride(), false}, tokens});
    products_.push_back({{&layer.up, x, shared_up_.row(0), shared_up_.stride(), false}, tokens});
  }
  RunGroupedProducts(pool_, kernels_, products_);
  Activate(gate_, up_, groups_.row_count());
  if (config_.shared_width != 0) Activate(shared_gate_, shared_up_, tokens);
}

void ExpertMixture::Activate(ActivationBuffer& gate, ActivationBuffer& up, std::size_t rows) {
  const auto multiply = activation_ == Activation::kGelu ? kernels_.gelu_mul : kernels_.silu_mul;
  ForRows(pool_, rows, gate.cols() * 16, [&](std::size_t first, std::size_t count) {
    for (std::size_t row = first; row < first + count; ++row) {
      multiply({gate.row(row), up.row(row), gate.row(row), gate.cols()});
    }
    gate.Quantize(kernels_, first, count);
  });
}

void ExpertMixture::RunDown(const LayerWeights& layer, std::size_t tokens) {
  products_.clear();
  for (std::size_t e = 0; e < config_.count; ++e) {
    const std::size_t first = groups_.first_row(e);
    const std::size_t rows = groups_.first_row(e + 1) - first;
    if (rows == 0) continue;
    products_.push_back(
        {{&layer.experts[e].down, gate_.View(first), answers_.row(first), answers_.stride(), false},
         rows});
  }
  if (config_.shared_width != 0) {
    products_.push_back({{&layer.down, shared_gate_.View(), shared_answers_.row(0),
                          shared_answers_.stride(), false},
                         tokens});
  }
  RunGroupedProducts(pool_, kernels_, products_);
}

void ExpertMixture::Scatter(std::size_t tokens, ActivationBuffer& residual) {
  ForRows(pool_, tokens, config_.used * width_, [&](std::size_t first, std::size_t rows) {
    for (std::size_t token = first; token < first + rows; ++token) {
      const auto choices = groups_.choices(token);
      for (std::size_t slot = 0; slot < choices.size(); ++slot) {
        kernels_.add_scaled(answers_.row(groups_.row_of(token, slot)), choices[slot].weight,
                            residual.row(token), width_);
      }
      if (config_.shared_width == 0) continue;
      const float score = scores_.row(token)[config_.count];
      kernels_.add_scaled(shared_answers_.row(token), 1.0f / (1.0f + std::exp(-score)),
                          residual.row(token), width_);
    }
  });
}

}  // namespace ganglion
