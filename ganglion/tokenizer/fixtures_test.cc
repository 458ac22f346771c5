// Real vocabularies and the ids that they must give: the folder `tokenizers` of the shared data.

#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ganglion/gguf/gguf.h"
#include "ganglion/testing/shared_data.h"
#include "ganglion/tokenizer/tokenizer.h"

namespace ganglion {
namespace {

using nlohmann::json;

std::vector<std::int32_t> Ids(const std::vector<TokenId>& tokens) {
  std::vector<std::int32_t> ids;
  ids.reserve(tokens.size());
  for (const TokenId token : tokens) ids.push_back(Value(token));
  return ids;
}

// Any of the answers that a case lists is right.
bool IsAnswer(const json& test, const std::vector<std::int32_t>& ids) {
  if (test.at("ids") == ids) return true;
  for (const json& other : test.value("disputed", json::array())) {
    if (other.at("ids") == ids) return true;
  }
  return false;
}

class FixturesTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const auto folder = testing::SharedData("tokenizers");
    if (!folder.has_value()) GTEST_SKIP() << "no shared data here";
    folder_ = *folder;
    auto file = gguf::File::Open(folder_ + "/" + GetParam() + ".gguf");
    ASSERT_TRUE(file.ok()) << file.error().message();
    auto tokenizer = Tokenizer::FromGguf(**file);
    ASSERT_TRUE(tokenizer.ok()) << tokenizer.error().message();
    tokenizer_ = *tokenizer;
  }

  json Read(const std::string& ending) const {
    std::ifstream in(folder_ + "/" + GetParam() + ending);
    return json::parse(in);
  }

  void ExpectAgreement(const std::string& ending) const {
    const json tests = Read(ending);
    std::size_t agreeing = 0;
    for (const json& test : tests) {
      const auto text = test.at("text").get<std::string>();
      const auto tokens = tokenizer_->Encode(
          text, {test.value("add_special", false), test.value("parse_special", false)});
      ASSERT_TRUE(tokens.ok()) << tokens.error().message();
      const bool agrees = IsAnswer(test, Ids(*tokens));
      agreeing += agrees ? 1 : 0;
      EXPECT_TRUE(agrees) << test.dump() << "\ngot " << json(Ids(*tokens)).dump();
    }
    EXPECT_GT(tests.size(), 0u);
    std::printf("%s%s: %zu of %zu agree\n", GetParam().c_str(), ending.c_str(), agreeing,
                tests.size());
  }

  std::string folder_;
  std::shared_ptr<const Tokenizer> tokenizer_;
};

TEST_P(FixturesTest, PlainTextGivesTheIdsExpected) { ExpectAgreement(".json"); }

TEST_P(FixturesTest, SpecialTokensGiveTheIdsExpected) { ExpectAgreement(".special.json"); }

TEST_P(FixturesTest, DecodingGivesTheTextBack) {
  if (GetParam() == "bert-bge") return;  // WordPiece folds the text.
  const bool marks_spaces = tokenizer_->Find("\xe2\x96\x81") != kNoToken;
  for (const json& test : Read(".json")) {
    const auto text = test.at("text").get<std::string>();
    if (marks_spaces && text.find("\xe2\x96\x81") != std::string::npos) continue;
    const auto tokens = tokenizer_->Encode(text);
    ASSERT_TRUE(tokens.ok());
    EXPECT_EQ(tokenizer_->Decode(*tokens), text);
  }
}

INSTANTIATE_TEST_SUITE_P(All, FixturesTest,
                         ::testing::Values("bert-bge", "deepseek-coder", "gpt-2", "llama-bpe",
                                           "llama-spm", "phi-3", "qwen2", "starcoder"),
                         [](const auto& info) {
                           std::string name = info.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace ganglion
