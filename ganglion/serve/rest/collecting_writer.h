#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ganglion/serve/http/exchange.h"
#include "ganglion/serve/rest/answer_writer.h"
#include "ganglion/serve/rest/json.h"

namespace ganglion::serve::rest {

struct CollectedAnswer {
  std::string text;
  std::vector<api::TokenEvent> tokens;  // where log probabilities were asked for
  std::vector<api::ToolCall> tool_calls;
  api::FinishReason reason = api::FinishReason::kStop;
  api::Usage usage;
};

// For answers that leave in one piece: keeps all, within limits.h, and replies once.
class CollectingWriter final : public AnswerWriter {
 public:
  // Called once, on the engine's thread.
  using Render = std::function<Json(const std::vector<CollectedAnswer>& answers)>;

  CollectingWriter(std::shared_ptr<http::Exchange> exchange, ErrorShape shape, std::size_t answers,
                   Render render);

  bool OnText(std::size_t answer, std::string_view text) override;
  bool OnToken(std::size_t answer, const api::TokenEvent& token) override;
  bool OnToolCall(std::size_t answer, const api::ToolCall& call) override;
  bool OnAnswerDone(std::size_t answer, api::FinishReason reason, const api::Usage& usage) override;
  void OnEnd() override;
  void OnError(const ApiError& error) override;

 private:
  bool Take(std::size_t bytes);

  const std::shared_ptr<http::Exchange> exchange_;
  const ErrorShape shape_;
  const Render render_;
  std::vector<CollectedAnswer> answers_;
  std::size_t bytes_ = 0;
};

}  // namespace ganglion::serve::rest
