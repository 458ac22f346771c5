// Answers whose grammar leaves something out: held back, judged, and tried again.

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/engine/engine.h"
#include "ganglion/engine/grammar_cache.h"
#include "ganglion/engine/limits.h"
#include "ganglion/engine/step_loop.h"
#include "ganglion/engine/test_model_test.h"

namespace ganglion::engine {
namespace {

using ::testing::HasSubstr;

// No grammar enforces the multiples of 65537; among 0 to 3, only 0 is one.
constexpr const char* kOneInFour =
    R"({"type":"object","properties":{"steps":{"type":"integer","minimum":0,"maximum":3,
        "multipleOf":65537}},"required":["steps"]})";
constexpr const char* kNever =
    R"({"type":"object","properties":{"steps":{"type":"integer","minimum":1,"maximum":3,
        "multipleOf":65537}},"required":["steps"]})";
constexpr const char* kValid = R"({"steps":0})";

api::GenerateRequest Request(const char* schema, std::uint64_t seed, std::int32_t retries_max) {
  api::GenerateRequest request = RawRequest("How many steps?", 64);
  request.json_schema = schema;
  request.unenforced = api::Unenforced::kValidate;
  request.retries_max = retries_max;
  request.sampling.temperature = 3;
  request.sampling.seed = seed;
  return request;
}

// What comes to a client, in its order.
class Client final : public api::EventSink {
 public:
  void OnText(std::string_view piece) override {
    pieces.emplace_back(piece);
    text += piece;
  }
  void OnToken(const api::TokenEvent& token) override {
    bytes += token.chosen.bytes;
    text_before_tokens += text.size() >= bytes.size() ? 1 : 0;
  }
  void OnDone(api::FinishReason why, const api::Usage& used, const Status& status) override {
    reason = why;
    usage = used;
    code = status.code();
    message = status.message();
    ++ends;
  }

  std::vector<std::string> pieces;
  std::string text;
  std::string bytes;           // of its tokens
  int text_before_tokens = 0;  // text that came before its token
  std::optional<api::FinishReason> reason;
  api::Usage usage;
  Code code = Code::kOk;
  std::string message;
  int ends = 0;
};

// An engine without its thread.
class Steps {
 public:
  Steps() : grammars_(4) {
    const EngineOptions options = {.threads = 1};
    auto loaded = LoadModel(model_.file(), options);
    EXPECT_TRUE(loaded.ok());
    loaded_ = std::make_unique<LoadedModel>(*std::move(loaded));
    loop_ = *StepLoop::Create(*loaded_, options);
  }

  std::shared_ptr<Client> Add(api::GenerateRequest request) {
    const auto client = std::make_shared<Client>();
    auto job = PrepareJob(std::move(request), 1, *loaded_, grammars_);
    EXPECT_TRUE(job.ok()) << job.error().message();
    (*job)->id = kId;
    (*job)->sink = client;
    loop_->Add(*std::move(job));
    return client;
  }
  bool Step() {
    if (!loop_->busy()) return false;
    loop_->Step();
    loop_->Deliver();
    loop_->scheduler().CheckInvariants();
    return true;
  }
  std::shared_ptr<Client> Answer(api::GenerateRequest request) {
    auto client = Add(std::move(request));
    while (Step()) {
    }
    loop_->Deliver();
    EXPECT_EQ(client->ends, 1);
    return client;
  }
  StepLoop& loop() { return *loop_; }

  static constexpr api::RequestId kId{7};

 private:
  const TestModel model_;
  std::unique_ptr<LoadedModel> loaded_;
  std::unique_ptr<StepLoop> loop_;
  GrammarCache grammars_;
};

TEST(AnswerRetry, AnInvalidAnswerIsTriedAgainUntilItIsValid) {
  Steps steps;
  bool met[3] = {};  // valid at the first, the second, the third try
  for (std::uint64_t seed = 0; seed < 100 && !(met[0] && met[1] && met[2]); ++seed) {
    const api::EngineStats before = steps.loop().Stats();
    const auto client = steps.Answer(Request(kOneInFour, seed, 2));
    const auto retries = static_cast<std::uint64_t>(client->usage.retries);
    const api::EngineStats stats = steps.loop().Stats();
    EXPECT_EQ(stats.answer_retries - before.answer_retries, retries);
    EXPECT_EQ(stats.generated_tokens - before.generated_tokens,
              static_cast<std::uint64_t>(client->usage.generated_tokens));
    EXPECT_EQ(client->usage.generated_tokens % (client->usage.retries + 1), 0);
    if (client->reason == api::FinishReason::kStop) {
      EXPECT_EQ(client->text, kValid);
      EXPECT_EQ(client->pieces.size(), 1u);  // when it was whole
      met[retries] = true;
    } else {
      EXPECT_EQ(client->text, "");
      EXPECT_EQ(retries, 2u);
    }
  }
  EXPECT_TRUE(met[0] && met[1] && met[2]);
}

TEST(AnswerRetry, TheLastInvalidAnswerIsAnErrorThatSaysWhy) {
  Steps steps;
  for (const std::int32_t retries : {0, 3}) {
    const auto client = steps.Answer(Request(kNever, 5, retries));
    EXPECT_EQ(client->reason, api::FinishReason::kError);
    EXPECT_EQ(client->code, Code::kFailedPrecondition);
    EXPECT_THAT(client->message, HasSubstr("(tries: " + std::to_string(retries + 1) + ")"));
    EXPECT_THAT(client->message, HasSubstr("/steps: "));
    EXPECT_THAT(client->message, HasSubstr("(#/properties/steps/multipleOf)"));
    EXPECT_EQ(client->text, "");
    EXPECT_EQ(client->usage.retries, retries);
  }
  EXPECT_EQ(steps.loop().Stats().answer_retries, 3u);
  EXPECT_EQ(steps.loop().Stats().invalid_answers, 2u);
}

TEST(AnswerRetry, AGreedyRequestDoesNotRepeatItself) {
  const char* const schema =
      R"({"type":"integer","minimum":10000,"maximum":99999,"multipleOf":262147})";
  Steps steps;
  const auto last_tries = [&](std::int32_t retries) {
    std::set<std::string> messages;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      api::GenerateRequest request = Request(schema, seed, retries);
      request.sampling.temperature = 0;
      const auto client = steps.Answer(request);
      EXPECT_EQ(client->usage.retries, retries);
      EXPECT_EQ(steps.Answer(request)->message, client->message);
      messages.insert(client->message);
    }
    return messages.size();
  };
  EXPECT_EQ(last_tries(0), 1u);
  EXPECT_GT(last_tries(1), 1u);
}

TEST(AnswerRetry, ThePromptOfARetryComesFromTheCache) {
  Steps steps;
  api::GenerateRequest request = Request(kNever, 1, 2);
  request.prompt = std::string(200, 'p');
  (void)steps.Answer(request);
  const api::EngineStats stats = steps.loop().Stats();
  EXPECT_GT(stats.prompt_tokens_cached, 2 * 180u);
}

TEST(AnswerRetry, CancellingEndsItInWhateverTry) {
  Steps steps;
  const auto client = steps.Add(Request(kNever, 1, 8));
  while (steps.loop().Stats().answer_retries < 2) ASSERT_TRUE(steps.Step());
  const std::uint64_t generated = steps.loop().Stats().generated_tokens;
  steps.loop().Cancel(Steps::kId);
  EXPECT_FALSE(steps.loop().busy());
  steps.loop().Deliver();
  EXPECT_EQ(client->ends, 1);
  EXPECT_EQ(client->reason, api::FinishReason::kCancelled);
  EXPECT_EQ(client->text, "");
  EXPECT_EQ(client->usage.retries, 2);
  EXPECT_EQ(static_cast<std::uint64_t>(client->usage.generated_tokens), generated);
}

TEST(AnswerRetry, WhatADeadlineEndsIsNotTriedAgain) {
  Steps steps;
  api::GenerateRequest request = Request(kNever, 1, 8);
  request.deadline_ms = 1;  // since the clock's beginning: the jobs of this test came at 0
  const auto client = steps.Answer(std::move(request));
  EXPECT_EQ(client->code, Code::kDeadlineExceeded);
  EXPECT_EQ(client->text, "");
}

TEST(AnswerRetry, WhereAllIsEnforcedTextIsShownAtOnce) {
  Steps steps;
  const auto client = steps.Add(Request(R"({"type":"string","minLength":20})", 1, 2));
  while (client->pieces.empty()) ASSERT_TRUE(steps.Step());
  EXPECT_EQ(client->ends, 0);
  while (steps.Step()) {
  }
  EXPECT_GT(client->pieces.size(), 10u);
}

TEST(AnswerRetry, ACutAnswerIsNotShown) {
  Steps steps;
  api::GenerateRequest request = Request(kOneInFour, 1, 2);
  request.tokens_max = 5;
  const auto client = steps.Answer(std::move(request));
  EXPECT_EQ(client->code, Code::kResourceExhausted);
  EXPECT_EQ(client->text, "");
  EXPECT_EQ(client->usage.retries, 0);
}

// The tokens of other tries are not among them.
TEST(AnswerRetry, LogProbabilitiesAreThoseOfTheAnswer) {
  Steps steps;
  bool met = false;
  for (std::uint64_t seed = 0; seed < 100 && !met; ++seed) {
    api::GenerateRequest request = Request(kOneInFour, seed, 8);
    request.top_logprobs = 1;
    const auto client = steps.Answer(std::move(request));
    EXPECT_EQ(client->bytes, client->text);
    EXPECT_EQ(client->text_before_tokens, 0);
    met = client->reason == api::FinishReason::kStop && client->usage.retries > 0;
  }
  EXPECT_TRUE(met);
}

TEST(AnswerRetry, WhatTakesTooLongToJudgeIsNotShown) {
  Steps steps;
  // A list of values that the answer is compared with, one by one, at each of 64 places.
  std::string values, places;
  for (int i = 0; i < 9000; ++i) values += (i > 0 ? "," : "") + std::to_string(i);
  for (int i = 0; i < 64; ++i)
    places += (i > 0 ? "," : "") + std::string(R"({"$ref":"#/$defs/v"})");
  const std::string schema = R"({"type":"array","minItems":1,"maxItems":1,"items":{"allOf":[)" +
                             places + R"(,{"multipleOf":65537}]},"$defs":{"v":{"enum":[)" + values +
                             "]}}}";
  const auto client = steps.Answer(Request(schema.c_str(), 1, 2));
  EXPECT_EQ(client->code, Code::kFailedPrecondition);
  EXPECT_THAT(client->message, HasSubstr("cannot be validated"));
  EXPECT_EQ(client->text, "");
}

// The grammar dictates the text, and nothing can be computed that would change it.
TEST(AnswerRetry, ADictatedTextThatIsInvalidEnds) {
  Steps steps;
  const auto client = steps.Answer(Request(
      R"({"type":"array","minItems":2,"maxItems":2,"uniqueItems":true,
          "items":{"type":"object","properties":{"a":{"const":1}},"required":["a"],
                   "additionalProperties":false}})",
      1, 2));
  EXPECT_EQ(client->code, Code::kFailedPrecondition);
  EXPECT_THAT(client->message, HasSubstr("#/uniqueItems"));
  EXPECT_EQ(client->usage.retries, 2);
}

TEST(AnswerRetry, TheRequestIsChecked) {
  const TestModel model;
  const auto engine = model.MakeEngine();
  api::GenerateRequest request = Request(kOneInFour, 1, 2);
  request.unenforced = api::Unenforced::kRefuse;
  EXPECT_THAT(ErrorOf(*engine, request),
              HasSubstr("#/properties/steps: the keyword \"multipleOf\" is not enforced"));
  request = Request(kOneInFour, 1, kRetriesMax + 1);
  EXPECT_THAT(ErrorOf(*engine, request), HasSubstr("retries_max is 9"));
  request = Request(kOneInFour, 1, -1);
  EXPECT_THAT(ErrorOf(*engine, request), HasSubstr("retries_max is -1"));
  request = Request(kOneInFour, 1, 2);
  request.json_schema.reset();
  EXPECT_THAT(ErrorOf(*engine, request), HasSubstr("takes a json_schema"));
  request = Request(R"({"type":"string","pattern":"^(a|b)\\1$"})", 1, 2);
  EXPECT_THAT(ErrorOf(*engine, request), HasSubstr("nor can a whole answer be validated"));
}

}  // namespace
}  // namespace ganglion::engine
