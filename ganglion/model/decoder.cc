#include "ganglion/model/decoder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "ganglion/base/check.h"
#include "ganglion/gguf/mapping.h"
#include "ganglion/gguf/quantize.h"
#include "ganglion/model/row_tasks.h"

namespace ganglion {
namespace {

// Rows of the embedding that may be looked up until its pages are given back. With each the system
// maps what it read from the disk together, half a megabyte where that was large.
constexpr std::size_t kLookUpsMapped = 64;

QuantizedReaders ReadersOf(const Weights& weights) {
  QuantizedReaders readers;
  for (const LayerWeights& layer : weights.layers) {
    for (const Linear* linear : {&layer.q, &layer.k, &layer.v, &layer.gate, &layer.up}) {
      readers.of_norm |= linear->quantized();
    }
    readers.of_attention |= layer.attention_output.quantized();
    readers.of_gate |= layer.down.quantized();
    for (const ExpertWeights& expert : layer.experts) {
      readers.of_norm |= expert.gate.quantized() || expert.up.quantized();
      readers.of_expert_gate |= expert.down.quantized();
    }
  }
  readers.of_output = weights.output.quantized();
  return readers;
}

// The matrices that a token meets in a layer, of all experts as many as it chooses.
std::vector<const Linear*> MatricesOf(const LayerWeights& layer, std::size_t experts_used) {
  std::vector<const Linear*> met = {&layer.q,    &layer.k,  &layer.v,    &layer.attention_output,
                                    &layer.gate, &layer.up, &layer.down, &layer.router};
  for (std::size_t e = 0; e < experts_used; ++e) {
    for (const Linear* linear :
         {&layer.experts[e].gate, &layer.experts[e].up, &layer.experts[e].down}) {
      met.push_back(linear);
    }
  }
  return met;
}

}  // namespace

Decoder::Decoder(ModelConfig config, Weights weights, std::unique_ptr<sys::ThreadPool> pool,
                 const kernels::KernelTable& kernels)
    : config_(std::move(config)),
      weights_(std::move(weights)),
      pool_(std::move(pool)),
      kernels_(kernels),
      rope_(config_.rope, weights_.rope_factors),
      attention_(config_, *pool_, kernels_),
      experts_(config_, *pool_, kernels_) {
  if (config_.local_rope.has_value()) local_rope_.emplace(*config_.local_rope, std::span<float>());
}

ModelWork Decoder::work() const {
  ModelWork work = {.weight_bytes = weights_.bytes,
                    .products_per_logits_row = weights_.output.rows * weights_.output.cols};
  std::uint64_t int8 = 0;
  for (const LayerWeights& layer : weights_.layers) {
    for (const Linear* linear : MatricesOf(layer, config_.experts.used)) {
      work.products_per_token += linear->rows * linear->cols;
      if (linear->quantized()) int8 += linear->rows * linear->cols;
    }
  }
  work.int8 = 2 * int8 > work.products_per_token;
  return work;
}

Status Decoder::Prepare(const BatchLimits& limits) {
  const QuantizedReaders readers = ReadersOf(weights_);
  GN_ASSIGN_OR_RETURN(work_, Workspace::Create(config_, limits, readers));
  attention_.Prepare(limits);
  if (config_.experts.count == 0) return Status();
  return experts_.Prepare(limits.tokens, readers);
}

void Decoder::Forward(const Batch& batch, KvStorage& kv, std::span<float> logits) {
  Place(batch, kv, logits.size());
  Embed(batch);
  for (std::uint32_t i = 0; i < config_.layers; ++i) {
    const LayerWeights& layer = weights_.layers[i];
    NormalizeResidual(layer.attention_norm);
    Attention(i, kv);
    NormalizeResidual(layer.ffn_norm);
    if (config_.experts.count == 0) {
      FeedForward(layer);
    } else {
      experts_.Run(layer, rows_, work_.norm, work_.residual);
    }
  }
  WriteLogits(batch, logits);
  WriteHidden(batch);
}

// Checks the batch at the door and lays out where its runs lie.
void Decoder::Place(const Batch& batch, KvStorage& kv, std::size_t logits_size) {
  GN_CHECK(kv.shape() == kv_shape());
  GN_CHECK(!batch.runs.empty() && batch.runs.size() <= work_.runs.size());
  std::size_t rows = 0;
  std::size_t logits_rows = 0;
  std::size_t pages = 0;
  for (std::size_t i = 0; i < batch.runs.size(); ++i) {
    const TokenRun& run = batch.runs[i];
    const std::uint64_t end = std::uint64_t{run.first_position} + run.tokens.size();
    GN_CHECK(!run.tokens.empty() && rows + run.tokens.size() <= work_.limits.tokens);
    GN_CHECK(run.pages != nullptr && end <= run.pages->capacity_tokens());
    GN_CHECK(run.logits_rows <= run.tokens.size());
    GN_CHECK(run.hidden.size() % config_.width == 0);
    GN_CHECK(run.hidden.size() / config_.width <= run.tokens.size());
    const std::uint32_t used = PagesFor(static_cast<std::uint32_t>(end));
    GN_CHECK(pages + used <= work_.pages.size());
    work_.runs[i] = {rows, run.tokens.size(), run.first_position, work_.pages.data() + pages};
    for (std::uint32_t p = 0; p < used; ++p) work_.pages[pages++] = kv.page(run.pages->pages()[p]);
    rows += run.tokens.size();
    logits_rows += run.logits_rows;
  }
  GN_CHECK(logits_rows <= work_.limits.logits_rows);
  GN_CHECK(logits_size == logits_rows * config_.vocab_size);
  rows_ = rows;
  runs_ = std::span(work_.runs).first(batch.runs.size());
}

const RunPlace& Decoder::RunOf(std::size_t row) const {
  const auto after = std::ranges::upper_bound(runs_, row, {}, &RunPlace::first_row);
  return *(after - 1);
}

// The embeddings of the tokens, and the rotation tables of their positions.
void Decoder::Embed(const Batch& batch) {
  const std::size_t row_bytes = weights_.embedding->data.size() / config_.vocab_size;
  const auto embed = [&](std::size_t row) {
    const RunPlace& run = RunOf(row);
    const auto run_index = static_cast<std::size_t>(&run - runs_.data());
    const std::size_t at = row - run.first_row;
    const std::int32_t token = Value(batch.runs[run_index].tokens[at]);
    GN_CHECK(token >= 0 && static_cast<std::uint32_t>(token) < config_.vocab_size);
    const std::span x(work_.residual.row(row), config_.width);
    gguf::Dequantize(
        weights_.embedding->type,
        weights_.embedding->data.subspan(static_cast<std::size_t>(token) * row_bytes, row_bytes),
        x);
    if (config_.embedding_scale != 1.0f) {
      for (float& value : x) value *= config_.embedding_scale;
    }
    FillTables(row, run.first_position + static_cast<std::uint32_t>(at));
  };
  ForRows(*pool_, rows_, config_.width * 8 + std::size_t{config_.rope.dims} * 64,
          [&](std::size_t first, std::size_t rows) {
            for (std::size_t row = first; row < first + rows; ++row) embed(row);
          });
  ReleaseEmbedding();
}

// Looking up one row makes the system map the pages around it, so a long text would in time have
// the whole matrix in memory, which often lies there once more, packed for the output.
void Decoder::ReleaseEmbedding() {
  looked_up_ += rows_;
  if (looked_up_ < kLookUpsMapped) return;
  looked_up_ = 0;
  const gguf::Mapping* const mapping = weights_.file->mapping();
  if (mapping != nullptr) mapping->Release(weights_.embedding->data);
}

void Decoder::FillTables(std::size_t row, std::uint32_t position) {
  rope_.FillTables(position, work_.cosine.row(row), work_.sine.row(row));
  if (!local_rope_.has_value()) return;
  local_rope_->FillTables(position, work_.local_cosine.row(row), work_.local_sine.row(row));
}

void Decoder::NormalizeResidual(const AlignedBuffer<float>& weight) {
  ForRows(*pool_, rows_, std::size_t{config_.width} * 8, [&](std::size_t first, std::size_t rows) {
    kernels_.rms_norm({.x = work_.residual.row(first),
                       .weight = weight.data(),
                       .y = work_.norm.row(first),
                       .rows = rows,
                       .cols = config_.width,
                       .stride_x = work_.residual.stride(),
                       .stride_y = work_.norm.stride(),
                       .epsilon = config_.norm_epsilon});
    work_.norm.Quantize(kernels_, first, rows);
  });
}

void Decoder::Attention(std::uint32_t index, KvStorage& kv) {
  const LayerWeights& layer = weights_.layers[index];
  const Activations norm = work_.norm.View();
  const std::array<Product, 3> projections = {{
      {&layer.q, norm, work_.q.row(0), work_.q.stride(), false},
      {&layer.k, norm, work_.k.row(0), work_.k.stride(), false},
      {&layer.v, norm, work_.v.row(0), work_.v.stride(), false},
  }};
  RunProducts(*pool_, kernels_, projections, rows_);
  ForRows(*pool_, rows_, (work_.q.cols() + work_.k.cols() + work_.v.cols()) * 8,
          [&](std::size_t first, std::size_t rows) {
            TurnAndStoreRows(layer, index, kv, first, rows);
          });
  const AttentionOptions options = {.scale = config_.attention_scale,
                                    .softcap = config_.attention_softcap,
                                    .window = config_.IsLocal(index) ? config_.window : 0};
  attention_.Attend(kv, index, options, runs_, work_.q.heads(), work_.attention.heads());
  ForRows(*pool_, rows_, work_.attention.cols() * 8, [&](std::size_t first, std::size_t rows) {
    work_.attention.Quantize(kernels_, first, rows);
  });
  AddToResidual(layer.attention_output, work_.attention.View(), layer.post_attention_norm);
}

// Norms and turns the heads of the queries and keys, and puts keys and values into their pages.
void Decoder::TurnAndStoreRows(const LayerWeights& layer, std::uint32_t index, KvStorage& kv,
                               std::size_t first_row, std::size_t rows) {
  const auto rope = config_.rope.pairing == RopePairing::kInterleaved ? kernels_.rope_interleaved
                                                                      : kernels_.rope_half_split;
  const bool local = config_.IsLocal(index) && local_rope_.has_value();
  ActivationBuffer& cosine = local ? work_.local_cosine : work_.cosine;
  ActivationBuffer& sine = local ? work_.local_sine : work_.sine;
  const std::size_t dim = config_.key_dim;
  const auto turn = [&](float* x, std::size_t heads, const AlignedBuffer<float>& norm,
                        std::size_t row) {
    if (norm.size() != 0) {  // one head's weights, or all heads' of a token
      const std::size_t cols = norm.size();
      kernels_.rms_norm(
          {x, norm.data(), x, heads * dim / cols, cols, cols, cols, config_.norm_epsilon});
    }
    rope({x, cosine.row(row), sine.row(row), heads, dim, config_.rope.dims});
  };
  for (std::size_t row = first_row; row < first_row + rows; ++row) {
    const RunPlace& run = RunOf(row);
    turn(work_.q.row(row), config_.heads, layer.q_norm, row);
    turn(work_.k.row(row), config_.kv_heads, layer.k_norm, row);
    GrowQuery(row, run.first_position + static_cast<std::uint32_t>(row - run.first_row));
    attention_.StoreRow(kv, index, run, row, work_.k.row(row), work_.v.row(row));
  }
}

// Where the model says so, queries grow by steps of its original context.
void Decoder::GrowQuery(std::size_t row, std::uint32_t position) {
  const std::uint32_t steps = position / config_.rope.original_context;
  if (config_.query_growth == 0.0f || steps == 0) return;
  const float factor = 1.0f + config_.query_growth * std::log(1.0f + static_cast<float>(steps));
  for (float& value : std::span(work_.q.row(row), work_.q.cols())) value *= factor;
}

void Decoder::FeedForward(const LayerWeights& layer) {
  const Activations norm = work_.norm.View();
  const std::array<Product, 2> projections = {{
      {&layer.gate, norm, work_.gate.row(0), work_.gate.stride(), false},
      {&layer.up, norm, work_.up.row(0), work_.up.stride(), false},
  }};
  RunProducts(*pool_, kernels_, projections, rows_);
  const auto multiply =
      config_.activation == Activation::kGelu ? kernels_.gelu_mul : kernels_.silu_mul;
  ForRows(*pool_, rows_, std::size_t{config_.ffn_width} * 16,
          [&](std::size_t first, std::size_t rows) {
            for (std::size_t row = first; row < first + rows; ++row) {
              float* const gate = work_.gate.row(row);
              multiply({gate, work_.up.row(row), gate, config_.ffn_width});
            }
            work_.gate.Quantize(kernels_, first, rows);
          });
  AddToResidual(layer.down, work_.gate.View(), layer.post_ffn_norm);
}

void Decoder::AddToResidual(const Linear& weights, const Activations& x,
                            const AlignedBuffer<float>& norm) {
  const bool direct = norm.size() == 0;
  ActivationBuffer& to = direct ? work_.residual : work_.branch;
  const Product product = {&weights, x, to.row(0), to.stride(), direct};
  RunProducts(*pool_, kernels_, {&product, 1}, rows_);
  if (direct) return;
  const std::size_t width = config_.width;
  ForRows(*pool_, rows_, width * 8, [&](std::size_t first, std::size_t rows) {
    for (std::size_t row = first; row < first + rows; ++row) {
      float* const branch = work_.branch.row(row);
      kernels_.rms_norm(
          {branch, norm.data(), branch, 1, width, width, width, config_.norm_epsilon});
      kernels_.add_scaled(branch, 1.0f, work_.residual.row(row), width);
    }
  });
}

// Only the rows that were asked for are normed and multiplied with the output matrix.
void Decoder::WriteLogits(const Batch& batch, std::span<float> logits) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    const std::size_t wanted = batch.runs[i].logits_rows;
    const std::size_t first = runs_[i].first_row + runs_[i].tokens - wanted;
    kernels_.rms_norm({.x = work_.residual.row(first),
                       .weight = weights_.output_norm.data(),
                       .y = work_.last.row(count),
                       .rows = wanted,
                       .cols = config_.width,
                       .stride_x = work_.residual.stride(),
                       .stride_y = work_.last.stride(),
                       .epsilon = config_.norm_epsilon});
    count += wanted;
  }
  if (count == 0) return;
  work_.last.Quantize(kernels_, 0, count);
  const Product output = {&weights_.output, work_.last.View(), logits.data(), config_.vocab_size,
                          false};
  RunProducts(*pool_, kernels_, {&output, 1}, count);
  if (config_.logit_softcap == 0.0f) return;
  ForRows(*pool_, count, std::size_t{config_.vocab_size} * 16,
          [&](std::size_t first, std::size_t rows) {
            kernels_.softcap(logits.data() + first * config_.vocab_size, rows * config_.vocab_size,
                             config_.logit_softcap);
          });
}

void Decoder::WriteHidden(const Batch& batch) {
  const std::size_t width = config_.width;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    const std::span<float> hidden = batch.runs[i].hidden;
    if (hidden.empty()) continue;
    const std::size_t wanted = hidden.size() / width;
    const std::size_t before = runs_[i].first_row + runs_[i].tokens - wanted;
    ForRows(*pool_, wanted, width * 8, [&](std::size_t first, std::size_t rows) {
      kernels_.rms_norm({.x = work_.residual.row(before + first),
                         .weight = weights_.output_norm.data(),
                         .y = hidden.data() + first * width,
                         .rows = rows,
                         .cols = width,
                         .stride_x = work_.residual.stride(),
                         .stride_y = width,
                         .epsilon = config_.norm_epsilon});
    });
  }
}

}  // namespace ganglion
