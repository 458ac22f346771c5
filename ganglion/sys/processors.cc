#include "ganglion/sys/processors.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>
#include <utility>

#include <sched.h>

#include "ganglion/base/concat.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion::sys {
namespace {

static_assert(kProcessorsMax <= CPU_SETSIZE);

std::string ReadText(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Takes a number from the front of `text`.
std::optional<std::uint64_t> TakeNumber(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

std::uint32_t ProcessorsOfControlGroups() {
  std::uint32_t least = ThreadPool::kThreadsMax;
  const std::string groups = ReadText("/proc/self/cgroup");
  if (!groups.starts_with("0::/")) return least;
  std::string path = groups.substr(3, groups.find('\n') - 3);
  for (;;) {
    const auto limit = ParseCpuMax(ReadText("/sys/fs/cgroup" + path + "/cpu.max"));
    if (limit) least = std::min(least, *limit);
    if (path.empty()) return least;
    path.resize(path.rfind('/'));
  }
}

Status UseProcessors(std::string_view list) {
  const auto processors = ParseProcessorList(list);
  if (!processors) {
    return Status(
        Code::kInvalidArgument,
        Concat("processors \"", list, "\": not a list as 0,2-5 of numbers below ", kProcessorsMax));
  }
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const std::uint32_t processor : *processors) CPU_SET(processor, &set);
  // The system takes a list of which it has only a part.
  cpu_set_t got;
  if (sched_setaffinity(0, sizeof set, &set) == 0 && sched_getaffinity(0, sizeof got, &got) == 0 &&
      CPU_EQUAL(&set, &got)) {
    return Status();
  }
  return Status(Code::kInvalidArgument,
                Concat("processors \"", list, "\": this process may not use all of them"));
}

std::optional<std::vector<std::uint32_t>> ParseProcessorList(std::string_view list) {
  std::set<std::uint32_t> processors;
  do {
    const auto first = TakeNumber(list);
    auto last = first;
    if (list.starts_with('-')) {
      list.remove_prefix(1);
      last = TakeNumber(list);
    }
    if (!first || !last || *first > *last || *last >= kProcessorsMax) return std::nullopt;
    for (std::uint64_t i = *first; i <= *last; ++i) {
      processors.insert(static_cast<std::uint32_t>(i));
    }
    if (list.empty()) return std::vector(processors.begin(), processors.end());
  } while (std::exchange(list, list.substr(1)).starts_with(','));
  return std::nullopt;
}

std::optional<std::uint32_t> ParseCpuMax(std::string_view text) {
  const auto quota = TakeNumber(text);
  if (!quota || !text.starts_with(' ')) return std::nullopt;
  text.remove_prefix(1);
  const auto period = TakeNumber(text);
  if (!period || *period == 0) return std::nullopt;
  const std::uint64_t whole = *quota / *period + (*quota % *period != 0 ? 1 : 0);
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(whole, 1, ThreadPool::kThreadsMax));
}

}  // namespace ganglion::sys
