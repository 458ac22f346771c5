#include "ganglion/sys/spill_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ganglion/base/check.h"

namespace ganglion::sys {
namespace {

Status Failed(const std::string& what, int error) {
  Code code = Code::kUnavailable;
  if (error == ENOENT || error == ENOTDIR) code = Code::kNotFound;
  if (error == ENOSPC || error == EDQUOT || error == EFBIG) code = Code::kResourceExhausted;
  return Status(code, what + ": " + std::strerror(error));
}

// Made with a name, which goes at once: not every file system can make files without.
Result<int> OpenUnnamed(const std::string& directory) {
  std::string path = directory + "/ganglion-spill-XXXXXX";
  const int descriptor = ::mkostemp(path.data(), O_CLOEXEC);
  if (descriptor < 0) return Failed("cannot make a file in " + directory, errno);
  ::unlink(path.c_str());
  return descriptor;
}

}  // namespace

Result<SpillFile> SpillFile::Create(const std::string& directory, std::size_t bytes) {
  GN_CHECK(bytes > 0);
  SpillFile file;
  GN_ASSIGN_OR_RETURN(file.descriptor_, OpenUnnamed(directory));
  const int error = ::posix_fallocate(file.descriptor_, 0, static_cast<off_t>(bytes));
  if (error != 0) {
    return Failed("cannot take " + std::to_string(bytes) + " bytes of " + directory, error);
  }
  void* const mapped = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file.descriptor_, 0);
  if (mapped == MAP_FAILED) return Failed("cannot map a file in " + directory, errno);
  file.bytes_ = {static_cast<const std::byte*>(mapped), bytes};
  return file;
}

SpillFile::~SpillFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
  if (descriptor_ >= 0) ::close(descriptor_);
}

SpillFile::SpillFile(SpillFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), bytes_(std::exchange(other.bytes_, {})) {}

SpillFile& SpillFile::operator=(SpillFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

Status SpillFile::WriteAt(std::size_t offset, std::span<const std::byte> bytes) {
  GN_CHECK(offset <= bytes_.size() && bytes.size() <= bytes_.size() - offset);
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return Failed("cannot write to the spill file", written < 0 ? errno : EIO);
    offset += static_cast<std::size_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return Status();
}

Status SpillFile::Load(std::size_t offset, std::size_t count) {
  GN_CHECK(offset <= bytes_.size() && count <= bytes_.size() - offset);
#ifdef MADV_POPULATE_READ
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t first = offset / page * page;
  auto* const begin = const_cast<std::byte*>(bytes_.data()) + first;
  if (::madvise(begin, offset + count - first, MADV_POPULATE_READ) != 0 && errno == EFAULT) {
    return Failed("cannot read the spill file", EIO);
  }
#endif
  return Status();
}

}  // namespace ganglion::sys
