#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"

// The JSON header of a safetensors file, read into plain data. Private to this room.
namespace ganglion::gguf {

struct SafetensorsDtype {
  std::string_view name;
  std::uint32_t bits;
  std::optional<TensorType> type;
};

struct SafetensorsEntry {
  std::string name;
  const SafetensorsDtype* dtype = nullptr;
  std::vector<std::uint64_t> shape;
  std::vector<std::uint64_t> offsets;  // two: first byte and the one behind the last
};

// The entries in the order of the header, each with all three fields and none twice. What they say
// is not yet compared with the data.
Result<std::vector<SafetensorsEntry>> ParseSafetensorsHeader(std::string_view json);

}  // namespace ganglion::gguf
