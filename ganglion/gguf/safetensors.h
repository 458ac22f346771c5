#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/gguf/mapping.h"

// safetensors: the container in which models are published before they are quantised. Format:
// docs/formats/safetensors.md, after the README of the safetensors project. Little-endian.

namespace ganglion::gguf {

struct SafetensorsTensor {
  std::string name;
  std::string_view dtype;            // as the format names it: "BF16"
  std::optional<TensorType> type;    // absent where this build cannot read values of that dtype
  std::vector<std::uint64_t> shape;  // slowest-varying first; empty for a single number
  std::span<const std::byte> data;   // lies in the file, at any alignment

  std::uint64_t elements() const;
};

// A parsed file. Immutable; safe to read from any thread. Owns its mapping, so the spans live as
// long as it does.
//
// Limits: see gguf/limits.h. Every length, offset, dtype and dimension is checked, overflow
// included; the data of the tensors do not overlap, leave no gaps, and fill the file to its end. An
// error names the tensor.
class SafetensorsFile {
 public:
  static Result<std::shared_ptr<const SafetensorsFile>> Open(const std::string& path);
  // The caller keeps `bytes` alive as long as the file.
  static Result<std::shared_ptr<const SafetensorsFile>> Parse(std::span<const std::byte> bytes);

  // In the order of their data.
  const std::vector<SafetensorsTensor>& tensors() const { return tensors_; }

 private:
  SafetensorsFile() = default;

  std::vector<SafetensorsTensor> tensors_;
  std::unique_ptr<const Mapping> mapping_;
};

// The tensors of a model folder: those of `model.safetensors`, or of all files that
// `model.safetensors.index.json` names. Immutable.
class SafetensorsFolder {
 public:
  static Result<std::shared_ptr<const SafetensorsFolder>> Open(const std::string& folder);

  // Null where no file has a tensor of this name.
  const SafetensorsTensor* Find(std::string_view name) const;
  // All of them, file by file.
  const std::vector<const SafetensorsTensor*>& tensors() const { return tensors_; }

 private:
  SafetensorsFolder() = default;
  Status Add(const std::string& file_name, std::shared_ptr<const SafetensorsFile> file);

  std::vector<std::shared_ptr<const SafetensorsFile>> files_;
  std::vector<const SafetensorsTensor*> tensors_;
  std::unordered_map<std::string_view, const SafetensorsTensor*> by_name_;
};

}  // namespace ganglion::gguf
