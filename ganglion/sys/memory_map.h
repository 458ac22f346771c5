#pragma once

#include <cstddef>
#include <span>

#include "ganglion/base/status.h"

namespace ganglion::sys {

// A piece of the address space that the system fills with pages as they are touched: memory, or the
// bytes of a file (File::Map()). Given back in the destructor.
//
// Thread: the object belongs to one thread; its bytes are as any memory.
class MemoryMap {
 public:
  // A page that the processor translates at once, where the system has one.
  static constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

  // Zeroed memory that starts on a huge page; the system is asked for such pages. `bytes` is
  // rounded up to whole huge pages. An error is kResourceExhausted.
  static Result<MemoryMap> Anonymous(std::size_t bytes);

  MemoryMap() = default;
  ~MemoryMap();
  MemoryMap(MemoryMap&& other) noexcept;
  MemoryMap& operator=(MemoryMap&& other) noexcept;
  MemoryMap(const MemoryMap&) = delete;
  MemoryMap& operator=(const MemoryMap&) = delete;

  std::span<std::byte> bytes() const { return bytes_; }

 private:
  friend class File;
  explicit MemoryMap(std::span<std::byte> bytes) : bytes_(bytes) {}

  std::span<std::byte> bytes_;
};

}  // namespace ganglion::sys
