#include "ganglion/grammar/gbnf/utf8_class.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "ganglion/grammar/gbnf/gbnf_parse.h"

namespace ganglion::grammar {
namespace {

// Code points of one length in UTF-8; surrogates have none.
struct Block {
  char32_t low;
  char32_t high;
  std::size_t bytes;
};
constexpr std::array<Block, 5> kBlocks = {{{0, 0x7F, 1},
                                           {0x80, 0x7FF, 2},
                                           {0x800, 0xD7FF, 3},
                                           {0xE000, 0xFFFF, 3},
                                           {0x10000, 0x10FFFF, 4}}};

constexpr std::uint8_t LeadMark(std::size_t bytes) {
  constexpr std::array<std::uint8_t, 5> kMarks = {0, 0, 0xC0, 0xE0, 0xF0};
  return kMarks[bytes];
}

// Adds the states for texts that are all of one length. A range is cut where its first byte
// changes, so that the recursion has one level for each byte.
class Builder {
 public:
  explicit Builder(ByteAutomaton& automaton) : automaton_(automaton) {}

  // Ranges of values of `trailing` bytes of six bits each, sorted and apart.
  ByteState Trailing(std::span<const GbnfRange> ranges, std::size_t trailing) {
    const char32_t all = (char32_t{1} << (6 * trailing)) - 1;
    const bool is_all = ranges.size() == 1 && ranges[0].low == 0 && ranges[0].high == all;
    if (is_all && full_[trailing] != kDeadState) return full_[trailing];
    const ByteState state = automaton_.AddState();
    std::vector<ByteEdge> edges;
    if (trailing > 0) AddEdges(ranges, trailing, 0x80, edges);
    automaton_.SetState(state, edges, trailing == 0);
    if (is_all) full_[trailing] = state;
    return state;
  }

  // The edges for a byte of `mark` plus the bits above 6 * (trailing - 1) of the ranges.
  void AddEdges(std::span<const GbnfRange> ranges, std::size_t trailing, std::uint8_t mark,
                std::vector<ByteEdge>& edges) {
    const std::size_t shift = 6 * (trailing - 1);
    const char32_t mask = (char32_t{1} << shift) - 1;
    std::vector<GbnfRange> inner;  // of one first byte that is not taken whole
    char32_t inner_byte = 0;
    const auto add = [&](char32_t low, char32_t high, ByteState next) {
      edges.push_back(
          {static_cast<std::uint8_t>(mark + low), static_cast<std::uint8_t>(mark + high), next});
    };
    const auto flush = [&] {
      if (!inner.empty()) add(inner_byte, inner_byte, Trailing(inner, trailing - 1));
      inner.clear();
    };
    const auto part = [&](char32_t byte, char32_t low, char32_t high) {
      if (byte != inner_byte) flush();
      inner_byte = byte;
      inner.push_back({low, high});
    };
    for (const GbnfRange& range : ranges) {
      char32_t first = range.low >> shift;
      const char32_t last = range.high >> shift;
      if (first == last) {
        part(first, range.low & mask, range.high & mask);
        continue;
      }
      if ((range.low & mask) != 0) part(first++, range.low & mask, mask);
      const bool ends_whole = (range.high & mask) == mask;
      flush();
      if (first < last + (ends_whole ? 1 : 0)) {
        const GbnfRange all{0, mask};
        add(first, ends_whole ? last : last - 1, Trailing(std::span(&all, 1), trailing - 1));
      }
      if (!ends_whole) part(last, 0, range.high & mask);
    }
    flush();
  }

 private:
  ByteAutomaton& automaton_;
  std::array<ByteState, 4> full_ = {kDeadState, kDeadState, kDeadState, kDeadState};
};

}  // namespace

ByteState AddClass(ByteAutomaton& automaton, std::span<const GbnfRange> ranges) {
  Builder builder(automaton);
  const ByteState start = automaton.AddState();
  std::vector<ByteEdge> edges;
  std::vector<GbnfRange> three_bytes;  // both blocks of that length, which share a first byte
  for (const Block& block : kBlocks) {
    std::vector<GbnfRange> cut;
    for (const GbnfRange& range : ranges) {
      const GbnfRange both{std::max(range.low, block.low), std::min(range.high, block.high)};
      if (both.low <= both.high) cut.push_back(both);
    }
    if (block.low == 0x800) {
      three_bytes = std::move(cut);
      continue;
    }
    if (block.low == 0xE000) cut.insert(cut.begin(), three_bytes.begin(), three_bytes.end());
    if (!cut.empty()) builder.AddEdges(cut, block.bytes, LeadMark(block.bytes), edges);
  }
  automaton.SetState(start, edges, false);
  return start;
}

void AppendUtf8(char32_t c, std::string& text) {
  const std::size_t bytes = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  text += static_cast<char>(LeadMark(bytes) + (c >> (6 * (bytes - 1))));
  for (std::size_t i = bytes - 1; i > 0; --i) {
    text += static_cast<char>(0x80 + ((c >> (6 * (i - 1))) & 0x3F));
  }
}

std::optional<char32_t> TakeUtf8(std::string_view text, std::size_t& at) {
  if (at >= text.size()) return std::nullopt;
  const auto lead = static_cast<std::uint8_t>(text[at]);
  const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (lead > 0xF7 || at + bytes > text.size()) return std::nullopt;
  char32_t c = bytes == 1 ? lead : static_cast<char32_t>(lead & (0x7F >> bytes));
  for (std::size_t i = 1; i < bytes; ++i)
    c = (c << 6) | (static_cast<std::uint8_t>(text[at + i]) & 0x3F);
  // Only one text is the UTF-8 of a code point, which refuses all malformed ones at once.
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return std::nullopt;
  std::string again;
  AppendUtf8(c, again);
  if (again != text.substr(at, bytes)) return std::nullopt;
  at += bytes;
  return c;
}

}  // namespace ganglion::grammar
