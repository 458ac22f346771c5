#include "ganglion/gguf/mapping.h"

#include <cerrno>
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
  ::close(fd);
  if (mapping == MAP_FAILED) return SystemError(path, "mmap");
  return std::unique_ptr<const Mapping>(
      new Mapping({static_cast<const std::byte*>(mapping), size}));
}

Mapping::~Mapping() { ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size()); }

}  // namespace ganglion::gguf
