#include "ganglion/grammar/regular/regex.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace ganglion::grammar {
namespace {

Dfa Must(std::string_view pattern, RegexMatch match = RegexMatch::kSearch) {
  Work work(10'000'000);
  auto dfa = CompileRegex(pattern, match, work);
  EXPECT_TRUE(dfa.ok()) << pattern << ": " << (dfa.ok() ? "" : dfa.error().message());
  return dfa.ok() ? *std::move(dfa) : Dfa();
}

Status Error(std::string_view pattern, std::size_t steps = 10'000'000) {
  Work work(steps);
  auto dfa = CompileRegex(pattern, RegexMatch::kSearch, work);
  EXPECT_FALSE(dfa.ok()) << pattern;
  return dfa.ok() ? Status() : std::move(dfa).error();
}

void Expect(std::string_view pattern, const std::vector<std::string>& matching,
            const std::vector<std::string>& others) {
  const Dfa dfa = Must(pattern);
  for (const auto& text : matching) EXPECT_TRUE(dfa.Accepts(text)) << pattern << " on " << text;
  for (const auto& text : others) EXPECT_FALSE(dfa.Accepts(text)) << pattern << " on " << text;
}

TEST(Regex, CommonPatterns) {
  Expect("^[a-z0-9-]{1,64}$", {"a", "a-9", std::string(64, 'z')}, {"", "A", std::string(65, 'z')});
  Expect("^\\d{4}-\\d{2}-\\d{2}$", {"2024-01-31"}, {"2024-1-31", "x2024-01-31", "2024-01-31x"});
  Expect("^(\\([0-9]{3}\\))?[0-9]{3}-[0-9]{4}$", {"555-1212", "(888)555-1212"},
         {"(888)555-1212 ext. 532", "(800)FLOWERS"});
  Expect("^.{0,255}$", {"", "é", std::string(255, 'x')}, {std::string(256, 'x'), "a\n"});
  Expect("a+", {"a", "xxaayy"}, {"", "b"});
  Expect("^(?:foo|bar|)$", {"foo", "bar", ""}, {"fo", "foobar"});
  Expect("^x*?$", {"", "xx"}, {"y"});
  Expect("", {"", "anything"}, {});
}

TEST(Regex, TheWholeTextOrAPartOfIt) {
  EXPECT_TRUE(Must("b").Accepts("abc"));
  const Dfa full = Must("a|b+", RegexMatch::kFull);
  EXPECT_TRUE(full.Accepts("bb"));
  EXPECT_TRUE(full.Accepts("a"));
  EXPECT_FALSE(full.Accepts("ab"));
  EXPECT_EQ(Must("a*", RegexMatch::kFull), Must("^a*$"));
  EXPECT_EQ(Must("a|b", RegexMatch::kFull), Must("^(?:a|b)$"));
  EXPECT_TRUE(Must("a*").is_any_text());
  EXPECT_TRUE(Must("a^b").empty());
}

TEST(Regex, EscapesAndClasses) {
  Expect("^\\x41\\u00e9\\u{1F600}\\ud83d\\ude00\\cJ\\0\\t$",
         {std::string("A\u00e9\U0001F600\U0001F600\n\0\t", 14)}, {"A"});
  Expect("^[\\b\\-\\]^a-c]+$", {"\b-]^b"}, {"d", "\\"});
  Expect("^[^a\\d]$", {"b", "\n", "é"}, {"a", "5", "", "bb"});
  Expect("^[]$", {}, {"", "a"});
  Expect("^[^]$", {"a", "\n"}, {"", "ab"});
  Expect("^\\s\\S\\w\\W$", {" aa-", "\ufeffbb!", "\u2003x_é"}, {"aaaa", " aéa"});
  Expect("^.$", {"a", "\U0001F600", "\u0085"}, {"\n", "\r", "\u2028", "\u2029", ""});
  Expect("^[+--]$", {"+", ",", "-"}, {"."});
  Expect("^\\/\\.\\$$", {"/.$"}, {"/a$"});
}

TEST(Regex, UnicodeProperties) {
  Expect("^\\p{Letter}+$", {"aé語"}, {"1", "", "a1"});
  Expect("^[\\p{Lu}\\d]\\P{Script=Greek}$", {"É5", "1é"}, {"éa", "Éα"});
  EXPECT_EQ(Error("\\p{letter}").message(), "\\p{letter} is no Unicode property, at 0");
  EXPECT_EQ(Error("a\\pL").message(), "\\p is no escape of ECMA-262, at 1");
}

TEST(Regex, WhatAnnexBAdds) {
  Expect("^\\-\\_\\@\\ $", {"-_@ "}, {"-_@"});
  Expect("^a{,2}]}{x$", {"a{,2}]}{x"}, {"a"});
  Expect("^\\101\\8\\7$", {"A8\a"}, {});
  Expect("^[\\w-.]+$", {"a-.", "-"}, {"+"});
  Expect("^(?=a)*b$", {"b"}, {"a"});
}

TEST(Regex, AnchorsAnywhere) {
  Expect("(^|x)a", {"a", "bxa", "ab"}, {"ba", ""});
  Expect("a(b|$)", {"a", "ab", "xab"}, {"ac", "b"});
  Expect("^$", {""}, {"a"});
  Expect("^a$|^b", {"a", "b", "bb"}, {"aa"});
  Expect("(?:^a|b$)+c?", {"a", "b", "ax", "xb"}, {"xa", "bx"});
  Expect("$^", {""}, {"a"});
  Expect("(?m:^a$)", {"a", "x\na", "a\u2028b"}, {"xa", "ab"});
  Expect("^(?s:.).$", {"\na"}, {"a\n"});
}

TEST(Regex, WordBoundaries) {
  Expect("\\bfoo\\b", {"foo", "a foo!", "éfoo"}, {"food", "_foo"});
  Expect("^\\B.\\B$", {"!"}, {"a", ""});
  Expect("\\Boo\\B", {"foods"}, {"oo", "foo"});
  Expect("\\b\\b^a", {"a", "ab"}, {" a"});
}

TEST(Regex, Lookaround) {
  Expect("^(?=.*\\d)(?=.*[a-z]).{4,8}$", {"abc1", "1zzzzzzz"}, {"abcd", "1234", "a1"});
  Expect("^(?!foo$)(?!.*bar).*$", {"food", "", "ba"}, {"foo", "xbarx"});
  Expect("(?<=\\$)\\d+(?!\\d|%)", {"$12", "a$1 "}, {"12", "$12%", "$1%"});
  Expect("(?<!a)b", {"b", "cb", "abb"}, {"ab", "aab"});
  Expect("^(?:(?!ab).)*$", {"aac", "ba"}, {"ab", "cabc"});
  Expect("^(?=a(?!b(?=c))).*", {"ab", "abd", "a"}, {"abc", "b"});
  Expect("(?<=^(?=ab).)b", {"ab", "abc"}, {"cb", "xab"});
  Expect("x(?<!(?=x.y).)z?", {"x", "xz"}, {});
  Expect("^.(?<!x(?=y))", {"xx", "xa", "y"}, {"xy", ""});
  Expect("(?=\\b\\w+\\b$)(?<=-)", {"a-b"}, {"ab", "a-b c"});
}

TEST(Regex, GroupsDoNotMatter) {
  EXPECT_EQ(Must("^(a)(?<name>b)(?:c)$"), Must("^abc$"));
  EXPECT_EQ(Must("^(?:(?<n>a)|(?<n>b))$"), Must("^[ab]$"));
  EXPECT_EQ(Must("^\\1(a)$"), Must("^a$"));
  EXPECT_EQ(Must("^(a\\1)$"), Must("^a$"));
  EXPECT_EQ(Must("^\\k<n>(?<n>a)$"), Must("^a$"));
}

TEST(Regex, WhatIsNotRegularIsRefusedByName) {
  const Status reference = Error("^(a+)-\\1$");
  EXPECT_EQ(reference.code(), Code::kUnimplemented);
  EXPECT_EQ(reference.message(), "backreference \\1 at 6");
  EXPECT_EQ(Error("(?<n>a)\\k<n>").message(), "backreference \\k<n> at 7");
  EXPECT_EQ(Error("(?i:a)").message(), "modifier (?i: at 0");
  EXPECT_EQ(Error("(?<=\\1(a))").code(), Code::kUnimplemented);
}

TEST(Regex, PatternsThatAreNoneAreErrors) {
  for (const char* pattern : {"(",           ")",     "[",
                              "a**",         "*a",    "a{2,1}",
                              "[b-a]",       "\\",    "(?<a>x)(?<a>y)",
                              "(?P<a>x)",    "(?i)a", "\\Z",
                              "\\a",         "\\x4",  "\\u12",
                              "\\u{110000}", "\\c1",  "(?<>a)",
                              "(?-:a)",      "^*",    "\\k<a>",
                              "(?#c)",       "(?>a)", "{1}",
                              "a|*",         "\xff"}) {
    EXPECT_EQ(Error(pattern).code(), Code::kInvalidArgument) << pattern;
  }
  EXPECT_EQ(Error("é[z-a]").message(), "a range out of order at 3");
}

// A search that may have come to any of the copies of a counted part knows only the earliest.
TEST(Regex, BoundedPartsOfASearchNeedNoSetsOfCopies) {
  EXPECT_LT(Must("[A-Z].{0,20}$").size(), 30u);
  EXPECT_LT(Must("[^@]{1,50}@x").size(), 5u);
  Expect("a.{0,3}b$", {"aaxxb", "axxxb", "xabb"}, {"axxxxb", "aaxxxxb"});
  Expect("(?<!a.{0,2})b", {"b", "axxxb", "abxxb"}, {"ab", "axxb", "axbb"});
}

TEST(Regex, HugePatternsEndWithinTheirBudget) {
  const std::string deep = std::string(100'000, '(');
  for (const std::string& pattern :
       {std::string("^(?:a{0,10000}){0,10000}$"), std::string("(){4000000000}a{4000000000}"),
        std::string("((((a{100}){100}){100}){100}){100}"), std::string("(?:a|b)*a.{200}$"), deep,
        std::string(1000, '(') + std::string(1000, ')'), std::string("(?=.*a.{30}$)b"),
        std::string("(?<=a.{30})b")}) {
    EXPECT_EQ(Error(pattern, 3'000'000).code(), Code::kResourceExhausted) << pattern.substr(0, 50);
  }
  Must("(){4000000000}");
}

}  // namespace
}  // namespace ganglion::grammar
