#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ganglion::tokenizer {

// The characters by which byte-level vocabularies write bytes: the printable ones of Latin-1 stand
// for themselves, the other 68 bytes, in order, for U+0100 and up. So the space is U+0120, "Ġ".
std::string_view ByteStandIn(std::uint8_t byte);

// The bytes that a token text stands for. A character that stands for no byte (in an added token)
// stays as it is.
std::string FromStandIns(std::string_view text);

// The byte of a text like "<0x0A>".
std::optional<std::uint8_t> ByteOfHexText(std::string_view text);

// "<0x0A>"
std::string HexText(std::uint8_t byte);

}  // namespace ganglion::tokenizer
