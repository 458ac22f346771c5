#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "ganglion/learn/data/chinese_numbers.h"
#include "ganglion/learn/data/chinese_targets.h"
#include "ganglion/learn/data/chinese_words.h"
#include "ganglion/learn/data/generator.h"
#include "ganglion/learn/data/phrase.h"
#include "ganglion/testing/shared_data.h"

namespace ganglion::learn {
namespace {

std::size_t CodePoints(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool IsUtf8(const std::string& text) {
  std::size_t follow = 0;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (follow > 0) {
      if ((byte & 0xC0) != 0x80) return false;
      --follow;
    } else if (byte >= 0x80) {
      if ((byte & 0xE0) == 0xC0) follow = 1;
      if ((byte & 0xF0) == 0xE0) follow = 2;
      if ((byte & 0xF8) == 0xF0) follow = 3;
      if (follow == 0) return false;
    }
  }
  return follow == 0;
}

TEST(GenerateChinese, EveryExampleIsValidAndMostAreDistinct) {
  Rng rng(20);
  std::set<std::string> texts;
  constexpr std::size_t kCount = 20'000;
  for (std::size_t i = 0; i < kCount; ++i) {
    const Example example = GenerateChinese(rng);
    ASSERT_LE(example.steps.size(), 16u) << example.text;
    ASSERT_TRUE(std::all_of(example.steps.begin(), example.steps.end(), InRange)) << example.text;
    ASSERT_TRUE(IsUtf8(example.text) && IsUtf8(example.PlanJson())) << example.text;
    ASSERT_GE(CodePoints(example.text), 1u);
    ASSERT_LE(CodePoints(example.text), 120u) << example.text;
    texts.insert(example.text);
  }
  EXPECT_GT(texts.size(), kCount * 9 / 10);
}

TEST(GenerateChinese, OneTextNeverHasTwoPlans) {
  Rng rng(28);
  std::map<std::string, std::string> plans;
  for (int i = 0; i < 50'000; ++i) {
    const Example example = GenerateChinese(rng);
    const std::string plan = example.PlanJson();
    const auto [at, fresh] = plans.emplace(example.text, plan);
    EXPECT_EQ(at->second, plan) << example.text;
  }
}

TEST(GenerateChinese, TheSameSeedGivesTheSameExamples) {
  Rng one(7);
  Rng two(7);
  for (int i = 0; i < 200; ++i) {
    const Example a = GenerateChinese(one);
    const Example b = GenerateChinese(two);
    ASSERT_EQ(a.text, b.text);
    ASSERT_EQ(a.steps, b.steps);
  }
}

TEST(GenerateChinese, KindsKeepTheirShares) {
  Rng rng(21);
  std::map<std::string, int> groups;
  int empty = 0;
  int compound = 0;
  constexpr int kCount = 20'000;
  for (int i = 0; i < kCount; ++i) {
    const Example example = GenerateChinese(rng);
    ++groups[example.kind.substr(0, example.kind.find('/'))];
    empty += example.steps.empty() ? 1 : 0;
    compound += example.steps.size() > 1 ? 1 : 0;
  }
  const auto share = [](int count) { return static_cast<double>(count) / kCount; };
  EXPECT_NEAR(share(empty), 0.125, 0.03);
  EXPECT_NEAR(share(compound), 0.4, 0.07);
  EXPECT_NEAR(share(groups["single"]), 0.385, 0.05);
  EXPECT_NEAR(share(groups["correction"]), 0.07, 0.03);
  EXPECT_NEAR(share(groups["negation"]), 0.065, 0.03);
  EXPECT_NEAR(share(groups["repeat"]), 0.05, 0.02);
  EXPECT_NEAR(share(groups["shape"]), 0.02, 0.01);
}

TEST(GenerateChinese, TheDevelopmentSetIsNotAmongTheExamples) {
  const auto path = testing::SharedData("rover/dev-zh.jsonl");
  if (!path) GTEST_SKIP() << "no development set on this machine";
  std::set<std::string> known;
  std::ifstream file(*path);
  const std::string head = "\"text\": \"";
  for (std::string line; std::getline(file, line);) {
    const std::size_t start = line.find(head) + head.size();
    const std::string text = line.substr(start, line.find("\", \"steps\"") - start);
    // What is shorter than this (去厨房, 急停) any two people say alike.
    if (CodePoints(text) > 8) known.insert(text);
  }
  ASSERT_GT(known.size(), 40u);
  Rng rng(22);
  for (int i = 0; i < 50'000; ++i) EXPECT_FALSE(known.contains(GenerateChinese(rng).text));
}

TEST(Numeral, CountsAsOneSpeaks) {
  using chinese::CountNumeral;
  using chinese::DecimalNumeral;
  using chinese::Numeral;
  EXPECT_EQ(Numeral(0), "零");
  EXPECT_EQ(Numeral(2), "二");
  EXPECT_EQ(Numeral(10), "十");
  EXPECT_EQ(Numeral(12), "十二");
  EXPECT_EQ(Numeral(20), "二十");
  EXPECT_EQ(Numeral(45), "四十五");
  EXPECT_EQ(Numeral(100), "一百");
  EXPECT_EQ(Numeral(105), "一百零五");
  EXPECT_EQ(Numeral(110), "一百一十");
  EXPECT_EQ(Numeral(720), "七百二十");
  EXPECT_EQ(Numeral(1005), "一千零五");
  EXPECT_EQ(CountNumeral(2), "两");
  EXPECT_EQ(CountNumeral(12), "十二");
  EXPECT_EQ(CountNumeral(220), "两百二十");
  EXPECT_EQ(DecimalNumeral(0.5), "零点五");
  EXPECT_EQ(DecimalNumeral(2.25), "二点二五");
  EXPECT_EQ(DecimalNumeral(1.05), "一点零五");
}

TEST(DrawDistance, MixedFormsMeanWhatTheySay) {
  Rng rng(23);
  std::map<std::string, double> seen;
  for (int i = 0; i < 60'000; ++i) {
    const auto drawn = chinese::DrawDistance(rng);
    const auto [at, fresh] = seen.emplace(drawn.said, drawn.value);
    ASSERT_EQ(at->second, drawn.value) << drawn.said << " means two things";
  }
  const std::map<std::string, double> expected = {
      {"半米", 0.5},   {"三米半", 3.5},   {"一米二", 1.2}, {"两米五", 2.5},  {"1米8", 1.8},
      {"80公分", 0.8}, {"三十厘米", 0.3}, {"两步", 0.6},   {"一步", 0.3},    {"零点五米", 0.5},
      {"1.5米", 1.5},  {"10英寸", 0.25},  {"3英尺", 0.91}, {"500毫米", 0.5}, {"半步", 0.15}};
  for (const auto& [said, value] : expected) {
    ASSERT_TRUE(seen.contains(said)) << said;
    EXPECT_DOUBLE_EQ(seen[said], value) << said;
  }
}

TEST(DrawDuration, MixedFormsMeanWhatTheySay) {
  Rng rng(24);
  std::map<std::string, double> seen;
  for (int i = 0; i < 60'000; ++i) {
    const auto drawn = chinese::DrawDuration(rng);
    const auto [at, fresh] = seen.emplace(drawn.said, drawn.value);
    ASSERT_EQ(at->second, drawn.value) << drawn.said << " means two things";
  }
  const std::map<std::string, double> expected = {{"半分钟", 30}, {"一分半钟", 90}, {"两分半", 150},
                                                  {"三秒钟", 3},  {"两分钟", 120},  {"半秒", 0.5}};
  for (const auto& [said, value] : expected) {
    ASSERT_TRUE(seen.contains(said)) << said;
    EXPECT_DOUBLE_EQ(seen[said], value) << said;
  }
}

TEST(DrawPercent, IsWhatItSays) {
  Rng rng(25);
  for (int i = 0; i < 5000; ++i) {
    const auto drawn = chinese::DrawPercent(rng);
    if (drawn.said == "百分之七十五") {
      EXPECT_EQ(drawn.value, 75);
    }
    if (drawn.said == "三成") {
      EXPECT_EQ(drawn.value, 30);
    }
    if (drawn.said == "百分之百") {
      EXPECT_EQ(drawn.value, 100);
    }
    ASSERT_LE(drawn.value, 100);
  }
}

TEST(PlanTarget, DropsDeAndCapitals) {
  EXPECT_EQ(chinese::PlanTarget("红色的USB线"), "红色usb线");
  EXPECT_EQ(chinese::PlanTarget("张三的桌子"), "张三桌子");
  EXPECT_EQ(chinese::PlanTarget("穿红背心的师傅"), "穿红背心师傅");
}

TEST(DrawPlacement, ThePlanDropsTheLastPreposition) {
  Rng rng(26);
  for (int i = 0; i < 20'000; ++i) {
    const auto target = chinese::DrawPlacement(rng);
    ASSERT_FALSE(target.plan.ends_with("上") || target.plan.ends_with("里") ||
                 target.plan.ends_with("中"))
        << target.said;
    ASSERT_EQ(target.plan.find("的"), std::string::npos);
    ASSERT_TRUE(chinese::PlanTarget(target.said).starts_with(target.plan));
  }
}

TEST(DrawTargets, ThePlanIsTheWordsWithoutDeterminers) {
  Rng rng(27);
  for (int i = 0; i < 20'000; ++i) {
    const auto target = chinese::WithDeterminer(rng, chinese::DrawThing(rng));
    for (std::string_view word : {"我的", "你的", "这个", "那个", "一个", "的"}) {
      ASSERT_FALSE(target.plan.starts_with(word)) << target.said;
    }
    ASSERT_TRUE(chinese::PlanTarget(target.said).ends_with(target.plan)) << target.said;
  }
}

TEST(FullWidth, ChangesDigitsOnly) { EXPECT_EQ(chinese::FullWidth("前进2.5米"), "前进２.５米"); }

TEST(WordList, HoldsManyDistinctWords) {
  EXPECT_GT(chinese::Things().size() + chinese::Surfaces().size() + chinese::Containers().size() +
                chinese::Places().size() + chinese::People().size(),
            1400u);
}

}  // namespace
}  // namespace ganglion::learn
