#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"

namespace ganglion::gguf {

// A tensor as a model file will name it, before its type in that file is chosen.
struct SourceTensor {
  std::string name;                    // "blk.0.attn_q.weight"
  TensorType type = TensorType::kF32;  // that the values are stored in now
  std::vector<std::uint64_t> dims;     // fastest-varying first, 1 to 4 of them, none 0

  std::uint64_t row_size() const { return dims[0]; }
  std::uint64_t rows() const;
};

// What a model file is made from: metadata, a list of tensors, and their values as floats, read on
// demand and never held. A GGUF file is one (below); a folder of safetensors files is another
// (ganglion/convert). Immutable; safe to read from any thread.
class TensorSource {
 public:
  virtual ~TensorSource() = default;
  TensorSource() = default;
  TensorSource(const TensorSource&) = delete;
  TensorSource& operator=(const TensorSource&) = delete;

  // Names and architecture keys as in GGUF, in the order in which they are to be written.
  virtual const std::vector<KeyValue>& metadata() const = 0;
  virtual const std::vector<SourceTensor>& tensors() const = 0;

  // Fills `values` with whole rows of tensors()[tensor], from row `first_row` on. The rows must be
  // there (anything else is a bug). Fails where the values are of a type that cannot be read.
  virtual Status ReadRows(std::size_t tensor, std::uint64_t first_row,
                          std::span<float> values) const = 0;
};

std::unique_ptr<const TensorSource> SourceOf(std::shared_ptr<const File> file);

}  // namespace ganglion::gguf
