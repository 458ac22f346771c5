#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ganglion/engine/engine.h"
#include "ganglion/engine/forced_tokens.h"
#include "ganglion/engine/test_model_test.h"

namespace ganglion::engine {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

constexpr const char* kPlanSchema = R"({
  "type": "object",
  "properties": {
    "steps": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"oneOf": [
      {"type": "object", "properties": {"op": {"const": "move"},
        "cm": {"type": "integer", "minimum": -100, "maximum": 250}},
        "required": ["op", "cm"], "additionalProperties": false},
      {"type": "object", "properties": {"op": {"const": "say"},
        "text": {"type": "string", "minLength": 1, "maxLength": 8}},
        "required": ["op", "text"], "additionalProperties": false}]}},
    "note": {"enum": ["none", "slow", "null"]}
  },
  "required": ["steps", "note"], "additionalProperties": false})";

void ExpectPlan(const std::string& text) {
  const Json plan = Json::parse(text, nullptr, false);
  ASSERT_TRUE(plan.is_object()) << text;
  ASSERT_EQ(plan.size(), 2u) << text;
  EXPECT_TRUE(plan.at("note") == "none" || plan.at("note") == "slow" || plan.at("note") == "null");
  const Json& steps = plan.at("steps");
  EXPECT_GE(steps.size(), 1u);
  EXPECT_LE(steps.size(), 3u);
  for (const Json& step : steps) {
    ASSERT_EQ(step.size(), 2u) << text;
    if (step.at("op") == "move") {
      ASSERT_TRUE(step.at("cm").is_number_integer()) << text;
      EXPECT_GE(step.at("cm").get<int>(), -100);
      EXPECT_LE(step.at("cm").get<int>(), 250);
    } else {
      ASSERT_EQ(step.at("op"), "say") << text;
      EXPECT_FALSE(step.at("text").get<std::string>().empty());
    }
  }
}

api::GenerateRequest PlanRequest(std::uint64_t seed, float temperature) {
  api::GenerateRequest request;
  request.messages = {{"user", "do something"}};
  request.json_schema = kPlanSchema;
  request.sampling.temperature = temperature;
  request.sampling.seed = seed;
  request.tokens_max = 400;
  return request;
}

TEST(Constrained, AnswersOfARandomModelAreValid) {
  for (const bool has_merges : {false, true}) {
    const TestModel model({.seed = 3, .has_merges = has_merges});
    const auto engine = model.MakeEngine();
    std::vector<std::string> texts;
    for (std::uint64_t seed = 0; seed < 25; ++seed) {
      const api::Answer answer = Ask(*engine, PlanRequest(seed, seed % 3 == 0 ? 0.5f : 3.0f));
      EXPECT_EQ(answer.reason, api::FinishReason::kStop);
      ExpectPlan(answer.text);
      EXPECT_GT(answer.usage.forced_tokens, 10);
      EXPECT_LE(answer.usage.forced_tokens, answer.usage.generated_tokens);
      texts.push_back(answer.text);
    }
    std::sort(texts.begin(), texts.end());
    EXPECT_GT(std::unique(texts.begin(), texts.end()) - texts.begin(), 10);
  }
}

// With one token for each byte there is one way to write a forced text, so sampling through the
// mask must come to the same answer.
TEST(Constrained, ForcingChangesNothingButTheWork) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const TestModel model({.seed = seed});
    const auto forcing = model.MakeEngine({.force_tokens = true});
    const auto sampling = model.MakeEngine({.force_tokens = false});
    const float temperature = seed < 3 ? 0.0f : 1.0f;
    const api::Answer a = Ask(*forcing, PlanRequest(seed, temperature));
    const api::Answer b = Ask(*sampling, PlanRequest(seed, temperature));
    EXPECT_EQ(a.text, b.text);
    EXPECT_EQ(a.usage.generated_tokens, b.usage.generated_tokens);
    EXPECT_GT(a.usage.forced_tokens, 10);
    EXPECT_EQ(b.usage.forced_tokens, 0);
  }
}

TEST(Constrained, AnAnswerThatIsDictatedWhollyNeedsNoSampling) {
  const TestModel model;
  const auto engine = model.MakeEngine();
  api::GenerateRequest request = RawRequest("x", 50);
  request.json_schema = R"({"const": {"a": [1, "two"]}})";
  const api::Answer answer = Ask(*engine, request);
  EXPECT_EQ(Json::parse(answer.text), Json::parse(R"({"a": [1, "two"]})"));
  EXPECT_EQ(answer.reason, api::FinishReason::kStop);
  EXPECT_EQ(answer.usage.forced_tokens, answer.usage.generated_tokens);
}

// The grammar dictates "opab, but opabc is one token: the model must be free to write it.
TEST(Constrained, ATokenThatBeginsInForcedTextAndGoesOnIsLeftToTheModel) {
  const TestModel model({.has_merges = true});
  const auto engine = model.MakeEngine();
  api::GenerateRequest request = RawRequest("x", 50);
  request.json_schema = R"({"enum": ["opabc", "opabd"]})";
  request.sampling.temperature = 5;
  int in_one_token = 0;
  for (request.sampling.seed = 0; request.sampling.seed < 40; ++request.sampling.seed) {
    const api::Answer answer = Ask(*engine, request);
    EXPECT_TRUE(answer.text == "\"opabc\"" || answer.text == "\"opabd\"") << answer.text;
    in_one_token += answer.usage.generated_tokens == 3 ? 1 : 0;  // and the two quotes
  }
  EXPECT_GT(in_one_token, 0);
}

TEST(Constrained, AnAnswerThatIsCutOffIsAnError) {
  const TestModel model;
  const auto engine = model.MakeEngine();
  api::GenerateRequest request = PlanRequest(1, 1.0f);
  request.tokens_max = 20;
  EXPECT_THAT(ErrorOf(*engine, request),
              HasSubstr("the answer reached tokens_max after 20 tokens"));
  request.tokens_max = 3;  // within the text that is forced
  EXPECT_THAT(ErrorOf(*engine, request), HasSubstr("after 3 tokens"));
  const auto small = model.MakeEngine({.context_tokens = 64});
  request.tokens_max = 400;
  EXPECT_THAT(ErrorOf(*small, request), HasSubstr("the end of the context"));
}

TEST(ForcedTokens, AreWhatTheTokenizerWouldHaveWritten) {
  const TestModel model({.has_merges = true});  // {" ":" abc op : with a quote
  const auto engine = model.MakeEngine();
  const Tokenizer& tokenizer = engine->tokenizer();
  const auto text_of = [&](const std::vector<TokenId>& tokens) {
    std::vector<std::string> pieces;
    for (const TokenId token : tokens) pieces.emplace_back(tokenizer.Piece(token));
    return pieces;
  };
  const auto forced = [&](std::string_view tail, std::string_view text) {
    const auto before = tokenizer.Encode(tail);
    return text_of(TokenizeForced(tokenizer, *before, text));
  };
  EXPECT_EQ(forced("", "{\"op"), (std::vector<std::string>{"{\"", "op"}));
  EXPECT_EQ(forced("x", "abc"), (std::vector<std::string>{"abc"}));
  // "ab" is written already and cannot become "abc".
  EXPECT_EQ(forced("ab", "c"), (std::vector<std::string>{"c"}));
  EXPECT_EQ(forced("a", "bcabc"), (std::vector<std::string>{"b", "c", "abc"}));
  EXPECT_EQ(forced("", ""), (std::vector<std::string>{}));
}

}  // namespace
}  // namespace ganglion::engine
