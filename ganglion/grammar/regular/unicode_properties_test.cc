#include "ganglion/grammar/regular/unicode_properties.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/grammar/regular/unicode_tables.h"

namespace ganglion::grammar {
namespace {

CodePointRanges Of(const std::string& name) {
  auto property = UnicodeProperty(name);
  EXPECT_TRUE(property.has_value()) << name;
  return property.value_or(CodePointRanges());
}

bool Holds(const std::string& name, char32_t c) {
  const auto ranges = Of(name);
  return std::any_of(ranges.begin(), ranges.end(), [&](const CodePointRange& range) {
    return range.low <= c && c <= range.high;
  });
}

TEST(UnicodeProperties, EachCodePointHasOneCategoryAndAtMostOneScript) {
  for (const bool categories : {true, false}) {
    CodePointRanges all;
    std::size_t code_points = 0;
    for (const UnicodeSet& set : categories ? UnicodeCategories() : UnicodeScripts()) {
      const std::string name(set.names.substr(0, set.names.find(' ')));
      for (const CodePointRange& range : Of((categories ? "gc=" : "sc=") + name)) {
        all.push_back(range);
        code_points += range.high - range.low + 1;
      }
    }
    std::size_t joined = 0;
    all = Joined(std::move(all));
    for (const CodePointRange& range : all) joined += range.high - range.low + 1;
    EXPECT_EQ(joined, code_points);
    EXPECT_LE(joined, std::size_t{0x110000});
    EXPECT_EQ(joined == 0x110000, categories);
  }
}

TEST(UnicodeProperties, AllSetsAreJoined) {
  for (const auto sets : {UnicodeCategories(), UnicodeScripts(), UnicodeScriptExtensions(),
                          UnicodeBinaryProperties()}) {
    EXPECT_FALSE(sets.empty());
    for (const UnicodeSet& set : sets) {
      const std::string name(set.names.substr(0, set.names.find(' ')));
      const std::string prefix = sets.data() == UnicodeScripts().data()            ? "sc="
                                 : sets.data() == UnicodeScriptExtensions().data() ? "scx="
                                                                                   : "";
      const auto ranges = Of(prefix + name);
      EXPECT_FALSE(ranges.empty()) << name;
      EXPECT_EQ(ranges, Joined(ranges)) << name;
    }
  }
}

TEST(UnicodeProperties, NamesAreThoseOfTheLanguage) {
  EXPECT_EQ(Of("L"), Of("General_Category=Letter"));
  EXPECT_EQ(Of("Lowercase_Letter"), Of("gc=Ll"));
  EXPECT_EQ(Of("punct"), Of("P"));
  EXPECT_EQ(Of("Script=Greek"), Of("sc=Grek"));
  EXPECT_EQ(Of("Any"), Complement({}));
  for (const char* name : {"", "l", "letter", "Greek", "sc=greek", "gc=", "=L", "Lu ", "L=L",
                           "WSpace", "InGreek", "Block=Greek"}) {
    EXPECT_FALSE(UnicodeProperty(name)) << name;
  }
}

TEST(UnicodeProperties, HoldWhatTheDatabaseSays) {
  EXPECT_TRUE(Holds("LC", U'ǅ'));
  EXPECT_FALSE(Holds("LC", U'語'));
  EXPECT_TRUE(Holds("Cn", 0x378));
  EXPECT_FALSE(Holds("Assigned", 0x378));
  EXPECT_TRUE(Holds("ASCII", 0x7F));
  EXPECT_TRUE(Holds("Emoji", U'#'));
  EXPECT_TRUE(Holds("White_Space", 0x3000));
  EXPECT_FALSE(Holds("White_Space", 0xFEFF));
  // U+3001 is common to the scripts of East Asia; U+0342 belongs to Greek by its extension only.
  EXPECT_FALSE(Holds("sc=Han", 0x3001));
  EXPECT_TRUE(Holds("scx=Han", 0x3001));
  EXPECT_TRUE(Holds("scx=Grek", 0x0342));
  EXPECT_FALSE(Holds("scx=Zinh", 0x0342));
}

}  // namespace
}  // namespace ganglion::grammar
