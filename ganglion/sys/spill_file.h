#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "ganglion/base/status.h"

namespace ganglion::sys {

// A file for what does not fit into memory. It has no name: the system frees it when the object, or
// the process, ends. Its room on the disk is taken when it is made, so that it cannot run out
// later.
//
// Thread: the object belongs to one thread; bytes() may be read by any while nobody writes them.
class SpillFile {
 public:
  // In `directory`, which must be there. Errors are kNotFound for the directory, kResourceExhausted
  // where the disk has not enough room, else kUnavailable.
  static Result<SpillFile> Create(const std::string& directory, std::size_t bytes);

  SpillFile() = default;
  ~SpillFile();
  SpillFile(SpillFile&& other) noexcept;
  SpillFile& operator=(SpillFile&& other) noexcept;
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;

  // The whole file, mapped for reading. What WriteAt() wrote is seen at once.
  std::span<const std::byte> bytes() const { return bytes_; }
  // Within the file.
  Status WriteAt(std::size_t offset, std::span<const std::byte> bytes);
  // Reads this range from the disk as far as it is not in memory, so that a broken disk is an error
  // and no signal. Kernels before Linux 5.14 cannot tell.
  Status Load(std::size_t offset, std::size_t count);

 private:
  int descriptor_ = -1;
  std::span<const std::byte> bytes_;
};

}  // namespace ganglion::sys
