#pragma once

#include <cstdint>
#include <optional>

namespace ganglion::sys {

// What the system says of this process. Nothing where it does not tell.
struct ProcessStats {
  std::optional<std::uint64_t> resident_bytes;
  std::optional<std::uint64_t> resident_anonymous_bytes;  // of these, what no file backs
  std::optional<std::uint64_t> virtual_bytes;
  std::optional<double> cpu_seconds;   // of all threads, for us and in the system
  std::optional<double> start_time_s;  // since 1970
  std::optional<std::uint64_t> threads;
  std::optional<std::uint64_t> open_files;
  std::optional<std::uint64_t> open_files_max;
};

// Reads /proc; about 0.1 ms. Any thread.
ProcessStats MeasureProcess();

}  // namespace ganglion::sys
