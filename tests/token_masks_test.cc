// Masks and texts with published vocabularies: the folder `tokenizers` of the shared data.

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/gguf/gguf.h"
#include "ganglion/grammar/grammar.h"
#include "ganglion/grammar/schema/json_schema.h"
#include "ganglion/testing/seed.h"
#include "ganglion/testing/shared_data.h"
#include "ganglion/tokenizer/tokenizer.h"

namespace ganglion::grammar {
namespace {

constexpr const char* kSchema = R"({"type":"object","properties":{
  "steps":{"type":"array","maxItems":4,"items":{"oneOf":[
    {"type":"object","properties":{"do":{"const":"drive"},
      "distance_m":{"type":"number","minimum":-10,"maximum":10}},"required":["do","distance_m"]},
    {"type":"object","properties":{"do":{"enum":["find","pick"]},
      "target":{"type":"string","minLength":2,"maxLength":12}},"required":["do","target"]}]}},
  "note":{"type":"string"},"tags":{"type":"array","items":{"type":"string"}},
  "more":{"type":"object"}},"required":["steps"]})";

const std::vector<std::string>& Texts() {
  static const std::vector<std::string> texts = {
      R"({"steps":[]})",
      R"({"steps":[{"do":"drive","distance_m":-1.25},{"do":"find","target":"the cup 🤖"}]})",
      R"({"steps":[{"do":"pick","target":"机器人"}],"note":"mañana, \"now\"\n\\ or \u00e9","tags":["","a"]})",
      R"({"steps":[],"more":{"a b":{"c":[null,true,-0.5,"日本語"]},"":{}}})"};
  return texts;
}

class TokenMasks : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const auto path = testing::SharedData("tokenizers/" + GetParam() + ".gguf");
    if (!path) GTEST_SKIP() << "no shared data here";
    auto file = gguf::File::Open(*path);
    ASSERT_TRUE(file.ok());
    auto tokenizer = Tokenizer::FromGguf(**file);
    ASSERT_TRUE(tokenizer.ok());
    tokenizer_ = *tokenizer;
    std::vector<std::string> pieces(tokenizer_->size());
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      pieces[i] = tokenizer_->Piece(TokenId{static_cast<std::int32_t>(i)});
    }
    vocabulary_ = Vocabulary::Create(std::move(pieces), tokenizer_->EndOfGenerationTokens());
    auto compiled = CompileSchema(kSchema);
    ASSERT_TRUE(compiled.ok()) << compiled.error().message();
    grammar_ = compiled->grammar;
  }

  bool Allowed(TokenId token) const {
    const auto i = static_cast<std::size_t>(token);
    return (bits_[i / 32] >> (i % 32) & 1) != 0;
  }

  // The slow definition: what Accept says of each token.
  void ExpectMaskIsExact(Matcher& matcher) {
    for (std::size_t i = 0; i < vocabulary_->size(); ++i) {
      const TokenId token{static_cast<std::int32_t>(i)};
      const bool accepted = matcher.Accept(token);
      if (accepted) matcher.Rollback(1);
      ASSERT_EQ(Allowed(token), accepted)
          << "token " << i << " '" << vocabulary_->piece(token) << "'";
    }
  }

  std::shared_ptr<const Tokenizer> tokenizer_;
  std::shared_ptr<const Vocabulary> vocabulary_;
  std::shared_ptr<const Grammar> grammar_;
  std::vector<std::uint32_t> bits_;
};

TEST_P(TokenMasks, AreWhatAcceptSaysOfEachTokenAtEveryByteOfATextInTheGrammar) {
  bits_.resize(vocabulary_->mask_words());
  testing::SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  Matcher matcher(grammar_, vocabulary_);
  for (const std::string& text : Texts()) {
    matcher.Reset();
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (rng.Below(4) == 0) {
        matcher.FillMask(bits_);
        ASSERT_NO_FATAL_FAILURE(ExpectMaskIsExact(matcher)) << text.substr(0, at);
      }
      ASSERT_TRUE(matcher.AcceptText(text.substr(at, 1))) << text.substr(0, at + 1);
    }
    EXPECT_TRUE(matcher.IsComplete());
    EXPECT_EQ(matcher.stats().masks_cut, 0u);
  }
}

// As the tokenizer writes a text inside a prompt, every token of it must be allowed.
TEST_P(TokenMasks, AllowTheTokensOfATextInTheGrammarAndDecodingGivesItBack) {
  bits_.resize(vocabulary_->mask_words());
  Matcher matcher(grammar_, vocabulary_);
  for (const std::string& text : Texts()) {
    const auto tokens = tokenizer_->Encode(text);
    ASSERT_TRUE(tokens.ok());
    matcher.Reset();
    std::string pieces;
    for (const TokenId token : *tokens) pieces += vocabulary_->piece(token);
    // SentencePiece puts a space in front of a text, which an answer inside a grammar has not, and
    // WordPiece keeps neither spaces nor capitals.
    const std::string name = GetParam();
    const bool spells = name != "bert-bge" && name != "llama-spm" && name != "phi-3";
    if (!spells && pieces != text) continue;
    ASSERT_EQ(pieces, text);
    for (const TokenId token : *tokens) {
      ASSERT_TRUE(matcher.FillMask(bits_));
      ASSERT_TRUE(Allowed(token)) << vocabulary_->piece(token) << " of " << text;
      ASSERT_TRUE(matcher.Accept(token));
    }
    EXPECT_TRUE(matcher.IsComplete());
    EXPECT_EQ(tokenizer_->Decode(*tokens), text);
  }
}

INSTANTIATE_TEST_SUITE_P(Published, TokenMasks,
                         ::testing::Values("bert-bge", "deepseek-coder", "gpt-2", "llama-bpe",
                                           "llama-spm", "phi-3", "qwen2", "starcoder"),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           for (char& c : name) {
                             if (c == '-') c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace ganglion::grammar
