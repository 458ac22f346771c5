#include "ganglion/sys/file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ganglion/base/concat.h"

namespace ganglion::sys {
namespace {

Status SystemError(const char* what) {
  const Code code = errno == ENOENT ? Code::kNotFound : Code::kUnavailable;
  return Status(code, Concat(what, ": ", std::strerror(errno)));
}

TimeNs Nanoseconds(const timespec& time) { return time.tv_sec * 1'000'000'000 + time.tv_nsec; }

}  // namespace

Result<FileStamp> StampOf(int descriptor) {
  struct stat info {};
  if (::fstat(descriptor, &info) != 0) return SystemError("stat");
  return FileStamp{.device = info.st_dev,
                   .inode = info.st_ino,
                   .size = static_cast<std::uint64_t>(info.st_size),
                   .modified = Nanoseconds(info.st_mtim),
                   .changed = Nanoseconds(info.st_ctim)};
}

Result<File> File::Open(const std::string& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (descriptor < 0) return SystemError("open").WithContext(path);
  return File(descriptor);
}

Result<File> File::OpenForReading(const std::string& path) { return Open(path, O_RDONLY); }

Result<File> File::OpenOrCreate(const std::string& path) { return Open(path, O_RDWR | O_CREAT); }

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

File::File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Status File::ReadAt(std::uint64_t offset, std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t got =
        ::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("read");
    if (got == 0) return Status(Code::kUnavailable, "read: the file ends too early");
    bytes = bytes.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
  return Status();
}

Status File::WriteAt(std::uint64_t offset, std::span<const std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t put =
        ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return SystemError("write");
    bytes = bytes.subspan(static_cast<std::size_t>(put));
    offset += static_cast<std::uint64_t>(put);
  }
  return Status();
}

Status File::Resize(std::uint64_t bytes) const {
  return ::ftruncate(descriptor_, static_cast<off_t>(bytes)) == 0 ? Status()
                                                                  : SystemError("truncate");
}

void File::BeginSync(std::uint64_t offset, std::uint64_t bytes) const {
  // A hint: where it fails, Sync() does all.
  ::sync_file_range(descriptor_, static_cast<off_t>(offset), static_cast<off_t>(bytes),
                    SYNC_FILE_RANGE_WRITE);
}

Status File::Sync() const {
  return ::fdatasync(descriptor_) == 0 ? Status() : SystemError("fdatasync");
}

bool File::TryLock() const { return ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0; }

Result<MemoryMap> File::Map(std::uint64_t offset, std::size_t bytes) const {
  if (bytes == 0) return MemoryMap();
  void* const mapped =
      ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, descriptor_, static_cast<off_t>(offset));
  if (mapped == MAP_FAILED) return SystemError("mmap");
  return MemoryMap({static_cast<std::byte*>(mapped), bytes});
}

}  // namespace ganglion::sys
