#include "ganglion/grammar/dfa_to_bytes.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ganglion/grammar/regular/utf8_text.h"
#include "ganglion/testing/seed.h"

namespace ganglion::grammar {
namespace {

bool Accepts(const ByteAutomaton& automaton, ByteState state, std::string_view bytes) {
  for (const char c : bytes) {
    state = automaton.Next(state, static_cast<std::uint8_t>(c));
    if (state == kDeadState) return false;
  }
  return automaton.accepting(state);
}

std::string Utf8(char32_t code_point) {
  std::string text;
  AppendCodePoint(text, code_point);
  return text;
}

std::string Written(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::strict);
}

bool IsScalar(char32_t c) { return c < 0xD800 || (c >= 0xE000 && c <= 0x10FFFF); }

// One code point of a random set of ranges: every code point there is goes in as bytes.
TEST(DfaToBytesTest, EachCodePointIsReadAsItsSetSays) {
  testing::SeededRng rng;
  SCOPED_TRACE(rng.seed());
  for (int round = 0; round < 6; ++round) {
    std::vector<Dfa::Edge> edges;
    char32_t low = 0;
    while (low <= 0x10FFFF) {
      low += static_cast<char32_t>(rng.Below(rng.Below(2) == 0 ? 40 : 0x9000));
      const auto width = static_cast<char32_t>(rng.Below(rng.Below(2) == 0 ? 40 : 0x9000));
      if (low > 0x10FFFF) break;
      edges.push_back({low, std::min<char32_t>(low + width, 0x10FFFF), 1});
      low += width + 2;
    }
    Work work(10'000'000);
    const Dfa set = *Dfa::FromStates({edges, {}}, {false, true}, work);
    if (set.empty()) continue;
    ByteAutomaton automaton;
    const ByteState plain = *AddUtf8(automaton, set, work);
    const ByteState quoted = *AddJsonStrings(automaton, set, work);
    for (char32_t c = 0; c <= 0x10FFFF; ++c) {
      if (!IsScalar(c)) continue;
      const bool in_set = set.Next(0, c).has_value();
      const std::string text = Utf8(c);
      ASSERT_EQ(Accepts(automaton, plain, text), in_set) << static_cast<std::uint32_t>(c);
      if (c < 0x3000 || c % 7 == 0) {
        ASSERT_EQ(Accepts(automaton, quoted, Written(text)), in_set)
            << static_cast<std::uint32_t>(c);
      }
    }
  }
}

TEST(DfaToBytesTest, JsonStringsHaveOneSpelling) {
  Work work(1'000'000);
  ByteAutomaton automaton;
  const ByteState any = *AddJsonStrings(automaton, Dfa::AnyText(), work);
  for (const char* good : {R"("")", R"("a\"\\\b\f\n\r\t")", R"("\u0000\u001f")", R"("/é🤖")"}) {
    EXPECT_TRUE(Accepts(automaton, any, good)) << good;
  }
  for (const char* bad : {"", "\"", "\"a", R"("\/")", R"("\u001F")", R"("\u0041")", R"("\u000a")",
                          "\"\n\"", "\"\xFF\"", "\"\xED\xA0\x80\"", "\"a\"b"}) {
    EXPECT_FALSE(Accepts(automaton, any, bad)) << bad;
  }
}

TEST(DfaToBytesTest, AnyTextIsSmall) {
  Work work(1'000'000);
  ByteAutomaton automaton;
  (void)*AddJsonStrings(automaton, Dfa::AnyText(), work);
  EXPECT_LT(automaton.edge_count(), 80u);
}

TEST(DfaToBytesTest, AnEmptySetIsAnError) {
  Work work(1000);
  ByteAutomaton automaton;
  EXPECT_FALSE(AddUtf8(automaton, Dfa(), work).ok());
  EXPECT_FALSE(AddJsonStrings(automaton, Dfa(), work).ok());
}

}  // namespace
}  // namespace ganglion::grammar
