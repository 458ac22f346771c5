#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/yaml/limits.h"
#include "ganglion/yaml/section.h"

namespace ganglion::yaml {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string ErrorOf(std::string_view text) {
  const auto node = Parse(text);
  return node.ok() ? "" : std::string(node.error().message());
}

TEST(YamlNode, KeepsKeysInTheirOrderWithTheirLines) {
  const auto root = Parse("b: 1\na:\n  - x\n  - {y: 'null', z: null}\nc:\n");
  ASSERT_TRUE(root.ok());
  ASSERT_EQ(root->entries.size(), 3u);
  EXPECT_EQ(root->entries[0].first.text, "b");
  EXPECT_EQ(root->entries[0].second.text, "1");
  const Node* list = root->Find("a");
  ASSERT_EQ(list->items.size(), 2u);
  EXPECT_EQ(list->items[0].line, 3);
  EXPECT_EQ(list->items[1].Find("y")->kind, Node::Kind::kScalar);
  EXPECT_EQ(list->items[1].Find("z")->kind, Node::Kind::kNull);
  EXPECT_EQ(root->Find("c")->kind, Node::Kind::kNull);
  EXPECT_EQ(root->Find("d"), nullptr);
}

TEST(YamlNode, WhatHidesItsSizeIsRefused) {
  EXPECT_THAT(ErrorOf("a: &x 1"), HasSubstr("line 1: anchors are not read"));
  EXPECT_THAT(ErrorOf("a: &x [1]\nb: *x"), HasSubstr("anchors are not read"));
  EXPECT_THAT(ErrorOf("a: !!binary x"), HasSubstr("tags are not read"));
  EXPECT_THAT(ErrorOf("a: 1\n---\nb: 1"), HasSubstr("more than one document"));
  EXPECT_THAT(ErrorOf(std::string(kTextBytesMax + 1, ' ')), HasSubstr("bytes"));
  EXPECT_THAT(ErrorOf(std::string(kDepthMax + 1, '[') + std::string(kDepthMax + 1, ']')),
              HasSubstr("too deep"));
  EXPECT_NE(ErrorOf(std::string(100000, '[')), "");
  EXPECT_THAT(ErrorOf("a: [\nb"), HasSubstr("line "));
}

struct Read {
  Node root;
  std::string error;
};

TEST(YamlSection, ReadsWhatIsThereAndFallsBackWhereItIsNot) {
  Read read{*Parse("n: 1.5\ni: -3\nyes: true\nt: word\nb: 4MB\nw: [a, b]\nc: two\n"), {}};
  const Section at(read.root, "top", &read.error);
  EXPECT_EQ(at.Number("n", 0, 2), 1.5);
  EXPECT_EQ(at.Number("none", 0, 2, 0.5), 0.5);
  EXPECT_EQ(at.Integer("i", -5, 5, 0), -3);
  EXPECT_EQ(at.Integer("none", -5, 5, 4), 4);
  EXPECT_TRUE(at.Flag("yes", false));
  EXPECT_TRUE(at.Flag("none", true));
  EXPECT_EQ(at.Text("t", 10, "x"), "word");
  EXPECT_EQ(at.Text("none", 10, "x"), "x");
  EXPECT_EQ(at.Bytes("b", 0, 1u << 30, 0), 4u << 20);
  EXPECT_THAT(at.Words("w", 4), ElementsAre("a", "b"));
  constexpr std::string_view kChoices[] = {"one", "two"};
  EXPECT_EQ(at.Choice("c", kChoices, 0), 1u);
  EXPECT_EQ(at.Sub("none").Integer("x", 0, 9, 7), 7);
  EXPECT_EQ(read.error, "");
}

TEST(YamlSection, NamesTheLineTheKeyAndTheRange) {
  struct Case {
    const char* text;
    const char* error;
  };
  const Case cases[] = {
      {"\nn: 5", "line 2: top.n must be between 0 and 2"},
      {"n: .nan", "top.n must be between"},
      {"n: 1x", "top.n must be a number"},
      {"n: [1]", "top.n must be a number"},
      {"n: 1\ni: 1.5", "line 2: top.i must be a whole number between 0 and 9"},
      {"n: 1\ni: 99999999999999999999", "top.i must be a whole number"},
      {"n: 1\nb: 4XB", "top.b must be a size between 0 and 1024 bytes"},
      {"n: 1\nb: 99999999999999TB", "top.b must be a size"},
      {"n: 1\nb: MB", "top.b must be a size"},
      {"n: 1\nf: maybe", "top.f must be true or false"},
      {"n: 1\nl: 5", "top.l must be a list of at most 2"},
      {"n: 1\nl: [1, 2, 3]", "top.l must be a list of at most 2"},
      {"n: 1\ns: 5", "top.s: must be a mapping"},
      {"n: 1\nn: 1", "line 2: top: 'n' stands twice"},
      {"n: 1\nfalg: true", "unknown key 'falg'"},
      {"b: 1", "'n' is missing"},
      {"[]", "must be a mapping"},
      {"", "must be a mapping"},
  };
  for (const Case& each : cases) {
    const auto root = Parse(each.text);
    ASSERT_TRUE(root.ok()) << each.text;
    std::string error;
    const Section at(*root, "top", &error);
    at.AllowOnly({"n", "i", "b", "f", "l", "s"});
    at.Number("n", 0, 2);
    at.Integer("i", 0, 9, 0);
    at.Bytes("b", 0, 1024, 0);
    at.Flag("f", false);
    if (at.Has("l")) at.Items("l", 2, "item");
    at.Sub("s");
    EXPECT_THAT(error, HasSubstr(each.error)) << each.text;
  }
}

TEST(YamlSection, AMisspeltKeyIsToldWhatItWasLikelyMeantToBe) {
  const auto root = Parse("prot: 1");
  std::string error;
  Section(*root, "listen", &error).AllowOnly({"host", "port", "tls"});
  EXPECT_EQ(error, "line 1: listen: unknown key 'prot'; did you mean 'port'?");
}

TEST(NearestWord, IsNearOrNothing) {
  constexpr std::string_view kKnown[] = {"context", "threads", "kv_memory", "name"};
  EXPECT_EQ(NearestWord("contxt", kKnown), "context");
  EXPECT_EQ(NearestWord("kv-memory", kKnown), "kv_memory");
  EXPECT_EQ(NearestWord("thraeds", kKnown), "threads");
  EXPECT_EQ(NearestWord("temperature", kKnown), "");
  EXPECT_EQ(NearestWord("", kKnown), "");
  EXPECT_EQ(NearestWord(std::string(1000, 'x'), kKnown), "");
}

TEST(YamlFile, AnErrorBeginsWithThePath) {
  const auto none = ParseFile("/nowhere/file.yaml", 10);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code(), Code::kNotFound);
  EXPECT_THAT(none.error().message(), HasSubstr("/nowhere/file.yaml"));
}

}  // namespace
}  // namespace ganglion::yaml
