#include "ganglion/gguf/value.h"

#include <array>

namespace ganglion::gguf {
namespace {

struct Entry {
  std::string_view name;
  std::uint64_t bytes;
};
constexpr std::array<Entry, kValueTypes> kEntries = {{{"uint8", 1},
                                                      {"int8", 1},
                                                      {"uint16", 2},
                                                      {"int16", 2},
                                                      {"uint32", 4},
                                                      {"int32", 4},
                                                      {"float32", 4},
                                                      {"bool", 1},
                                                      {"string", 0},
                                                      {"array", 0},
                                                      {"uint64", 8},
                                                      {"int64", 8},
                                                      {"float64", 8}}};

}  // namespace

std::string_view Name(ValueType type) {
  const auto index = static_cast<std::size_t>(type);
  return index < kEntries.size() ? kEntries[index].name : "unknown";
}

std::uint64_t FixedSize(ValueType type) {
  const auto index = static_cast<std::size_t>(type);
  return index < kEntries.size() ? kEntries[index].bytes : 0;
}

}  // namespace ganglion::gguf
