#include "ganglion/grammar/regular/dfa.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"

namespace ganglion::grammar {
namespace {

using Edges = std::vector<std::vector<Dfa::Edge>>;

// All texts of up to four of the letters a, b and é.
std::vector<std::string> AllTexts() {
  std::vector<std::string> texts = {""};
  std::size_t begin = 0;
  for (int length = 1; length <= 4; ++length) {
    const std::size_t end = texts.size();
    for (std::size_t i = begin; i < end; ++i) {
      for (const char* letter : {"a", "b", "é"}) texts.push_back(texts[i] + letter);
    }
    begin = end;
  }
  return texts;
}

std::size_t CodePoints(const std::string& text) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins));
}

std::set<std::string> Accepted(const Dfa& dfa) {
  std::set<std::string> accepted;
  for (const std::string& text : AllTexts()) {
    if (dfa.Accepts(text)) accepted.insert(text);
  }
  return accepted;
}

Dfa RandomDfa(testing::SeededRng& rng, Work& work) {
  const std::size_t n = 1 + rng.Below(5);
  Edges edges(n);
  std::vector<bool> accepting(n);
  for (std::size_t s = 0; s < n; ++s) {
    accepting[s] = rng.Below(10) < 4;
    char32_t low = 0;
    while (rng.Below(4) < 3 && low < 0x200) {
      const char32_t from = std::max<char32_t>(low, static_cast<char32_t>('a' - 1 + rng.Below(3)));
      const char32_t to = rng.Below(10) < 3 ? 0x10FFFF : from + static_cast<char32_t>(rng.Below(2));
      edges[s].push_back({from, to, static_cast<std::uint32_t>(rng.Below(n))});
      low = to + 1;
    }
  }
  auto dfa = Dfa::FromStates(std::move(edges), std::move(accepting), work);
  EXPECT_TRUE(dfa.ok());
  return *std::move(dfa);
}

TEST(DfaTest, ProductsAreThoseOfTheSetsOfTexts) {
  testing::SeededRng rng;
  SCOPED_TRACE(rng.seed());
  Work work(100'000'000);
  const auto all = AllTexts();
  for (int round = 0; round < 300; ++round) {
    const Dfa a = RandomDfa(rng, work);
    const Dfa b = RandomDfa(rng, work);
    const auto in_a = Accepted(a);
    const auto in_b = Accepted(b);
    const Dfa both = *Dfa::Intersect(a, b, work);
    const Dfa either = *Dfa::Unite(a, b, work);
    const Dfa first = *Dfa::Subtract(a, b, work);
    const Dfa outside = *Dfa::Complement(a, work);
    for (const std::string& text : all) {
      const bool x = in_a.contains(text);
      const bool y = in_b.contains(text);
      ASSERT_EQ(both.Accepts(text), x && y) << text;
      ASSERT_EQ(either.Accepts(text), x || y) << text;
      ASSERT_EQ(first.Accepts(text), x && !y) << text;
      ASSERT_EQ(outside.Accepts(text), !x) << text;
    }
  }
}

// By De Morgan and by twice the complement the same sets come about on other ways.
TEST(DfaTest, EqualSetsAreEqualValues) {
  testing::SeededRng rng;
  SCOPED_TRACE(rng.seed());
  Work work(100'000'000);
  for (int round = 0; round < 300; ++round) {
    const Dfa a = RandomDfa(rng, work);
    const Dfa b = RandomDfa(rng, work);
    const Dfa not_a = *Dfa::Complement(a, work);
    const Dfa not_b = *Dfa::Complement(b, work);
    EXPECT_EQ(*Dfa::Complement(not_a, work), a);
    EXPECT_EQ(*Dfa::Intersect(a, b, work), *Dfa::Complement(*Dfa::Unite(not_a, not_b, work), work));
    EXPECT_EQ(*Dfa::Subtract(a, b, work), *Dfa::Intersect(a, not_b, work));
    EXPECT_TRUE(Dfa::Intersect(a, not_a, work)->empty());
    EXPECT_TRUE(Dfa::Unite(a, not_a, work)->is_any_text());
  }
}

TEST(DfaTest, StatesThatLeadNowhereAreDropped) {
  Work work(1000);
  // 0 -a-> 1 (accepts), 0 -b-> 2 -b-> 2 never accepts, 3 is not reached.
  const Dfa dfa =
      *Dfa::FromStates({{{'a', 'a', 1}, {'b', 'b', 2}}, {}, {{'b', 'b', 2}}, {{'a', 'a', 1}}},
                       {false, true, false, true}, work);
  EXPECT_EQ(dfa.size(), 2u);
  EXPECT_EQ(dfa, *Dfa::Of(std::vector<std::string>{"a"}, work));
}

TEST(DfaTest, LengthsCountCodePoints) {
  Work work(10'000);
  const Dfa two = *Dfa::OfLength(2, 2, work);
  EXPECT_TRUE(two.Accepts("é🤖"));
  EXPECT_FALSE(two.Accepts("é"));
  EXPECT_FALSE(two.Accepts("abc"));
  const Dfa many = *Dfa::OfLength(2, Dfa::kUnboundedLength, work);
  EXPECT_TRUE(many.Accepts("abc"));
  EXPECT_FALSE(many.Accepts("a"));
  EXPECT_TRUE(Dfa::OfLength(3, 2, work)->empty());
  EXPECT_TRUE(Dfa::OfLength(0, Dfa::kUnboundedLength, work)->is_any_text());
  // What OfLength makes directly is what minimising would make.
  EXPECT_EQ(*Dfa::Unite(*Dfa::OfLength(0, 2, work), *Dfa::OfLength(3, 5, work), work),
            *Dfa::OfLength(0, 5, work));
}

TEST(DfaTest, FiniteSetsListTheirTexts) {
  Work work(10'000);
  const std::vector<std::string> texts = {"", "b", "é", "ab", "abc"};
  const Dfa dfa = *Dfa::Of(texts, work);
  EXPECT_EQ(dfa.Texts(5), texts);
  EXPECT_EQ(dfa.Texts(4), std::nullopt);
  EXPECT_EQ(Dfa::AnyText().Texts(1000), std::nullopt);
  EXPECT_EQ(Dfa().Texts(0), std::vector<std::string>());
}

TEST(DfaTest, TheShortestTextIsAccepted) {
  testing::SeededRng rng;
  SCOPED_TRACE(rng.seed());
  Work work(10'000'000);
  for (int round = 0; round < 200; ++round) {
    const Dfa dfa = RandomDfa(rng, work);
    const auto shortest = dfa.Shortest();
    ASSERT_EQ(shortest.has_value(), !dfa.empty());
    if (!shortest) continue;
    EXPECT_TRUE(dfa.Accepts(*shortest));
    for (const std::string& text : Accepted(dfa)) {
      EXPECT_GE(CodePoints(text), CodePoints(*shortest)) << text;
    }
  }
}

TEST(DfaTest, TextThatIsNoUtf8IsInNoSet) {
  for (const char* text : {"\xFF", "\xC3", "\xED\xA0\x80", "\xC0\x80", "\xF4\x90\x80\x80"}) {
    EXPECT_FALSE(Dfa::AnyText().Accepts(text));
    Work work(1000);
    EXPECT_FALSE(Dfa::Of(std::vector<std::string>{text}, work).ok());
  }
}

TEST(DfaTest, ASpentBudgetIsAnError) {
  Work work(500);
  const auto product = Dfa::Of(std::vector<std::string>(1, std::string(1000, 'a')), work);
  ASSERT_FALSE(product.ok());
  EXPECT_EQ(product.error().code(), Code::kResourceExhausted);
}

}  // namespace
}  // namespace ganglion::grammar
