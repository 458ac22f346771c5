#pragma once

#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ganglion/gguf/tensor_source.h"

// For the tests of this room: a model that is made up, value by value.
namespace ganglion::quantize {

class FakeSource : public gguf::TensorSource {
 public:
  void Set(std::string key, gguf::Value value) {
    metadata_.push_back({std::move(key), std::move(value)});
  }
  void Add(std::string name, std::vector<std::uint64_t> dims,
           gguf::TensorType type = gguf::TensorType::kF32) {
    tensors_.push_back({std::move(name), type, std::move(dims)});
  }

  const std::vector<gguf::KeyValue>& metadata() const override { return metadata_; }
  const std::vector<gguf::SourceTensor>& tensors() const override { return tensors_; }

  static float ValueAt(std::size_t tensor, std::uint64_t index) {
    return std::sin(static_cast<float>(index * (tensor + 3)) * 0.37f) *
           (1.0f + static_cast<float>(index % 7));
  }
  Status ReadRows(std::size_t tensor, std::uint64_t first_row,
                  std::span<float> values) const override {
    const std::uint64_t first = first_row * tensors_[tensor].row_size();
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = tensor == bad_tensor && first + i == 1000 ? NAN : ValueAt(tensor, first + i);
    }
    return {};
  }

  std::size_t bad_tensor = SIZE_MAX;  // has a NaN at its value 1000

 private:
  std::vector<gguf::KeyValue> metadata_;
  std::vector<gguf::SourceTensor> tensors_;
};

}  // namespace ganglion::quantize
