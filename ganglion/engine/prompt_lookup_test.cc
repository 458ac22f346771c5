#include "ganglion/engine/prompt_lookup.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/engine/test_model_test.h"

namespace ganglion::engine {
namespace {

// Characters are tokens here.
std::string DraftAfter(PromptLookup& lookup, std::string_view text, std::size_t length) {
  lookup.Start();
  for (const char c : text) lookup.Append(TokenId{c});
  std::vector<TokenId> draft(length);
  std::string guessed;
  draft.resize(lookup.Draft(draft));
  for (const TokenId token : draft) guessed += static_cast<char>(Value(token));
  return guessed;
}

TEST(PromptLookup, TheTextGoesOnAsItDidBefore) {
  PromptLookup lookup(64);
  EXPECT_EQ(DraftAfter(lookup, "the red ball; the r", 6), "ed bal");
  EXPECT_EQ(DraftAfter(lookup, "abcdefg", 3), "");
  EXPECT_EQ(DraftAfter(lookup, "a", 3), "");
  EXPECT_EQ(DraftAfter(lookup, "", 3), "");
}

TEST(PromptLookup, TheLongestNgramCountsThenTheLastPlace) {
  PromptLookup lookup(64);
  EXPECT_EQ(DraftAfter(lookup, "xabc1 abc2 yabc3 xabc", 1), "1");
  EXPECT_EQ(DraftAfter(lookup, "abc1 abc2 abc", 1), "2");
}

TEST(PromptLookup, AShortPeriodGoesOnIntoTheGuess) {
  PromptLookup lookup(64);
  EXPECT_EQ(DraftAfter(lookup, "-ababab", 7), "abababa");
  EXPECT_EQ(DraftAfter(lookup, "aaaa", 5), "aaaaa");
}

TEST(PromptLookup, AnEarlierTextLeavesNothingBehind) {
  PromptLookup lookup(64);
  EXPECT_EQ(DraftAfter(lookup, "0123456789abcdefghij0123", 4), "4567");
  EXPECT_EQ(DraftAfter(lookup, "ab012345678", 4), "");
  EXPECT_EQ(DraftAfter(lookup, "ab", 4), "");
}

// A gate for steps that cost `plain` without a draft and `plain + each * n` with one of n tokens,
// `accepted` of which are right. Returns the tokens of a plain step's time.
double Rate(std::uint32_t accepted_max, double each) {
  DraftGate gate(8);
  gate.Start();
  double time = 0;
  double tokens = 0;
  for (int step = 0; step < 5000; ++step) {
    const std::uint32_t length = gate.NextLength();
    const std::uint32_t accepted = std::min(length, accepted_max);
    const double seconds = 0.01 * (1 + each * length);
    if (length == 0) {
      gate.CountPlain(seconds);
    } else {
      gate.CountDraft(length, accepted, seconds);
    }
    time += seconds;
    tokens += 1 + accepted;
  }
  return tokens / time * 0.01;
}

TEST(DraftGate, DraftsThatAreRightGrow) { EXPECT_GT(Rate(8, 0.1), 4.5); }

TEST(DraftGate, DraftsThatAreWrongStop) {
  EXPECT_GT(Rate(0, 0.1), 0.97);
  EXPECT_GT(Rate(0, 1.0), 0.95);
}

TEST(DraftGate, DraftsThatAreRightAndTooDearStop) { EXPECT_GT(Rate(1, 1.5), 0.95); }

TEST(DraftGate, NoneIsNone) {
  DraftGate gate(0);
  gate.Start();
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(gate.NextLength(), 0u);
    gate.CountPlain(0.01);
  }
}

constexpr const char* kListSchema = R"({"type": "array", "minItems": 4, "maxItems": 9, "items":
  {"type": "object", "properties": {"op": {"enum": ["move", "turn"]},
   "by": {"type": "integer", "minimum": -9, "maximum": 90}},
   "required": ["op", "by"], "additionalProperties": false}})";

std::vector<api::GenerateRequest> Requests() {
  std::vector<api::GenerateRequest> requests;
  for (const char* prompt : {"abcabcabcabcab", "once upon a time once upon", "zzzzz", "q"}) {
    for (const float temperature : {0.0f, 0.3f, 1.0f}) {
      api::GenerateRequest request = RawRequest(prompt, 60);
      request.sampling.temperature = temperature;
      request.sampling.seed = 7;
      requests.push_back(request);
      request.sampling.repetition_penalty = 1.2f;
      requests.push_back(request);
      request.sampling.repetition_penalty = 1.0f;
      request.json_schema = kListSchema;
      request.tokens_max = 300;
      requests.push_back(request);
    }
  }
  return requests;
}

TEST(Draft, ChangesNoAnswerAndNoCount) {
  const TestModel model;
  for (const std::uint32_t draft_max : {1u, 3u, 16u}) {
    const auto plain = model.MakeEngine({.draft_max = 0});
    const auto drafting =
        model.MakeEngine({.prefill_chunk = 8, .draft_max = draft_max, .draft_must_pay = false});
    std::int32_t accepted = 0;
    std::int32_t wrong = 0;
    for (const api::GenerateRequest& request : Requests()) {
      const api::Answer a = Ask(*plain, request);
      const api::Answer b = Ask(*drafting, request);
      EXPECT_EQ(a.text, b.text);
      EXPECT_EQ(a.reason, b.reason);
      EXPECT_EQ(a.usage.generated_tokens, b.usage.generated_tokens);
      EXPECT_EQ(a.usage.forced_tokens, b.usage.forced_tokens);
      EXPECT_EQ(a.usage.prompt_tokens_cached, b.usage.prompt_tokens_cached);
      EXPECT_EQ(a.usage.draft_tokens, 0);
      accepted += b.usage.draft_tokens_accepted;
      wrong += b.usage.draft_tokens - b.usage.draft_tokens_accepted;
    }
    EXPECT_GT(accepted, 50) << draft_max;
    EXPECT_GT(wrong, 100) << draft_max;
  }
}

TEST(Draft, FillsTheContextToTheLastToken) {
  const TestModel model;
  const auto engine =
      model.MakeEngine({.context_tokens = 40, .draft_max = 16, .draft_must_pay = false});
  const api::Answer answer = Ask(*engine, RawRequest(std::string(20, 'a'), 100));
  EXPECT_EQ(answer.usage.generated_tokens, 20);
  EXPECT_GT(answer.usage.draft_tokens, 0);
}

}  // namespace
}  // namespace ganglion::engine
