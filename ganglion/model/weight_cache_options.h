#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ganglion {

// Told, in one sentence, what did not go as it should but did no harm.
using Warn = void (*)(std::string_view message);

struct WeightCacheOptions {
  std::string directory = {};  // empty: no cache
  // Of all files together; the least recently used are deleted.
  std::uint64_t bytes_max = std::uint64_t{64} << 30;
  std::uint64_t model_bytes_min = std::uint64_t{64} << 20;  // a smaller one is packed in no time
  Warn warn = nullptr;
};

}  // namespace ganglion
