#include "ganglion/engine/answer_stream.h"

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "ganglion/engine/test_model_test.h"

namespace ganglion::engine {
namespace {

class Recorder final : public api::EventSink {
 public:
  void OnText(std::string_view text) override { seen += text; }
  void OnToolCall(const api::ToolCall& call) override {
    seen += "«" + call.name + call.arguments + "»";
  }
  void OnDone(api::FinishReason, const api::Usage&, const Status&) override {}
  std::string seen;
};

std::shared_ptr<const Tokenizer> MakeTokenizer() {
  const TestModel model({.controls = {"<tool_call>", "</tool_call>", "<|other|>"}});
  return *Tokenizer::FromGguf(*model.file());
}

std::optional<CallReading> Reading() {
  tool_calls::CallParser::Options options{.style = tool_calls::Style::kHermes, .names = {"f"}};
  return CallReading{tool_calls::CallParser(std::move(options), Rng(1)),
                     tool_calls::Style::kHermes};
}

struct Seen {
  std::string text;
  api::FinishReason reason;
};

// An answer of the tokens of this text, in which control tokens are written by their text.
Seen Play(const std::string& text, std::vector<std::string> stops,
          std::optional<CallReading> calls) {
  const auto tokenizer = MakeTokenizer();
  const auto recorder = std::make_shared<Recorder>();
  AnswerStream stream;
  stream.Start(std::move(stops), std::move(calls), recorder);
  const auto tokens = tokenizer->Encode(text, {.parse_special = true});
  for (const TokenId token : *tokens) {
    if (!stream.done()) stream.Append(*tokenizer, token);
  }
  const api::FinishReason reason = stream.Finish(api::FinishReason::kStop);
  return {recorder->seen, reason};
}

TEST(AnswerStream, ControlTokensMarkCallsAndAreNotShown) {
  const std::string text = "Hm.<|other|><tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>";
  const Seen read = Play(text, {}, Reading());
  EXPECT_EQ(read.text, "Hm.«f{}»");
  EXPECT_EQ(read.reason, api::FinishReason::kToolCalls);
  const Seen plain = Play(text, {}, std::nullopt);
  EXPECT_EQ(plain.text, "Hm.{\"name\":\"f\",\"arguments\":{}}");
  EXPECT_EQ(plain.reason, api::FinishReason::kStop);
}

TEST(AnswerStream, StopStringsEndTheTextAndDoNotReachIntoCalls) {
  const std::string call = "<tool_call>{\"name\":\"f\",\"arguments\":{\"a\":\"x\"}}</tool_call>";
  EXPECT_EQ(Play("one two x three" + call, {"x"}, Reading()).text, "one two ");
  EXPECT_EQ(Play("one" + call + "x" + call, {"x"}, Reading()).text, "one«f{\"a\":\"x\"}»");
}

}  // namespace
}  // namespace ganglion::engine
