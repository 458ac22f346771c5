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

 private:
  explicit Mapping(std::span<const std::byte> bytes) : bytes_(bytes) {}
  const std::span<const std::byte> bytes_;
};

}  // namespace ganglion::gguf
