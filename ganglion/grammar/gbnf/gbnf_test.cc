#include "ganglion/grammar/gbnf/gbnf.h"

#include <functional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/grammar/gbnf/gbnf_parse.h"
#include "ganglion/grammar/gbnf/utf8_class.h"
#include "ganglion/testing/seed.h"

namespace ganglion::grammar {
namespace {

std::shared_ptr<const Vocabulary> Bytes() {
  static const auto vocabulary = [] {
    std::vector<std::string> pieces;
    for (int byte = 0; byte < 256; ++byte) pieces.emplace_back(1, static_cast<char>(byte));
    return Vocabulary::Create(std::move(pieces), {});
  }();
  return vocabulary;
}

bool Accepts(const std::shared_ptr<const Grammar>& grammar, std::string_view text) {
  Matcher matcher(grammar, Bytes());
  return matcher.AcceptText(text) && matcher.IsComplete();
}

std::shared_ptr<const Grammar> Compile(std::string_view text) {
  auto grammar = CompileGbnf(text);
  EXPECT_TRUE(grammar.ok()) << text << "\n" << grammar.error().message();
  return grammar.ok() ? *std::move(grammar) : nullptr;
}

std::string ErrorOf(std::string_view text, const CompileLimits& limits = {}) {
  const auto grammar = CompileGbnf(text, limits);
  return grammar.ok() ? "" : std::string(grammar.error().message());
}

// Calls `visit` with each text of up to `length` of these characters.
void ForEachText(std::string_view characters, std::size_t length,
                 const std::function<void(const std::string&)>& visit, std::string prefix = {}) {
  visit(prefix);
  if (prefix.size() == length) return;
  for (const char c : characters) ForEachText(characters, length, visit, prefix + c);
}

// The grammar has exactly the texts of the regular expression, among short ones.
void ExpectSame(const std::string& grammar, const std::string& expression) {
  const auto compiled = Compile(grammar);
  ASSERT_NE(compiled, nullptr);
  const std::regex regex(expression);
  ForEachText("abc", 6, [&](const std::string& text) {
    EXPECT_EQ(Accepts(compiled, text), std::regex_match(text, regex)) << grammar << ": " << text;
  });
}

TEST(Gbnf, OperatorsMeanWhatTheyMeanInRegularExpressions) {
  ExpectSame("root ::= \"a\" | \"bc\"", "a|bc");
  ExpectSame("root ::= \"ab\"*", "(ab)*");
  ExpectSame("root ::= \"a\"+ \"b\"?", "a+b?");
  ExpectSame("root ::= (\"a\" | \"b\" \"c\"?){2}", "(a|bc?){2}");
  ExpectSame("root ::= [ab]{2,} c\nc ::= \"c\"", "[ab]{2,}c");
  ExpectSame("root ::= [a-b]{1,3} [^a-b]", "[ab]{1,3}[^ab]");
  ExpectSame("root ::= \"a\"{0} \"b\"", "b");
  ExpectSame("root ::= . \"a\" .", "[abc]a[abc]");
}

TEST(Gbnf, PartsMayBeEmpty) {
  ExpectSame("root ::= x y z\nx ::= \"a\"*\ny ::= \"b\"?\nz ::= | \"c\"", "a*b?c?");
  ExpectSame("root ::= x \"b\" x\nx ::= \"a\" x | \"\"", "a*ba*");
  ExpectSame("root ::= (\"a\"? \"b\"?){2} \"c\"", "(a?b?){2}c");
  ExpectSame("root ::= (\"a\"*){3}", "a*");
  ExpectSame("root ::= w \"a\" w \"b\" w\nw ::= \"c\"*", "c*ac*bc*");
  ExpectSame("root ::= e e \"a\" e\ne ::= \"\"", "a");
  ExpectSame("root ::= p p \"c\"\np ::= (\"a\" \"b\")? q\nq ::= \"b\"?", "(ab)?b?(ab)?b?c");
}

// A grammar and the same as a regular expression, of random operators.
class RandomPair {
 public:
  explicit RandomPair(testing::SeededRng& random) : random_(random) {}

  std::pair<std::string, std::string> Make(int depth) {
    switch (depth == 0 ? random_.Below(3) : random_.Below(9)) {
      case 0:
        return {"\"a\"", "a"};
      case 1:
        return {"[bc]", "[bc]"};
      case 2:
        return {"\"\"", "(?:)"};
      case 3:
      case 4: {
        const auto a = Make(depth - 1);
        const auto b = Make(depth - 1);
        return {"(" + a.first + " | " + b.first + ")", "(?:" + a.second + "|" + b.second + ")"};
      }
      case 5:
      case 6: {
        const auto a = Make(depth - 1);
        const auto b = Make(depth - 1);
        const auto c = Make(depth - 1);
        return {"(" + a.first + " " + b.first + " " + c.first + ")",
                "(?:" + a.second + b.second + c.second + ")"};
      }
      default: {
        static constexpr const char* kOperators[] = {"*", "+", "?", "{2}", "{1,2}", "{0,3}"};
        const std::string repeat = kOperators[random_.Below(6)];
        const auto a = Make(depth - 1);
        return {"(" + a.first + ")" + repeat, "(?:" + a.second + ")" + repeat};
      }
    }
  }

 private:
  testing::SeededRng& random_;
};

TEST(Gbnf, RandomGrammarsAgreeWithRegularExpressions) {
  testing::SeededRng random;
  SCOPED_TRACE("seed " + std::to_string(random.seed()));
  RandomPair pairs(random);
  for (int i = 0; i < 200; ++i) {
    const auto [grammar, expression] = pairs.Make(3);
    const std::regex regex(expression);
    const auto compiled = CompileGbnf("root ::= " + grammar);
    if (!compiled.ok()) {  // only the empty text
      EXPECT_FALSE(std::regex_match("a", regex) || std::regex_match("b", regex)) << grammar;
      EXPECT_NE(compiled.error().message().find("but the empty one"), std::string::npos) << grammar;
      continue;
    }
    ForEachText("abc", 5, [&](const std::string& text) {
      EXPECT_EQ(Accepts(*compiled, text), std::regex_match(text, regex)) << grammar << ": " << text;
    });
  }
}

TEST(Gbnf, LayoutAndCommentsAreFree) {
  const auto grammar = Compile(
      "# a list\r\nroot ::= # what it is\n  (\n item # one\n  \",\" \n )+ item |\n \"none\"\n\n"
      "item-1::=\"x\"{ 2 , 3 }\n"
      "item ::= item-1\n   | \"y\"  # the other one");
  EXPECT_TRUE(Accepts(grammar, "xx,y,xxx"));
  EXPECT_TRUE(Accepts(grammar, "none"));
  EXPECT_FALSE(Accepts(grammar, "x,y"));
}

TEST(Gbnf, CharactersAreCodePoints) {
  const auto grammar =
      Compile("root ::= [^\\x00-\\x7fé] \"\\u00e9\\U0001F600\\n\\t\\r\\\"\\\\[\" [\\]\\-a]");
  EXPECT_TRUE(Accepts(grammar, "中é😀\n\t\r\"\\[]"));
  EXPECT_TRUE(Accepts(grammar, "😀é😀\n\t\r\"\\[-"));
  EXPECT_FALSE(Accepts(grammar, "éé😀\n\t\r\"\\[]"));
  EXPECT_FALSE(Accepts(grammar, "aé😀\n\t\r\"\\[]"));
}

TEST(Gbnf, ClassesHoldExactlyTheirCodePoints) {
  testing::SeededRng random;
  SCOPED_TRACE("seed " + std::to_string(random.seed()));
  for (int i = 0; i < 20; ++i) {
    std::vector<GbnfRange> ranges;
    char32_t at = 0;
    for (int r = 0; r < 6; ++r) {
      const char32_t low = at + static_cast<char32_t>(random.Below(1u << random.Below(18))) + 2;
      const char32_t high = low + static_cast<char32_t>(random.Below(1u << random.Below(17)));
      if (high > 0x10FFFF) break;
      ranges.push_back({low, high});
      at = high;
    }
    if (ranges.empty()) continue;
    ranges.push_back({0x10FFFF, 0x10FFFF});
    if (ranges[ranges.size() - 2].high >= 0x10FFFE) ranges.pop_back();
    ByteAutomaton automaton;
    const ByteState start = AddClass(automaton, ranges);
    for (char32_t c = 0; c <= 0x10FFFF; ++c) {
      if (c == 0xD800) c = 0xE000;
      std::string text;
      AppendUtf8(c, text);
      ByteState state = start;
      for (const char byte : text) {
        if (state != kDeadState) state = automaton.Next(state, static_cast<std::uint8_t>(byte));
      }
      bool inside = false;
      for (const GbnfRange& range : ranges) inside = inside || (range.low <= c && c <= range.high);
      ASSERT_EQ(state != kDeadState && automaton.accepting(state), inside) << std::uint32_t{c};
    }
  }
}

TEST(Gbnf, AnyCharacterIsNoMalformedText) {
  const auto grammar = Compile("root ::= .");
  for (const char* text :
       {"\x80", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "ab"}) {
    EXPECT_FALSE(Accepts(grammar, text)) << text;
  }
  EXPECT_TRUE(Accepts(grammar, "\n"));
  EXPECT_TRUE(Accepts(grammar, "\xED\x9F\xBF"));
  EXPECT_TRUE(Accepts(grammar, "\xF4\x8F\xBF\xBF"));
}

TEST(Gbnf, RulesNestAndGoOnWithoutEnd) {
  const auto nested = Compile("root ::= pair w\npair ::= \"(\" w pair? \")\" w\nw ::= \" \"*");
  EXPECT_TRUE(Accepts(nested, "( (()) )  "));
  std::string deep = std::string(40, '(') + std::string(40, ')');
  EXPECT_TRUE(Accepts(nested, deep));
  // A rule that ends with itself needs no place on the stack for each character.
  const auto chars = Compile("root ::= \"<\" chars \">\"\nchars ::= [a-z] chars | \"\"");
  EXPECT_TRUE(Accepts(chars, "<" + std::string(5000, 'x') + ">"));
}

TEST(Gbnf, MistakesAreNamedWithTheirPlace) {
  const struct {
    const char* text;
    const char* error;
  } cases[] = {
      {"", "there is no rule root"},
      {"item ::= \"a\"", "there is no rule root"},
      {"root ::= item", "line 1, column 10: there is no rule item"},
      {"root ::= \"a\"\nroot ::= \"b\"", "line 2, column 1: the rule root is defined twice"},
      {"root = \"a\"", "line 1, column 6: \"::=\" was expected"},
      {"root ::= \"a", "the literal has no end"},
      {"root ::= [a", "the character class has no end"},
      {"root ::= []", "the character class is empty"},
      {"root ::= [b-a]", "ends before it begins"},
      {"root ::= [^\\x00-\\U0010FFFF]", "no character is outside"},
      {"root ::= \"\\q\"", "line 1, column 11: this escape is unknown"},
      {"root ::= \"\\u12\"", "needs 4 hexadecimal digits"},
      {"root ::= \"\\ud800\"", "no character of Unicode"},
      {"root ::= \"\\UFFFFFFFF\"", "no character of Unicode"},
      {"root ::= \"\xff\"", "not UTF-8"},
      {"root ::= (\"a\"", "\")\" was expected"},
      {"root ::= \"a\")", "the end of the rule root was expected"},
      {"root ::= *", "nothing stands before"},
      {"root ::= \"a\"{2,1}", "largest count is below"},
      {"root ::= \"a\"{x}", "a count was expected"},
      {"root ::= \"a\"{99999999999999999999}", "a count is above"},
      {"root ::= <think>", "tokens (\"<...>\") are not supported"},
      {"root ::= \"a\"\na ::= b \"x\"\nb ::= \"c\"? a", "left"},
      {"root ::= \"\"", "no text but the empty one"},
      {"root ::= \"a\" root", "line 1, column 1: the rule root"},
      {"root ::= \"a\" | x\nx ::= \"b\" x", "line 2, column 1: the rule x has no finite text"},
  };
  for (const auto& c : cases) {
    const std::string error = ErrorOf(c.text);
    const std::string expected = std::string(c.error) == "left" ? "refers to itself" : c.error;
    EXPECT_NE(error.find(expected), std::string::npos) << c.text << "\n" << error;
  }
}

TEST(Gbnf, LeftRecursionIsNamedWhereverItHides) {
  for (const char* text :
       {"root ::= root \"a\" | \"b\"", "root ::= x\nx ::= \"a\"? x \"b\" | \"c\"",
        "root ::= x\nx ::= x | \"a\"", "root ::= x\nx ::= w x \"b\" | \"c\"\nw ::= \" \"*"}) {
    EXPECT_NE(ErrorOf(text).find("refers to itself"), std::string::npos) << text << ErrorOf(text);
  }
  EXPECT_NE(ErrorOf("root ::= \"a\" x\nx ::= x \"b\" | \"c\"").find("line 2, column 1: the rule x"),
            std::string::npos);
}

TEST(Gbnf, EachLimitIsAnError) {
  CompileLimits limits;
  EXPECT_NE(ErrorOf("root ::= " + std::string(1000, '(') + "\"a\"" + std::string(1000, ')'), limits)
                .find("nested deeper"),
            std::string::npos);
  limits.text_bytes = 10;
  EXPECT_NE(ErrorOf("root ::= \"abc\"", limits).find("more than 10 bytes"), std::string::npos);
  limits = {};
  limits.nodes = 5;
  EXPECT_NE(ErrorOf("root ::= \"a\" \"b\" \"c\" [d] [e] [f] \"g\"", limits), "");
}

TEST(Choices, AreExactlyTheGivenTexts) {
  const std::vector<std::string> choices = {"yes", "yesterday", "是"};
  const auto grammar = CompileChoices(choices);
  ASSERT_TRUE(grammar.ok());
  for (const std::string& choice : choices) EXPECT_TRUE(Accepts(*grammar, choice));
  EXPECT_FALSE(Accepts(*grammar, "yest"));
  EXPECT_FALSE(Accepts(*grammar, ""));
  EXPECT_FALSE(CompileChoices({}).ok());
  EXPECT_FALSE(CompileChoices(std::vector<std::string>{"a", ""}).ok());
}

}  // namespace
}  // namespace ganglion::grammar
