#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/sys/memory_map.h"

namespace ganglion {

// The memory of packed weights. What it gave stays where it is as long as the store lives, also
// when the store is moved.
class PackedStore {
 public:
  // Zeroed bytes that start at a multiple of kernels::kPanelAlignment, in huge pages where the
  // system has them. An error is kResourceExhausted.
  Result<std::span<std::byte>> Allocate(std::size_t bytes);

 private:
  std::vector<sys::MemoryMap> blocks_;
  std::size_t used_ = 0;  // bytes of the last block
};

}  // namespace ganglion
