#include "ganglion/sys/process_stats.h"

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ganglion/sys/machine.h"

namespace ganglion::sys {
namespace {

// Files of /proc have no size; these are short.
std::string ReadProc(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The words of /proc/self/stat after the program's name, which may hold spaces and brackets. The
// first is field 3 of proc(5).
std::vector<std::string> StatFields() {
  const std::string text = ReadProc("/proc/self/stat");
  const std::size_t end = text.rfind(')');
  if (end == std::string::npos) return {};
  std::istringstream words(text.substr(end + 1));
  return {std::istream_iterator<std::string>(words), {}};
}

std::optional<double> NumberOf(const std::string& word) {
  char* end = nullptr;
  const double number = std::strtod(word.c_str(), &end);
  if (end == word.c_str()) return std::nullopt;
  return number;
}

std::optional<double> BootTime() {
  std::istringstream lines(ReadProc("/proc/stat"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("btime ")) return NumberOf(line.substr(6));
  }
  return std::nullopt;
}

std::optional<std::uint64_t> CountOpenFiles() {
  DIR* folder = opendir("/proc/self/fd");
  if (folder == nullptr) return std::nullopt;
  std::uint64_t entries = 0;
  while (readdir(folder) != nullptr) ++entries;
  closedir(folder);
  if (entries < 3) return std::nullopt;
  return entries - 3;  // "." and ".." and the folder itself
}

void AddStat(ProcessStats& stats) {
  constexpr std::size_t kUserTime = 14 - 3;  // numbers of proc(5), less the fields before
  constexpr std::size_t kSystemTime = 15 - 3;
  constexpr std::size_t kThreads = 20 - 3;
  constexpr std::size_t kStartTime = 22 - 3;
  constexpr std::size_t kVirtualBytes = 23 - 3;
  const std::vector<std::string> fields = StatFields();
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  if (fields.size() <= kVirtualBytes || ticks <= 0) return;
  const auto user = NumberOf(fields[kUserTime]);
  const auto system = NumberOf(fields[kSystemTime]);
  if (user && system) stats.cpu_seconds = (*user + *system) / ticks;
  if (const auto threads = NumberOf(fields[kThreads])) {
    stats.threads = static_cast<std::uint64_t>(*threads);
  }
  const auto started = NumberOf(fields[kStartTime]);
  const auto boot = BootTime();
  if (started && boot) stats.start_time_s = *boot + *started / ticks;
  if (const auto bytes = NumberOf(fields[kVirtualBytes])) {
    stats.virtual_bytes = static_cast<std::uint64_t>(*bytes);
  }
}

}  // namespace

ProcessStats MeasureProcess() {
  ProcessStats stats;
  const std::string status = ReadProc("/proc/self/status");
  stats.resident_bytes = BytesOfLine(status, "VmRSS");
  stats.resident_anonymous_bytes = BytesOfLine(status, "RssAnon");
  AddStat(stats);
  stats.open_files = CountOpenFiles();
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    stats.open_files_max = limit.rlim_cur;
  }
  return stats;
}

}  // namespace ganglion::sys
