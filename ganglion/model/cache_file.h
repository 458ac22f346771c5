#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/kernels/packed.h"
#include "ganglion/model/content_hash.h"

// The bytes of a file of packed weights. Format: docs/formats/weight_cache.md.
namespace ganglion {

// What a packed tensor is known by.
struct PackedKey {
  std::string name;
  kernels::WeightType type = kernels::WeightType::kF32;
  std::uint64_t rows = 0;
  std::uint64_t cols = 0;
  std::uint64_t bytes = 0;  // packed

  bool operator==(const PackedKey&) const = default;
};

struct CacheEntry {
  PackedKey key;
  std::uint64_t offset = 0;  // from the start of the file; a multiple of kCacheAlignment
  ContentHash hash;          // of the packed bytes
};

struct CacheTable {
  ContentHash model_hash;
  std::uint64_t model_bytes = 0;
  std::vector<CacheEntry> entries;
};

// Tensors can be mapped one by one on any system.
constexpr std::uint64_t kCacheAlignment = 64 << 10;
constexpr std::uint64_t kCacheHeaderBytes = 128;

constexpr std::uint64_t CacheAlign(std::uint64_t offset) {
  return (offset + kCacheAlignment - 1) / kCacheAlignment * kCacheAlignment;
}

// The table, which ends the file, and the header, which begins it.
std::vector<std::byte> EncodeCacheTable(const CacheTable& table);
std::vector<std::byte> EncodeCacheHeader(const CacheTable& table, std::uint64_t table_offset,
                                         std::span<const std::byte> encoded_table);

// Reads and checks the header and the table of a whole file. Every entry lies within the file; the
// packed bytes are not looked at. An error is kNotFound for a file of another layout of this
// program, else kDataLoss.
Result<CacheTable> DecodeCache(std::span<const std::byte> file);

}  // namespace ganglion
