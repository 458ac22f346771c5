#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"

namespace ganglion::sys {

constexpr std::uint32_t kProcessorsMax = 1024;  // that a list may name

// Processors that the time which the process's control group and those around it grant (cpu.max of
// version 2) can keep busy. 1 to ThreadPool::kThreadsMax, which also stands for no limit.
std::uint32_t ProcessorsOfControlGroups();

// From now on this thread, and those that it starts, run on these processors only: "0,2-5". An
// error says what is wrong with the list, or that the system has no such processor.
Status UseProcessors(std::string_view list);

// The numbers of a list, each once, ascending. Nothing where it is none or names too many.
std::optional<std::vector<std::uint32_t>> ParseProcessorList(std::string_view list);

// Processors that a limit of time ("max 100000", "150000 100000") can keep busy, rounded up.
// Nothing where there is no limit.
std::optional<std::uint32_t> ParseCpuMax(std::string_view text);

}  // namespace ganglion::sys
