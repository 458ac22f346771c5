#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace ganglion {
namespace internal {

inline void AppendTo(std::string& out, std::string_view text) { out += text; }
template <std::integral T>
void AppendTo(std::string& out, T number) {
  out += std::to_string(number);
}
template <std::floating_point T>
void AppendTo(std::string& out, T number) {
  out += std::to_string(number);
}

}  // namespace internal

// One string of texts and numbers, for messages: Concat("tensor ", i, ": bad type ", type). The
// standard library of gcc 12 has no std::format.
template <class... Parts>
std::string Concat(const Parts&... parts) {
  std::string out;
  (internal::AppendTo(out, parts), ...);
  return out;
}

}  // namespace ganglion
