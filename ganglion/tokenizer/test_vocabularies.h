#pragma once

// Small vocabularies of each kind, for tests and the fuzzer.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/tokenizer/byte_text.h"
#include "ganglion/tokenizer/utf8.h"
#include "ganglion/tokenizer/vocabulary_source.h"

namespace ganglion::tokenizer {

inline TokenId AddToken(VocabularySource& source, std::string_view text, TokenType type,
                        float score = 0) {
  source.tokens.emplace_back(text);
  source.types.push_back(type);
  source.scores.push_back(score);
  return TokenId{static_cast<std::int32_t>(source.tokens.size() - 1)};
}

// All bytes, a few words, spaces in runs, two control tokens and a user-defined one.
inline VocabularySource ByteLevelVocabulary() {
  VocabularySource source;
  source.model = "gpt2";
  source.pre = "gpt-2";
  for (unsigned byte = 0; byte < 256; ++byte) {
    AddToken(source, ByteStandIn(static_cast<std::uint8_t>(byte)), TokenType::kNormal);
  }
  const std::string space(ByteStandIn(' '));
  const std::vector<std::vector<std::string>> merges = {
      {space, space}, {"h", "e"},          {"l", "l"},
      {"he", "ll"},   {"hell", "o"},       {space, "w"},
      {"o", "r"},     {space + "w", "or"}, {"l", "d"},
      {"a", "a"},     {"aa", "aa"},        {space + "wor", "ld"},
      {"a", "b"},     {"b", "a"},          {space + space, space + space},
  };
  for (const auto& merge : merges) {
    source.merges.push_back(merge[0] + " " + merge[1]);
    AddToken(source, merge[0] + merge[1], TokenType::kNormal);
  }
  source.bos = AddToken(source, "<|begin|>", TokenType::kControl);
  source.eos = AddToken(source, "<|im_end|>", TokenType::kControl);
  AddToken(source, "<tool>", TokenType::kUserDefined);
  return source;
}

// Unknown, BOS, EOS, all bytes, letters, a few words by falling score, and a user-defined token.
inline VocabularySource SentencePieceVocabulary() {
  VocabularySource source;
  source.model = "llama";
  source.unk = AddToken(source, "<unk>", TokenType::kUnknown);
  source.bos = AddToken(source, "<s>", TokenType::kControl);
  source.eos = AddToken(source, "</s>", TokenType::kControl);
  for (unsigned byte = 0; byte < 256; ++byte) {
    AddToken(source, HexText(static_cast<std::uint8_t>(byte)), TokenType::kByte);
  }
  const std::string mark(kSpaceMark);
  const std::vector<std::string> words = {
      mark + mark, "he",           "ll", "hell", "hello", mark + "w", "or", mark + "wor",
      "ld",        mark + "world", "aa", "aaaa", "ab",    "ba",       "жё", mark + "hello"};
  float score = 0;
  for (const std::string& word : words) AddToken(source, word, TokenType::kNormal, score -= 1);
  AddToken(source, mark, TokenType::kNormal, score -= 1);
  for (const char letter : std::string_view("abdehlorw")) {
    AddToken(source, {&letter, 1}, TokenType::kNormal, score -= 1);
  }
  AddToken(source, "<tool>", TokenType::kUserDefined, 0);
  return source;
}

inline VocabularySource WordPieceVocabulary() {
  VocabularySource source;
  source.model = "bert";
  source.pad = AddToken(source, "[PAD]", TokenType::kControl);
  source.unk = AddToken(source, "[UNK]", TokenType::kUnknown);
  source.cls = AddToken(source, "[CLS]", TokenType::kControl);
  source.sep = AddToken(source, "[SEP]", TokenType::kControl);
  const std::string mark(kSpaceMark);
  for (const char letter : std::string_view("abcdefghijklmnopqrstuvwxyz.,!")) {
    AddToken(source, mark + letter, TokenType::kNormal);
    AddToken(source, {&letter, 1}, TokenType::kNormal);
  }
  for (const char* word : {"hello", "wor", "un"}) AddToken(source, mark + word, TokenType::kNormal);
  for (const char* part : {"ld", "able", "ing"}) AddToken(source, part, TokenType::kNormal);
  return source;
}

inline VocabularySource UnigramVocabulary() {
  VocabularySource source;
  source.model = "t5";
  source.pad = AddToken(source, "<pad>", TokenType::kControl);
  source.eos = AddToken(source, "</s>", TokenType::kControl);
  source.unk = AddToken(source, "<unk>", TokenType::kUnknown);
  source.add_space_prefix = true;
  const std::string mark(kSpaceMark);
  AddToken(source, mark, TokenType::kNormal, -2);
  for (const char letter : std::string_view("abdehlorw")) {
    AddToken(source, {&letter, 1}, TokenType::kNormal, -6);
  }
  AddToken(source, mark + "hello", TokenType::kNormal, -4);
  AddToken(source, mark + "he", TokenType::kNormal, -3);
  AddToken(source, "llo", TokenType::kNormal, -3.5f);
  AddToken(source, "world", TokenType::kNormal, -4);
  AddToken(source, "ab", TokenType::kNormal, -5);
  AddToken(source, "ba", TokenType::kNormal, -5);
  AddToken(source, "aba", TokenType::kNormal, -7);
  AddToken(source, "<extra>", TokenType::kUserDefined, 0);
  return source;
}

}  // namespace ganglion::tokenizer
