#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ganglion::serve::http {

using Sha256Digest = std::array<std::uint8_t, 32>;

Sha256Digest Sha256(std::string_view text);
// 64 digits, in either case; nothing where it is something else.
std::optional<Sha256Digest> ParseSha256(std::string_view hex);
std::string ToHex(const Sha256Digest& digest);
// Takes the same time wherever they differ.
bool EqualInConstantTime(const Sha256Digest& a, const Sha256Digest& b);

}  // namespace ganglion::serve::http
