#include "ganglion/gguf/new_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"

namespace ganglion::gguf {
namespace {

std::string PartOf(const std::string& path) { return path + ".part"; }

}  // namespace

Result<NewFile> NewFile::Create(const std::string& path) {
  const std::string part = PartOf(path);
  const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return Status(Code::kUnavailable, Concat(part, ": ", std::strerror(errno)));
  return NewFile(path, fd);
}

NewFile::NewFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

NewFile::NewFile(NewFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

NewFile::~NewFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(PartOf(path_).c_str());
}

Status NewFile::Failure(const char* what) const {
  const Code code = errno == ENOSPC || errno == EFBIG || errno == EDQUOT ? Code::kResourceExhausted
                                                                         : Code::kUnavailable;
  return {code, Concat(path_, ": ", what, ": ", std::strerror(errno))};
}

Status NewFile::Append(std::span<const std::byte> bytes) {
  GN_CHECK(fd_ >= 0);
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Failure("write");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Status NewFile::Publish() {
  GN_CHECK(fd_ >= 0);
  if (::fsync(fd_) != 0) return Failure("fsync");
  const int closed = ::close(std::exchange(fd_, -1));
  Status status;
  if (closed != 0) status = Failure("close");
  if (status.ok() && ::rename(PartOf(path_).c_str(), path_.c_str()) != 0) {
    status = Failure("rename");
  }
  if (!status.ok()) ::unlink(PartOf(path_).c_str());
  return status;
}

}  // namespace ganglion::gguf
