// Any bytes: the reader returns a file or an error, and a file's tensors lie inside the bytes.

#include <cstdint>

#include "ganglion/base/check.h"
#include "ganglion/gguf/gguf.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using ganglion::gguf::File;
  const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
  auto file = File::Parse(bytes);
  if (!file.ok()) {
    GN_CHECK(!file.error().message().empty());
    return 0;
  }
  for (const auto& tensor : (*file)->tensors()) {
    GN_CHECK(tensor.data.data() >= bytes.data());
    GN_CHECK(tensor.data.data() + tensor.data.size() <= bytes.data() + bytes.size());
    GN_CHECK(tensor.elements() > 0);
  }
  return 0;
}
