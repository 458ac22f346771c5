// Any bytes: the reader returns a file or an error, and a file's tensors lie inside the bytes, one
// behind the other, each of the size that its shape says.

#include <cstdint>

#include "ganglion/base/check.h"
#include "ganglion/gguf/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using ganglion::gguf::SafetensorsFile;
  const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
  const auto file = SafetensorsFile::Parse(bytes);
  if (!file.ok()) {
    GN_CHECK(!file.error().message().empty());
    return 0;
  }
  const std::byte* end = bytes.data() + bytes.size();
  for (auto it = (*file)->tensors().rbegin(); it != (*file)->tensors().rend(); ++it) {
    GN_CHECK(it->data.data() + it->data.size() == end && it->data.data() >= bytes.data() + 8);
    if (it->type) {
      GN_CHECK(it->data.size() == it->elements() * ganglion::gguf::Info(*it->type).bytes);
    }
    end = it->data.data();
  }
  return 0;
}
