#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ganglion/grammar/grammar.h"
#include "ganglion/grammar/schema/schema_cases_test.h"
#include "ganglion/testing/no_alloc.h"
#include "ganglion/testing/shared_data.h"

namespace ganglion::grammar {
namespace {

using testing::CompileOrDie;
using testing::Json;
using testing::kPlanSchema;
using testing::RandomInstance;
using testing::RandomVocabulary;
using testing::Satisfies;
using testing::Schemas;
using testing::SeededRng;
using testing::Show;

bool Allowed(const std::vector<std::uint32_t>& bits, std::size_t token) {
  return (bits[token / 32] >> (token % 32) & 1) != 0;
}

std::vector<std::uint32_t> MaskOf(Matcher& matcher, const Vocabulary& vocabulary) {
  std::vector<std::uint32_t> bits(vocabulary.mask_words(), 0xFFFFFFFFu);
  matcher.FillMask(bits);
  return bits;
}

std::vector<TokenId> TokensOf(const std::vector<std::uint32_t>& bits, std::size_t size) {
  std::vector<TokenId> tokens;
  for (std::size_t i = 0; i < size; ++i) {
    if (Allowed(bits, i)) tokens.push_back(TokenId{static_cast<std::int32_t>(i)});
  }
  return tokens;
}

// The mask must say of each token exactly what accepting its piece says, at every state.
void ExpectMaskIsExact(Matcher& matcher, const Vocabulary& vocabulary,
                       const std::vector<std::uint32_t>& bits, const std::string& text) {
  for (std::size_t i = 0; i < vocabulary.size(); ++i) {
    const TokenId token{static_cast<std::int32_t>(i)};
    bool expected = matcher.IsComplete();
    if (!vocabulary.IsEnd(token)) {
      const std::string_view piece = vocabulary.piece(token);
      expected = !piece.empty() && matcher.AcceptText(piece);
      if (expected) matcher.Rollback(1);
    }
    ASSERT_EQ(Allowed(bits, i), expected)
        << "token " << Show(vocabulary.piece(token)) << " after " << Show(text);
  }
}

TEST(Matcher, MaskEqualsAcceptingEachTokenAtEveryStateOfRandomWalks) {
  SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  for (const std::string& schema : Schemas()) {
    SCOPED_TRACE(schema);
    const auto grammar = CompileOrDie(schema);
    const auto vocabulary = RandomVocabulary(rng, 700);
    Matcher matcher(grammar, vocabulary);
    std::string text;
    for (int step = 0; step < 60; ++step) {
      const auto bits = MaskOf(matcher, *vocabulary);
      ASSERT_NO_FATAL_FAILURE(ExpectMaskIsExact(matcher, *vocabulary, bits, text));
      const auto tokens = TokensOf(bits, vocabulary->size());
      ASSERT_FALSE(tokens.empty()) << "dead end after " << Show(text);
      const TokenId token = tokens[rng.Below(tokens.size())];
      if (vocabulary->IsEnd(token)) {
        matcher.Reset();
        text.clear();
        continue;
      }
      ASSERT_TRUE(matcher.Accept(token));
      text += vocabulary->piece(token);
    }
  }
}

// Each token beginning with some text, by accepting what it has behind that.
TEST(Matcher, TokensAcrossAPlaceAreThoseWhoseRestMayComeNext) {
  SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  std::size_t found = 0;
  for (const std::string& schema : Schemas()) {
    const auto grammar = CompileOrDie(schema);
    const auto vocabulary = RandomVocabulary(rng, 700);
    Matcher matcher(grammar, vocabulary);
    for (int step = 0; step < 40; ++step) {
      const auto tokens = TokensOf(MaskOf(matcher, *vocabulary), vocabulary->size());
      ASSERT_FALSE(tokens.empty());
      EXPECT_EQ(matcher.CanGoOn(), !std::ranges::all_of(tokens, [&](TokenId token) {
                  return vocabulary->IsEnd(token);
                }));
      const TokenId token = tokens[rng.Below(tokens.size())];
      if (!matcher.Accept(token) || vocabulary->IsEnd(token)) matcher.Reset();
      const std::string_view piece =
          vocabulary->piece(TokenId{static_cast<std::int32_t>(rng.Below(vocabulary->size()))});
      const std::string before(piece.substr(0, rng.Below(piece.size() + 1)));
      std::vector<TokenId> across;
      EXPECT_TRUE(matcher.TokensAcross(before, vocabulary->size(), across));
      std::sort(across.begin(), across.end());
      std::vector<TokenId> expected;
      for (std::size_t i = 0; i < vocabulary->size(); ++i) {
        const TokenId each{static_cast<std::int32_t>(i)};
        const std::string_view whole = vocabulary->piece(each);
        if (vocabulary->IsEnd(each) || whole.size() <= before.size()) continue;
        if (!whole.starts_with(before)) continue;
        if (!matcher.AcceptText(whole.substr(before.size()))) continue;
        matcher.Rollback(1);
        expected.push_back(each);
      }
      ASSERT_EQ(across, expected) << Show(before);
      found += across.size();
      std::vector<TokenId> some;
      EXPECT_EQ(matcher.TokensAcross(before, 3, some), across.size() <= 3);
    }
  }
  EXPECT_GT(found, 100u);
}

// Draws tokens under the mask; where the text may end, or has grown long, prefers short ways out.
std::string Generate(Matcher& matcher, const Vocabulary& vocabulary, SeededRng& rng) {
  std::string text;
  for (int step = 0; step < 4000; ++step) {
    const auto tokens = TokensOf(MaskOf(matcher, vocabulary), vocabulary.size());
    if (tokens.empty()) return "dead end after " + Show(text);
    TokenId token = tokens[rng.Below(tokens.size())];
    if (step > 40) {  // towards an end: a closing character where one is allowed
      int best = 0;
      for (const TokenId candidate : tokens) {
        const std::string_view piece = vocabulary.piece(candidate);
        const bool is_bracket = piece == "}" || piece == "]";  // within a string only a character
        const int rank = vocabulary.IsEnd(candidate) ? 3 : piece == "\"" ? 2 : is_bracket ? 1 : 0;
        if (rank > best) token = candidate;
        best = std::max(best, rank);
      }
    }
    EXPECT_TRUE(matcher.Accept(token));
    if (vocabulary.IsEnd(token)) return text;
    text += vocabulary.piece(token);
  }
  return "no end after " + Show(text);
}

TEST(Matcher, EveryGeneratedTextIsValid) {
  SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  for (const std::string& schema : Schemas()) {
    SCOPED_TRACE(schema);
    const Json parsed_schema = Json::parse(schema);
    const auto grammar = CompileOrDie(schema);
    const auto vocabulary = RandomVocabulary(rng, 900);
    Matcher matcher(grammar, vocabulary);
    for (int run = 0; run < 12; ++run) {
      matcher.Reset();
      const std::string text = Generate(matcher, *vocabulary, rng);
      const Json value = Json::parse(text, nullptr, false);
      ASSERT_FALSE(value.is_discarded()) << Show(text);
      ASSERT_TRUE(Satisfies(value, parsed_schema, parsed_schema)) << Show(text);
    }
  }
}

TEST(Matcher, EveryValidInstanceInCanonicalFormIsAccepted) {
  SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  const auto vocabulary = RandomVocabulary(rng, 300);
  for (const std::string& schema : Schemas()) {
    SCOPED_TRACE(schema);
    const Json parsed_schema = Json::parse(schema);
    Matcher matcher(CompileOrDie(schema), vocabulary);
    for (int run = 0; run < 200; ++run) {
      const Json value = RandomInstance(parsed_schema, parsed_schema, rng);
      ASSERT_TRUE(Satisfies(value, parsed_schema, parsed_schema)) << value;
      const std::string text = value.dump();
      matcher.Reset();
      ASSERT_TRUE(matcher.AcceptText(text)) << Show(text);
      ASSERT_TRUE(matcher.IsComplete()) << Show(text);
    }
  }
}

// One changed byte must be refused, or give another valid text.
TEST(Matcher, AcceptsNoInvalidTextNearAValidOne) {
  SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  const auto vocabulary = RandomVocabulary(rng, 300);
  constexpr std::string_view kBytes = "{}[]\",:-.0123456789eE+abdntu\\ \n\x80\xC3\xA9\xED\xF0";
  for (const std::string& schema : Schemas()) {
    SCOPED_TRACE(schema);
    const Json parsed_schema = Json::parse(schema);
    Matcher matcher(CompileOrDie(schema), vocabulary);
    for (int run = 0; run < 300; ++run) {
      std::string text = RandomInstance(parsed_schema, parsed_schema, rng).dump();
      const std::size_t at = rng.Below(text.size());
      const char byte = kBytes[rng.Below(kBytes.size())];
      switch (rng.Below(3)) {
        case 0:
          text[at] = byte;
          break;
        case 1:
          text.insert(at, 1, byte);
          break;
        default:
          text.erase(at, 1);
      }
      matcher.Reset();
      if (!matcher.AcceptText(text) || !matcher.IsComplete()) continue;
      const Json value = Json::parse(text, nullptr, false);
      ASSERT_FALSE(value.is_discarded()) << Show(text);
      ASSERT_TRUE(Satisfies(value, parsed_schema, parsed_schema)) << Show(text);
    }
  }
}

TEST(Matcher, TokensMaySplitTheTextAnywhere) {
  SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  const auto vocabulary = RandomVocabulary(rng, 900);
  const Json schema = Json::parse(kPlanSchema);
  Matcher matcher(CompileOrDie(kPlanSchema), vocabulary);
  for (int run = 0; run < 60; ++run) {
    const std::string text = RandomInstance(schema, schema, rng).dump();
    matcher.Reset();
    for (std::size_t at = 0; at < text.size();) {
      std::vector<TokenId> fitting;
      for (std::size_t i = 0; i < vocabulary->size(); ++i) {
        const TokenId token{static_cast<std::int32_t>(i)};
        const std::string_view piece = vocabulary->piece(token);
        if (!piece.empty() && std::string_view(text).substr(at).starts_with(piece)) {
          fitting.push_back(token);
        }
      }
      const TokenId token = fitting[rng.Below(fitting.size())];
      ASSERT_TRUE(Allowed(MaskOf(matcher, *vocabulary), static_cast<std::size_t>(token)));
      ASSERT_TRUE(matcher.Accept(token)) << Show(text) << " at " << at;
      at += vocabulary->piece(token).size();
    }
    ASSERT_TRUE(matcher.IsComplete());
  }
}

TEST(Matcher, EndTokensAreAllowedOnlyWhereTheTextIsComplete) {
  const auto vocabulary = Vocabulary::Create({"1", "2", "</s>", ""}, {TokenId{2}, TokenId{3}});
  Matcher matcher(CompileOrDie(R"({"type":"integer","minimum":1,"maximum":12})"), vocabulary);
  EXPECT_EQ(MaskOf(matcher, *vocabulary)[0], 0b0011u);
  EXPECT_FALSE(matcher.Accept(TokenId{2}));
  ASSERT_TRUE(matcher.Accept(TokenId{0}));
  EXPECT_TRUE(matcher.IsComplete());
  EXPECT_EQ(MaskOf(matcher, *vocabulary)[0], 0b1111u);
  ASSERT_TRUE(matcher.Accept(TokenId{1}));
  EXPECT_EQ(MaskOf(matcher, *vocabulary)[0], 0b1100u);
  ASSERT_TRUE(matcher.Accept(TokenId{3}));
  EXPECT_TRUE(matcher.IsComplete());

  std::vector<std::uint32_t> bits(1);
  EXPECT_FALSE(matcher.FillMask(bits)) << "nothing follows an end token";
  EXPECT_EQ(bits[0], 0u);
  EXPECT_FALSE(matcher.Accept(TokenId{2}));
  EXPECT_FALSE(matcher.AcceptText(""));
  matcher.Rollback(1);
  EXPECT_EQ(MaskOf(matcher, *vocabulary)[0], 0b1100u);
}

TEST(Matcher, TokensOutsideTheVocabularyAreRefused) {
  const auto vocabulary = Vocabulary::Create({"1"}, {TokenId{-1}, TokenId{7}});
  EXPECT_TRUE(vocabulary->end_tokens().empty());
  Matcher matcher(CompileOrDie(R"({"type":"integer"})"), vocabulary);
  for (const int token : {-1, 1, 7, 1 << 30}) EXPECT_FALSE(matcher.Accept(TokenId{token}));
}

TEST(Matcher, AMaskWithoutTokensIsReportedAndNotInvented) {
  const auto vocabulary = Vocabulary::Create({"x", "</s>"}, {TokenId{1}});
  Matcher matcher(CompileOrDie(R"({"type":"integer"})"), vocabulary);
  std::vector<std::uint32_t> bits = {0xFFFFFFFFu, 0xFFFFFFFFu};
  EXPECT_FALSE(matcher.FillMask(bits));
  EXPECT_EQ(bits, (std::vector<std::uint32_t>{0, 0}));
}

TEST(Matcher, RollbackRestoresEveryEarlierState) {
  SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  const auto vocabulary = RandomVocabulary(rng, 600);
  for (const std::string& schema : Schemas()) {
    SCOPED_TRACE(schema);
    Matcher matcher(CompileOrDie(schema), vocabulary);
    std::vector<std::vector<std::uint32_t>> masks = {MaskOf(matcher, *vocabulary)};
    std::vector<std::string> forced = {matcher.ForcedText()};
    for (int step = 0; step < 80; ++step) {
      const auto tokens = TokensOf(masks.back(), vocabulary->size());
      if (tokens.empty() || rng.Below(4) == 0) {
        const std::size_t back = rng.Below(masks.size());
        matcher.Rollback(back);
        masks.resize(masks.size() - back);
        forced.resize(masks.size());
        ASSERT_EQ(matcher.accepts() + 1, masks.size());
        ASSERT_EQ(MaskOf(matcher, *vocabulary), masks.back());
        ASSERT_EQ(matcher.ForcedText(), forced.back());
        continue;
      }
      ASSERT_TRUE(matcher.Accept(tokens[rng.Below(tokens.size())]));
      masks.push_back(MaskOf(matcher, *vocabulary));
      forced.push_back(matcher.ForcedText());
    }
  }
}

TEST(Matcher, ACopyGoesItsOwnWay) {
  SeededRng rng;
  const auto vocabulary = RandomVocabulary(rng, 600);
  Matcher matcher(CompileOrDie(kPlanSchema), vocabulary);
  ASSERT_TRUE(matcher.AcceptText(R"({"steps":[{"do":")"));
  Matcher copy = matcher;
  ASSERT_TRUE(copy.AcceptText("stop\"}]"));
  EXPECT_FALSE(matcher.AcceptText("}"));
  EXPECT_TRUE(matcher.AcceptText("drive"));
  copy.Rollback(2);
  EXPECT_EQ(copy.accepts(), 0u);
  EXPECT_TRUE(copy.AcceptText("{"));
}

// A byte is forced if it is the only one that can follow and the text cannot end.
std::string ForcedByTrial(Matcher matcher) {
  std::string text;
  while (!matcher.IsComplete()) {
    std::string only;
    for (int byte = 0; byte < 256; ++byte) {
      const std::string one(1, static_cast<char>(byte));
      if (!matcher.AcceptText(one)) continue;
      matcher.Rollback(1);
      only += one;
    }
    if (only.size() != 1) break;
    EXPECT_TRUE(matcher.AcceptText(only));
    text += only;
  }
  return text;
}

TEST(Matcher, ForcedTextGoesExactlyToTheNextChoiceBetweenCodePoints) {
  SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  const auto vocabulary = RandomVocabulary(rng, 500);
  for (const std::string& schema : Schemas()) {
    SCOPED_TRACE(schema);
    Matcher matcher(CompileOrDie(schema), vocabulary);
    std::string text;
    for (int step = 0; step < 30; ++step) {
      const std::string forced = matcher.ForcedText();
      const std::string trial = ForcedByTrial(matcher);
      ASSERT_TRUE(trial.starts_with(forced)) << Show(forced) << Show(trial);
      // What is left out is less than a code point.
      ASSERT_LT(trial.size() - forced.size(), 4u) << Show(forced) << Show(trial);
      for (std::size_t i = forced.size(); i < trial.size(); ++i) {
        ASSERT_GE(static_cast<unsigned char>(trial[i]), 0x80) << Show(forced) << Show(trial);
      }
      if (rng.Below(2) == 0) {
        ASSERT_TRUE(matcher.AcceptText(forced));
        text += forced;
      }
      const auto tokens = TokensOf(MaskOf(matcher, *vocabulary), vocabulary->size());
      const TokenId token = tokens[rng.Below(tokens.size())];
      if (vocabulary->IsEnd(token)) break;
      ASSERT_TRUE(matcher.Accept(token));
      text += vocabulary->piece(token);
    }
  }
}

TEST(Matcher, ForcedTextOfAPlan) {
  const auto vocabulary = Vocabulary::Create({"x"}, {});
  Matcher matcher(CompileOrDie(kPlanSchema), vocabulary);
  EXPECT_EQ(matcher.ForcedText(), R"({"steps":[)");
  ASSERT_TRUE(matcher.AcceptText(R"({"steps":[)"));
  EXPECT_EQ(matcher.ForcedText(), "") << "an item, or the end of the list";
  ASSERT_TRUE(matcher.AcceptText("{"));
  EXPECT_EQ(matcher.ForcedText(), R"("do":")");
  ASSERT_TRUE(matcher.AcceptText(R"("do":"dr)"));
  EXPECT_EQ(matcher.ForcedText(), R"(ive","distance_m":)");
  ASSERT_TRUE(matcher.AcceptText(R"(ive","distance_m":10)"));
  EXPECT_EQ(matcher.ForcedText(), "") << "a point, a comma or the end of the step";
  ASSERT_TRUE(matcher.AcceptText("."));
  EXPECT_EQ(matcher.ForcedText(), "0") << "10.0 is the largest distance";
}

TEST(Matcher, ForcedTextDoesNotEndInsideACodePoint) {
  const auto vocabulary = Vocabulary::Create({"x"}, {});
  Matcher matcher(CompileOrDie(R"({"enum":["日本","日记"]})"), vocabulary);
  EXPECT_EQ(matcher.ForcedText(), "\"日");
}

TEST(Matcher, AnArrayCountsItsItems) {
  const auto vocabulary = Vocabulary::Create({"x"}, {});
  Matcher matcher(CompileOrDie(kPlanSchema), vocabulary);
  std::string text = R"({"steps":[{"do":"stop"})";
  for (int i = 1; i < 16; ++i) text += R"(,{"do":"photo"})";
  ASSERT_TRUE(matcher.AcceptText(text));
  EXPECT_FALSE(matcher.AcceptText(","));
  EXPECT_TRUE(matcher.AcceptText("]}"));
  EXPECT_TRUE(matcher.IsComplete());
}

TEST(Matcher, LengthCountsCodePointsHoweverTheyAreWritten) {
  const auto vocabulary = Vocabulary::Create({"x"}, {});
  Matcher matcher(CompileOrDie(R"({"type":"string","minLength":3,"maxLength":3})"), vocabulary);
  const auto holds = [&](const std::string& text) {
    matcher.Reset();
    return matcher.AcceptText(text) && matcher.IsComplete();
  };
  EXPECT_TRUE(holds(R"("abc")"));
  EXPECT_TRUE(holds(R"("的🤖é")"));
  EXPECT_TRUE(holds(R"("\n\u00e9\ud83e\udd16")"));
  EXPECT_FALSE(holds(R"("ab")"));
  EXPECT_FALSE(holds(R"("的🤖")"));
  EXPECT_FALSE(holds(R"("abcd")"));
  EXPECT_FALSE(holds(R"("ab\ud83e")"));
  EXPECT_FALSE(holds(R"("ab\udd16")"));
  EXPECT_FALSE(holds("\"ab\xC3\""));
  EXPECT_FALSE(holds("\"ab\xED\xA0\x80\""));
  EXPECT_FALSE(holds("\"ab\n\""));
}

TEST(Matcher, TokensOfEveryLengthFitExactly) {
  std::vector<std::string> pieces = {"\""};
  for (std::size_t length = 1; length < 80; ++length) pieces.emplace_back(length, 'a');
  for (std::size_t length = 1; length < 80; ++length) pieces.push_back(pieces[length] + "\"");
  const auto vocabulary = Vocabulary::Create(pieces, {});
  Matcher matcher(CompileOrDie(R"({"type":"string","minLength":3,"maxLength":70})"), vocabulary);
  ASSERT_TRUE(matcher.AcceptText("\""));
  for (std::string text = "\""; text.size() < 71; text += "a") {
    ASSERT_NO_FATAL_FAILURE(
        ExpectMaskIsExact(matcher, *vocabulary, MaskOf(matcher, *vocabulary), text));
    ASSERT_TRUE(matcher.Accept(TokenId{1}));
  }
}

TEST(Matcher, AWarmMatcherDoesNotAllocate) {
  SeededRng rng;
  const auto vocabulary = RandomVocabulary(rng, 2000);
  Matcher matcher(CompileOrDie(kPlanSchema), vocabulary);
  std::vector<std::uint32_t> bits(vocabulary->mask_words());
  const std::string text =
      R"({"steps":[{"do":"find","target":"the 机器人"},{"do":"drive","distance_m":-1.25}]})";
  const auto run = [&] {
    matcher.Reset();
    for (const char c : text) {
      matcher.FillMask(bits);
      ASSERT_TRUE(matcher.Accept(TokenId{static_cast<unsigned char>(c)}));
    }
  };
  run();
  const std::size_t before = ganglion::testing::AllocationCount();
  run();
  EXPECT_EQ(ganglion::testing::AllocationCount(), before);
}

TEST(Matcher, RecursionStopsAtTheDepthLimitWithoutADeadEnd) {
  const auto vocabulary = Vocabulary::Create({"x"}, {});
  Matcher matcher(CompileOrDie(R"({"type":"object","properties":{"n":{"anyOf":[{"type":"null"},
                                  {"$ref":"#"}]}},"required":["n"]})"),
                  vocabulary);
  std::string closing;
  for (int depth = 0;; ++depth) {
    ASSERT_LT(depth, 10'000);
    if (!matcher.AcceptText(R"({"n":)")) break;
    closing += "}";
  }
  EXPECT_GT(closing.size(), 100u);
  EXPECT_EQ(matcher.ForcedText().substr(0, 4), "null") << "the only way left";
  EXPECT_TRUE(matcher.AcceptText("null" + closing));
  EXPECT_TRUE(matcher.IsComplete());
}

TEST(Matcher, TheSharedPlanSchemaTakesItsPlans) {
  const auto path = ganglion::testing::SharedData("rover/plan.schema.json");
  if (!path) GTEST_SKIP() << "no shared data here";
  std::ifstream in(*path, std::ios::binary);
  const std::string schema((std::istreambuf_iterator<char>(in)), {});
  SeededRng rng;
  SCOPED_TRACE(::testing::Message() << "GANGLION_SEED=" << rng.seed());
  const Json parsed = Json::parse(schema);
  const auto vocabulary = RandomVocabulary(rng, 900);
  Matcher matcher(CompileOrDie(schema), vocabulary);
  for (int run = 0; run < 200; ++run) {
    matcher.Reset();
    const std::string text = RandomInstance(parsed, parsed, rng).dump();
    ASSERT_TRUE(matcher.AcceptText(text) && matcher.IsComplete()) << Show(text);
  }
  for (int run = 0; run < 5; ++run) {
    matcher.Reset();
    const std::string text = Generate(matcher, *vocabulary, rng);
    ASSERT_TRUE(Satisfies(Json::parse(text, nullptr, false), parsed, parsed)) << Show(text);
  }
}

}  // namespace
}  // namespace ganglion::grammar
