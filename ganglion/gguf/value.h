#pragma once

#include <cstdint>
#include <string_view>

namespace ganglion::gguf {

// Numbers of the value types in a file; also the index of the alternative in gguf::Value.
enum class ValueType : std::uint32_t {
  kUint8,
  kInt8,
  kUint16,
  kInt16,
  kUint32,
  kInt32,
  kFloat32,
  kBool,
  kString,
  kArray,
  kUint64,
  kInt64,
  kFloat64
};
constexpr std::uint32_t kValueTypes = 13;

std::string_view Name(ValueType type);
// Bytes of one value of a fixed-size type; 0 for strings and arrays.
std::uint64_t FixedSize(ValueType type);

}  // namespace ganglion::gguf
