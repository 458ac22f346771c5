#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ganglion/base/status.h"

namespace ganglion::sys {

// What a report of speed has to say of the machine. Empty or 0 where the system does not tell.
struct MachineDescription {
  std::string processor;             // "Intel(R) Xeon(R) Processor"
  std::string kernel;                // "Linux 6.1.0"
  std::uint32_t processors = 0;      // that this process may use
  std::size_t cache_bytes = 0;       // of the largest cache that a processor sees
  std::size_t memory_bytes = 0;      // of the machine
  std::size_t memory_available = 0;  // that programs can still take without swapping
};
MachineDescription DescribeMachine();

// Memory of this process.
struct ProcessMemory {
  std::size_t resident = 0;       // now: anonymous memory and the mapped file pages it has touched
  std::size_t resident_file = 0;  // of it the file pages, which the system can drop
  std::size_t peak = 0;           // the most that was resident since the start or the last reset
};
ProcessMemory MeasureMemory();

// Begins to measure the peak anew. False where the system does not let us.
bool ResetPeakMemory();

// Writes what is not yet written of the file and drops its pages from memory, so that the next
// reader gets them from the disk. Pages that somebody maps stay.
Status DropFileFromMemory(const std::string& path);

// The number of bytes after `name` in a text of the form of /proc/self/status ("VmRSS:  12 kB").
// Nothing where the line is missing or has no number.
std::optional<std::size_t> BytesOfLine(std::string_view text, std::string_view name);

}  // namespace ganglion::sys
