#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/gguf/mapping.h"

// GGUF version 3: the container of quantised models. Format: docs/formats/gguf.md, after the ggml
// project's docs/gguf.md. Little-endian; big-endian files are refused.

namespace ganglion::gguf {

// Numbered as in the file. Those that are `supported` in their TypeInfo are weight formats, which
// quantize.h turns into floats; the others are known by name and size only.
enum class TensorType : std::uint32_t {
  kF32 = 0,
  kF16 = 1,
  kQ4_0 = 2,
  kQ4_1 = 3,
  kQ5_0 = 6,
  kQ5_1 = 7,
  kQ8_0 = 8,
  kQ8_1 = 9,
  kQ2_K = 10,
  kQ3_K = 11,
  kQ4_K = 12,
  kQ5_K = 13,
  kQ6_K = 14,
  kQ8_K = 15,
  kIQ4_NL = 20,
  kIQ4_XS = 23,
  kI8 = 24,
  kI16 = 25,
  kI32 = 26,
  kI64 = 27,
  kF64 = 28,
  kBF16 = 30,
  kMXFP4 = 39,
};

// A block is the smallest unit of a type: `elements` values in `bytes` bytes. A row of a tensor is
// a whole number of blocks.
struct TypeInfo {
  TensorType type;
  std::string_view name;  // "Q8_0"
  std::uint32_t elements;
  std::uint32_t bytes;
  bool supported;
};
// Null for a number that GGUF does not define (or that is gone from it).
const TypeInfo* FindType(std::uint32_t number);
const TypeInfo& Info(TensorType type);
std::optional<TensorType> TypeNamed(std::string_view name);

struct Array;
// One metadata value. Integers keep the width that the file gave them.
using Value = std::variant<std::uint8_t, std::int8_t, std::uint16_t, std::int16_t, std::uint32_t,
                           std::int32_t, float, bool, std::string, Array, std::uint64_t,
                           std::int64_t, double>;

// Homogeneous arrays, stored by class of element: every integer and bool as int64 (uint64 values
// above 2^63-1 are refused), every float as double. Nested arrays are refused.
struct Array {
  std::variant<std::vector<std::int64_t>, std::vector<double>, std::vector<std::string>> items;
  std::uint32_t element_type = 0;  // GGUF value type number: 0 uint8 ... 12 float64
  std::size_t size() const;
};

struct KeyValue {
  std::string key;
  Value value;
};

struct Tensor {
  std::string name;
  TensorType type = TensorType::kF32;
  std::vector<std::uint64_t> dims;  // fastest-varying first, 1 to 4 of them, none 0
  std::uint64_t offset = 0;         // from the start of the data section
  std::span<const std::byte> data;  // lies in the File

  std::uint64_t elements() const;
  std::uint64_t rows() const { return elements() / dims[0]; }
};

// A parsed file. Immutable; safe to read from any thread. Owns its bytes (or the mapping of them),
// so the spans live as long as it does.
//
// Limits: see gguf/limits.h. Every count, offset, length, type and dimension is checked, overflow
// included; an error names the key or tensor and the byte offset.
class File {
 public:
  // Maps the file; nothing is read that is not asked for.
  static Result<std::shared_ptr<const File>> Open(const std::string& path);
  // The caller keeps `bytes` alive as long as the File.
  static Result<std::shared_ptr<const File>> Parse(std::span<const std::byte> bytes);

  const std::vector<KeyValue>& metadata() const { return metadata_; }
  const std::vector<Tensor>& tensors() const { return tensors_; }
  std::uint64_t size_bytes() const { return size_bytes_; }
  std::uint32_t alignment() const { return alignment_; }
  std::uint64_t data_offset() const { return data_offset_; }
  // Null where the bytes are the caller's.
  const Mapping* mapping() const { return mapping_.get(); }

  // Null where there is none.
  const Value* Find(std::string_view key) const;
  const Tensor* FindTensor(std::string_view name) const;

  // Typed reads. Any integer width serves an integer, any float width a float, an integer also a
  // float. The error says which key is missing or has which other type.
  Result<std::int64_t> Int(std::string_view key) const;
  Result<double> Float(std::string_view key) const;
  Result<std::string_view> String(std::string_view key) const;
  Result<bool> Bool(std::string_view key) const;
  Result<const Array*> ArrayOf(std::string_view key) const;
  // The default stands in only where the key is absent; a wrong type is still an error.
  Result<std::int64_t> IntOr(std::string_view key, std::int64_t fallback) const;
  Result<double> FloatOr(std::string_view key, double fallback) const;
  Result<std::string_view> StringOr(std::string_view key, std::string_view fallback) const;
  Result<bool> BoolOr(std::string_view key, bool fallback) const;

  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

 private:
  friend class Parser;
  File() = default;

  std::vector<KeyValue> metadata_;
  std::vector<Tensor> tensors_;
  std::uint64_t size_bytes_ = 0;
  std::uint64_t data_offset_ = 0;
  std::uint32_t alignment_ = 32;
  std::unique_ptr<const Mapping> mapping_;  // null where the bytes are the caller's
};

// Writes a file: add everything, then Write(). The data of a tensor is copied in. Dims, type and
// byte count must fit each other (checked at AddTensor).
class Writer {
 public:
  void Add(std::string key, Value value);
  Status AddTensor(std::string name, TensorType type, std::vector<std::uint64_t> dims,
                   std::vector<std::byte> data);
  // Writes beside `path` and renames, so that a reader never sees half a file.
  Status Write(const std::string& path) const;
  std::vector<std::byte> Serialize() const;

 private:
  struct Pending {
    Tensor tensor;
    std::vector<std::byte> data;
  };
  std::vector<KeyValue> metadata_;
  std::vector<Pending> tensors_;
};

}  // namespace ganglion::gguf
