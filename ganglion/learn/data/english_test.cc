#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ganglion/learn/data/data_file.h"
#include "ganglion/learn/data/generator.h"
#include "ganglion/testing/shared_data.h"

namespace ganglion::learn {
namespace {

TEST(GenerateEnglish, EveryExampleIsValidAndFewAreAlike) {
  Rng rng(20);
  std::set<std::string> texts;
  constexpr int kCount = 20000;
  for (int i = 0; i < kCount; ++i) {
    const Example example = GenerateEnglish(rng);
    ASSERT_LE(example.steps.size(), 16u);
    ASSERT_LE(example.text.size(), 300u);
    ASSERT_FALSE(example.text.empty());
    for (const Step& step : example.steps) ASSERT_TRUE(InRange(step)) << example.text;
    for (char c : example.text) ASSERT_GE(static_cast<unsigned char>(c), 0x20) << example.text;
    EXPECT_EQ(example.steps.empty(), example.kind.starts_with("empty/")) << example.text;
    texts.insert(example.text);
  }
  EXPECT_GT(texts.size(), static_cast<std::size_t>(0.9 * kCount));
}

TEST(GenerateEnglish, EveryKindHasItsShare) {
  Rng rng(21);
  std::map<std::string, int> counts;
  constexpr int kCount = 10000;
  for (int i = 0; i < kCount; ++i) {
    const std::string kind = GenerateEnglish(rng).kind;
    ++counts[kind.substr(0, kind.find('/'))];
  }
  const auto share = [&counts](const char* kind) { return 100.0 * counts[kind] / kCount; };
  EXPECT_GT(share("single"), 30);
  EXPECT_GT(share("compound"), 15);
  EXPECT_GT(share("repeat"), 5);
  EXPECT_GT(share("correction"), 6);
  EXPECT_GT(share("negation"), 5);
  EXPECT_GT(share("empty"), 6);
  EXPECT_LT(share("empty"), 18);
}

// The measured examples are for measuring: none is a sentence of the generator. Very short commands
// ("turn left") cannot but occur; the data command drops those.
TEST(GenerateEnglish, DoesNotRepeatTheMeasuredExamples) {
  const auto path = testing::SharedData("rover/dev-en.jsonl");
  if (!path) GTEST_SKIP() << "no shared data here";
  std::set<std::string> measured;
  std::ifstream file(*path);
  for (std::string line; std::getline(file, line);) {
    const std::string text = nlohmann::json::parse(line)["text"];
    if (std::count(text.begin(), text.end(), ' ') >= 4) measured.insert(Fingerprint(text));
  }
  ASSERT_GT(measured.size(), 50u);
  Rng rng(22);
  for (int i = 0; i < 50000; ++i) {
    const Example example = GenerateEnglish(rng);
    EXPECT_FALSE(measured.contains(Fingerprint(example.text))) << example.text;
  }
}

}  // namespace
}  // namespace ganglion::learn
