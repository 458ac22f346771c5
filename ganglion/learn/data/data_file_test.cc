#include "ganglion/learn/data/data_file.h"

#include <cstdio>
#include <fstream>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace ganglion::learn {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class DataFileTest : public ::testing::Test {
 protected:
  void TearDown() override {
    std::remove(out_.c_str());
    std::remove(excluded_.c_str());
  }
  std::string Write(std::uint64_t seed, const std::string& exclude = "") {
    EXPECT_TRUE(WriteData({.out = out_, .examples = 2'000, .seed = seed, .exclude = exclude}).ok());
    return ReadFile(out_);
  }
  const std::string out_ = ::testing::TempDir() + "ganglion_data.jsonl";
  const std::string excluded_ = ::testing::TempDir() + "ganglion_excluded.txt";
};

TEST_F(DataFileTest, SameSeedSameBytes) {
  const std::string first = Write(7);
  EXPECT_EQ(Write(7), first);
  EXPECT_NE(Write(8), first);
}

TEST_F(DataFileTest, NoTextOccursTwiceNorOneThatIsExcluded) {
  const auto texts = [](const std::string& file) {
    std::multiset<std::string> out;
    for (std::size_t at = 0; (at = file.find("{\"text\":\"", at)) != std::string::npos; ++at) {
      out.insert(Fingerprint(file.substr(at + 9, file.find("\",\"plan\"", at) - at - 9)));
    }
    return out;
  };
  const auto before = texts(Write(7));
  EXPECT_EQ(before.size(), 2'000u);
  EXPECT_EQ(std::set<std::string>(before.begin(), before.end()).size(), 2'000u);
  {
    std::ofstream out(excluded_);
    for (auto it = before.begin(); it != std::next(before.begin(), 500); ++it) out << *it << '\n';
  }
  const auto after = texts(Write(7, excluded_));
  for (auto it = before.begin(); it != std::next(before.begin(), 500); ++it) {
    EXPECT_EQ(after.count(*it), 0u);
  }
}

TEST(Fingerprint, IgnoresCasePunctuationAndSpace) {
  EXPECT_EQ(Fingerprint("Turn left."), Fingerprint("turn  LEFT"));
  EXPECT_EQ(Fingerprint("前进２米，左转。"), Fingerprint("前进2米左转"));
  EXPECT_NE(Fingerprint("turn left"), Fingerprint("turn right"));
}

TEST(WriteData, SaysWhatItCannotRead) {
  EXPECT_EQ(WriteData({.out = "/nonexistent/x", .examples = 1}).code(), Code::kUnavailable);
  EXPECT_EQ(WriteData({.out = "/dev/null", .examples = 1, .exclude = "/nonexistent"}).code(),
            Code::kNotFound);
}

}  // namespace
}  // namespace ganglion::learn
