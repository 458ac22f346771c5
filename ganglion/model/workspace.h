#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/model/attention.h"
#include "ganglion/model/config.h"
#include "ganglion/model/linear.h"
#include "ganglion/model/model.h"

namespace ganglion {

// Rows of activations that own their memory, with room for codes if a quantized matrix reads them.
class ActivationBuffer {
 public:
  ActivationBuffer() = default;
  ActivationBuffer(std::size_t rows, std::size_t cols, bool quantized);

  bool ok() const;
  bool quantized() const { return quantized_; }
  std::size_t cols() const { return cols_; }
  float* row(std::size_t row) { return x_.data() + row * stride_; }
  std::size_t stride() const { return stride_; }
  HeadRows heads() { return {x_.data(), stride_}; }

  // What a matrix reads, from `first_row` on.
  Activations View(std::size_t first_row = 0);

  // Takes over row `from_row` of a buffer of as many columns, with its codes if both have some.
  void CopyRow(std::size_t to_row, const ActivationBuffer& from, std::size_t from_row);

  // Makes the codes of `rows` rows from `first_row` on, if anybody reads them.
  void Quantize(const kernels::KernelTable& kernels, std::size_t first_row, std::size_t rows);

 private:
  std::size_t rows_ = 0;
  std::size_t cols_ = 0;
  std::size_t stride_ = 0;
  bool quantized_ = false;
  AlignedBuffer<float> x_;
  AlignedBuffer<std::int8_t> codes_;
  AlignedBuffer<float> scales_;
  AlignedBuffer<std::int32_t> sums_;
};

// Which activations are read by quantized matrices.
struct QuantizedReaders {
  bool of_norm = false;         // q, k, v, gate, up
  bool of_attention = false;    // attention output
  bool of_gate = false;         // down
  bool of_expert_gate = false;  // down of the experts that are chosen
  bool of_output = false;       // logits
};

// The memory of a forward pass over batches within some limits. Rows are tokens.
struct Workspace {
  static Result<Workspace> Create(const ModelConfig& config, const BatchLimits& limits,
                                  const QuantizedReaders& readers);

  BatchLimits limits;
  ActivationBuffer residual;  // the stream that every part reads and adds to
  ActivationBuffer norm;      // what the projections read
  ActivationBuffer q, k, v;
  ActivationBuffer attention;
  ActivationBuffer gate, up;      // none where there are experts
  ActivationBuffer branch;        // what waits for its norm before it is added; often none
  ActivationBuffer cosine, sine;  // the tables of each row's position
  ActivationBuffer local_cosine, local_sine;  // of layers that turn otherwise, if any
  ActivationBuffer last;                      // normed rows that get logits
  std::vector<RunPlace> runs;
  std::vector<std::byte*> pages;
};

}  // namespace ganglion
