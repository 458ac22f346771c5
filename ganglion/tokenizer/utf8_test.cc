#include "ganglion/tokenizer/utf8.h"

#include <gtest/gtest.h>

namespace ganglion::tokenizer {
namespace {

TEST(Utf8Test, EveryCharacterComesBack) {
  for (char32_t value = 0; value < 0x110000; ++value) {
    if (value >= 0xd800 && value < 0xe000) continue;
    const std::string text = ToUtf8(value);
    ASSERT_EQ(SequenceBytes(text), text.size()) << std::hex << static_cast<unsigned>(value);
    ASSERT_EQ(FirstCodePoint(text).value, value);
    ASSERT_EQ(FirstCodePoint(text).bytes, text.size());
  }
}

TEST(Utf8Test, IllFormedSequencesHaveNoLength) {
  for (const std::string_view text : {
           "\x80",
           "\xbf",
           "\xc0\x80",
           "\xc1\xbf",
           "\xc2",
           "\xe0\x80\x80",
           "\xe0\x9f\xbf",
           "\xed\xa0\x80",
           "\xed\xbf\xbf",
           "\xe2\x82",
           "\xf0\x80\x80\x80",
           "\xf0\x8f\xbf\xbf",
           "\xf4\x90\x80\x80",
           "\xf5\x80\x80\x80",
           "\xff",
           "\xf0\x9f\x98",
           "\xc2\x20",
       }) {
    EXPECT_EQ(SequenceBytes(text), 0u) << ::testing::PrintToString(text);
  }
  EXPECT_EQ(SequenceBytes(""), 0u);
}

TEST(Utf8Test, RepairReplacesEachBadByte) {
  EXPECT_FALSE(Repaired("").has_value());
  EXPECT_FALSE(Repaired("plain and \u00fcber and \U0001f600").has_value());
  EXPECT_EQ(Repaired("a\xff\xfe"
                     "b"),
            "a\ufffd\ufffdb");
  EXPECT_EQ(Repaired("\xed\xa0\x80"), "\ufffd\ufffd\ufffd");
  EXPECT_EQ(Repaired("12345678\xe2\x82"), "12345678\ufffd\ufffd");
  EXPECT_EQ(Repaired("\xf0\x9f\x98\x80\xf0\x9f\x98"), "\U0001f600\ufffd\ufffd\ufffd");
}

TEST(Utf8Test, ReplacedReplacesAll) {
  EXPECT_EQ(Replaced(" a  b", " ", "__"), "__a____b");
  EXPECT_EQ(Replaced("", " ", "_"), "");
  EXPECT_EQ(Replaced("aaa", "aa", "b"), "ba");
}

}  // namespace
}  // namespace ganglion::tokenizer
