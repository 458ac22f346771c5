#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/gguf/tensor_source.h"
#include "ganglion/quantize/importance.h"
#include "ganglion/quantize/mix.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion::quantize {

struct TensorReport {
  std::string name;
  std::vector<std::uint64_t> dims;
  gguf::TensorType from;
  gguf::TensorType to;
  std::uint64_t values = 0;
  std::uint64_t bytes_before = 0;
  std::uint64_t bytes_after = 0;
  double relative_error = 0.0;  // root mean square of the errors over that of the values
  bool weighed = false;         // by an importance matrix
};

struct Options {
  const Mix* mix = nullptr;
  const Importance* importance = nullptr;  // null: none
  std::string importance_name = {};        // for the metadata
  std::optional<gguf::TensorType> output_type = {};
  std::optional<gguf::TensorType> embedding_type = {};
  bool requantize = false;  // accept tensors that were quantised before: errors add up
};

// Writes the model of `source` to `path`, in the types of the mix. The metadata is that of the
// source, with general.file_type and general.quantization_version set. Calls `on_tensor` for each
// tensor as it is written.
//
// The bytes and the reports do not depend on the number of threads. Memory: a few MiB of rows. A
// failure (a tensor that cannot be read or written, a full disk) leaves what was at `path`.
Status QuantizeModel(const gguf::TensorSource& source, const std::string& path,
                     const Options& options, sys::ThreadPool& pool,
                     const std::function<void(const TensorReport&)>& on_tensor);

}  // namespace ganglion::quantize
