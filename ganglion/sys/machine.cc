#include "ganglion/sys/machine.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "ganglion/base/concat.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion::sys {
namespace {

constexpr std::size_t kTextMax = 1 << 20;  // of a file in /proc or /sys
constexpr int kCachesMax = 8;

// Empty where the file cannot be read.
std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kTextMax, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return text;
}

std::string_view Trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

// What follows `name` and a colon on its line.
std::string_view ValueOfLine(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.starts_with(name)) continue;
    const std::string_view rest = Trimmed(line.substr(name.size()));
    if (rest.starts_with(':')) return Trimmed(rest.substr(1));
  }
  return {};
}

// A number with the unit that it has in /proc and /sys: "480K", "12 kB", "7".
std::optional<std::size_t> Bytes(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit = Trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
  if (unit == "K" || unit == "kB") return value * 1024;
  if (unit == "M") return value * 1024 * 1024;
  if (unit.empty()) return value;
  return std::nullopt;
}

std::size_t LargestCache() {
  std::size_t largest = 0;
  for (int i = 0; i < kCachesMax; ++i) {
    const std::string text =
        ReadText(Concat("/sys/devices/system/cpu/cpu0/cache/index", i, "/size"));
    largest = std::max(largest, Bytes(Trimmed(text)).value_or(0));
  }
  return largest;
}

Status Failure(const std::string& path, std::string_view what) {
  return Status(Code::kUnavailable, Concat(path, ": ", what, ": ", std::strerror(errno)));
}

}  // namespace

std::optional<std::size_t> BytesOfLine(std::string_view text, std::string_view name) {
  return Bytes(ValueOfLine(text, name));
}

MachineDescription DescribeMachine() {
  MachineDescription machine;
  machine.processor = ValueOfLine(ReadText("/proc/cpuinfo"), "model name");
  utsname names;
  if (::uname(&names) == 0) machine.kernel = Concat(names.sysname, " ", names.release);
  machine.processors = UsableProcessors();
  machine.cache_bytes = LargestCache();
  const std::string memory = ReadText("/proc/meminfo");
  machine.memory_bytes = BytesOfLine(memory, "MemTotal").value_or(0);
  machine.memory_available = BytesOfLine(memory, "MemAvailable").value_or(0);
  return machine;
}

ProcessMemory MeasureMemory() {
  const std::string text = ReadText("/proc/self/status");
  return {.resident = BytesOfLine(text, "VmRSS").value_or(0),
          .resident_file = BytesOfLine(text, "RssFile").value_or(0),
          .peak = BytesOfLine(text, "VmHWM").value_or(0)};
}

bool ResetPeakMemory() {
  std::ofstream file("/proc/self/clear_refs");
  file << "5\n";
  file.close();
  return file.good();
}

Status DropFileFromMemory(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Failure(path, "open");
  Status status;
  if (::fdatasync(fd) != 0) status = Failure(path, "fdatasync");
  const int error = ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  if (error != 0 && status.ok()) {
    errno = error;
    status = Failure(path, "posix_fadvise");
  }
  ::close(fd);
  return status;
}

}  // namespace ganglion::sys
