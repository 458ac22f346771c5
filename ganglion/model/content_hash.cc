#include "ganglion/model/content_hash.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <vector>

#include <xxhash.h>

#include "ganglion/base/check.h"

namespace ganglion {
namespace {

static_assert(std::endian::native == std::endian::little, "hashes of hashes are of their bytes");

constexpr std::size_t kHexDigits = 32;

ContentHash From(XXH128_hash_t hash) { return {.low = hash.low64, .high = hash.high64}; }

}  // namespace

std::string ContentHash::Hex() const {
  std::string text(kHexDigits, '0');
  for (std::size_t i = 0; i < kHexDigits; ++i) {
    const std::uint64_t half = i < kHexDigits / 2 ? high : low;
    text[i] = "0123456789abcdef"[half >> (60 - 4 * (i % 16)) & 15];
  }
  return text;
}

std::optional<ContentHash> ContentHash::FromHex(std::string_view text) {
  if (text.size() != kHexDigits) return std::nullopt;
  ContentHash hash;
  const char* const middle = text.data() + kHexDigits / 2;
  const char* const end = text.data() + kHexDigits;
  if (std::from_chars(text.data(), middle, hash.high, 16).ptr != middle) return std::nullopt;
  if (std::from_chars(middle, end, hash.low, 16).ptr != end) return std::nullopt;
  return hash;
}

ContentHash HashOf(std::span<const std::byte> bytes) {
  return From(XXH3_128bits(bytes.data(), bytes.size()));
}

ContentHasher::ContentHasher() : state_(XXH3_createState()) {
  GN_CHECK(state_ != nullptr && XXH3_128bits_reset(state_) == XXH_OK);
}

ContentHasher::~ContentHasher() { XXH3_freeState(state_); }

void ContentHasher::Add(std::span<const std::byte> bytes) {
  GN_CHECK(XXH3_128bits_update(state_, bytes.data(), bytes.size()) == XXH_OK);
}

ContentHash ContentHasher::Finish() const { return From(XXH3_128bits_digest(state_)); }

ContentHash HashInPieces(std::span<const std::byte> bytes, sys::ThreadPool& pool) {
  std::vector<ContentHash> hashes((bytes.size() + kHashPieceBytes - 1) / kHashPieceBytes);
  pool.ParallelFor(static_cast<std::uint32_t>(hashes.size()), [&](std::uint32_t i) {
    const std::size_t begin = i * kHashPieceBytes;
    hashes[i] = HashOf(bytes.subspan(begin, std::min(kHashPieceBytes, bytes.size() - begin)));
  });
  return HashOf(std::as_bytes(std::span(hashes)));
}

}  // namespace ganglion
