#pragma once

#include <cstddef>
#include <cstdint>

// A chat template comes with a model file from anywhere, and the messages from any client: every
// way in which either can grow is bounded here.
namespace ganglion::jinja {

inline constexpr std::size_t kTemplateBytesMax = 1 << 20;
// Of one expression tree, and of statements within statements.
inline constexpr int kExpressionDepthMax = 120;
inline constexpr int kStatementDepthMax = 60;
// Expressions, statements and macro calls that are under way at once. A level costs about 1 KiB of
// stack in release builds and 4 KiB under the address sanitizer.
inline constexpr int kEvaluationDepthMax = 400;
// A step is one visited node, or 64 bytes looked at, or one element of a list looked at.
inline constexpr std::uint64_t kStepsMax = 20'000'000;
inline constexpr std::uint64_t kLoopIterationsMax = 1'000'000;
inline constexpr std::size_t kOutputBytesMax = 16u << 20;
// All strings and lists that one rendering makes, dropped ones included.
inline constexpr std::uint64_t kBytesMadeMax = 256u << 20;
inline constexpr int kValueDepthMax = 100;  // lists in lists, JSON in JSON
inline constexpr std::int64_t kRangeMax = 100'000;

}  // namespace ganglion::jinja
