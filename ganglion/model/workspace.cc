#include "ganglion/model/workspace.h"

#include <algorithm>
#include <string>

#include "ganglion/model/limits.h"

namespace ganglion {
namespace {

constexpr std::size_t kLine = 16;  // floats of a cache line

Status CheckLimit(const char* name, std::uint32_t value, std::uint32_t largest) {
  if (value >= 1 && value <= largest) return Status();
  return Status(Code::kInvalidArgument, std::string("batch limit of ") + name + ": " +
                                            std::to_string(value) + " is not in 1 to " +
                                            std::to_string(largest));
}

}  // namespace

ActivationBuffer::ActivationBuffer(std::size_t rows, std::size_t cols, bool quantized)
    : rows_(rows),
      cols_(cols),
      stride_((cols + kLine - 1) / kLine * kLine),
      quantized_(quantized),
      x_(rows * stride_) {
  if (!quantized) return;
  codes_ = AlignedBuffer<std::int8_t>(rows * cols);
  scales_ = AlignedBuffer<float>(rows * cols / kernels::kBlock);
  sums_ = AlignedBuffer<std::int32_t>(rows * cols / kernels::kHalfBlock);
}

bool ActivationBuffer::ok() const {
  if (rows_ == 0) return true;
  if (x_.data() == nullptr) return false;
  return !quantized_ ||
         (codes_.data() != nullptr && scales_.data() != nullptr && sums_.data() != nullptr);
}

Activations ActivationBuffer::View(std::size_t first_row) {
  Activations view = {.x = row(first_row), .stride = stride_};
  if (quantized_) {
    view.quantized = {codes_.data() + first_row * cols_,
                      scales_.data() + first_row * cols_ / kernels::kBlock,
                      sums_.data() + first_row * cols_ / kernels::kHalfBlock};
  }
  return view;
}

void ActivationBuffer::CopyRow(std::size_t to_row, const ActivationBuffer& from,
                               std::size_t from_row) {
  std::copy_n(from.x_.data() + from_row * from.stride_, cols_, row(to_row));
  if (!quantized_ || !from.quantized_) return;
  const std::size_t blocks = cols_ / kernels::kBlock;
  std::copy_n(from.codes_.data() + from_row * cols_, cols_, codes_.data() + to_row * cols_);
  std::copy_n(from.scales_.data() + from_row * blocks, blocks, scales_.data() + to_row * blocks);
  const std::size_t halves = cols_ / kernels::kHalfBlock;
  std::copy_n(from.sums_.data() + from_row * halves, halves, sums_.data() + to_row * halves);
}

void ActivationBuffer::Quantize(const kernels::KernelTable& kernels, std::size_t first_row,
                                std::size_t rows) {
  if (!quantized_) return;
  kernels.quantize_rows({.x = row(first_row),
                         .stride_x = stride_,
                         .out = View(first_row).quantized,
                         .rows = rows,
                         .cols = cols_});
}

Result<Workspace> Workspace::Create(const ModelConfig& config, const BatchLimits& limits,
                                    const QuantizedReaders& readers) {
  GN_RETURN_IF_ERROR(CheckLimit("tokens", limits.tokens, kBatchTokensMax));
  GN_RETURN_IF_ERROR(CheckLimit("runs", limits.runs, kBatchRunsMax));
  GN_RETURN_IF_ERROR(CheckLimit("logits rows", limits.logits_rows, kBatchTokensMax));
  GN_RETURN_IF_ERROR(CheckLimit("pages", limits.pages, kBatchPagesMax));

  const std::size_t rows = limits.tokens;
  const std::size_t heads = config.heads;
  const std::size_t kv_heads = config.kv_heads;
  Workspace work;
  work.limits = limits;
  work.residual = ActivationBuffer(rows, config.width, false);
  work.norm = ActivationBuffer(rows, config.width, readers.of_norm);
  work.q = ActivationBuffer(rows, heads * config.key_dim, false);
  work.k = ActivationBuffer(rows, kv_heads * config.key_dim, false);
  work.v = ActivationBuffer(rows, kv_heads * config.value_dim, false);
  work.attention = ActivationBuffer(rows, heads * config.value_dim, readers.of_attention);
  if (config.experts.count == 0) {
    work.gate = ActivationBuffer(rows, config.ffn_width, readers.of_gate);
    work.up = ActivationBuffer(rows, config.ffn_width, false);
  }
  if (config.post_norms) work.branch = ActivationBuffer(rows, config.width, false);
  if (config.local_rope.has_value()) {
    work.local_cosine = ActivationBuffer(rows, config.local_rope->dims, false);
    work.local_sine = ActivationBuffer(rows, config.local_rope->dims, false);
  }
  work.cosine = ActivationBuffer(rows, config.rope.dims, false);
  work.sine = ActivationBuffer(rows, config.rope.dims, false);
  work.last = ActivationBuffer(limits.logits_rows, config.width, readers.of_output);
  work.runs.resize(limits.runs);
  work.pages.resize(limits.pages);
  for (const ActivationBuffer* buffer :
       {&work.residual, &work.norm, &work.q, &work.k, &work.v, &work.attention, &work.gate,
        &work.up, &work.branch, &work.cosine, &work.sine, &work.local_cosine, &work.local_sine,
        &work.last}) {
    if (!buffer->ok()) {
      return Status(Code::kResourceExhausted, "the system refuses the memory for batches of " +
                                                  std::to_string(rows) +
                                                  " tokens; use smaller ones");
    }
  }
  return work;
}

}  // namespace ganglion
