#pragma once

#include <cstddef>

// An answer comes from a model, which may write anything for as long as it is let.
namespace ganglion::tool_calls {

inline constexpr std::size_t kCallBytesMax = 1u << 20;  // of the text of one call
inline constexpr std::size_t kCallsMax = 128;           // of one answer
inline constexpr std::size_t kNameBytesMax = 256;
inline constexpr std::size_t kSpacesMax = 256;  // held back because a call may follow them
inline constexpr std::size_t kNestingMax = 64;  // of a call's JSON
inline constexpr std::size_t kMembersMax = 8;   // of the object that names the function
// Of JSON that comes with a request.
inline constexpr std::size_t kJsonNestingMax = 96;
inline constexpr std::size_t kJsonMembersMax = 4096;
inline constexpr std::size_t kToolsMax = 128;
inline constexpr std::size_t kDefinitionBytesMax = 256u << 10;

}  // namespace ganglion::tool_calls
