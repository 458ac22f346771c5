#include "ganglion/tokenizer/vocabulary_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/tokenizer/test_vocabularies.h"
#include "ganglion/tokenizer/tokenizer.h"

namespace ganglion {
namespace {

using ::testing::HasSubstr;

constexpr std::uint32_t kInt32 = 5;
constexpr std::uint32_t kFloat32 = 6;
constexpr std::uint32_t kString = 8;

gguf::Array Strings(std::vector<std::string> items) { return {std::move(items), kString}; }
gguf::Array Integers(std::vector<std::int64_t> items) { return {std::move(items), kInt32}; }

gguf::Writer WriterOf(const VocabularySource& source) {
  gguf::Writer writer;
  writer.Add("general.architecture", std::string("llama"));
  writer.Add("tokenizer.ggml.model", source.model);
  writer.Add("tokenizer.ggml.pre", source.pre);
  writer.Add("tokenizer.ggml.tokens", Strings(source.tokens));
  std::vector<std::int64_t> types;
  for (const TokenType type : source.types) types.push_back(static_cast<std::int64_t>(type));
  writer.Add("tokenizer.ggml.token_type", Integers(types));
  writer.Add(
      "tokenizer.ggml.scores",
      gguf::Array{std::vector<double>(source.scores.begin(), source.scores.end()), kFloat32});
  if (!source.merges.empty()) writer.Add("tokenizer.ggml.merges", Strings(source.merges));
  return writer;
}

Result<VocabularySource> Read(const gguf::Writer& writer) {
  const std::vector<std::byte> bytes = writer.Serialize();
  GN_ASSIGN_OR_RETURN(const auto file, gguf::File::Parse(bytes));
  return VocabularySource::FromGguf(*file);
}

TEST(VocabularySourceTest, ReadsWhatTheFileSays) {
  const VocabularySource wanted = tokenizer::ByteLevelVocabulary();
  gguf::Writer writer = WriterOf(wanted);
  writer.Add("general.name", std::string("tiny"));
  writer.Add("tokenizer.ggml.bos_token_id", std::uint32_t{271});
  writer.Add("tokenizer.ggml.eos_token_id", std::uint64_t{272});
  writer.Add("tokenizer.ggml.padding_token_id", std::int32_t{-1});
  writer.Add("tokenizer.ggml.add_bos_token", true);
  const auto source = Read(writer);
  ASSERT_TRUE(source.ok()) << source.error().message();
  EXPECT_EQ(source->model, "gpt2");
  EXPECT_EQ(source->pre, "gpt-2");
  EXPECT_EQ(source->name, "tiny");
  EXPECT_EQ(source->architecture, "llama");
  EXPECT_EQ(source->tokens, wanted.tokens);
  EXPECT_EQ(source->types, wanted.types);
  EXPECT_EQ(source->scores, wanted.scores);
  EXPECT_EQ(source->merges, wanted.merges);
  EXPECT_EQ(source->bos, TokenId{271});
  EXPECT_EQ(source->eos, TokenId{272});
  EXPECT_EQ(source->pad, std::nullopt);  // not in the vocabulary: as if not given
  EXPECT_EQ(source->unk, std::nullopt);
  EXPECT_EQ(source->add_bos, true);
  EXPECT_EQ(source->add_eos, std::nullopt);
  const auto tokenizer = Tokenizer::FromVocabulary(*source);
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.error().message();
  EXPECT_TRUE((*tokenizer)->add_bos());
}

TEST(VocabularySourceTest, ScoresMayBeIntegersAndTypesMayBeNew) {
  VocabularySource wanted = tokenizer::SentencePieceVocabulary();
  wanted.scores.clear();
  wanted.types.clear();
  gguf::Writer writer;
  writer.Add("tokenizer.ggml.model", std::string("llama"));
  writer.Add("tokenizer.ggml.tokens", Strings({"a", "b"}));
  writer.Add("tokenizer.ggml.token_type", Integers({99, 1}));
  const auto source = Read(writer);
  ASSERT_TRUE(source.ok()) << source.error().message();
  EXPECT_EQ(source->types[0], TokenType::kUndefined);
}

TEST(VocabularySourceTest, AWrongFileIsAnErrorThatNamesTheKey) {
  gguf::Writer writer;
  writer.Add("general.architecture", std::string("llama"));
  EXPECT_THAT(std::string(Read(writer).error().message()), HasSubstr("tokenizer.ggml.model"));
  writer.Add("tokenizer.ggml.model", std::string("gpt2"));
  EXPECT_THAT(std::string(Read(writer).error().message()), HasSubstr("no vocabulary"));
  writer.Add("tokenizer.ggml.tokens", Integers({1, 2}));
  EXPECT_THAT(std::string(Read(writer).error().message()),
              HasSubstr("tokenizer.ggml.tokens: not an array of strings"));
}

}  // namespace
}  // namespace ganglion
