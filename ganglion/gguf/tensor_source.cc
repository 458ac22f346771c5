#include "ganglion/gguf/tensor_source.h"

#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"
#include "ganglion/gguf/quantize.h"

namespace ganglion::gguf {
namespace {

class FileSource final : public TensorSource {
 public:
  explicit FileSource(std::shared_ptr<const File> file) : file_(std::move(file)) {
    for (const Tensor& tensor : file_->tensors()) {
      tensors_.push_back({tensor.name, tensor.type, tensor.dims});
    }
  }

  const std::vector<KeyValue>& metadata() const override { return file_->metadata(); }
  const std::vector<SourceTensor>& tensors() const override { return tensors_; }

  Status ReadRows(std::size_t tensor, std::uint64_t first_row,
                  std::span<float> values) const override {
    GN_CHECK(tensor < tensors_.size());
    const Tensor& stored = file_->tensors()[tensor];
    const TypeInfo& info = Info(stored.type);
    if (!CanDequantize(stored.type)) {
      return {Code::kUnimplemented, Concat("tensor \"", stored.name, "\": values of type ",
                                           info.name, " cannot be read as numbers")};
    }
    const std::uint64_t rows = values.size() / stored.dims[0];
    GN_CHECK(values.size() % stored.dims[0] == 0);
    GN_CHECK(first_row <= stored.rows() && rows <= stored.rows() - first_row);
    const std::uint64_t row_bytes = stored.dims[0] / info.elements * info.bytes;
    Dequantize(stored.type, stored.data.subspan(first_row * row_bytes, rows * row_bytes), values);
    return {};
  }

 private:
  const std::shared_ptr<const File> file_;
  std::vector<SourceTensor> tensors_;
};

}  // namespace

std::uint64_t SourceTensor::rows() const {
  std::uint64_t count = 1;
  for (std::size_t i = 1; i < dims.size(); ++i) count *= dims[i];
  return count;
}

std::unique_ptr<const TensorSource> SourceOf(std::shared_ptr<const File> file) {
  return std::make_unique<FileSource>(std::move(file));
}

}  // namespace ganglion::gguf
