#pragma once

#include <cstdint>

namespace ganglion {

// Index into a model's vocabulary. A distinct type, so that a token cannot be passed for a
// position.
enum class TokenId : std::int32_t {};

constexpr TokenId kNoToken{-1};
constexpr std::int32_t Value(TokenId token) { return static_cast<std::int32_t>(token); }

}  // namespace ganglion
