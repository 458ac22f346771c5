// The tables that vocabularies are kept in, and the two ways of writing bytes as text.

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"
#include "ganglion/tokenizer/byte_text.h"
#include "ganglion/tokenizer/byte_trie.h"
#include "ganglion/tokenizer/flat_map.h"
#include "ganglion/tokenizer/text_table.h"
#include "ganglion/tokenizer/unicode.h"

namespace ganglion::tokenizer {
namespace {

TEST(ByteTextTest, StandInsAreDistinctAndComeBack) {
  std::set<std::string_view> seen;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const std::string_view text = ByteStandIn(static_cast<std::uint8_t>(byte));
    EXPECT_TRUE(seen.insert(text).second);
    EXPECT_EQ(FromStandIns(text), std::string(1, static_cast<char>(byte)));
  }
  EXPECT_EQ(ByteStandIn(' '), "\u0120");
  EXPECT_EQ(ByteStandIn('\n'), "\u010a");
  EXPECT_EQ(ByteStandIn('a'), "a");
  EXPECT_EQ(ByteStandIn(0xad), "\u0143");
}

TEST(ByteTextTest, WhatStandsForNoByteStays) {
  EXPECT_EQ(FromStandIns("<\uff5cend\uff5c>"), "<\uff5cend\uff5c>");
  EXPECT_EQ(FromStandIns("a\xff"), "a\xff");
}

TEST(ByteTextTest, HexTextsComeBack) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    EXPECT_EQ(ByteOfHexText(HexText(static_cast<std::uint8_t>(byte))), byte);
  }
  EXPECT_EQ(HexText(10), "<0x0A>");
  EXPECT_EQ(ByteOfHexText("<0xfF>"), 255);
  for (const char* text : {"", "<0x0A", "<0x0G>", "<0x00A>", "0x0A", "<1x0A>"}) {
    EXPECT_EQ(ByteOfHexText(text), std::nullopt) << text;
  }
}

TEST(TextTableTest, AgreesWithAMap) {
  testing::SeededRng rng;
  TextTable table;
  std::map<std::string, std::int32_t> expected;
  std::vector<std::string> rows;
  for (int i = 0; i < 20'000; ++i) {
    std::string text(rng.Below(20), ' ');
    for (char& c : text) c = static_cast<char>('a' + rng.Below(3));
    const auto known = expected.find(text);
    ASSERT_EQ(table.Find(text), known == expected.end() ? -1 : known->second)
        << "seed " << rng.seed();
    switch (rng.Below(3)) {
      case 0:
        ASSERT_EQ(table.AddHidden(text), static_cast<std::int32_t>(rows.size()));
        rows.push_back(text);
        break;
      case 1:
        ASSERT_EQ(table.Add(text), static_cast<std::int32_t>(rows.size()));
        expected.emplace(text, static_cast<std::int32_t>(rows.size()));
        rows.push_back(text);
        break;
      default:
        ASSERT_EQ(table.Intern(text),
                  known == expected.end() ? static_cast<std::int32_t>(rows.size()) : known->second);
        if (expected.emplace(text, static_cast<std::int32_t>(rows.size())).second) {
          rows.push_back(text);
        }
    }
  }
  ASSERT_EQ(table.size(), rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    ASSERT_EQ(table.Text(static_cast<std::int32_t>(row)), rows[row]);
  }
  std::vector<std::string_view> many(rows.begin(), rows.begin() + 1000);
  many.insert(many.end(), {"", "no such text"});
  std::vector<std::int32_t> found(many.size());
  table.FindMany(many, found);
  for (std::size_t i = 0; i < many.size(); ++i) ASSERT_EQ(found[i], table.Find(many[i])) << many[i];
}

TEST(FlatMapTest, AgreesWithAMap) {
  testing::SeededRng rng;
  FlatMap<int> map;
  std::map<std::uint64_t, int> expected;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t key = rng.Below(5000) << rng.Below(40);
    ASSERT_EQ(map.Add(key, i), expected.emplace(key, i).second) << "seed " << rng.seed();
  }
  ASSERT_EQ(map.size(), expected.size());
  for (const auto& [key, value] : expected) ASSERT_EQ(*map.Find(key), value);
  EXPECT_EQ(map.Find(0x123456789abcdef0), nullptr);
}

TEST(ByteTrieTest, FindsTheLongestPrefix) {
  ByteTrie trie;
  trie.Insert("a", 1);
  trie.Insert("abc", 2);
  trie.Insert("b\xff", 3);
  trie.Insert("abc", 9);
  EXPECT_EQ(trie.Longest("abcd").value, 2);
  EXPECT_EQ(trie.Longest("abcd").bytes, 3u);
  EXPECT_EQ(trie.Longest("abd").value, 1);
  EXPECT_EQ(trie.Longest("b\xff").bytes, 2u);
  EXPECT_EQ(trie.Longest("b").bytes, 0u);
  EXPECT_EQ(trie.Longest("").bytes, 0u);
}

TEST(UnicodeTest, KnowsTheClassesOfCharacters) {
  EXPECT_TRUE(IsPunctuation('!') && IsPunctuation(0x3002) && IsPunctuation(0xff01));
  EXPECT_FALSE(IsPunctuation('a') || IsPunctuation('$') || IsPunctuation(0x4e2d));
  EXPECT_TRUE(IsMark(0x301) && IsMark(0x20e3) && IsMark(0x93f));
  EXPECT_FALSE(IsMark('a') || IsMark(0x2ff) || IsMark(0x10ffff));
  EXPECT_TRUE(IsControl(0) && IsControl(0x7f) && IsControl(0x200d) && IsControl(0xe000));
  EXPECT_FALSE(IsControl('a') || IsControl(0x378));
  EXPECT_TRUE(IsWhiteSpace(0x85) && IsWhiteSpace(0x3000) && IsWhiteSpace('\v'));
  EXPECT_FALSE(IsWhiteSpace(0x180e) || IsWhiteSpace(0x200b) || IsWhiteSpace('x'));
  EXPECT_TRUE(IsIdeograph(0x4e00) && IsIdeograph(0x2f800));
  EXPECT_FALSE(IsIdeograph(0x3042) || IsIdeograph(0xac00));
}

TEST(UnicodeTest, FoldsCaseAndAccents) {
  EXPECT_EQ(ToLower('Z'), U'z');
  EXPECT_EQ(ToLower(0xc4), 0xe4u);
  EXPECT_EQ(ToLower(0x101), 0x101u);  // every other one of its run is upper case
  EXPECT_EQ(ToLower(0x100), 0x101u);
  EXPECT_EQ(ToLower(0x10400), 0x10428u);
  EXPECT_EQ(ToLower(0x130), U'i');
  EXPECT_EQ(BaseCharacter(0xe9), U'e');
  EXPECT_EQ(BaseCharacter(0x1eaf), U'a');  // a with breve and acute
  EXPECT_EQ(BaseCharacter(0xd55c), 0x1112u);
  EXPECT_EQ(BaseCharacter('q'), U'q');
}

}  // namespace
}  // namespace ganglion::tokenizer
