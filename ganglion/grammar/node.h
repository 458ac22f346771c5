#pragma once

#include <cstddef>
#include <cstdint>

namespace ganglion::grammar {

// A rule of a grammar, by its place in Rules.
enum class NodeId : std::uint32_t {};
inline constexpr NodeId kNoNode{0xFFFFFFFFu};
inline constexpr std::uint32_t kUnbounded = 0xFFFFFFFFu;
constexpr std::size_t Index(NodeId node) { return static_cast<std::size_t>(node); }

}  // namespace ganglion::grammar
