#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/grammar/gbnf/gbnf.h"

namespace ganglion::grammar {
namespace {

using ::testing::HasSubstr;

bool Takes(const std::shared_ptr<const Grammar>& grammar, const std::string& text) {
  Matcher matcher(grammar, Vocabulary::Create({"a"}, {}));
  return matcher.AcceptText(text) && matcher.IsComplete();
}

TEST(RegexGrammar, TakesTheTextsThatMatchWhole) {
  struct Case {
    const char* pattern;
    std::vector<std::string> takes;
    std::vector<std::string> refuses;
  };
  const Case cases[] = {
      {"a|bc", {"a", "bc"}, {"", "b", "ac", "abc", "aa", "bcd"}},
      {"^\\d{2}-[x-z]+$", {"12-x", "00-zyx"}, {"1-x", "12-", "12-a", " 12-x"}},
      {"(ab)*", {"", "ab", "abab"}, {"a", "aba"}},
      {"[äöü]?ß.", {"ßx", "üß€"}, {"ß", "ß\n", "aßx"}},
      {"(?=.{3}$)a*b*", {"aab", "bbb", "abb"}, {"ab", "aabb", "ba"}},
  };
  for (const Case& each : cases) {
    const auto grammar = CompileRegexGrammar(each.pattern);
    ASSERT_TRUE(grammar.ok()) << each.pattern << grammar.error().message();
    for (const std::string& text : each.takes) {
      EXPECT_TRUE(Takes(*grammar, text)) << each.pattern << " " << text;
    }
    for (const std::string& text : each.refuses) {
      EXPECT_FALSE(Takes(*grammar, text)) << each.pattern << " " << text;
    }
  }
}

TEST(RegexGrammar, RefusesWhatItCannotEnforce) {
  struct Case {
    const char* pattern;
    Code code;
    const char* message;
  };
  const Case cases[] = {
      {"a(", Code::kInvalidArgument, ""},
      {"(a)\\1", Code::kUnimplemented, "backreference"},
      {"", Code::kInvalidArgument, "only the empty text"},
      {"[]", Code::kInvalidArgument, "no text matches"},
      {"(a|b)*a(a|b){60}", Code::kResourceExhausted, ""},
  };
  for (const Case& each : cases) {
    const auto grammar = CompileRegexGrammar(each.pattern);
    ASSERT_FALSE(grammar.ok()) << each.pattern;
    EXPECT_EQ(grammar.error().code(), each.code) << each.pattern << grammar.error().message();
    EXPECT_THAT(std::string(grammar.error().message()), HasSubstr(each.message));
  }
}

}  // namespace
}  // namespace ganglion::grammar
