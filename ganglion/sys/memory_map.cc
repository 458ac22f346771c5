#include "ganglion/sys/memory_map.h"

#include <cstdint>
#include <string>
#include <utility>

#include <sys/mman.h>

namespace ganglion::sys {
namespace {

Status Refused(std::size_t bytes) {
  return Status(Code::kResourceExhausted,
                "the system refuses " + std::to_string(bytes) + " bytes of memory");
}

}  // namespace

Result<MemoryMap> MemoryMap::Anonymous(std::size_t bytes) {
  constexpr std::size_t kHuge = kHugePageBytes;
  if (bytes > SIZE_MAX - 2 * kHuge) return Refused(bytes);
  const std::size_t size = (bytes + kHuge - 1) / kHuge * kHuge;
  if (size == 0) return MemoryMap();
  // One huge page more than asked for; what lies before and behind the aligned part goes back.
  void* const mapped =
      ::mmap(nullptr, size + kHuge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return Refused(bytes);
  auto* const begin = static_cast<std::byte*>(mapped);
  const std::size_t before = (kHuge - reinterpret_cast<std::uintptr_t>(begin) % kHuge) % kHuge;
  if (before > 0) ::munmap(begin, before);
  if (before < kHuge) ::munmap(begin + before + size, kHuge - before);
  ::madvise(begin + before, size, MADV_HUGEPAGE);  // a wish: a kernel without them is none the less
  return MemoryMap({begin + before, size});
}

MemoryMap::~MemoryMap() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
}

MemoryMap::MemoryMap(MemoryMap&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MemoryMap& MemoryMap::operator=(MemoryMap&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

}  // namespace ganglion::sys
