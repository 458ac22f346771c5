#include "ganglion/convert/vocabulary.h"

#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ganglion/convert/pre_tokenizer_names.h"
#include "ganglion/convert/tiny_folder_test.h"

namespace ganglion::convert {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Vocabulary Parse(const Json& tokenizer) {
  auto vocabulary = ParseTokenizer(tokenizer, kTinyTokens);
  EXPECT_TRUE(vocabulary.ok()) << vocabulary.error().message();
  return vocabulary.ok() ? *std::move(vocabulary) : Vocabulary();
}

std::string ErrorOf(const Json& tokenizer) {
  auto vocabulary = ParseTokenizer(tokenizer, kTinyTokens);
  return vocabulary.ok() ? "no error" : std::string(vocabulary.error().message());
}

void Apply(const Json& tokenizer_config, const Json& generation_config, const Json& config,
           Vocabulary& vocabulary) {
  const Json none;
  const Status status = ApplySettings({.tokenizer_config = tokenizer_config,
                                       .special_tokens_map = none,
                                       .generation_config = generation_config,
                                       .config = config},
                                      vocabulary);
  EXPECT_TRUE(status.ok()) << status.message();
}

TEST(Vocabulary, ByteLevel) {
  Json tokenizer = ByteLevelTokenizer();
  tokenizer["added_tokens"].push_back({{"id", 260}, {"content", "<think>"}, {"special", false}});
  tokenizer["added_tokens"].push_back({{"id", 261}, {"content", "<|x|>"}, {"special", false}});
  tokenizer["added_tokens"].push_back({{"id", 999}, {"content", "<beyond>"}, {"special", true}});
  const Vocabulary vocabulary = Parse(tokenizer);
  EXPECT_EQ(vocabulary.model, "gpt2");
  EXPECT_EQ(vocabulary.pre, "qwen2");
  ASSERT_EQ(vocabulary.tokens.size(), kTinyTokens);
  EXPECT_EQ(vocabulary.tokens[257], "the");
  EXPECT_EQ(vocabulary.types[257], TokenType::kNormal);
  EXPECT_EQ(vocabulary.types[259], TokenType::kControl);
  EXPECT_EQ(vocabulary.types[260], TokenType::kUserDefined);
  EXPECT_EQ(vocabulary.types[261], TokenType::kControl) << "it looks special";
  EXPECT_EQ(vocabulary.tokens[299], "[PAD299]");
  EXPECT_EQ(vocabulary.types[299], TokenType::kUnused);
  EXPECT_THAT(vocabulary.merges, ElementsAre("t h", "th e"));
  EXPECT_TRUE(vocabulary.scores.empty());
}

TEST(Vocabulary, SentencePieceScoresFollowTheMerges) {
  const Vocabulary vocabulary = Parse(SentencePieceTokenizer());
  EXPECT_EQ(vocabulary.model, "llama");
  EXPECT_EQ(vocabulary.pre, "default");
  EXPECT_EQ(vocabulary.types[0], TokenType::kUnknown);
  EXPECT_EQ(vocabulary.types[1], TokenType::kControl);
  EXPECT_EQ(vocabulary.types[3], TokenType::kByte);
  EXPECT_EQ(vocabulary.types[259], TokenType::kNormal);
  EXPECT_EQ(vocabulary.add_space_prefix, true);
  ASSERT_EQ(vocabulary.scores.size(), kTinyTokens);
  // "▁t", "he", "▁th", "▁the" are made by the merges 0, 1, 2 and 3; "t" by none of the 5.
  EXPECT_EQ(vocabulary.scores[259], 0.0f);
  EXPECT_EQ(vocabulary.scores[265], -1.0f);
  EXPECT_EQ(vocabulary.scores[260], -2.0f);
  EXPECT_EQ(vocabulary.scores[266], -3.0f);
  EXPECT_EQ(vocabulary.scores[262], -5.0f);
  EXPECT_TRUE(vocabulary.merges.empty());
}

TEST(Vocabulary, SpacesOfSentencePiece) {
  Json tokenizer = SentencePieceTokenizer();
  tokenizer["normalizer"] = {{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", "▁"}};
  EXPECT_EQ(Parse(tokenizer).add_space_prefix, false);
  tokenizer["normalizer"] = nullptr;
  tokenizer["pre_tokenizer"] = {{"type", "Metaspace"}, {"prepend_scheme", "first"}};
  EXPECT_EQ(Parse(tokenizer).add_space_prefix, true);
  tokenizer["pre_tokenizer"]["prepend_scheme"] = "never";
  EXPECT_EQ(Parse(tokenizer).add_space_prefix, false);
  tokenizer["added_tokens"].push_back({{"id", 267}, {"content", "▁▁"}, {"special", false}});
  EXPECT_EQ(Parse(tokenizer).tokens[267], "  ") << "looked for in the text as it comes";
  tokenizer["normalizer"] = {{"type", "Lowercase"}};
  EXPECT_THAT(ErrorOf(tokenizer), HasSubstr("normalizer: a step of type \"Lowercase\""));
}

TEST(Vocabulary, WhatGgufCannotCarryIsRefused) {
  struct Case {
    const char* pointer;
    Json value;
    const char* message;
  };
  const Case cases[] = {
      {"/model/type", "Unigram", "model of type \"Unigram\""},
      {"/model/vocab", Json::array(), "no model with"},
      {"/model/vocab/!", 300, "has the id 300; the model has 300 tokens"},
      {"/model/vocab/!", 34, "two tokens have the id 34"},
      {"/model/merges/0", "ab", "merges[0] is not two parts"},
      {"/model/merges/1", {"a", "b c"}, "merges[1] holds a space"},
      {"/model/end_of_word_suffix", "</w>", "end_of_word_suffix"},
      {"/normalizer/type", "Lowercase", "normalizer: a step of type \"Lowercase\""},
      {"/pre_tokenizer/pretokenizers/1/add_prefix_space", true, "add_prefix_space"},
      {"/pre_tokenizer/pretokenizers/0/type", "Whitespace", "a step of type \"Whitespace\""},
      {"/pre_tokenizer/pretokenizers/0/pattern/Regex", "\\w+", "the expression \\w+ is not known"},
      {"/pre_tokenizer", nullptr, "neither a byte-level pre_tokenizer nor"},
      {"/added_tokens/0/id", "x", "one has no id"},
  };
  for (const Case& c : cases) {
    Json tokenizer = ByteLevelTokenizer();
    tokenizer[Json::json_pointer(c.pointer)] = c.value;
    EXPECT_THAT(ErrorOf(tokenizer), HasSubstr(c.message)) << c.pointer;
  }
}

TEST(Vocabulary, SpecialIdsByTextAndByNumber) {
  Vocabulary vocabulary = Parse(ByteLevelTokenizer());
  Apply({{"eos_token", {{"content", "<|im_end|>"}}}, {"pad_token", "gone"}}, {},
        {{"bos_token_id", 258}, {"eos_token_id", 1}, {"pad_token_id", 5000}}, vocabulary);
  EXPECT_EQ(vocabulary.eos, 259u);
  EXPECT_EQ(vocabulary.bos, 258u);
  EXPECT_FALSE(vocabulary.padding.has_value());
  EXPECT_FALSE(vocabulary.add_bos.has_value()) << "nobody says";
}

TEST(Vocabulary, FurtherEnds) {
  Json tokenizer = ByteLevelTokenizer();
  tokenizer["added_tokens"].push_back({{"id", 260}, {"content", "<|eom_id|>"}, {"special", true}});
  tokenizer["added_tokens"].push_back({{"id", 261}, {"content", "<|stop|>"}, {"special", true}});
  Vocabulary vocabulary = Parse(tokenizer);
  Apply({{"eos_token", "<|im_end|>"}}, {{"eos_token_id", {259, 258, 260, 261}}}, {}, vocabulary);
  EXPECT_EQ(vocabulary.eos, 259u);
  EXPECT_EQ(vocabulary.eom, 260u);
  EXPECT_EQ(vocabulary.eot, 261u) << "258 is the end of a document";
}

TEST(Vocabulary, WhatIsPutAroundAText) {
  Vocabulary framed = Parse(SentencePieceTokenizer());
  Apply({{"bos_token", "<s>"}}, {}, {}, framed);
  EXPECT_EQ(framed.add_bos, true) << "by the post-processor";
  EXPECT_EQ(framed.add_eos, false);
  Apply({{"bos_token", "<s>"}, {"add_bos_token", false}}, {}, {}, framed);
  EXPECT_EQ(framed.add_bos, false) << "by tokenizer_config.json, which goes first";
  Vocabulary without = Parse(ByteLevelTokenizer());
  Apply({{"add_bos_token", true}}, {}, {}, without);
  EXPECT_EQ(without.add_bos, false) << "there is none to add";
}

TEST(Vocabulary, ChatTemplates) {
  Vocabulary one = Parse(ByteLevelTokenizer());
  Apply({{"chat_template", "{{ x }}"}}, {}, {}, one);
  EXPECT_EQ(one.chat_template, "{{ x }}");
  Vocabulary many = Parse(ByteLevelTokenizer());
  const Json named = {{{"name", "default"}, {"template", "d"}},
                      {{"name", "tool use"}, {"template", "t"}}};
  Apply({{"chat_template", named}}, {}, {}, many);
  EXPECT_EQ(many.chat_template, "d");
  std::vector<gguf::KeyValue> metadata;
  AddVocabulary(many, metadata);
  std::vector<std::string> keys;
  keys.reserve(metadata.size());
  for (const auto& entry : metadata) keys.push_back(entry.key);
  EXPECT_THAT(
      keys, ::testing::IsSupersetOf({"tokenizer.chat_template", "tokenizer.chat_template.tool_use",
                                     "tokenizer.chat_templates"}));
}

TEST(Vocabulary, PreTokenizersByTheirSteps) {
  const Json bytes = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}};
  const Json bytes_and_words = {{"type", "ByteLevel"}, {"add_prefix_space", false}};
  const auto split = [](const char* expression) {
    return Json{{"type", "Split"}, {"pattern", {{"Regex", expression}}}, {"behavior", "Isolated"}};
  };
  const auto name = [](const Json& steps, bool whole_words = false) {
    auto result = PreTokenizerName({{"type", "Sequence"}, {"pretokenizers", steps}}, whole_words);
    return result.ok() ? *result : std::string(result.error().message());
  };
  const Json llama3 = {split(R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|)"
                             R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"),
                       bytes};
  EXPECT_EQ(name(llama3, true), "llama-bpe");
  EXPECT_EQ(name(llama3, false), "dbrx");
  EXPECT_EQ(*PreTokenizerName(bytes_and_words, false), "gpt-2");
  const Json digits = {{"type", "Digits"}, {"individual_digits", true}};
  EXPECT_EQ(name({digits, bytes_and_words}), "starcoder");
  EXPECT_EQ(name({split("[\r\n]"), split(R"(\s?\p{L}+)"), split(R"(\s?\p{P}+)"),
                  split("[一-龥ࠀ-一가-\xed\x9f\xbf]+"), digits, bytes}),
            "deepseek-coder");
  EXPECT_EQ(
      name({split(R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo})"
                  R"(\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm})"
                  R"(\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)"),
            bytes}),
      "tekken");
  EXPECT_THAT(name({digits, bytes}), HasSubstr("the expression digits is not known"));
}

// A protocol buffer, written by hand: a tag, a length, the bytes.
std::string Bytes(int field, const std::string& bytes) {
  return std::string{static_cast<char>(field << 3 | 2), static_cast<char>(bytes.size())} + bytes;
}
std::string Number(int field, char value) { return {static_cast<char>(field << 3), value}; }
std::string PieceOf(const std::string& text, float score, char type) {
  std::string bits(4, '\0');
  std::memcpy(bits.data(), &score, 4);
  return Bytes(1, Bytes(1, text) + static_cast<char>(2 << 3 | 5) + bits + Number(3, type));
}

TEST(Vocabulary, OfASentencePieceModelAlone) {
  const std::string model = PieceOf("<unk>", 0, 2) + PieceOf("<s>", 0, 3) +
                            PieceOf("<0x41>", 0, 6) + PieceOf("▁t", -1.5f, 1) +
                            Bytes(2, Number(3, 2)) + Bytes(3, Number(3, 0));
  auto vocabulary = VocabularyOf(model, 5);
  ASSERT_TRUE(vocabulary.ok()) << vocabulary.error().message();
  EXPECT_EQ(vocabulary->model, "llama");
  EXPECT_THAT(vocabulary->tokens, ElementsAre("<unk>", "<s>", "<0x41>", "▁t", "[PAD4]"));
  EXPECT_THAT(vocabulary->types,
              ElementsAre(TokenType::kUnknown, TokenType::kControl, TokenType::kByte,
                          TokenType::kNormal, TokenType::kUnused));
  EXPECT_EQ(vocabulary->scores[3], -1.5f);
  EXPECT_EQ(vocabulary->add_space_prefix, false);
  EXPECT_THAT(VocabularyOf(model, 3).error().message(), HasSubstr("4 tokens; the model has 3"));
  EXPECT_THAT(VocabularyOf(PieceOf("a", 0, 1), 5).error().message(), HasSubstr("kind BPE"));
  for (std::size_t size = 0; size < model.size(); ++size) {
    EXPECT_FALSE(VocabularyOf(model.substr(0, size), 5).ok() && size < model.size() - 8) << size;
  }
}

TEST(Vocabulary, ScoresOfTheModelGoBeforeThoseOfTheMerges) {
  Vocabulary vocabulary;
  vocabulary.model = "llama";
  vocabulary.tokens = {"<unk>", "a", "ab", "added"};
  vocabulary.types = {TokenType::kUnknown, TokenType::kNormal, TokenType::kNormal,
                      TokenType::kControl};
  vocabulary.scores = {0, -1, 0, 0};
  const std::string kind = Bytes(2, Number(3, 2));
  const std::string unknown = PieceOf("<unk>", 0, 2);
  ASSERT_TRUE(
      TakeScores(unknown + PieceOf("a", -7, 1) + PieceOf("other", -9, 1) + kind, vocabulary).ok());
  EXPECT_EQ(vocabulary.scores[1], -1.0f) << "another vocabulary";
  ASSERT_TRUE(
      TakeScores(unknown + PieceOf("a", -7, 1) + PieceOf("ab", -9, 5) + kind, vocabulary).ok());
  EXPECT_THAT(vocabulary.scores, ElementsAre(0, -7, -9, 0));
  EXPECT_EQ(vocabulary.types[2], TokenType::kUnused);
}

}  // namespace
}  // namespace ganglion::convert
