#include "ganglion/tokenizer/special_matcher.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"

namespace ganglion::tokenizer {
namespace {

using Special = SpecialMatcher::Special;

Special Plain(std::string text, std::int32_t id) {
  return {.text = std::move(text), .token = TokenId{id}};
}

// "ab", #3, "c" as "ab|#3|c"
std::string Shown(const std::vector<SpecialMatcher::Segment>& segments) {
  std::string shown;
  for (const SpecialMatcher::Segment& segment : segments) {
    if (!shown.empty()) shown += '|';
    if (segment.token == kNoToken) {
      shown += segment.text;
    } else {
      shown += '#' + std::to_string(Value(segment.token));
    }
  }
  return shown;
}

TEST(SpecialMatcherTest, CutsTokensOut) {
  const SpecialMatcher matcher({Plain("<a>", 1), Plain("<bc>", 2)});
  EXPECT_EQ(Shown(matcher.Split("")), "");
  EXPECT_EQ(Shown(matcher.Split("plain")), "plain");
  EXPECT_EQ(Shown(matcher.Split("<a>")), "#1");
  EXPECT_EQ(Shown(matcher.Split("x<a><bc>y<a")), "x|#1|#2|y<a");
}

TEST(SpecialMatcherTest, TheLongerOneWinsWhereverItBegins) {
  const SpecialMatcher matcher({Plain("ab", 1), Plain("bcd", 2), Plain("b", 3)});
  EXPECT_EQ(Shown(matcher.Split("abcd")), "a|#2");
  EXPECT_EQ(Shown(matcher.Split("abc")), "#1|c");
  EXPECT_EQ(Shown(matcher.Split("cbc")), "c|#3|c");
}

TEST(SpecialMatcherTest, OfEquallyLongOnesTheLowerIdWins) {
  EXPECT_EQ(Shown(SpecialMatcher({Plain("ab", 1), Plain("bc", 2)}).Split("abc")), "#1|c");
  EXPECT_EQ(Shown(SpecialMatcher({Plain("ab", 2), Plain("bc", 1)}).Split("abc")), "a|#1");
}

TEST(SpecialMatcherTest, TakesWhiteSpaceAlong) {
  Special right = Plain("<r>", 1);
  right.strip_right = true;
  Special left = Plain("<l>", 2);
  left.strip_left = true;
  const SpecialMatcher matcher({right, left, Plain("  ", 3)});
  EXPECT_EQ(Shown(matcher.Split("<r> \n\tx y")), "#1|x y");
  EXPECT_EQ(Shown(matcher.Split("x  <l> y")), "x|#2| y");
  EXPECT_EQ(Shown(matcher.Split("<r>  <l>")), "#1|#2");
  EXPECT_EQ(Shown(matcher.Split("<r>")), "#1");
  EXPECT_EQ(Shown(matcher.Split("a   ")), "a|#3| ");
}

bool IsSpace(char c) { return c == ' ' || c == '\n'; }

// The rule as it is stated: search for each special in turn, longest first, in what is left.
std::string CutByTheRule(std::vector<Special> specials, const std::string& text) {
  std::stable_sort(specials.begin(), specials.end(), [](const Special& a, const Special& b) {
    return a.text.size() != b.text.size() ? a.text.size() > b.text.size() : a.token < b.token;
  });
  struct Part {
    std::string text;
    TokenId token;
  };
  std::vector<Part> parts = {{text, kNoToken}};
  for (const Special& special : specials) {
    std::vector<Part> next;
    for (const Part& part : parts) {
      std::string rest = part.text;
      while (part.token == kNoToken) {
        const std::size_t at = rest.find(special.text);
        if (at == std::string::npos) break;
        std::string before = rest.substr(0, at);
        rest = rest.substr(at + special.text.size());
        while (special.strip_left && !before.empty() && IsSpace(before.back())) before.pop_back();
        while (special.strip_right && !rest.empty() && IsSpace(rest.front())) rest.erase(0, 1);
        if (!before.empty()) next.push_back({before, kNoToken});
        next.push_back({"", special.token});
      }
      if (part.token != kNoToken || !rest.empty()) next.push_back({rest, part.token});
    }
    parts = next;
  }
  std::vector<SpecialMatcher::Segment> segments;
  for (const Part& part : parts) {
    if (part.token != kNoToken || !part.text.empty()) segments.push_back({part.text, part.token});
  }
  return Shown(segments);
}

TEST(SpecialMatcherTest, AgreesWithTheRuleOnRandomTexts) {
  testing::SeededRng rng;
  const auto random_text = [&](std::size_t length) {
    std::string text(length, ' ');
    for (char& c : text) c = "aab \n"[rng.Below(5)];
    return text;
  };
  for (int round = 0; round < 2000; ++round) {
    std::vector<Special> specials;
    for (std::size_t i = 1 + rng.Below(6); i > 0; --i) {
      Special special = Plain(random_text(1 + rng.Below(5)), static_cast<std::int32_t>(i));
      special.strip_left = rng.Below(4) == 0;
      special.strip_right = rng.Below(4) == 0;
      specials.push_back(special);
    }
    const std::string text = random_text(rng.Below(40));
    ASSERT_EQ(Shown(SpecialMatcher(specials).Split(text)), CutByTheRule(specials, text))
        << "seed " << rng.seed() << " text '" << text << "'";
  }
}

// Runs of one letter up to 64 long are tokens, as runs of spaces are in some vocabularies: every
// place of the text is then the end of 64 of them.
TEST(SpecialMatcherTest, NestedTokensTakeLinearTime) {
  std::vector<Special> specials;
  for (std::int32_t i = 1; i <= 64; ++i) {
    specials.push_back(Plain(std::string(static_cast<std::size_t>(i), 'a'), i));
  }
  const SpecialMatcher matcher(specials);
  const std::string text((1 << 20) + 3, 'a');
  const auto segments = matcher.Split(text);
  EXPECT_EQ(segments.size(), (1u << 20) / 64 + 1);
  EXPECT_EQ(segments.back().token, TokenId{3});
}

}  // namespace
}  // namespace ganglion::tokenizer
