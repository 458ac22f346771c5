#include "ganglion/grammar/json_string.h"

#include <array>

namespace ganglion::grammar {
namespace {

using S = StringState;
constexpr std::size_t kStates = static_cast<std::size_t>(S::kClosed) + 1;
using Table = std::array<std::array<S, 256>, kStates>;

constexpr void Set(Table& table, S from, int low, int high, S to) {
  for (int byte = low; byte <= high; ++byte) {
    table[static_cast<std::size_t>(from)][static_cast<std::size_t>(byte)] = to;
  }
}

constexpr void SetHexDigits(Table& table, S from, S to) {
  Set(table, from, '0', '9', to);
  Set(table, from, 'A', 'F', to);
  Set(table, from, 'a', 'f', to);
}

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
constexpr void SetUtf8(Table& table) {
  Set(table, S::kText, 0x20, 0x7F, S::kText);
  Set(table, S::kText, 0xC2, 0xDF, S::kTail1);
  Set(table, S::kText, 0xE1, 0xEF, S::kTail2);
  Set(table, S::kText, 0xE0, 0xE0, S::kTailE0);
  Set(table, S::kText, 0xED, 0xED, S::kTailEd);
  Set(table, S::kText, 0xF1, 0xF3, S::kTail3);
  Set(table, S::kText, 0xF0, 0xF0, S::kTailF0);
  Set(table, S::kText, 0xF4, 0xF4, S::kTailF4);
  Set(table, S::kTail1, 0x80, 0xBF, S::kText);
  Set(table, S::kTail2, 0x80, 0xBF, S::kTail1);
  Set(table, S::kTail3, 0x80, 0xBF, S::kTail2);
  Set(table, S::kTailE0, 0xA0, 0xBF, S::kTail1);
  Set(table, S::kTailEd, 0x80, 0x9F, S::kTail1);
  Set(table, S::kTailF0, 0x90, 0xBF, S::kTail2);
  Set(table, S::kTailF4, 0x80, 0x8F, S::kTail2);
}

constexpr void SetEscapes(Table& table) {
  Set(table, S::kText, '\\', '\\', S::kEscape);
  for (const char c : {'"', '\\', '/', 'b', 'f', 'n', 'r', 't'}) {
    Set(table, S::kEscape, c, c, S::kText);
  }
  Set(table, S::kEscape, 'u', 'u', S::kHex1);
  SetHexDigits(table, S::kHex1, S::kHex2);
  SetHexDigits(table, S::kHex2, S::kHex3);
  SetHexDigits(table, S::kHex3, S::kHex4);
  SetHexDigits(table, S::kHex4, S::kText);
  for (const char d : {'D', 'd'}) {
    Set(table, S::kHex1, d, d, S::kHexAfterD);
    Set(table, S::kLowD, d, d, S::kLowC);
  }
  Set(table, S::kHexAfterD, '0', '7', S::kHex3);
  Set(table, S::kHexAfterD, '8', '9', S::kHigh3);
  Set(table, S::kHexAfterD, 'A', 'B', S::kHigh3);
  Set(table, S::kHexAfterD, 'a', 'b', S::kHigh3);
  SetHexDigits(table, S::kHigh3, S::kHigh4);
  SetHexDigits(table, S::kHigh4, S::kLowEscape);
  Set(table, S::kLowEscape, '\\', '\\', S::kLowU);
  Set(table, S::kLowU, 'u', 'u', S::kLowD);
  Set(table, S::kLowC, 'C', 'F', S::kHex3);
  Set(table, S::kLowC, 'c', 'f', S::kHex3);
}

constexpr Table MakeTable() {
  Table table{};
  for (auto& row : table) row.fill(S::kDead);
  Set(table, S::kOpening, '"', '"', S::kText);
  SetUtf8(table);
  SetEscapes(table);
  Set(table, S::kText, '"', '"', S::kClosed);
  return table;
}

constexpr Table kTable = MakeTable();

}  // namespace

StringState NextStringState(StringState state, std::uint8_t byte) {
  return kTable[static_cast<std::size_t>(state)][byte];
}

StringPiece ClassifyInString(std::string_view piece, StringState from) {
  S state = from;
  std::uint32_t code_points = 0;
  for (const char c : piece) {
    const bool begins = state == S::kText;
    state = NextStringState(state, static_cast<std::uint8_t>(c));
    if (state == S::kDead) return {StringPiece::Kind::kInvalid, 0};
    if (state == S::kClosed) return {StringPiece::Kind::kCloses, code_points};
    if (begins) ++code_points;
  }
  return {StringPiece::Kind::kInside, code_points};
}

}  // namespace ganglion::grammar
