#include "ganglion/serve/rest/collecting_writer.h"

#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/limits.h"

namespace ganglion::serve::rest {

CollectingWriter::CollectingWriter(std::shared_ptr<http::Exchange> exchange, ErrorShape shape,
                                   std::size_t answers, Render render)
    : exchange_(std::move(exchange)),
      shape_(shape),
      render_(std::move(render)),
      answers_(answers) {}

bool CollectingWriter::Take(std::size_t bytes) {
  bytes_ += bytes;
  if (bytes_ <= kAnswerBytesMax) return true;
  OnError({.status = 500,
           .message = Concat("the answer is longer than ", kAnswerBytesMax,
                             " bytes: ask for fewer tokens or stream it"),
           .type = "server_error"});
  return false;
}

bool CollectingWriter::OnText(std::size_t answer, std::string_view text) {
  answers_[answer].text += text;
  return Take(text.size());
}

bool CollectingWriter::OnToken(std::size_t answer, const api::TokenEvent& token) {
  answers_[answer].tokens.push_back(token);
  return Take(sizeof(api::TokenEvent) + token.top.size() * sizeof(api::TokenLogprob));
}

bool CollectingWriter::OnToolCall(std::size_t answer, const api::ToolCall& call) {
  answers_[answer].tool_calls.push_back(call);
  return Take(call.arguments.size());
}

bool CollectingWriter::OnAnswerDone(std::size_t answer, api::FinishReason reason,
                                    const api::Usage& usage) {
  answers_[answer].reason = reason;
  answers_[answer].usage = usage;
  return true;
}

void CollectingWriter::OnEnd() { exchange_->Reply({.body = Dump(render_(answers_))}); }

void CollectingWriter::OnError(const ApiError& error) {
  exchange_->Reply(ErrorResponse(shape_, error));
}

}  // namespace ganglion::serve::rest
