#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"

namespace ganglion {

// Reads the keys of one architecture ("ARCHITECTURE.block_count" and so on) and checks that their
// values lie in a range. Every error names the key. Keeps a reference to the file.
class MetadataReader {
 public:
  MetadataReader(const gguf::File& file, std::string_view architecture)
      : file_(file), prefix_(std::string(architecture) + ".") {}

  const gguf::File& file() const { return file_; }
  std::string Key(std::string_view name) const { return prefix_ + std::string(name); }
  bool Has(std::string_view name) const { return file_.Find(Key(name)) != nullptr; }

  // An integer in 1 to `largest`.
  Result<std::uint32_t> Count(std::string_view name, std::int64_t largest) const;
  Result<std::uint32_t> CountOr(std::string_view name, std::int64_t fallback,
                                std::int64_t largest) const;
  // An integer in 0 to `largest`; 0 means "there is none".
  Result<std::uint32_t> CountOrNone(std::string_view name, std::uint32_t fallback,
                                    std::int64_t largest) const;
  // A number in `smallest` to `largest`, and no NaN. The fallback is checked like the value.
  Result<double> NumberOr(std::string_view name, double fallback, double smallest,
                          double largest) const;
  Result<std::string_view> TextOr(std::string_view name, std::string_view fallback) const;
  Result<bool> FlagOr(std::string_view name, bool fallback) const;

  Status Bad(std::string_view name, const std::string& why) const;

 private:
  const gguf::File& file_;
  const std::string prefix_;
};

}  // namespace ganglion
