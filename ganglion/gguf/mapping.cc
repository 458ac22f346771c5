#include "ganglion/gguf/mapping.h"

#include <cerrno>
#include <cstdint>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ganglion/base/concat.h"

namespace ganglion::gguf {
namespace {

Status SystemError(const std::string& path, const char* what) {
  const Code code = errno == ENOENT ? Code::kNotFound : Code::kUnavailable;
  return Status(code, Concat(path, ": ", what, ": ", std::strerror(errno)));
}

}  // namespace

Result<std::unique_ptr<const Mapping>> Mapping::Open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return SystemError(path, "open");
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    ::close(fd);
    return Status(Code::kInvalidArgument, path + ": not a regular file");
  }
  const auto size = static_cast<std::size_t>(info.st_size);
  if (size == 0) {
    ::close(fd);
    return Status(Code::kInvalidArgument, path + ": the file is empty");
  }
  void* const mapping = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (mapping == MAP_FAILED) {
    Status error = SystemError(path, "mmap");
    ::close(fd);
    return error;
  }
  return std::unique_ptr<const Mapping>(
      new Mapping({static_cast<const std::byte*>(mapping), size}, fd));
}

Mapping::~Mapping() {
  ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
  ::close(descriptor_);
}

void Mapping::Release(std::span<const std::byte> part) const {
  // Whole pages only: at the edges lies what others may be reading.
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = (reinterpret_cast<std::uintptr_t>(part.data()) + page - 1) / page * page;
  const auto end = reinterpret_cast<std::uintptr_t>(part.data() + part.size()) / page * page;
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

}  // namespace ganglion::gguf
