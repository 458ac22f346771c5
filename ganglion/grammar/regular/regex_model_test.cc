// Random regular expressions against a matcher that backtracks, which knows nothing of automata.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/grammar/regular/regex.h"
#include "ganglion/grammar/regular/utf8_text.h"
#include "ganglion/testing/seed.h"

namespace ganglion::grammar {
namespace {

struct Node {
  enum class Kind : std::uint8_t {
    kLetters,  // one of `letters`
    kBoth,
    kEither,
    kRepeat,
    kStart,
    kEnd,
    kBoundary,
    kAhead,
    kBehind,
  };
  Kind kind = Kind::kLetters;
  bool negated = false;
  std::u32string letters;
  std::size_t min = 0;
  std::size_t max = 0;
  std::vector<Node> children;
  std::string pattern;
};

constexpr char32_t kLetters[] = {U'a', U'_', U'-', U'\n', U'é'};
bool IsWord(char32_t c) { return c == U'a' || c == U'_'; }

using Continue = std::function<bool(std::size_t)>;

// Whether the node matches from `at` to a place at which `next` holds.
bool Match(const Node& node, const std::u32string& text, std::size_t at, const Continue& next);

bool MatchRepeat(const Node& node, const std::u32string& text, std::size_t at, std::size_t count,
                 const Continue& next) {
  if (count >= node.min && next(at)) return true;
  if (count == node.max) return false;
  return Match(node.children[0], text, at, [&](std::size_t end) {
    if (end == at && count >= node.min) return false;  // a round without text gains nothing
    return MatchRepeat(node, text, end, count + 1, next);
  });
}

bool MatchBehind(const Node& node, const std::u32string& text, std::size_t at) {
  for (std::size_t begin = 0; begin <= at; ++begin) {
    if (Match(node, text, begin, [&](std::size_t end) { return end == at; })) return true;
  }
  return false;
}

bool Match(const Node& node, const std::u32string& text, std::size_t at, const Continue& next) {
  switch (node.kind) {
    case Node::Kind::kLetters:
      return at < text.size() && node.letters.find(text[at]) != std::u32string::npos &&
             next(at + 1);
    case Node::Kind::kBoth:
      return Match(node.children[0], text, at,
                   [&](std::size_t end) { return Match(node.children[1], text, end, next); });
    case Node::Kind::kEither:
      return Match(node.children[0], text, at, next) || Match(node.children[1], text, at, next);
    case Node::Kind::kRepeat:
      return MatchRepeat(node, text, at, 0, next);
    case Node::Kind::kStart:
      return at == 0 && next(at);
    case Node::Kind::kEnd:
      return at == text.size() && next(at);
    case Node::Kind::kBoundary: {
      const bool before = at > 0 && IsWord(text[at - 1]);
      const bool behind = at < text.size() && IsWord(text[at]);
      return (before != behind) != node.negated && next(at);
    }
    case Node::Kind::kAhead:
      return Match(node.children[0], text, at, [](std::size_t) { return true; }) != node.negated &&
             next(at);
    case Node::Kind::kBehind:
      return MatchBehind(node.children[0], text, at) != node.negated && next(at);
  }
  return false;
}

Node RandomLetters(testing::SeededRng& rng) {
  static constexpr std::pair<const char*, const char32_t*> kChoices[] = {{"a", U"a"},
                                                                         {"_", U"_"},
                                                                         {"-", U"-"},
                                                                         {"\\n", U"\n"},
                                                                         {"\\u00e9", U"é"},
                                                                         {".", U"a_-é"},
                                                                         {"\\w", U"a_"},
                                                                         {"[^\\w\\n]", U"-é"},
                                                                         {"[^]", U"a_-\né"},
                                                                         {"\\s", U"\n"},
                                                                         {"\\p{L}", U"aé"},
                                                                         {"[_\\-]", U"_-"},
                                                                         {"\\P{Alpha}", U"_-\n"},
                                                                         {"[]", U""}};
  const auto& [pattern, letters] = kChoices[rng.Below(std::size(kChoices))];
  Node node;
  node.pattern = pattern;
  node.letters = letters;
  return node;
}

Node RandomAssertion(testing::SeededRng& rng) {
  Node node;
  node.negated = rng.Below(2) == 0;
  switch (rng.Below(3)) {
    case 0:
      node.kind = Node::Kind::kStart;
      node.pattern = "^";
      break;
    case 1:
      node.kind = Node::Kind::kEnd;
      node.pattern = "$";
      break;
    default:
      node.kind = Node::Kind::kBoundary;
      node.pattern = node.negated ? "\\B" : "\\b";
  }
  return node;
}

Node RandomNode(testing::SeededRng& rng, std::size_t depth) {
  const std::size_t kind = depth == 0 ? rng.Below(4) : rng.Below(10);
  if (kind < 3) return RandomLetters(rng);
  if (kind == 3) return RandomAssertion(rng);
  Node node;
  node.children.push_back(RandomNode(rng, depth - 1));
  const std::string child = node.children[0].pattern;
  if (kind < 7) {
    node.kind = kind < 6 ? Node::Kind::kBoth : Node::Kind::kEither;
    node.children.push_back(RandomNode(rng, depth - 1));
    node.pattern = "(?:" + child + (kind < 6 ? "" : "|") + node.children[1].pattern + ")";
  } else if (kind == 7) {
    static constexpr std::pair<const char*, std::pair<std::size_t, std::size_t>> kCounts[] = {
        {"*", {0, 99}},  {"+?", {1, 99}},   {"?", {0, 1}},
        {"{2}", {2, 2}}, {"{1,3}", {1, 3}}, {"{0,4}", {0, 4}}};
    const auto& [text, counts] = kCounts[rng.Below(std::size(kCounts))];
    node.kind = Node::Kind::kRepeat;
    std::tie(node.min, node.max) = counts;
    node.pattern = "(" + child + ")" + text;
  } else {
    node.kind = kind == 8 ? Node::Kind::kAhead : Node::Kind::kBehind;
    node.negated = rng.Below(2) == 0;
    node.pattern =
        std::string("(?") + (kind == 8 ? "" : "<") + (node.negated ? "!" : "=") + child + ")";
  }
  return node;
}

// All texts of up to three letters, and some longer ones.
std::vector<std::u32string> Texts(testing::SeededRng& rng) {
  std::vector<std::u32string> texts = {U""};
  for (std::size_t i = 0; texts[i].size() < 3; ++i) {
    for (const char32_t letter : kLetters) texts.push_back(texts[i] + letter);
  }
  for (int i = 0; i < 50; ++i) {
    std::u32string text;
    for (std::size_t n = 4 + rng.Below(3); n > 0; --n) text += kLetters[rng.Below(5)];
    texts.push_back(text);
  }
  return texts;
}

TEST(RegexModel, AutomataAcceptWhatBacktrackingMatches) {
  testing::SeededRng rng;
  SCOPED_TRACE("seed " + std::to_string(rng.seed()));
  const auto texts = Texts(rng);
  for (int round = 0; round < 1500; ++round) {
    const Node node = RandomNode(rng, 1 + rng.Below(4));
    Work work(50'000'000);
    const auto search = CompileRegex(node.pattern, RegexMatch::kSearch, work);
    const auto full = CompileRegex(node.pattern, RegexMatch::kFull, work);
    ASSERT_TRUE(search.ok()) << node.pattern << ": " << search.error().message();
    ASSERT_TRUE(full.ok()) << node.pattern << ": " << full.error().message();
    for (const std::u32string& text : texts) {
      std::string utf8;
      for (const char32_t c : text) AppendCodePoint(utf8, c);
      bool found = false;
      for (std::size_t at = 0; at <= text.size() && !found; ++at) {
        found = Match(node, text, at, [](std::size_t) { return true; });
      }
      const bool whole = Match(node, text, 0, [&](std::size_t end) { return end == text.size(); });
      ASSERT_EQ(search->Accepts(utf8), found) << node.pattern << " in " << utf8;
      ASSERT_EQ(full->Accepts(utf8), whole) << node.pattern << " is " << utf8;
    }
  }
}

}  // namespace
}  // namespace ganglion::grammar
