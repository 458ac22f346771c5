#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ganglion/sys/thread_pool.h"

struct XXH3_state_s;

namespace ganglion {

// XXH3 of 128 bits. Two contents that differ by accident have different hashes; somebody who means
// to can make two contents with one hash.
struct ContentHash {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  std::string Hex() const;  // 32 lower-case digits
  static std::optional<ContentHash> FromHex(std::string_view text);
  bool operator==(const ContentHash&) const = default;
};

ContentHash HashOf(std::span<const std::byte> bytes);

// The same hash, of bytes that come in parts.
class ContentHasher {
 public:
  ContentHasher();
  ~ContentHasher();
  ContentHasher(const ContentHasher&) = delete;
  ContentHasher& operator=(const ContentHasher&) = delete;

  void Add(std::span<const std::byte> bytes);
  ContentHash Finish() const;

 private:
  XXH3_state_s* const state_;
};

// The hash of the hashes of the pieces of kHashPieceBytes of which `bytes` consists (the last may
// be shorter), computed by all threads of the pool.
constexpr std::size_t kHashPieceBytes = std::size_t{8} << 20;
ContentHash HashInPieces(std::span<const std::byte> bytes, sys::ThreadPool& pool);

}  // namespace ganglion
