#include "ganglion/tokenizer/charsmap.h"

#include "ganglion/tokenizer/limits.h"

namespace ganglion::tokenizer {
namespace {

std::uint32_t ReadLittleEndian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value |= std::uint32_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
  }
  return value;
}

// The fields of a unit of the double array.
std::uint32_t Offset(std::uint32_t unit) { return (unit >> 10) << ((unit & (1u << 9)) >> 6); }
std::uint32_t Label(std::uint32_t unit) { return unit & (1u << 31 | 0xff); }
bool HasValue(std::uint32_t unit) { return (unit >> 8 & 1) != 0; }
std::uint32_t ValueOf(std::uint32_t unit) { return unit & ~(1u << 31); }

}  // namespace

Result<Charsmap> Charsmap::Parse(std::string_view bytes) {
  Charsmap map;
  if (bytes.empty()) return map;
  constexpr std::string_view kKey = "tokenizer.ggml.precompiled_charsmap: ";
  if (bytes.size() > kCharsmapBytesMax) {
    return Status(Code::kResourceExhausted,
                  std::string(kKey) + std::to_string(bytes.size()) + " bytes");
  }
  if (bytes.size() < 4) {
    return Status(Code::kInvalidArgument, std::string(kKey) + "shorter than its header");
  }
  const std::uint32_t trie_bytes = ReadLittleEndian(bytes);
  bytes.remove_prefix(4);
  if (trie_bytes > bytes.size() || trie_bytes % 4 != 0) {
    return Status(Code::kInvalidArgument, std::string(kKey) + "a trie of " +
                                              std::to_string(trie_bytes) + " bytes in " +
                                              std::to_string(bytes.size()));
  }
  for (std::size_t at = 0; at < trie_bytes; at += 4) {
    map.units_.push_back(ReadLittleEndian(bytes.substr(at)));
  }
  map.replacements_ = bytes.substr(trie_bytes);
  return map;
}

std::optional<Charsmap::Match> Charsmap::Longest(std::string_view text) const {
  const std::optional<std::uint32_t> root = Unit(0);
  if (!root.has_value()) return std::nullopt;
  std::optional<Match> longest;
  std::size_t index = Offset(*root);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    if (byte == 0) break;
    index ^= byte;
    const std::optional<std::uint32_t> unit = Unit(index);
    if (!unit.has_value() || Label(*unit) != byte) break;
    index ^= Offset(*unit);
    if (!HasValue(*unit)) continue;
    const std::optional<std::uint32_t> value = Unit(index);
    if (!value.has_value()) break;
    longest = Match{i + 1, Replacement(ValueOf(*value))};
  }
  return longest;
}

std::optional<std::uint32_t> Charsmap::Unit(std::size_t index) const {
  if (index >= units_.size()) return std::nullopt;
  return units_[index];
}

std::string_view Charsmap::Replacement(std::size_t offset) const {
  if (offset >= replacements_.size()) return {};
  const std::string_view rest = std::string_view(replacements_).substr(offset);
  return rest.substr(0, rest.find('\0'));
}

}  // namespace ganglion::tokenizer
