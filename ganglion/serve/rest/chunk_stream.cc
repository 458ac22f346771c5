#include "ganglion/serve/rest/chunk_stream.h"

#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/logprobs.h"

namespace ganglion::serve::rest {

http::Response EventStreamHead() {
  return {.content_type = "text/event-stream; charset=utf-8",
          .body = {},
          // Proxies would hold the events back otherwise.
          .headers = {{"cache-control", "no-cache"}, {"x-accel-buffering", "no"}}};
}

ChunkStream::ChunkStream(Setup setup, const Shape& shape)
    : exchange_(std::move(setup.exchange)),
      shape_(shape),
      include_usage_(setup.include_usage),
      has_logprobs_(setup.has_logprobs),
      answers_(setup.answers),
      usage_(setup.answers_per_prompt) {
  const AnswerHead& head = setup.head;
  open_ = Concat("data: {\"id\":", Quoted(head.id), ",\"object\":", Quoted(shape.object),
                 ",\"created\":", head.created_s, ",\"model\":", Quoted(head.model),
                 ",\"system_fingerprint\":", Quoted(head.fingerprint), ",");
  for (std::size_t i = 0; i < answers_.size(); ++i) {
    answers_[i].open = Concat(open_, "\"choices\":[{\"index\":", i, ",");
  }
  close_ = Concat("}]", include_usage_ ? ",\"usage\":null" : "", "}\n\n");
  text_rest_ = Concat(shape.text_close, ",\"logprobs\":null,\"finish_reason\":null", close_);
}

void ChunkStream::BeginHead() {
  if (begun_) return;
  begun_ = true;
  exchange_->BeginStream(EventStreamHead());
}

bool ChunkStream::BeginAnswer(Answer& answer) {
  BeginHead();
  if (answer.begun) return true;
  answer.begun = true;
  const std::string_view first = FirstContent();
  if (first.empty()) return true;
  return exchange_->Append(
      Concat(answer.open, first, ",\"logprobs\":null,\"finish_reason\":null", close_));
}

// What follows the content of a choice: its log probabilities, why it ended, the end of the chunk.
void ChunkStream::AppendRest(Answer& answer, std::string_view finish_reason) {
  buffer_ += ",\"logprobs\":";
  if (answer.tokens.empty()) {
    buffer_ += "null";
  } else {
    buffer_ += Dump(Logprobs(answer.tokens, answer.token_bytes));
    answer.token_bytes += ByteCount(answer.tokens);
    answer.tokens.clear();
  }
  buffer_ += ",\"finish_reason\":";
  buffer_ += finish_reason.empty() ? "null" : Quoted(finish_reason);
  buffer_ += close_;
}

bool ChunkStream::OnText(std::size_t index, std::string_view text) {
  Answer& answer = answers_[index];
  if (!answer.begun && !BeginAnswer(answer)) return false;
  buffer_ = answer.open;
  buffer_ += shape_.text_open;
  AppendEscaped(text, buffer_);
  if (has_logprobs_) {
    buffer_ += shape_.text_close;
    AppendRest(answer, {});
  } else {
    buffer_ += text_rest_;
  }
  return exchange_->Append(buffer_);
}

bool ChunkStream::OnToken(std::size_t index, const api::TokenEvent& token) {
  answers_[index].tokens.push_back(token);
  return true;
}

bool ChunkStream::AppendChunk(std::size_t index, std::string_view content,
                              std::string_view finish_reason) {
  Answer& answer = answers_[index];
  if (!BeginAnswer(answer)) return false;
  buffer_ = answer.open;
  buffer_ += content;
  AppendRest(answer, finish_reason);
  return exchange_->Append(buffer_);
}

bool ChunkStream::OnAnswerDone(std::size_t index, api::FinishReason reason,
                               const api::Usage& usage) {
  usage_.Add(index, usage);
  return AppendChunk(index, shape_.finish, FinishName(reason));
}

void ChunkStream::OnEnd() {
  if (include_usage_) {
    const std::string usage = Dump(usage_.ToJson());
    if (!exchange_->Append(Concat(open_, "\"choices\":[],\"usage\":", usage, "}\n\n"))) return;
  }
  if (exchange_->Append("data: [DONE]\n\n")) exchange_->End();
}

void ChunkStream::OnError(const ApiError& error) {
  if (!begun_) return exchange_->Reply(ErrorResponse(ErrorShape::kOpenAi, error));
  if (exchange_->Append(Concat("data: ", OpenAiErrorBody(error), "\n\n"))) exchange_->End();
}

}  // namespace ganglion::serve::rest
