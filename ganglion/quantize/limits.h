#pragma once

#include <cstdint>

// The limits of this room.
namespace ganglion::quantize {

constexpr std::uint64_t kImportanceEntriesMax = 65'536;   // tensors of one file
constexpr std::uint64_t kImportanceNameBytesMax = 256;    // of the old form
constexpr std::uint64_t kImportanceValuesMax = 1u << 28;  // of all entries together: 1 GiB

}  // namespace ganglion::quantize
