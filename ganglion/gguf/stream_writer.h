#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/gguf/new_file.h"

namespace ganglion::gguf {

// Writes a file that is larger than memory: what tensors there are is said at once, and their bytes
// follow in that order, in pieces of any size. As with Writer, the file appears at its path whole
// or not at all. One thread.
class StreamWriter {
 public:
  // Of the tensors, offset and data are not looked at. Writes the header. Fails where a tensor
  // cannot be written, and where the file cannot.
  static Result<StreamWriter> Create(const std::string& path, std::span<const KeyValue> metadata,
                                     std::span<const Tensor> tensors);

  // The next bytes of the tensor that is not complete yet, and not beyond its end (else a bug).
  Status Append(std::span<const std::byte> bytes);
  // After the last byte of the last tensor (else a bug).
  Status Finish();

 private:
  StreamWriter(NewFile file, std::vector<std::uint64_t> sizes);

  NewFile file_;
  std::vector<std::uint64_t> sizes_;  // of the tensors' data
  std::size_t tensor_ = 0;            // that comes next
  std::uint64_t written_ = 0;         // of it
};

}  // namespace ganglion::gguf
