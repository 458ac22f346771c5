#include "ganglion/serve/rest/vector_text.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace ganglion::serve::rest {

void AppendNumbers(const std::vector<float>& vector, std::string& out) {
  out += '[';
  for (std::size_t i = 0; i < vector.size(); ++i) {
    if (i > 0) out += ',';
    if (!std::isfinite(vector[i])) {
      out += "null";
      continue;
    }
    char digits[32];
    const auto [end, error] = std::to_chars(digits, digits + sizeof(digits), vector[i]);
    out.append(digits, end);
  }
  out += ']';
}

std::string Base64(const std::vector<float>& vector) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  bytes.reserve(vector.size() * 4 + 2);
  for (const float value : vector) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(bits >> shift & 255);
  }
  const std::size_t size = bytes.size();
  bytes.resize((size + 2) / 3 * 3);
  std::string text;
  text.reserve(bytes.size() / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t k) {
      return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i + k]));
    };
    const std::uint32_t group = byte(0) << 16 | byte(1) << 8 | byte(2);
    for (int shift = 18; shift >= 0; shift -= 6) text += kDigits[group >> shift & 63];
  }
  for (std::size_t i = size; i < bytes.size(); ++i) text[text.size() - 1 - (i - size)] = '=';
  return text;
}

}  // namespace ganglion::serve::rest
