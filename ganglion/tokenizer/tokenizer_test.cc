#include "ganglion/tokenizer/tokenizer.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"
#include "ganglion/tokenizer/limits.h"
#include "ganglion/tokenizer/test_vocabularies.h"

namespace ganglion {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using tokenizer::AddToken;
using tokenizer::ByteLevelVocabulary;
using tokenizer::SentencePieceVocabulary;
using tokenizer::UnigramVocabulary;
using tokenizer::WordPieceVocabulary;

std::shared_ptr<const Tokenizer> Made(VocabularySource source) {
  auto tokenizer = Tokenizer::FromVocabulary(std::move(source));
  EXPECT_TRUE(tokenizer.ok()) << tokenizer.error().message();
  return tokenizer.ok() ? *tokenizer : nullptr;
}

std::string ErrorOf(VocabularySource source) {
  auto tokenizer = Tokenizer::FromVocabulary(std::move(source));
  return tokenizer.ok() ? "" : std::string(tokenizer.error().message());
}

std::string Shown(const Tokenizer& tokenizer, std::string_view text, EncodeOptions options = {}) {
  const auto tokens = tokenizer.Encode(text, options);
  if (!tokens.ok()) return std::string(tokens.error().message());
  std::string shown;
  for (const TokenId token : *tokens) {
    shown.append(shown.empty() ? "" : "|").append(tokenizer.Text(token));
  }
  return shown;
}

constexpr EncodeOptions kAddSpecial = {.add_special = true};
constexpr EncodeOptions kParseSpecial = {.parse_special = true};

TEST(ByteLevelTest, MergesWithinWords) {
  const auto tokenizer = Made(ByteLevelVocabulary());
  EXPECT_EQ(Shown(*tokenizer, "hello world"), "hello|\u0120world");
  EXPECT_EQ(Shown(*tokenizer, "aaaaaaa"), "aaaa|aa|a");
  EXPECT_EQ(Shown(*tokenizer, "\u00fc"), "\u00c3|\u00bc");
  EXPECT_EQ(Shown(*tokenizer, ""), "");
}

TEST(ByteLevelTest, ASymbolThatIsNoTokenFallsBackToBytes) {
  VocabularySource source = ByteLevelVocabulary();
  source.merges.push_back("o o");  // "oo" is not in the vocabulary
  EXPECT_EQ(Shown(*Made(source), "oo"), "o|o");
}

TEST(ByteLevelTest, TakesWholeWordsWhereThePreTokenizerSaysSo) {
  VocabularySource source = ByteLevelVocabulary();
  AddToken(source, "abba", TokenType::kNormal);  // no merge leads there
  EXPECT_EQ(Shown(*Made(source), "abba"), "ab|ba");
  source.pre = "llama-bpe";
  const auto tokenizer = Made(source);
  EXPECT_EQ(Shown(*tokenizer, "abba"), "abba");
  EXPECT_EQ(Shown(*tokenizer, "", kAddSpecial), "<|begin|>");
}

TEST(SentencePieceTest, MergesByScoreWithASpaceInFront) {
  const auto tokenizer = Made(SentencePieceVocabulary());
  EXPECT_EQ(Shown(*tokenizer, "hello world"), "\u2581hello|\u2581world");
  EXPECT_EQ(Shown(*tokenizer, "", kAddSpecial), "<s>");
  EXPECT_EQ(Shown(*tokenizer, "hello", kAddSpecial), "<s>|\u2581hello");
  // Between them the word of two characters that are no token themselves, and a byte fallback.
  EXPECT_EQ(Shown(*tokenizer, "\u0436\u0451\n"), "\u2581|\u0436\u0451|<0x0A>");
  EXPECT_EQ(Shown(*tokenizer, "\u0436"), "\u2581|<0xD0>|<0xB6>");
}

TEST(SentencePieceTest, WithoutBytesTheUnknownTokenStandsIn) {
  VocabularySource source;
  source.model = "llama";
  source.unk = AddToken(source, "<unk>", TokenType::kUnknown);
  AddToken(source, "a", TokenType::kNormal);
  source.add_bos = false;
  source.add_space_prefix = false;
  EXPECT_EQ(Shown(*Made(source), "ab"), "a|<unk>");
  source.unk = kNoToken;
  EXPECT_THAT(ErrorOf(source), HasSubstr("neither a token for the byte <0x00>"));
}

TEST(WordPieceTest, CoversWordsFromTheLeft) {
  const auto tokenizer = Made(WordPieceVocabulary());
  EXPECT_EQ(Shown(*tokenizer, "Hello, W\u00f6rld!"), "\u2581hello|\u2581,|\u2581wor|ld|\u2581!");
  EXPECT_EQ(Shown(*tokenizer, "unableing\u4e2d x"), "\u2581un|able|ing|[UNK]|\u2581x");
  EXPECT_EQ(Shown(*tokenizer, "a\u0416b c"), "[UNK]|\u2581c");
  EXPECT_EQ(Shown(*tokenizer, "hello", kAddSpecial), "[CLS]|\u2581hello|[SEP]");
  EXPECT_EQ(Shown(*tokenizer, " \u200d\n"), "");
  const auto tokens = tokenizer->Encode("hello world");
  EXPECT_EQ(tokenizer->Decode(*tokens), "hello world");
}

TEST(WordPieceTest, FoldsOnlyWhatTheVocabularySays) {
  VocabularySource source = WordPieceVocabulary();
  source.lowercase = false;
  EXPECT_EQ(Shown(*Made(source), "hello Hello"), "\u2581hello|[UNK]");
}

TEST(TokenizerTest, ControlTokensAreTextUnlessAskedFor) {
  const auto tokenizer = Made(ByteLevelVocabulary());
  EXPECT_EQ(Shown(*tokenizer, "a<|im_end|>"), "a|<|||i|m|_|e|n|d|||>");
  EXPECT_EQ(Shown(*tokenizer, "a<|im_end|>b", kParseSpecial), "a|<|im_end|>|b");
  EXPECT_EQ(Shown(*tokenizer, "a<tool>b"), "a|<tool>|b");
}

// However the vocabulary is made: here merging could put "</s>" together, and did the text
// "<0x41>" count as the byte, it would come back as "A".
TEST(TokenizerTest, NoTextMakesAControlToken) {
  VocabularySource source = SentencePieceVocabulary();
  for (const char* part : {"<", "/", "s", ">", "</", "s>", "<0", "x4", "1>", "x41>", "0", "x"}) {
    AddToken(source, part, TokenType::kNormal, -1);
  }
  const auto tokenizer = Made(source);
  for (const std::string_view text : {"</s>", "<s>", "<0x41>", "<unk>"}) {
    const auto tokens = tokenizer->Encode(text);
    for (const TokenId token : *tokens) EXPECT_NE(tokenizer->Text(token), text);
    EXPECT_EQ(tokenizer->Decode(*tokens), text);
  }
}

TEST(TokenizerTest, NoTokenIsMatchedInsideACharacter) {
  for (VocabularySource source : {ByteLevelVocabulary(), SentencePieceVocabulary(),
                                  WordPieceVocabulary(), UnigramVocabulary()}) {
    AddToken(source, "\x96\x81", TokenType::kUserDefined);
    const auto tokenizer = Made(source);
    const auto tokens = tokenizer->Encode("a\u2581b");
    ASSERT_TRUE(tokens.ok());
    for (const TokenId token : *tokens) EXPECT_NE(tokenizer->Text(token), "\x96\x81");
  }
}

TEST(TokenizerTest, PiecesAreTheBytesThatTokensAdd) {
  const auto byte_level = Made(ByteLevelVocabulary());
  EXPECT_EQ(byte_level->Piece(byte_level->Find("\u0120world")), " world");
  EXPECT_EQ(byte_level->Piece(byte_level->Find("\u010a")), "\n");
  EXPECT_EQ(byte_level->Piece(byte_level->Find("<|im_end|>")), "");
  EXPECT_EQ(byte_level->Piece(byte_level->Find("<tool>")), "<tool>");
  const auto sentence_piece = Made(SentencePieceVocabulary());
  EXPECT_EQ(sentence_piece->Piece(sentence_piece->Find("\u2581world")), " world");
  EXPECT_EQ(sentence_piece->Piece(sentence_piece->Find("<0xFF>")), "\xff");
  EXPECT_EQ(sentence_piece->Piece(sentence_piece->Find("<unk>")), "");
}

TEST(TokenizerTest, DecodeShowsControlTokensOnRequest) {
  const auto tokenizer = Made(SentencePieceVocabulary());
  const auto tokens = tokenizer->Encode("<s>hello</s> world", kParseSpecial);
  EXPECT_EQ(tokenizer->Decode(*tokens, true), "<s>hello</s> world");
  EXPECT_EQ(tokenizer->Decode(*tokens), "hello world");
  EXPECT_EQ(tokenizer->Decode(std::vector<TokenId>{TokenId{-1}, TokenId{1 << 20}}), "");
}

TEST(TokenizerTest, KnowsTheTokensThatEndAnAnswer) {
  VocabularySource source = ByteLevelVocabulary();
  const TokenId turn = AddToken(source, "<|eot_id|>", TokenType::kUserDefined);
  const TokenId other = AddToken(source, "<|other|>", TokenType::kControl);
  source.eom = other;
  const auto tokenizer = Made(source);
  EXPECT_THAT(tokenizer->EndOfGenerationTokens(), ElementsAre(tokenizer->eos(), turn, other));
  EXPECT_TRUE(tokenizer->IsEndOfGeneration(turn));
  EXPECT_TRUE(tokenizer->IsControl(turn));  // whatever the file says of it
  EXPECT_FALSE(tokenizer->IsEndOfGeneration(tokenizer->bos()));
}

TEST(TokenizerTest, AMessageEndIsNoAnswerEndWhereCallsAreTokens) {
  VocabularySource source = ByteLevelVocabulary();
  const TokenId end = AddToken(source, "<|end|>", TokenType::kControl);
  EXPECT_TRUE(Made(source)->IsEndOfGeneration(end));
  AddToken(source, "<|call|>", TokenType::kControl);
  AddToken(source, "<|return|>", TokenType::kControl);
  EXPECT_FALSE(Made(source)->IsEndOfGeneration(end));
}

TEST(TokenizerTest, InvalidUtf8StandsForTheReplacementCharacter) {
  for (const VocabularySource& source : {ByteLevelVocabulary(), SentencePieceVocabulary()}) {
    const auto tokenizer = Made(source);
    const auto tokens = tokenizer->Encode("a\xff\xe2\x82 b");
    EXPECT_EQ(tokenizer->Decode(*tokens), "a\ufffd\ufffd\ufffd b");
  }
}

TEST(TokenizerTest, RandomTextComesBack) {
  testing::SeededRng rng;
  VocabularySource whole_words = ByteLevelVocabulary();
  whole_words.pre = "llama-bpe";
  for (const VocabularySource& source :
       {ByteLevelVocabulary(), whole_words, SentencePieceVocabulary()}) {
    const auto tokenizer = Made(source);
    for (int round = 0; round < 500; ++round) {
      std::string text;
      for (std::size_t i = rng.Below(80); i > 0; --i) {
        static constexpr std::string_view kParts[] = {
            "hello", " world", "aa", "a",  "b",          " ",  "\n", "ж",   "ё",  "😀",
            "<s>",   "<tool>", "\r", "中", "<|im_end|>", "'s", "12", "!?.", "\t", "é"};
        text += kParts[rng.Below(std::size(kParts))];
      }
      for (const EncodeOptions options : {EncodeOptions{}, kParseSpecial}) {
        const auto tokens = tokenizer->Encode(text, options);
        ASSERT_TRUE(tokens.ok());
        ASSERT_EQ(tokenizer->Decode(*tokens, true), text) << "seed " << rng.seed();
      }
    }
  }
}

// Anything that takes the square of the text would need hours here.
TEST(TokenizerTest, AMegabyteOfOneThingIsNoTrouble) {
  for (const VocabularySource& source : {ByteLevelVocabulary(), SentencePieceVocabulary(),
                                         WordPieceVocabulary(), UnigramVocabulary()}) {
    const auto tokenizer = Made(source);
    for (const std::string_view part : {"a", "ab", " ", "😀", "<tool>", "<tool", "\n ", "zé"}) {
      std::string text;
      while (text.size() < 1 << 20) text += part;
      const auto tokens = tokenizer->Encode(text, kParseSpecial);
      ASSERT_TRUE(tokens.ok()) << tokens.error().message();
      if (source.model == "gpt2" || source.model == "llama") {
        ASSERT_TRUE(tokenizer->Decode(*tokens, true) == text);
      }
    }
  }
}

TEST(TokenizerTest, TooLongATextIsAnError) {
  const auto tokenizer = Made(WordPieceVocabulary());
  const auto tokens = tokenizer->Encode(std::string(tokenizer::kEncodeBytesMax + 1, ' '));
  ASSERT_FALSE(tokens.ok());
  EXPECT_EQ(tokens.error().code(), Code::kResourceExhausted);
}

TEST(TokenizerTest, ManyThreadsMayEncode) {
  const auto tokenizer = Made(ByteLevelVocabulary());
  const auto expected = tokenizer->Encode("hello world aaab <tool>");
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        if (*tokenizer->Encode("hello world aaab <tool>") != *expected) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(TokenizerTest, ABadVocabularyIsAnErrorThatSaysWhy) {
  VocabularySource source = ByteLevelVocabulary();
  source.model = "rwkv";
  EXPECT_THAT(ErrorOf(source), HasSubstr("unknown kind 'rwkv'; known are bert, gpt2, llama, t5"));
  source = ByteLevelVocabulary();
  source.pre = "made-up";
  EXPECT_THAT(ErrorOf(source), HasSubstr("unknown pre-tokenizer 'made-up'; known are a.x-4.0"));
  source = ByteLevelVocabulary();
  source.merges.push_back("nospace");
  EXPECT_THAT(ErrorOf(source), HasSubstr("tokenizer.ggml.merges[15]"));
  source = ByteLevelVocabulary();
  source.scores.pop_back();
  EXPECT_THAT(ErrorOf(source), HasSubstr("they must be as many"));
  source = ByteLevelVocabulary();
  source.eos = TokenId{100'000};
  EXPECT_THAT(ErrorOf(source), HasSubstr("eos token 100000"));
  source = ByteLevelVocabulary();
  source.scores[3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(ErrorOf(source), HasSubstr("scores[3]"));
  source = ByteLevelVocabulary();
  source.tokens[7] = std::string(tokenizer::kTokenBytesMax + 1, 'x');
  EXPECT_THAT(ErrorOf(source), HasSubstr("tokens[7]"));
  source = ByteLevelVocabulary();
  source.bos = kNoToken;
  source.add_bos = true;
  EXPECT_THAT(ErrorOf(source), HasSubstr("add_bos_token without bos_token_id"));
  EXPECT_THAT(ErrorOf(VocabularySource{}), HasSubstr("tokens: empty"));
}

}  // namespace
}  // namespace ganglion
