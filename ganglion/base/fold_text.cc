#include "ganglion/base/fold_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ganglion {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kKin = {{
    {"\u3000", " "},  {"\u00a0", " "},      {"\u3002", "."},  {"\u3001", ","},   {"\u201c", "\""},
    {"\u201d", "\""}, {"\u201e", "\""},     {"\u300c", "\""}, {"\u300d", "\""},  {"\u300e", "\""},
    {"\u300f", "\""}, {"\u00ab", "\""},     {"\u00bb", "\""}, {"\u2018", "'"},   {"\u2019", "'"},
    {"\u2013", "-"},  {"\u2014", "-"},      {"\u2212", "-"},  {"\u2026", "..."}, {"\u300a", "\""},
    {"\u300b", "\""}, {"\u2103", "\u00b0"},
}};

// Length of the UTF-8 sequence that begins with this byte; 1 for a stray byte.
std::size_t SequenceLength(unsigned char lead) {
  if (lead >= 0xF0) return 4;
  if (lead >= 0xE0) return 3;
  return lead >= 0xC0 ? 2 : 1;
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// What one character of the source becomes.
std::string FoldCharacter(std::string_view character) {
  if (character.size() == 1) {
    const char c = character[0];
    return std::string(1, c == '\t' || c == '\n' || c == '\r' ? ' ' : Lower(c));
  }
  for (const auto& [from, to] : kKin) {
    if (character == from) return std::string(to);
  }
  // U+FF01 to U+FF5E are the full-width forms of '!' to '~': EF BC 81 to EF BD 9E.
  if (character.size() == 3 && character[0] == '\xEF') {
    const auto second = static_cast<unsigned char>(character[1]);
    const auto third = static_cast<unsigned char>(character[2]);
    const int code = ((second & 0x3F) << 6 | (third & 0x3F)) + 0xF000;
    if (code >= 0xFF01 && code <= 0xFF5E) {
      return std::string(1, Lower(static_cast<char>(code - 0xFF01 + '!')));
    }
  }
  return std::string(character);
}

}  // namespace

FoldedText FoldText(std::string_view source) {
  FoldedText folded;
  for (std::size_t at = 0; at < source.size();) {
    const std::size_t length =
        std::min(SequenceLength(static_cast<unsigned char>(source[at])), source.size() - at);
    for (const char c : FoldCharacter(source.substr(at, length))) {
      if (c == ' ' && (folded.text.empty() || folded.text.back() == ' ')) continue;
      folded.text += c;
      folded.source_at.push_back(at);
    }
    at += length;
  }
  while (!folded.text.empty() && folded.text.back() == ' ') {
    folded.text.pop_back();
    folded.source_at.pop_back();
  }
  folded.source_at.push_back(source.size());
  return folded;
}

std::string Unfold(const FoldedText& folded, std::string_view source, std::string_view part) {
  const std::size_t at = part.empty() ? std::string::npos : folded.text.find(part);
  if (at == std::string::npos) return std::string(part);
  const std::size_t first = folded.source_at[at];
  const std::size_t last = folded.source_at[at + part.size() - 1];
  const std::size_t end = last + std::min(SequenceLength(static_cast<unsigned char>(source[last])),
                                          source.size() - last);
  return std::string(source.substr(first, end - first));
}

}  // namespace ganglion
