#pragma once

#include <cstdint>

// The limits of this room.
namespace ganglion::quantize {

constexpr std::uint64_t kImportanceEntriesMax = 65'536;   // tensors of one file
constexpr std::uint64_t kImportanceNameBytesMax = 256;    // of the old form
constexpr std::uint64_t kImportanceValuesMax = 1u << 28;  // of all entries together: 1 GiB
constexpr std::uint64_t kRowValuesMax = 1u << 24;         // the longest row that is quantised
constexpr std::uint64_t kTaskValues = 1u << 15;           // for one thread at a time, about
constexpr std::uint64_t kBatchValues = 1u << 22;          // in memory at a time, about

}  // namespace ganglion::quantize
