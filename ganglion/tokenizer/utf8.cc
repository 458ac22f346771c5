#include "ganglion/tokenizer/utf8.h"

#include <cstdint>
#include <cstring>

#include "ganglion/base/check.h"

namespace ganglion::tokenizer {
namespace {

std::uint8_t ByteAt(std::string_view text, std::size_t index) {
  return static_cast<std::uint8_t>(text[index]);
}

// Bytes at the front of `text` that are ASCII, looked at eight at a time.
std::size_t AsciiPrefix(std::string_view text) {
  std::size_t index = 0;
  while (index + 8 <= text.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + index, 8);
    if ((word & 0x8080808080808080u) != 0) break;
    index += 8;
  }
  while (index < text.size() && ByteAt(text, index) < 0x80) ++index;
  return index;
}

// Where the first ill-formed byte is; the size of the text where there is none.
std::size_t WellFormedPrefix(std::string_view text) {
  std::size_t index = 0;
  while (index < text.size()) {
    index += AsciiPrefix(text.substr(index));
    if (index == text.size()) break;
    const std::size_t bytes = SequenceBytes(text.substr(index));
    if (bytes == 0) break;
    index += bytes;
  }
  return index;
}

}  // namespace

std::size_t SequenceBytes(std::string_view text) {
  if (text.empty()) return 0;
  const std::uint8_t lead = ByteAt(text, 0);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const std::size_t bytes = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (text.size() < bytes) return 0;
  // The second byte alone decides overlong forms, surrogates and the upper bound.
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xbf;
  if (lead == 0xe0) low = 0xa0;
  if (lead == 0xed) high = 0x9f;
  if (lead == 0xf0) low = 0x90;
  if (lead == 0xf4) high = 0x8f;
  if (ByteAt(text, 1) < low || ByteAt(text, 1) > high) return 0;
  for (std::size_t i = 2; i < bytes; ++i) {
    if ((ByteAt(text, i) & 0xc0) != 0x80) return 0;
  }
  return bytes;
}

CodePoint FirstCodePoint(std::string_view text) {
  GN_DCHECK(SequenceBytes(text) > 0);
  const std::uint8_t lead = ByteAt(text, 0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  char32_t value = lead & (0x7fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) value = value << 6 | (ByteAt(text, i) & 0x3fu);
  return {value, bytes};
}

std::string ToUtf8(char32_t value) {
  const auto byte = [](char32_t bits) { return static_cast<char>(bits); };
  const auto tail = [&](int shift) { return byte(0x80u | (value >> shift & 0x3fu)); };
  if (value < 0x80) return {byte(value)};
  if (value < 0x800) return {byte(0xc0u | value >> 6), tail(0)};
  if (value < 0x10000) return {byte(0xe0u | value >> 12), tail(6), tail(0)};
  return {byte(0xf0u | value >> 18), tail(12), tail(6), tail(0)};
}

std::optional<std::string> Repaired(std::string_view text) {
  std::size_t good = WellFormedPrefix(text);
  if (good == text.size()) return std::nullopt;
  std::string repaired;
  repaired.reserve(text.size() + 16);
  while (!text.empty()) {
    repaired.append(text.substr(0, good));
    text.remove_prefix(good);
    if (text.empty()) break;
    repaired.append("\xef\xbf\xbd");
    text.remove_prefix(1);
    good = WellFormedPrefix(text);
  }
  return repaired;
}

std::string Replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = text.find(from); at != std::string_view::npos; at = text.find(from)) {
    result.append(text.substr(0, at)).append(to);
    text.remove_prefix(at + from.size());
  }
  return result.append(text);
}

}  // namespace ganglion::tokenizer
