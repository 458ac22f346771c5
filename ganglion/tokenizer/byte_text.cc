#include "ganglion/tokenizer/byte_text.h"

#include <algorithm>

#include "ganglion/tokenizer/utf8.h"

namespace ganglion::tokenizer {
namespace {

struct StandIns {
  std::array<char32_t, 256> characters{};
  std::array<std::int16_t, 0x144> bytes{};  // by character; -1 for none
  std::array<std::array<char, 2>, 256> utf8{};
  std::array<std::uint8_t, 256> utf8_bytes{};
};

constexpr StandIns MakeStandIns() {
  StandIns result;
  result.bytes.fill(-1);
  char32_t next = 0x100;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const bool printable =
        (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    const char32_t character = printable ? byte : next++;
    result.characters[byte] = character;
    result.bytes[character] = static_cast<std::int16_t>(byte);
    if (character < 0x80) {
      result.utf8[byte][0] = static_cast<char>(character);
      result.utf8_bytes[byte] = 1;
    } else {
      result.utf8[byte][0] = static_cast<char>(0xc0 | character >> 6);
      result.utf8[byte][1] = static_cast<char>(0x80 | (character & 0x3f));
      result.utf8_bytes[byte] = 2;
    }
  }
  return result;
}

constexpr StandIns kStandIns = MakeStandIns();
constexpr std::string_view kHexDigits = "0123456789ABCDEF";

}  // namespace

std::string_view ByteStandIn(std::uint8_t byte) {
  return {kStandIns.utf8[byte].data(), kStandIns.utf8_bytes[byte]};
}

std::string FromStandIns(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  while (!text.empty()) {
    // A vocabulary may hold ill-formed texts; such a byte stays too.
    const std::size_t length = std::max<std::size_t>(SequenceBytes(text), 1);
    const bool well_formed = SequenceBytes(text) > 0;
    const char32_t character = well_formed ? FirstCodePoint(text).value : 0x10ffff;
    if (character < kStandIns.bytes.size() && kStandIns.bytes[character] >= 0) {
      bytes.push_back(static_cast<char>(kStandIns.bytes[character]));
    } else {
      bytes.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return bytes;
}

std::optional<std::uint8_t> ByteOfHexText(std::string_view text) {
  if (text.size() != 6 || !text.starts_with("<0x") || text[5] != '>') return std::nullopt;
  std::size_t value = 0;
  for (const char digit : text.substr(3, 2)) {
    const char upper = digit >= 'a' && digit <= 'f' ? static_cast<char>(digit - 32) : digit;
    const std::size_t nibble = kHexDigits.find(upper);
    if (nibble == std::string_view::npos) return std::nullopt;
    value = value * 16 + nibble;
  }
  return static_cast<std::uint8_t>(value);
}

std::string HexText(std::uint8_t byte) {
  return {'<', '0', 'x', kHexDigits[byte >> 4], kHexDigits[byte & 15], '>'};
}

}  // namespace ganglion::tokenizer
