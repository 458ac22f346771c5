#include "ganglion/engine/answer_stream.h"

#include <utility>
#include <variant>

namespace ganglion::engine {

void AnswerStream::Start(std::vector<std::string> stops, std::optional<CallReading> calls,
                         std::shared_ptr<api::EventSink> sink) {
  stream_.Start(std::move(stops));
  calls_ = std::move(calls);
  sink_ = std::move(sink);
}

void AnswerStream::Append(const Tokenizer& tokenizer, TokenId token) {
  const std::string_view piece = tokenizer.Piece(token);
  // Calls are marked by control tokens, which add nothing to a plain text.
  const bool is_mark =
      calls_ && piece.empty() && tool_calls::IsMarkOf(calls_->style, tokenizer.Text(token));
  AppendBytes(is_mark ? tokenizer.Text(token) : piece);
}

void AnswerStream::AppendBytes(std::string_view bytes) {
  if (calls_) return Show(calls_->parser.Append(bytes));
  const std::string_view text = stream_.Append(bytes);
  if (!text.empty()) sink_->OnText(text);
}

void AnswerStream::Show(const std::vector<tool_calls::Part>& parts) {
  for (const tool_calls::Part& part : parts) {
    if (stream_.stopped()) return;
    if (const auto* call = std::get_if<api::ToolCall>(&part)) {
      sink_->OnToolCall(*call);
    } else {
      const std::string_view text = stream_.Append(std::get<std::string>(part));
      if (!text.empty()) sink_->OnText(text);
    }
  }
}

api::FinishReason AnswerStream::Finish(api::FinishReason reason) {
  if (calls_) Show(calls_->parser.Finish());
  const std::string_view rest = stream_.Finish();
  if (!rest.empty()) sink_->OnText(rest);
  const bool has_calls = calls_ && calls_->parser.calls() > 0;
  return has_calls && reason == api::FinishReason::kStop ? api::FinishReason::kToolCalls : reason;
}

std::optional<tool_calls::CallParser::OpenCall> AnswerStream::open_call() const {
  if (!calls_) return std::nullopt;
  return calls_->parser.open_call();
}

std::optional<std::string> AnswerStream::error() const {
  return calls_ ? calls_->parser.error() : std::nullopt;
}

}  // namespace ganglion::engine
