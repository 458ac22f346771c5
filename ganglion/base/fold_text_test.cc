#include "ganglion/base/fold_text.h"

#include <gtest/gtest.h>

namespace ganglion {
namespace {

TEST(FoldText, BringsSpellingsTogether) {
  EXPECT_EQ(FoldText("  Turn LEFT,\tthen\n stop ").text, "turn left, then stop");
  EXPECT_EQ(FoldText("前进２米，左转９０度。").text, "前进2米,左转90度.");
  EXPECT_EQ(FoldText("说“Ｈｅｌｌｏ”").text, "说\"hello\"");
  EXPECT_EQ(FoldText("Anna’s desk…").text, "anna's desk...");
  EXPECT_EQ(FoldText("").text, "");
}

TEST(FoldText, DamagedUtf8StaysInside) {
  for (const char* text : {"\xE4", "a\xF0\x9F", "\xFF\xFE", "\xC3"}) {
    const FoldedText folded = FoldText(text);
    EXPECT_EQ(folded.source_at.size(), folded.text.size() + 1);
  }
}

TEST(Unfold, GivesBackTheSpellingOfTheSource) {
  const std::string source = "Please say “Happy Birthday, MIA!” now";
  const FoldedText folded = FoldText(source);
  EXPECT_EQ(Unfold(folded, source, "happy birthday, mia!"), "Happy Birthday, MIA!");
  EXPECT_EQ(Unfold(folded, source, "not there"), "not there");
  EXPECT_EQ(Unfold(folded, source, ""), "");
  const std::string chinese = "说“你好，ＯＫ”";
  EXPECT_EQ(Unfold(FoldText(chinese), chinese, "你好,ok"), "你好，ＯＫ");
}

}  // namespace
}  // namespace ganglion
