#include "ganglion/tool_calls/call_id.h"

#include <cstddef>
#include <string_view>

namespace ganglion::tool_calls {

std::string NewCallId(Style style, Rng& rng) {
  constexpr std::string_view kAlphabet =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const bool is_short = style == Style::kMistral || style == Style::kMistralArgs;
  std::string id = is_short ? "" : "call_";
  const std::size_t count = is_short ? 9 : 24;
  for (std::size_t i = 0; i < count; ++i) id += kAlphabet[rng.Below(kAlphabet.size())];
  return id;
}

}  // namespace ganglion::tool_calls
