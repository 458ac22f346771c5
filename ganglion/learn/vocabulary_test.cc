#include "ganglion/learn/vocabulary.h"

#include <gtest/gtest.h>

#include "ganglion/tokenizer/tokenizer.h"

namespace ganglion::learn {
namespace {

std::shared_ptr<const Tokenizer> Build() {
  std::vector<std::string> texts;
  for (int i = 0; i < 40; ++i) {
    texts.push_back("find the red ball and put it on the table");
    texts.push_back("把红色的球放到桌子上");
  }
  auto tokenizer = Tokenizer::FromVocabulary(BuildVocabulary(texts, 100));
  EXPECT_TRUE(tokenizer.ok());
  return *tokenizer;
}

std::vector<TokenId> Encode(const Tokenizer& tokenizer, std::string_view text) {
  auto ids = tokenizer.Encode(text);
  EXPECT_TRUE(ids.ok());
  return *ids;
}

bool EndsWith(const std::vector<TokenId>& ids, const std::vector<TokenId>& end) {
  return ids.size() >= end.size() && std::equal(end.rbegin(), end.rend(), ids.rbegin());
}

TEST(Vocabulary, ANounHasTheSameTokensInInstructionAndPlan) {
  const auto tokenizer = Build();
  for (const char* noun : {"red ball", "zyxwv", "红色球", "鼍", "dock 3"}) {
    const std::vector<TokenId> alone = Encode(*tokenizer, noun);
    EXPECT_TRUE(EndsWith(Encode(*tokenizer, std::string("find ") + noun), alone)) << noun;
    EXPECT_TRUE(
        EndsWith(Encode(*tokenizer, std::string(R"({"do":"find","target":")") + noun), alone))
        << noun;
  }
}

TEST(Vocabulary, FixedPartsOfAPlanAreOneTokenEach) {
  const auto tokenizer = Build();
  EXPECT_EQ(Encode(*tokenizer, R"({"steps":[{"do":"turn","angle_deg":9},{"do":"photo"}]})").size(),
            6u);
  EXPECT_EQ(Encode(*tokenizer, R"({"steps":[]})").size(), 2u);
}

TEST(Vocabulary, SameTextsGiveSameVocabulary) {
  EXPECT_EQ(BuildVocabulary({"a b c"}, 10).tokens, BuildVocabulary({"a b c"}, 10).tokens);
}

}  // namespace
}  // namespace ganglion::learn
