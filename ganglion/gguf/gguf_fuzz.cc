// Any bytes: the reader returns a file or an error, a file's tensors lie inside the bytes, and any
// block of a weight format is numbers that can be written again.

#include <cmath>
#include <cstdint>
#include <vector>

#include "ganglion/base/check.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/gguf/quantize.h"

namespace gguf = ganglion::gguf;

namespace {

// Its numbers, where they can be written again, come back as finite ones.
void CheckFirstBlock(const gguf::Tensor& tensor) {
  const gguf::TypeInfo& info = gguf::Info(tensor.type);
  std::vector<float> values(info.elements);
  gguf::Dequantize(tensor.type, tensor.data.first(info.bytes), values);
  const auto again = gguf::Quantize(tensor.type, values);
  if (!again.ok()) return;
  gguf::Dequantize(tensor.type, *again, values);
  for (const float value : values) GN_CHECK(std::isfinite(value));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
  auto file = gguf::File::Parse(bytes);
  if (!file.ok()) {
    GN_CHECK(!file.error().message().empty());
    return 0;
  }
  for (const auto& tensor : (*file)->tensors()) {
    GN_CHECK(tensor.data.data() >= bytes.data());
    GN_CHECK(tensor.data.data() + tensor.data.size() <= bytes.data() + bytes.size());
    GN_CHECK(tensor.elements() > 0);
    if (gguf::CanDequantize(tensor.type)) CheckFirstBlock(tensor);
  }
  return 0;
}
