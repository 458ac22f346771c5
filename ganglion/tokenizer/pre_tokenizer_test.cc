#include "ganglion/tokenizer/pre_tokenizer.h"

#include <numeric>
#include <set>

#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"
#include "ganglion/tokenizer/utf8.h"

namespace ganglion::tokenizer {
namespace {

std::unique_ptr<const PreTokenizer> Compiled(std::string_view name) {
  const PreTokenizerRule* rule = FindPreTokenizer(name);
  if (rule == nullptr) return nullptr;
  auto compiled = PreTokenizer::Compile(rule->expressions);
  EXPECT_TRUE(compiled.ok()) << name << ": " << compiled.error().message();
  return compiled.ok() ? *std::move(compiled) : nullptr;
}

// "a| b|."
std::string Cut(std::string_view name, std::string_view text) {
  const auto pieces = Compiled(name)->Split(text);
  if (!pieces.ok()) return std::string(pieces.error().message());
  std::string shown;
  for (const std::uint32_t bytes : *pieces) {
    if (!shown.empty()) shown += '|';
    shown += text.substr(0, bytes);
    text.remove_prefix(bytes);
  }
  return shown;
}

std::vector<std::string> Names() {
  std::vector<std::string> names;
  const std::string all = PreTokenizerNames();
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find(", ", at), all.size());
    names.push_back(all.substr(at, end - at));
    at = end + 2;
  }
  return names;
}

// One name of each set of expressions.
std::vector<std::string> DistinctNames() {
  std::vector<std::string> names;
  std::set<const std::string_view*> seen;
  for (const std::string& name : Names()) {
    if (seen.insert(FindPreTokenizer(name)->expressions.data()).second) names.push_back(name);
  }
  return names;
}

TEST(PreTokenizerTest, EachNameIsFoundAndCompiles) {
  EXPECT_GT(Names().size(), 50u);
  for (const std::string& name : Names()) {
    ASSERT_NE(FindPreTokenizer(name), nullptr) << name;
    EXPECT_EQ(FindPreTokenizer(name)->name, name);
  }
  for (const std::string& name : DistinctNames()) EXPECT_NE(Compiled(name), nullptr);
  EXPECT_EQ(FindPreTokenizer("")->name, "default");
  EXPECT_EQ(FindPreTokenizer("no-such"), nullptr);
  EXPECT_EQ(FindPreTokenizer("zzz"), nullptr);
}

TEST(PreTokenizerTest, CutsAsTheVocabulariesWereTrained) {
  EXPECT_EQ(Cut("gpt-2", "I'll go  to 12 caf\u00e9s!\n"), "I|'ll| go| | to| 12| caf\u00e9s|!|\n");
  EXPECT_EQ(Cut("gpt-2", "a\t\tb   "), "a|\t|\t|b|   ");
  EXPECT_EQ(Cut("qwen2", "I'LL pay 2024!!\n\nx"), "I|'LL| pay| |2|0|2|4|!!\n\n|x");
  EXPECT_EQ(Cut("llama-bpe", "1234567 (ok)"), "123|456|7| (|ok|)");
  EXPECT_EQ(Cut("starcoder", "x 12"), "x| |1|2");
  EXPECT_EQ(Cut("deepseek-coder", "a b\n\u4e2d\u6587 12,x"), "a| b|\n|\u4e2d\u6587| |1|2|,|x");
  EXPECT_EQ(Cut("gpt-4o", "HelloWORLDagain don't"), "Hello|WORLDagain| don't");
  EXPECT_EQ(Cut("tekken", "\u00c9COLE\u00c9cole 12"), "\u00c9COLE\u00c9cole| |1|2");
  EXPECT_EQ(Cut("deepseek-llm", "ab   "), "ab|   ");
  EXPECT_EQ(Cut("deepseek-v3", "1234 x+y"), "123|4| x|+y");
  EXPECT_EQ(Cut("bloom", "Hi, you"), "Hi|,| you");
}

// U+180E was a space until Unicode 6.3 and is one in PCRE2; U+0085 is one in both.
TEST(PreTokenizerTest, SpaceIsWhatUnicodeSays) {
  EXPECT_EQ(Cut("gpt-2", "\u180e\u180e!"), "\u180e\u180e!");
  EXPECT_EQ(Cut("gpt-2", "\u0085\u0085!"), "\u0085|\u0085|!");
}

std::string RandomText(testing::SeededRng& rng) {
  std::string text;
  for (std::size_t i = rng.Below(60); i > 0; --i) {
    static constexpr char32_t kSample[] = {'a',     'Z',  ' ',  '\n',   '\r',  '\t',
                                           '\'',    's',  '7',  '!',    0x301, 0x4e2d,
                                           0x1f600, 0xc9, 0xa0, 0x180e, 0,     0x10ffff};
    text += ToUtf8(kSample[rng.Below(std::size(kSample))]);
  }
  return text;
}

TEST(PreTokenizerTest, PiecesAddUpToTheText) {
  testing::SeededRng rng;
  const std::vector<std::string> names = DistinctNames();
  for (int round = 0; round < 400; ++round) {
    const std::string text = RandomText(rng);
    const auto pieces = Compiled(names[rng.Below(names.size())])->Split(text);
    ASSERT_TRUE(pieces.ok());
    std::size_t sum = 0;
    for (const std::uint32_t bytes : *pieces) {
      ASSERT_GT(bytes, 0u);
      ASSERT_GT(SequenceBytes(std::string_view(text).substr(sum)), 0u) << "seed " << rng.seed();
      sum += bytes;
    }
    ASSERT_EQ(sum, text.size());
  }
}

// An expression that takes the square of one of these would need hours here.
TEST(PreTokenizerTest, NoExpressionTakesTheSquareOfAText) {
  const auto repeated = [](std::string_view part) {
    std::string text;
    while (text.size() < 1 << 17) text += part;
    return text;
  };
  for (const std::string& name : DistinctNames()) {
    const auto compiled = Compiled(name);
    for (const std::string_view part : {"a", "A", " ", "\n", "!", "'", "7", " \n", "\u00a0",
                                        "\u0301", "\u4e2d", "\u01c5", "A\u0301", "\U0001f600"}) {
      for (const std::string_view end : {"", "x", "7", "\u4e2d", "!"}) {
        const std::string text = repeated(part) + std::string(end);
        const auto pieces = compiled->Split(text);
        ASSERT_TRUE(pieces.ok()) << name << ": " << pieces.error().message();
      }
    }
  }
}

TEST(PreTokenizerTest, TheInterpreterCutsTheSame) {
  testing::SeededRng rng;
  for (const std::string& name : DistinctNames()) {
    const auto interpreted = PreTokenizer::Compile(FindPreTokenizer(name)->expressions,
                                                   PreTokenizer::Engine::kInterpreter);
    ASSERT_TRUE(interpreted.ok());
    const auto compiled = Compiled(name);
    for (int round = 0; round < 30; ++round) {
      const std::string text = RandomText(rng);
      ASSERT_EQ(*(*interpreted)->Split(text), *compiled->Split(text)) << "seed " << rng.seed();
    }
    for (const char letter : {'a', 'A', ' ', '!', '7'}) {
      const auto pieces = (*interpreted)->Split(std::string(1 << 16, letter) + "x");
      ASSERT_TRUE(pieces.ok()) << name << ": " << pieces.error().message();
    }
  }
}

TEST(PreTokenizerTest, AnExpressionThatRunsAwayIsStopped) {
  const std::string_view expressions[] = {R"((a+)+\d)"};
  const auto compiled = PreTokenizer::Compile(expressions);
  ASSERT_TRUE(compiled.ok());
  const auto pieces = (*compiled)->Split("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac");
  ASSERT_FALSE(pieces.ok());
  EXPECT_EQ(pieces.error().code(), Code::kResourceExhausted);
}

TEST(PreTokenizerTest, AnExpressionThatMatchesNothingCutsNothing) {
  const std::string_view expressions[] = {"x*"};
  const auto compiled = PreTokenizer::Compile(expressions);
  ASSERT_TRUE(compiled.ok());
  EXPECT_EQ(*(*compiled)->Split("ab\u00e9xxb"), (std::vector<std::uint32_t>{4, 2, 1}));
}

TEST(PreTokenizerTest, ABadExpressionIsAnError) {
  const std::string_view expressions[] = {"(a"};
  const auto compiled = PreTokenizer::Compile(expressions);
  ASSERT_FALSE(compiled.ok());
  EXPECT_NE(compiled.error().message().find("(a"), std::string_view::npos);
}

}  // namespace
}  // namespace ganglion::tokenizer
