#include "apps/ganglion/temporary_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include <unistd.h>

#include "ganglion/base/concat.h"

namespace ganglion::app {

Result<TemporaryFile> TemporaryFile::Create(std::string_view name) {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(error);
  if (error) {
    return Status(Code::kUnavailable, Concat("no folder for temporary files: ", error.message()));
  }
  TemporaryFile file;
  std::string path = folder / Concat(name, ".XXXXXX");
  const int fd = ::mkstemp(path.data());
  if (fd < 0) {
    return Status(Code::kUnavailable,
                  Concat("cannot make a file in ", folder.string(), ": ", std::strerror(errno)));
  }
  ::close(fd);
  file.path_ = std::move(path);
  return file;
}

TemporaryFile::~TemporaryFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

TemporaryFile::TemporaryFile(TemporaryFile&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

TemporaryFile& TemporaryFile::operator=(TemporaryFile&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

}  // namespace ganglion::app
