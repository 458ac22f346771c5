#pragma once

#include <cstddef>
#include <cstdint>

#include "ganglion/base/time.h"

// The limits of this room.
namespace ganglion::serve {

inline constexpr std::size_t kConfigBytesMax = 1u << 20;
inline constexpr std::size_t kModelsMax = 64;  // that one server has
inline constexpr std::size_t kAliasesMax = 16;
inline constexpr std::size_t kNameBytesMax = 128;
inline constexpr std::size_t kPathBytesMax = 4096;
inline constexpr std::size_t kWordsMax = 64;  // host names, origins

// Lines of the access log that wait for the disk. More are dropped, and counted.
inline constexpr std::size_t kLogLinesMax = 4096;
inline constexpr std::size_t kLogPathBytesMax = 200;  // of a path in a line
// Requests whose tokens wait for the end of their HTTP answer.
inline constexpr std::size_t kLedgerEntriesMax = 16384;

// A canary that does not answer for so long has failed.
inline constexpr std::int64_t kCanaryDeadlineMs = 30'000;

}  // namespace ganglion::serve
