// The unigram encoder and its normalizer.

#include <cmath>
#include <functional>
#include <map>

#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"
#include "ganglion/tokenizer/charsmap.h"
#include "ganglion/tokenizer/test_vocabularies.h"
#include "ganglion/tokenizer/tokenizer.h"

namespace ganglion::tokenizer {
namespace {

// Lays a map of prefixes out as SentencePiece does: a double array in which the children of a node
// lie at its offset XOR their byte, and the value of a node at its offset. Offsets are multiples of
// 256 here, so no two nodes share places.
std::string MakeCharsmap(const std::map<std::string, std::string>& map) {
  std::vector<std::uint32_t> units(256);
  std::string replacements;
  std::map<std::string, std::uint32_t> offsets;  // of the children of each prefix
  const auto children_of = [&](const std::string& prefix, std::uint32_t index) {
    const auto known = offsets.find(prefix);
    if (known != offsets.end()) return known->second;
    const auto offset = static_cast<std::uint32_t>(units.size());
    units.resize(units.size() + 256);
    units[index] |= (offset ^ index) << 10;
    offsets[prefix] = offset;
    return offset;
  };
  // The root's offset is not relative, which for index 0 comes to the same.
  for (const auto& [prefix, replacement] : map) {
    std::uint32_t index = 0;
    for (std::size_t i = 0; i < prefix.size(); ++i) {
      const auto byte = static_cast<std::uint8_t>(prefix[i]);
      index = children_of(prefix.substr(0, i), index) ^ byte;
      units[index] |= byte;
    }
    units[children_of(prefix, index)] = 1u << 31 | static_cast<std::uint32_t>(replacements.size());
    units[index] |= 1u << 8;
    replacements += replacement + '\0';
  }
  std::string bytes;
  const auto put = [&](std::uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift & 0xff);
  };
  put(static_cast<std::uint32_t>(units.size() * 4));
  for (const std::uint32_t unit : units) put(unit);
  return bytes + replacements;
}

std::shared_ptr<const Tokenizer> Made(VocabularySource source) {
  auto tokenizer = Tokenizer::FromVocabulary(std::move(source));
  EXPECT_TRUE(tokenizer.ok()) << tokenizer.error().message();
  return tokenizer.ok() ? *tokenizer : nullptr;
}

std::string Shown(const Tokenizer& tokenizer, std::string_view text) {
  const auto tokens = tokenizer.Encode(text);
  std::string shown;
  for (const TokenId token : *tokens) {
    shown.append(shown.empty() ? "" : "|").append(tokenizer.Text(token));
  }
  return shown;
}

TEST(CharsmapTest, FindsTheLongestPrefix) {
  const auto map = Charsmap::Parse(MakeCharsmap({{"\u00e9", "e"}, {"ab", "x"}, {"abc", "yz"}}));
  ASSERT_TRUE(map.ok()) << map.error().message();
  EXPECT_EQ(map->Longest("\u00e9t\u00e9")->replacement, "e");
  EXPECT_EQ(map->Longest("\u00e9")->bytes, 2u);
  EXPECT_EQ(map->Longest("abcd")->replacement, "yz");
  EXPECT_EQ(map->Longest("abd")->replacement, "x");
  EXPECT_FALSE(map->Longest("a").has_value());
  EXPECT_FALSE(map->Longest("").has_value());
  EXPECT_FALSE(Charsmap::Parse("")->Longest("a").has_value());
}

TEST(CharsmapTest, RefusesATruncatedMap) {
  EXPECT_FALSE(Charsmap::Parse("abc").ok());
  EXPECT_FALSE(Charsmap::Parse(std::string_view("\x08\0\0\0abcd", 8)).ok());
  EXPECT_FALSE(Charsmap::Parse(std::string_view("\x03\0\0\0abcd", 8)).ok());
}

TEST(CharsmapTest, ReadsNothingOutsideARandomMap) {
  testing::SeededRng rng;
  for (int round = 0; round < 500; ++round) {
    std::string bytes(4 + 4 * rng.Below(64), '\0');
    for (char& c : bytes) c = static_cast<char>(rng.Below(256));
    const std::size_t units = (bytes.size() - 4) / 4 / 2;
    bytes[0] = static_cast<char>(units * 4);
    bytes[1] = bytes[2] = bytes[3] = '\0';
    const auto map = Charsmap::Parse(bytes);
    ASSERT_TRUE(map.ok());
    std::string text(20, '\0');
    for (char& c : text) c = static_cast<char>(rng.Below(256));
    const auto match = map->Longest(text);
    if (match.has_value()) {
      EXPECT_LE(match->bytes, text.size()) << "seed " << rng.seed();
      EXPECT_LE(match->replacement.size(), bytes.size());
    }
  }
}

TEST(UnigramTest, TakesTheLikeliestCover) {
  const auto tokenizer = Made(UnigramVocabulary());
  EXPECT_EQ(Shown(*tokenizer, "hello"), "\u2581hello");
  EXPECT_EQ(Shown(*tokenizer, "hello world"), "\u2581hello|\u2581|world");
  EXPECT_EQ(Shown(*tokenizer, "hellollo"), "\u2581hello|llo");
  EXPECT_EQ(Shown(*tokenizer, "aba"), "\u2581|aba");
}

TEST(UnigramTest, ARunOfUnknownCharactersIsOneToken) {
  const auto tokenizer = Made(UnigramVocabulary());
  EXPECT_EQ(Shown(*tokenizer, "\u4e2d\u6587ab\u4e2d"), "\u2581|<unk>|ab|<unk>");
}

TEST(UnigramTest, TheNormalizerRunsFirst) {
  VocabularySource source = UnigramVocabulary();
  source.charsmap = MakeCharsmap({{"\u00e4", "a"}, {"\t", " "}, {"\u00a0", ""}});
  const auto tokenizer = Made(source);
  EXPECT_EQ(Shown(*tokenizer, "\u00e4b\u00e4"), "\u2581|aba");
  EXPECT_EQ(Shown(*tokenizer, "ab\tab\u00a0"), "\u2581|ab|\u2581|ab");
  EXPECT_EQ(Shown(*tokenizer, "\u00a0"), "");
}

TEST(UnigramTest, RunsOfSpacesBecomeOneWhereTheVocabularySaysSo) {
  VocabularySource source = UnigramVocabulary();
  EXPECT_EQ(Shown(*Made(source), "ab  ab "), "\u2581|ab|\u2581|\u2581|ab|\u2581");
  source.remove_extra_whitespaces = true;
  EXPECT_EQ(Shown(*Made(source), "  ab  ab "), "\u2581|ab|\u2581|ab");
}

// Tries every cover of short texts.
TEST(UnigramTest, NoCoverIsLikelierThanTheOneTaken) {
  testing::SeededRng rng;
  const VocabularySource source = UnigramVocabulary();
  const auto tokenizer = Made(source);
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (std::size_t i = 1 + rng.Below(9); i > 0; --i) text += "ablohe"[rng.Below(6)];
    const std::string marked = std::string(kSpaceMark) + text;
    std::map<std::size_t, double> memo;
    const std::function<double(std::size_t)> best = [&](std::size_t at) {
      if (at == marked.size()) return 0.0;
      if (const auto known = memo.find(at); known != memo.end()) return known->second;
      double score = -1e9;
      for (std::size_t i = 0; i < source.tokens.size(); ++i) {
        if (source.types[i] != TokenType::kNormal) continue;
        if (marked.compare(at, source.tokens[i].size(), source.tokens[i]) != 0) continue;
        score = std::max(score, source.scores[i] + best(at + source.tokens[i].size()));
      }
      return memo[at] = score;
    };
    double taken = 0;
    const auto tokens = tokenizer->Encode(text);
    for (const TokenId token : *tokens) {
      taken += source.scores[static_cast<std::size_t>(Value(token))];
    }
    ASSERT_NEAR(taken, best(0), 1e-6) << text << " seed " << rng.seed();
  }
}

}  // namespace
}  // namespace ganglion::tokenizer
