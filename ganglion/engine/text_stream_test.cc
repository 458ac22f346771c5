#include "ganglion/engine/text_stream.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"

namespace ganglion::engine {
namespace {

using ::testing::ElementsAre;

struct Shown {
  std::string text;
  std::vector<std::string> pieces;
  bool stopped = false;
};

Shown Feed(const std::vector<std::string>& parts, std::vector<std::string> stops = {}) {
  TextStream stream;
  stream.Start(std::move(stops));
  Shown run;
  const auto take = [&run](std::string_view piece) {
    if (!piece.empty()) run.pieces.emplace_back(piece);
    run.text += piece;
  };
  for (const std::string& part : parts) take(stream.Append(part));
  run.stopped = stream.stopped();
  take(stream.Finish());
  return run;
}

TEST(TextStream, CharactersComeWhole) {
  EXPECT_THAT(Feed({"a", "\xE4", "\xB8", "\x96", "b"}).pieces, ElementsAre("a", "世", "b"));
  EXPECT_THAT(Feed({"\xF0\x9F", "\x98\x80!"}).pieces, ElementsAre("😀!"));
}

TEST(TextStream, InvalidBytesAreReplaced) {
  EXPECT_EQ(Feed({"a\xFF"
                  "b"})
                .text,
            "a\uFFFDb");
  EXPECT_EQ(Feed({"\xC0\xAF"}).text, "\uFFFD\uFFFD");            // overlong
  EXPECT_EQ(Feed({"\xED\xA0\x80"}).text, "\uFFFD\uFFFD\uFFFD");  // surrogate
  EXPECT_EQ(Feed({"\xF4\x90\x80\x80"}).text, "\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(Feed({"x\xE4\xB8"}).text, "x\uFFFD\uFFFD");  // the answer ends inside a character
  EXPECT_EQ(Feed({"\xE4", "a"}).text, "\uFFFDa");
}

TEST(TextStream, TheTextEndsBeforeTheFirstStop) {
  const Shown run = Feed({"one", " two", " th", "ree"}, {"three", "two t"});
  EXPECT_EQ(run.text, "one ");
  EXPECT_TRUE(run.stopped);
  EXPECT_EQ(Feed({"abc"}, {"abc"}).text, "");
  EXPECT_EQ(Feed({"xabcx"}, {"c", "b"}).text, "xa");
}

TEST(TextStream, WhatCouldBecomeAStopIsHeldBack) {
  TextStream stream;
  stream.Start({"END"});
  EXPECT_EQ(stream.Append("aE"), "a");
  EXPECT_EQ(stream.Append("N"), "");
  EXPECT_EQ(stream.Append("E"), "EN");
  EXPECT_EQ(stream.Append("ND"), "");
  EXPECT_TRUE(stream.stopped());
  EXPECT_EQ(stream.Append("more"), "");
  EXPECT_EQ(stream.Finish(), "");
  EXPECT_EQ(Feed({"aEN"}, {"END"}).text, "aEN");
}

TEST(TextStream, HowTheBytesAreCutDoesNotMatter) {
  testing::SeededRng rng;
  SCOPED_TRACE(rng.seed());
  const std::string alphabet[] = {"a", "b", "ab", "\n", "世", "\xE4", "\x98", "é"};
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    for (std::size_t i = rng.Below(20); i > 0; --i) bytes += alphabet[rng.Below(8)];
    std::vector<std::string> stops;
    for (std::size_t i = rng.Below(3); i > 0; --i) {
      stops.emplace_back();
      for (std::size_t n = 1 + rng.Below(3); n > 0; --n) {
        stops.back() += std::string(1, "ab"[rng.Below(2)]);
      }
    }
    std::vector<std::string> parts;
    for (std::size_t at = 0; at < bytes.size();) {
      parts.push_back(bytes.substr(at, 1 + rng.Below(4)));
      at += parts.back().size();
    }
    const Shown whole = Feed({bytes}, stops);
    const Shown cut = Feed(parts, stops);
    EXPECT_EQ(cut.text, whole.text);
    EXPECT_EQ(cut.stopped, whole.stopped);
    for (const std::string& stop : stops) EXPECT_EQ(cut.text.find(stop), std::string::npos);
  }
}

}  // namespace
}  // namespace ganglion::engine
