#include "ganglion/grammar/json_string.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ganglion/testing/seed.h"

namespace ganglion::grammar {
namespace {

bool IsString(std::string_view text) {
  StringState state = StringState::kOpening;
  for (const char c : text) {
    if (state == StringState::kClosed || state == StringState::kDead) return false;
    state = NextStringState(state, static_cast<std::uint8_t>(c));
  }
  return state == StringState::kClosed;
}

std::size_t CodePoints(const std::string& text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

// Of the inside of a string: does our reading agree with a JSON parser's?
void ExpectAgreement(const std::string& inside) {
  const std::string text = "\"" + inside + "\"";
  const bool valid = nlohmann::json::accept(text);
  ASSERT_EQ(IsString(text), valid) << ::testing::PrintToString(text);
  if (!valid) return;
  const StringPiece piece = ClassifyInString(inside, StringState::kText);
  ASSERT_EQ(piece.kind, StringPiece::Kind::kInside);
  ASSERT_EQ(piece.code_points, CodePoints(nlohmann::json::parse(text).get<std::string>()))
      << ::testing::PrintToString(text);
}

TEST(JsonString, AgreesWithAParserOnEveryShortTextOfBoundaryBytes) {
  // Without NUL, which the parser takes for the end of its input; byte 1 stands for it.
  constexpr std::string_view kBytes(
      "\x01\x1F\x20\x22\x2F\x30\x41\x5C\x62\x64\x75\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF\xE0"
      "\xE1\xEC\xED\xEE\xEF\xF0\xF1\xF3\xF4\xF5\xFF");
  std::string text;
  for (const char a : kBytes) {
    ASSERT_NO_FATAL_FAILURE(ExpectAgreement({a}));
    for (const char b : kBytes) {
      ASSERT_NO_FATAL_FAILURE(ExpectAgreement({a, b}));
      for (const char c : kBytes) {
        ASSERT_NO_FATAL_FAILURE(ExpectAgreement({a, b, c}));
        if (static_cast<unsigned char>(a) < 0xE0) continue;  // only these begin four bytes
        for (const char d : kBytes) ASSERT_NO_FATAL_FAILURE(ExpectAgreement({a, b, c, d}));
      }
    }
  }
}

TEST(JsonString, AgreesWithAParserOnEscapes) {
  constexpr std::string_view kDigits = "07889aAbBcCdDeEfFgG";
  for (const char a : kDigits) {
    for (const char b : kDigits) {
      for (const char c : kDigits) {
        const std::string unit = std::string("\\u") + a + b + c + "0";
        ASSERT_NO_FATAL_FAILURE(ExpectAgreement(unit));
        for (const char* next : {"\\udc00", "\\uDFFF", "\\ud800", "\\u0041", "x", "\\n", "\\u"}) {
          ASSERT_NO_FATAL_FAILURE(ExpectAgreement(unit + next));
        }
      }
    }
  }
  for (int byte = 0; byte < 256; ++byte) {
    ASSERT_NO_FATAL_FAILURE(ExpectAgreement({'\\', static_cast<char>(byte)}));
  }
}

TEST(JsonString, PiecesAreToldApart) {
  using Kind = StringPiece::Kind;
  EXPECT_EQ(ClassifyInString("abc", StringState::kText).code_points, 3u);
  EXPECT_EQ(ClassifyInString("a\xE7\x9A", StringState::kText).code_points, 2u)
      << "a begun code point takes its place";
  EXPECT_EQ(ClassifyInString("\\ud83e\\udd16!", StringState::kText).code_points, 2u);
  EXPECT_EQ(ClassifyInString("a\",\"", StringState::kText).kind, Kind::kCloses);
  EXPECT_EQ(ClassifyInString("nab", StringState::kEscape).code_points, 2u);
  EXPECT_EQ(ClassifyInString("\"ab", StringState::kEscape).kind, Kind::kInside);
  EXPECT_EQ(ClassifyInString("xab", StringState::kEscape).kind, Kind::kInvalid);
  EXPECT_EQ(ClassifyInString("\n", StringState::kText).kind, Kind::kInvalid);
  EXPECT_EQ(ClassifyInString("\x80", StringState::kText).kind, Kind::kInvalid);
  EXPECT_EQ(ClassifyInString("a\n\"", StringState::kText).kind, Kind::kInvalid);
}

}  // namespace
}  // namespace ganglion::grammar
