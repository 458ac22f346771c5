#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "ganglion/base/status.h"

namespace ganglion::gguf {

// A file's bytes, mapped read-only: nothing is read that is not asked for. Immutable.
class Mapping {
 public:
  // Needs a regular file of at least one byte. Errors name the path.
  static Result<std::unique_ptr<const Mapping>> Open(const std::string& path);

  ~Mapping();
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }
  int descriptor() const { return descriptor_; }  // of the open file

  // Says that this part of bytes() will not be read soon, so that it need not stay in memory.
  // Reading it is allowed none the less.
  void Release(std::span<const std::byte> part) const;

 private:
  Mapping(std::span<const std::byte> bytes, int descriptor)
      : bytes_(bytes), descriptor_(descriptor) {}
  const std::span<const std::byte> bytes_;
  const int descriptor_;
};

}  // namespace ganglion::gguf
