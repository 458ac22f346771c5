#include "ganglion/model/bert.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"
#include "ganglion/gguf/quantize.h"
#include "ganglion/model/limits.h"
#include "ganglion/model/row_tasks.h"

namespace ganglion {
namespace {

// Row `index` of a tensor whose rows are `x.size()` long.
void LookUp(const gguf::Tensor& tensor, std::size_t index, std::span<float> x) {
  const std::size_t row_bytes = tensor.data.size() / tensor.rows();
  gguf::Dequantize(tensor.type, tensor.data.subspan(index * row_bytes, row_bytes), x);
}

Status CheckLimit(const char* name, std::uint32_t value, std::uint32_t largest) {
  if (value >= 1 && value <= largest) return Status();
  return Status(Code::kInvalidArgument,
                Concat("encoder limit of ", name, ": ", value, " is not in 1 to ", largest));
}

}  // namespace

Bert::Bert(EncoderConfig config, EncoderWeights weights, std::unique_ptr<sys::ThreadPool> pool,
           const kernels::KernelTable& kernels)
    : config_(std::move(config)),
      weights_(std::move(weights)),
      pool_(std::move(pool)),
      kernels_(kernels),
      attention_(config_.heads, config_.head_dim, *pool_, kernels_) {
  if (config_.rope.has_value()) rope_.emplace(*config_.rope, std::span<float>());
}

Status Bert::Prepare(const EncoderLimits& limits) {
  GN_RETURN_IF_ERROR(CheckLimit("tokens", limits.tokens, kBatchTokensMax));
  GN_RETURN_IF_ERROR(CheckLimit("texts", limits.texts, kBatchRunsMax));
  bool of_x = false, of_mix = false, of_up = false;  // read by quantized matrices
  for (const EncoderLayerWeights& layer : weights_.layers) {
    for (const Linear* linear : {&layer.q, &layer.k, &layer.v, &layer.up, &layer.gate}) {
      of_x |= linear->quantized();
    }
    of_mix |= layer.attention_output.quantized();
    of_up |= layer.down.quantized();
  }
  const std::size_t rows = limits.tokens;
  const std::size_t width = config_.width;
  x_ = ActivationBuffer(rows, width, of_x);
  for (ActivationBuffer* buffer : {&q_, &k_, &v_}) *buffer = ActivationBuffer(rows, width, false);
  mix_ = ActivationBuffer(rows, width, of_mix);
  up_ = ActivationBuffer(rows, config_.ffn_width, of_up);
  if (config_.gated) gate_ = ActivationBuffer(rows, config_.ffn_width, false);
  if (rope_.has_value()) {
    cosine_ = ActivationBuffer(rows, rope_->dims(), false);
    sine_ = ActivationBuffer(rows, rope_->dims(), false);
  }
  ranges_.resize(limits.texts);
  bool ok = attention_.Prepare(limits.tokens, limits.texts);
  for (const ActivationBuffer* buffer :
       {&x_, &q_, &k_, &v_, &mix_, &up_, &gate_, &cosine_, &sine_}) {
    ok &= buffer->ok();
  }
  limits_ = ok ? limits : EncoderLimits{.tokens = 0, .texts = 0};
  if (ok) return Status();
  return Status(Code::kResourceExhausted, Concat("the system refuses the memory for texts of ",
                                                 rows, " tokens; use smaller ones"));
}

void Bert::Encode(std::span<const std::span<const TokenId>> texts, std::span<float> hidden) {
  Place(texts, hidden.size());
  Embed(texts);
  for (const EncoderLayerWeights& layer : weights_.layers) {
    Attention(layer);
    FeedForward(layer);
  }
  for (std::size_t row = 0; row < rows_; ++row) {
    std::copy_n(x_.row(row), config_.width, hidden.data() + row * config_.width);
  }
}

// Checks the texts at the door and lays out where their rows lie.
void Bert::Place(std::span<const std::span<const TokenId>> texts, std::size_t hidden_size) {
  GN_CHECK(!texts.empty() && texts.size() <= limits_.texts);
  rows_ = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    GN_CHECK(!texts[i].empty() && texts[i].size() <= config_.context_length);
    GN_CHECK(texts[i].size() <= limits_.tokens - rows_);
    ranges_[i] = {rows_, texts[i].size()};
    rows_ += texts[i].size();
  }
  texts_ = std::span(ranges_).first(texts.size());
  GN_CHECK(hidden_size == rows_ * config_.width);
}

void Bert::Embed(std::span<const std::span<const TokenId>> texts) {
  ForRows(*pool_, rows_, std::size_t{config_.width} * 16, [&](std::size_t first, std::size_t rows) {
    for (std::size_t row = first; row < first + rows; ++row) {
      const auto after = std::ranges::upper_bound(texts_, row, {}, &RowRange::first);
      const auto text = static_cast<std::size_t>(after - texts_.begin() - 1);
      const std::size_t position = row - texts_[text].first;
      EmbedToken(row, texts[text][position], position);
    }
    Normalize(weights_.embedding_norm, first, rows);
  });
}

void Bert::EmbedToken(std::size_t row, TokenId token, std::size_t position) {
  const std::int32_t id = Value(token);
  GN_CHECK(id >= 0 && static_cast<std::uint32_t>(id) < config_.vocab_size);
  const std::span x(x_.row(row), config_.width);
  LookUp(*weights_.embedding, static_cast<std::size_t>(id), x);
  if (weights_.type.size() != 0)
    kernels_.add_scaled(weights_.type.data(), 1.0f, x.data(), x.size());
  if (rope_.has_value()) {
    return rope_->FillTables(static_cast<std::uint32_t>(position), cosine_.row(row),
                             sine_.row(row));
  }
  const std::span vector(mix_.row(row), config_.width);  // nobody else needs it yet
  LookUp(*weights_.positions, position, vector);
  kernels_.add_scaled(vector.data(), 1.0f, x.data(), x.size());
}

void Bert::Normalize(const LayerNormWeights& norm, std::size_t first, std::size_t rows) {
  kernels_.layer_norm({.x = x_.row(first),
                       .weight = norm.weight.data(),
                       .bias = norm.bias.data(),
                       .y = x_.row(first),
                       .rows = rows,
                       .cols = config_.width,
                       .stride_x = x_.stride(),
                       .stride_y = x_.stride(),
                       .epsilon = config_.norm_epsilon});
  x_.Quantize(kernels_, first, rows);
}

void Bert::Attention(const EncoderLayerWeights& layer) {
  const Activations x = x_.View();
  const std::array<Product, 3> projections = {{
      {&layer.q, x, q_.row(0), q_.stride(), false},
      {&layer.k, x, k_.row(0), k_.stride(), false},
      {&layer.v, x, v_.row(0), v_.stride(), false},
  }};
  RunProducts(*pool_, kernels_, projections, rows_);
  if (rope_.has_value()) {
    ForRows(*pool_, rows_, std::size_t{config_.width} * 8,
            [&](std::size_t first, std::size_t rows) { Turn(first, rows); });
  }
  const float scale = 1.0f / std::sqrt(static_cast<float>(config_.head_dim));
  attention_.Attend(texts_, scale, q_.heads(), k_.heads(), v_.heads(), mix_.heads());
  ForRows(*pool_, rows_, std::size_t{config_.width} * 8,
          [&](std::size_t first, std::size_t rows) { mix_.Quantize(kernels_, first, rows); });
  AddAndNormalize(layer.attention_output, mix_.View(), layer.attention_norm);
}

void Bert::Turn(std::size_t first, std::size_t rows) {
  for (std::size_t row = first; row < first + rows; ++row) {
    for (ActivationBuffer* buffer : {&q_, &k_}) {
      kernels_.rope_half_split({.x = buffer->row(row),
                                .cosine = cosine_.row(row),
                                .sine = sine_.row(row),
                                .rows = config_.heads,
                                .stride = config_.head_dim,
                                .dims = rope_->dims()});
    }
  }
}

void Bert::FeedForward(const EncoderLayerWeights& layer) {
  const Activations x = x_.View();
  const Product products[] = {{&layer.up, x, up_.row(0), up_.stride(), false},
                              {&layer.gate, x, gate_.row(0), gate_.stride(), false}};
  RunProducts(*pool_, kernels_, std::span(products).first(config_.gated ? 2 : 1), rows_);
  ForRows(*pool_, rows_, std::size_t{config_.ffn_width} * 24,
          [&](std::size_t first, std::size_t rows) {
            for (std::size_t row = first; row < first + rows; ++row) {
              float* const up = up_.row(row);
              if (config_.gated) {
                kernels_.silu_mul({gate_.row(row), up, up, config_.ffn_width});
              } else {
                kernels_.gelu_erf(up, config_.ffn_width);
              }
            }
            up_.Quantize(kernels_, first, rows);
          });
  AddAndNormalize(layer.down, up_.View(), layer.output_norm);
}

void Bert::AddAndNormalize(const Linear& weights, const Activations& y,
                           const LayerNormWeights& norm) {
  const Product product = {&weights, y, x_.row(0), x_.stride(), true};
  RunProducts(*pool_, kernels_, {&product, 1}, rows_);
  ForRows(*pool_, rows_, std::size_t{config_.width} * 12,
          [&](std::size_t first, std::size_t rows) { Normalize(norm, first, rows); });
}

}  // namespace ganglion
