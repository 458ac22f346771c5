#include "ganglion/robot/act/latch_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

namespace ganglion::robot {
namespace {

constexpr std::string_view kStopped = "stopped\n";
constexpr std::string_view kFree = "free\n";

Status Failed(const std::string& path, const char* what) {
  return Status(Code::kUnavailable, path + ": " + what + ": " + std::strerror(errno));
}

}  // namespace

bool LatchFile::WasStopped() const {
  const int file = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return errno != ENOENT;
  char text[16] = {};
  const ssize_t size = ::read(file, text, sizeof(text));
  ::close(file);
  return size < 0 || std::string_view(text, static_cast<std::size_t>(size)) != kFree;
}

Status LatchFile::Record(bool stopped) {
  const std::string fresh = path_ + ".new";
  const std::string_view text = stopped ? kStopped : kFree;
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return Failed(fresh, "open");
  const bool written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(file) == 0;
  const bool closed = ::close(file) == 0;
  if (!written || !closed) return Failed(fresh, "write");
  if (std::rename(fresh.c_str(), path_.c_str()) != 0) return Failed(path_, "rename");
  return {};
}

}  // namespace ganglion::robot
