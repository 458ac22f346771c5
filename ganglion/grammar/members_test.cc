// Lists of entries with distinct keys: what they take, and that no way into them is a dead end.

#include "ganglion/grammar/members.h"

#include <algorithm>
#include <functional>
#include <set>

#include <gtest/gtest.h>

#include "ganglion/grammar/compiled_grammar.h"
#include "ganglion/grammar/grammar.h"
#include "ganglion/testing/seed.h"

namespace ganglion::grammar {
namespace {

// One-byte tokens, so that masks are asked byte by byte; and some that span entries.
std::shared_ptr<const Vocabulary> Tokens() {
  static const auto vocabulary = [] {
    std::vector<std::string> pieces = {"",   "a:",  "a:1,", "a:1,a:", "b:1,a:2",
                                       "1}", "1,b", "ab",   "{a",     ",a"};
    for (char c = ' '; c <= '~'; ++c) pieces.emplace_back(1, c);
    return Vocabulary::Create(std::move(pieces), std::vector<TokenId>{TokenId{0}});
  }();
  return vocabulary;
}

// How the members of a test are built: nodes come from the rules.
using Fill = std::function<Members(Rules&)>;

Result<std::shared_ptr<const Grammar>> GrammarOf(const Fill& fill) {
  Rules rules{CompileLimits{}};
  const NodeId root = rules.AddMembers(fill(rules));
  NodeId culprit = kNoNode;
  GN_RETURN_IF_ERROR(rules.Finish(root, culprit));
  return std::make_shared<const Grammar>(std::move(rules));
}

Matcher MatcherOf(const Fill& fill) {
  auto grammar = GrammarOf(fill);
  EXPECT_TRUE(grammar.ok()) << grammar.error().message();
  return Matcher(*grammar, Tokens());
}

bool Accepts(const Matcher& matcher, const std::string& text) {
  Matcher copy = matcher;
  return copy.AcceptText(text) && copy.IsComplete();
}

bool Begins(const Matcher& matcher, const std::string& text) {
  Matcher copy = matcher;
  return copy.AcceptText(text);
}

Members::Slot SlotOf(Rules& rules, const std::string& name, bool required = false) {
  return {.key = name + ":",
          .required = required,
          .variants = {{.fulfils = 0, .value = rules.AddLiteral("1")}}};
}

NodeId Texts(Rules& rules, const std::vector<std::string>& texts) {
  return rules.AddAutomaton(AddLiterals(rules.automaton(), texts));
}

// A text of one or more of the bytes.
NodeId AnyOf(Rules& rules, char low, char high) {
  ByteAutomaton& automaton = rules.automaton();
  const ByteState start = automaton.AddState();
  const ByteState more = automaton.AddState();
  const std::vector<ByteEdge> edges = {
      {static_cast<std::uint8_t>(low), static_cast<std::uint8_t>(high), more}};
  automaton.SetState(start, edges, false);
  automaton.SetState(more, edges, true);
  return rules.AddAutomaton(start);
}

TEST(Members, SlotsInTheirOrder) {
  const Matcher matcher = MatcherOf([](Rules& rules) {
    return Members{.slots = {SlotOf(rules, "b"), SlotOf(rules, "a", true), SlotOf(rules, "c")}};
  });
  for (const char* text : {"{a:1}", "{b:1,a:1}", "{a:1,c:1}", "{b:1,a:1,c:1}"}) {
    EXPECT_TRUE(Accepts(matcher, text)) << text;
  }
  for (const char* text :
       {"{}", "{b:1}", "{a:1,b", "{c", "{a:1,a", "{b:1}", "{a:1,c:1,", "{b:1,c"}) {
    EXPECT_FALSE(Begins(matcher, text)) << text;
  }
}

TEST(Members, SlotsInAnyOrder) {
  const Matcher matcher = MatcherOf([](Rules& rules) {
    return Members{.ordered = false,
                   .slots = {SlotOf(rules, "bb"), SlotOf(rules, "b", true), SlotOf(rules, "a")},
                   .max = 2};
  });
  for (const char* text : {"{b:1}", "{a:1,b:1}", "{b:1,bb:1}", "{bb:1,b:1}"}) {
    EXPECT_TRUE(Accepts(matcher, text)) << text;
  }
  // The one required must fit beside the others.
  for (const char* text : {"{}", "{a:1,bb", "{a:1,a", "{bb:1,a", "{bb:1}", "{a:1,b:1,"}) {
    EXPECT_FALSE(Begins(matcher, text)) << text;
  }
}

TEST(Members, FreeKeysAreWrittenOnce) {
  const Matcher matcher = MatcherOf([](Rules& rules) {
    Members members{.ordered = false, .slots = {SlotOf(rules, "z")}};
    members.free.push_back({.key = AnyOf(rules, 'a', 'b'),
                            .separator = ":",
                            .variants = {{.fulfils = 0, .value = rules.AddLiteral("1")}}});
    return members;
  });
  for (const char* text : {"{}", "{a:1}", "{a:1,ab:1,z:1,b:1}", "{ab:1,a:1}"}) {
    EXPECT_TRUE(Accepts(matcher, text)) << text;
  }
  for (const char* text : {"{a:1,a:", "{ab:1,a:1,ab:", "{z:1,z"}) {
    EXPECT_FALSE(Begins(matcher, text)) << text;
  }
  EXPECT_TRUE(Begins(matcher, "{a:1,a"));
}

TEST(Members, KeysThatAreAllWrittenBlockTheirBeginnings) {
  const Matcher matcher = MatcherOf([](Rules& rules) {
    Members members{.min = 2};
    members.free.push_back({.key = Texts(rules, {"ab", "ac", "b"}),
                            .separator = ":",
                            .variants = {{.fulfils = 0, .value = rules.AddLiteral("1")}}});
    return members;
  });
  EXPECT_TRUE(Accepts(matcher, "{ab:1,ac:1,b:1}"));
  for (const char* text :
       {"{}", "{ab:1}", "{ab:1,ac:1,a", "{b:1,b", "{ab:1,ab", "{ab:1,ac:1,b:1,"}) {
    EXPECT_FALSE(Begins(matcher, text)) << text;
  }
}

TEST(Members, ItemsThatDiffer) {
  const Matcher matcher = MatcherOf([](Rules& rules) {
    Members members{.open = '[', .close = ']', .ordered = false, .min = 1};
    for (const char* item : {"1", "12", "7"}) {
      members.slots.push_back({.key = item, .required = false, .variants = {Members::Variant{}}});
    }
    members.free.push_back(
        {.key = AnyOf(rules, 'a', 'b'), .separator = "", .variants = {Members::Variant{}}});
    return members;
  });
  for (const char* text : {"[1]", "[1,12,7]", "[12,1]", "[a,aa,1,ab]"}) {
    EXPECT_TRUE(Accepts(matcher, text)) << text;
  }
  for (const char* text : {"[]", "[1,1,", "[1,1]", "[12,12", "[a,a]", "[a,1,a,"}) {
    EXPECT_FALSE(Begins(matcher, text)) << text;
  }
}

TEST(Members, WhatIsOwedMustStillFit) {
  // Some entry must be 2 and some entry 3; a may be either, b only 2, others 1 or 3.
  const Fill fill = [](Rules& rules) {
    const NodeId one = rules.AddLiteral("1");
    const NodeId two = rules.AddLiteral("2");
    const NodeId three = rules.AddLiteral("3");
    Members members{.ordered = false};
    members.slots.push_back(
        {.key = "a:", .required = false, .variants = {{0, one}, {1, two}, {2, three}}});
    members.slots.push_back({.key = "b:", .required = false, .variants = {{0, one}, {1, two}}});
    members.free.push_back({.key = AnyOf(rules, 'x', 'z'),
                            .separator = ":",
                            .variants = {{.fulfils = 0, .value = one}, {2, three}}});
    members.max = 2;
    members.obligations = 3;
    return members;
  };
  const Matcher matcher = MatcherOf(fill);
  for (const char* text : {"{a:2,x:3}", "{a:3,b:2}", "{b:2,zz:3}", "{x:3,a:2}"}) {
    EXPECT_TRUE(Accepts(matcher, text)) << text;
  }
  for (const char* text : {"{}", "{a:1", "{b:1", "{a:2}", "{a:2,b", "{x:1", "{x:3,y", "{a:3,x"}) {
    EXPECT_FALSE(Begins(matcher, text)) << text;
  }
  EXPECT_FALSE(GrammarOf([&](Rules& rules) {
                 Members members = fill(rules);
                 members.max = 1;
                 return members;
               }).ok());
}

TEST(Members, AListWithoutAWayIsNamedSo) {
  Rules rules{CompileLimits{}};
  const NodeId loop = rules.Reserve();
  Members members;
  members.slots.push_back({.key = "a:", .required = true, .variants = {{0, loop}}});
  rules.Define(loop, rules.AddMembers(members));
  NodeId culprit = kNoNode;
  const Status status = rules.Finish(loop, culprit);
  EXPECT_EQ(status.code(), Code::kFailedPrecondition) << status.message();
}

TEST(Members, ARecursiveListEndsBeforeTheStackDoes) {
  const Fill fill = [](Rules& rules) {
    const NodeId self = rules.Reserve();
    Members inner{.ordered = false};
    inner.slots.push_back({.key = "a:", .required = false, .variants = {{0, self}}});
    inner.slots.push_back(SlotOf(rules, "b", true));
    rules.Define(self, rules.AddMembers(inner));
    return inner;
  };
  Matcher matcher = MatcherOf(fill);
  int depth = 0;
  while (matcher.AcceptText(depth == 0 ? "{a:" : "{a:") && depth < 10'000) ++depth;
  EXPECT_GT(depth, 100);
  ASSERT_LT(depth, 10'000);
  // The deepest one has no "a", and all can be ended.
  ASSERT_TRUE(matcher.AcceptText("{b:1}"));
  for (int i = 1; i < depth; ++i) ASSERT_TRUE(matcher.AcceptText(",b:1}")) << i;
  EXPECT_TRUE(matcher.AcceptText(",b:1}"));
  EXPECT_TRUE(matcher.IsComplete());
}

// Lists of few short keys at random, and all their texts up to a length by brute force.
class RandomMembers {
 public:
  explicit RandomMembers(testing::SeededRng& random) : random_(random) {
    for (const char* key : {"a", "b", "ab"}) {
      if (random_.Below(3) == 0) continue;
      slots_.push_back({key, random_.Below(4) == 0, MakeVariants()});
    }
    if (random_.Below(2) == 0) free_ = {{"x", "xy", "y"}, MakeVariants()};
    ordered_ = random_.Below(2) == 0;
    obligations_ = random_.Below(4);
    min_ = static_cast<std::uint32_t>(random_.Below(3));
    max_ = min_ + static_cast<std::uint32_t>(random_.Below(4));
  }

  Members Make(Rules& rules) const {
    Members members{.ordered = ordered_, .min = min_, .max = max_, .obligations = obligations_};
    const auto variants = [&](const std::vector<Variant>& list) {
      std::vector<Members::Variant> made;
      for (const Variant& v : list) made.push_back({v.fulfils, rules.AddLiteral(v.value)});
      return made;
    };
    for (const Slot& slot : slots_) {
      members.slots.push_back({slot.key + ":", slot.required, variants(slot.variants)});
    }
    if (!free_.keys.empty()) {
      members.free.push_back({Texts(rules, free_.keys), ":", variants(free_.variants)});
    }
    return members;
  }

  std::set<std::string> AllTexts() const {
    std::set<std::string> texts;
    std::vector<std::string> keys;
    Extend("{", keys, 0, 0, texts);
    return texts;
  }

 private:
  struct Variant {
    std::uint64_t fulfils;
    std::string value;
  };
  struct Slot {
    std::string key;
    bool required;
    std::vector<Variant> variants;
  };
  struct FreeKeys {
    std::vector<std::string> keys;
    std::vector<Variant> variants;
  };

  std::vector<Variant> MakeVariants() {
    std::vector<Variant> variants;
    for (std::uint64_t fulfils = 0; fulfils < 4; ++fulfils) {
      if (random_.Below(3) == 0) {
        variants.push_back({fulfils, std::string(1, static_cast<char>('0' + random_.Below(3)))});
      }
    }
    return variants;
  }

  void Extend(const std::string& text, std::vector<std::string>& keys, std::size_t next,
              std::uint64_t met, std::set<std::string>& texts) const {
    const bool all = std::all_of(slots_.begin(), slots_.end(), [&](const Slot& slot) {
      return !slot.required || std::find(keys.begin(), keys.end(), slot.key) != keys.end();
    });
    if (all && keys.size() >= min_ && (met & obligations_) == obligations_)
      texts.insert(text + "}");
    if (keys.size() == max_) return;
    const auto entry = [&](const std::string& key, const std::vector<Variant>& variants,
                           std::size_t then) {
      if (std::find(keys.begin(), keys.end(), key) != keys.end()) return;
      keys.push_back(key);
      for (const Variant& v : variants) {
        const std::string more = text + (keys.size() > 1 ? "," : "") + key + ":" + v.value;
        Extend(more, keys, then, met | v.fulfils, texts);
      }
      keys.pop_back();
    };
    for (std::size_t i = ordered_ ? next : 0; i < slots_.size(); ++i) {
      entry(slots_[i].key, slots_[i].variants, i + 1);
    }
    for (const std::string& key : free_.keys) entry(key, free_.variants, slots_.size());
  }

  testing::SeededRng& random_;
  std::vector<Slot> slots_;
  FreeKeys free_;
  bool ordered_ = true;
  std::uint64_t obligations_ = 0;
  std::uint32_t min_ = 0;
  std::uint32_t max_ = 0;
};

// Walks all that the matcher takes; each text that it can begin must begin one of `texts`.
void ExpectLanguage(Matcher& matcher, const std::string& text, const std::set<std::string>& texts,
                    std::size_t& found) {
  const auto from = texts.lower_bound(text);
  ASSERT_TRUE(from != texts.end() && from->starts_with(text)) << "dead end: " << text;
  ASSERT_EQ(matcher.IsComplete(), texts.contains(text)) << text;
  if (matcher.IsComplete()) ++found;
  std::vector<std::uint32_t> bits(Tokens()->mask_words());
  matcher.FillMask(bits);
  for (std::size_t i = 1; i < Tokens()->size(); ++i) {
    const std::string piece(Tokens()->piece(TokenId{static_cast<std::int32_t>(i)}));
    const bool allowed = (bits[i / 32] >> (i % 32) & 1) != 0;
    const bool taken = matcher.AcceptText(piece);
    ASSERT_EQ(allowed, taken) << "token " << piece << " after " << text;
    if (!taken) continue;
    if (piece.size() == 1) ExpectLanguage(matcher, text + piece, texts, found);
    matcher.Rollback(1);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

TEST(Members, RandomListsTakeExactlyTheirTextsAndHaveNoDeadEnds) {
  testing::SeededRng random;
  SCOPED_TRACE("seed " + std::to_string(random.seed()));
  int lists = 0;
  for (int i = 0; i < 300; ++i) {
    const RandomMembers members(random);
    const std::set<std::string> texts = members.AllTexts();
    const auto grammar = GrammarOf([&](Rules& rules) { return members.Make(rules); });
    ASSERT_EQ(grammar.ok(), !texts.empty());
    if (!grammar.ok() || texts.size() > 400) continue;
    ++lists;
    Matcher matcher(*grammar, Tokens());
    std::size_t found = 0;
    ExpectLanguage(matcher, "", texts, found);
    if (HasFatalFailure()) return;
    EXPECT_EQ(found, texts.size());
  }
  EXPECT_GT(lists, 50);
}

}  // namespace
}  // namespace ganglion::grammar
