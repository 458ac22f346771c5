#include "ganglion/serve/rest/responses_stream.h"

#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/chunk_stream.h"
#include "ganglion/serve/rest/limits.h"
#include "ganglion/serve/rest/logprobs.h"

namespace ganglion::serve::rest {

ResponsesStream::ResponsesStream(std::shared_ptr<http::Exchange> exchange, ResponseHead head)
    : exchange_(std::move(exchange)), head_(std::move(head)) {}

bool ResponsesStream::Send(std::string_view type, const Json& fields) {
  Json event = {{"type", type}, {"sequence_number", sequence_++}};
  event.update(fields);
  ok_ = ok_ && exchange_->Append(Concat("event: ", type, "\ndata: ", Dump(event), "\n\n"));
  return ok_;
}

bool ResponsesStream::Begin() {
  if (begun_) return ok_;
  begun_ = true;
  exchange_->BeginStream(EventStreamHead());
  const Json response = ResponseInProgress(head_);
  return Send("response.created", {{"response", response}}) &&
         Send("response.in_progress", {{"response", response}});
}

bool ResponsesStream::OpenMessage() {
  if (!Begin()) return false;
  in_message_ = true;
  const std::size_t index = output_.size();
  const std::string id = MessageItemId(head_, index);
  delta_open_ = Concat(",\"item_id\":", Quoted(id), ",\"output_index\":", index,
                       ",\"content_index\":0,\"delta\":\"");
  return Send("response.output_item.added",
              {{"output_index", index}, {"item", MessageItem(id, "in_progress", Json::array())}}) &&
         Send("response.content_part.added", {{"item_id", id},
                                              {"output_index", index},
                                              {"content_index", 0},
                                              {"part", TextPart({}, Json::array())}});
}

bool ResponsesStream::OnText(std::size_t /*answer*/, std::string_view text) {
  if (!in_message_ && !OpenMessage()) return false;
  if (text_.size() + text.size() > kAnswerBytesMax) {
    OnError({.status = 500, .message = "the answer is too long", .type = "server_error"});
    return false;
  }
  text_ += text;
  buffer_ =
      "event: response.output_text.delta\n"
      "data: {\"type\":\"response.output_text.delta\",\"sequence_number\":";
  buffer_ += std::to_string(sequence_++);
  buffer_ += delta_open_;
  AppendEscaped(text, buffer_);
  buffer_ += "\",\"logprobs\":";
  buffer_ += tokens_.empty() ? "[]" : Dump(ChatLogprobList(tokens_));
  buffer_ += "}\n\n";
  all_tokens_.insert(all_tokens_.end(), tokens_.begin(), tokens_.end());
  tokens_.clear();
  ok_ = exchange_->Append(buffer_);
  return ok_;
}

bool ResponsesStream::OnToken(std::size_t /*answer*/, const api::TokenEvent& token) {
  tokens_.push_back(token);
  return true;
}

bool ResponsesStream::CloseMessage(std::string_view status) {
  if (!in_message_) return true;
  in_message_ = false;
  const std::size_t index = output_.size();
  const std::string id = MessageItemId(head_, index);
  const Json place = {{"item_id", id}, {"output_index", index}, {"content_index", 0}};
  const Json logprobs = ChatLogprobList(all_tokens_);
  const Json part = TextPart(text_, logprobs);
  Json text_done = place;
  text_done.update({{"text", text_}, {"logprobs", logprobs}});
  Json part_done = place;
  part_done["part"] = part;
  output_.push_back(MessageItem(id, status, Json::array({part})));
  text_.clear();
  all_tokens_.clear();
  return Send("response.output_text.done", text_done) &&
         Send("response.content_part.done", part_done) &&
         Send("response.output_item.done", {{"output_index", index}, {"item", output_.back()}});
}

bool ResponsesStream::OnToolCall(std::size_t /*answer*/, const api::ToolCall& call) {
  if (!Begin() || !CloseMessage("completed")) return false;
  tokens_.clear();
  const std::size_t index = output_.size();
  const std::string id = CallItemId(head_, index);
  output_.push_back(CallItem(id, "completed", call, call.arguments));
  return Send("response.output_item.added",
              {{"output_index", index}, {"item", CallItem(id, "in_progress", call, {})}}) &&
         Send("response.function_call_arguments.delta",
              {{"item_id", id}, {"output_index", index}, {"delta", call.arguments}}) &&
         Send("response.function_call_arguments.done", {{"item_id", id},
                                                        {"output_index", index},
                                                        {"name", call.name},
                                                        {"arguments", call.arguments}}) &&
         Send("response.output_item.done", {{"output_index", index}, {"item", output_.back()}});
}

bool ResponsesStream::OnAnswerDone(std::size_t /*answer*/, api::FinishReason reason,
                                   const api::Usage& usage) {
  const bool cut = reason == api::FinishReason::kLength;
  // An answer has an item, even if there is nothing in it.
  if (!in_message_ && output_.empty() && !OpenMessage()) return false;
  if (!CloseMessage(cut ? "incomplete" : "completed")) return false;
  return Send(cut ? "response.incomplete" : "response.completed",
              {{"response", ResponseDone(head_, output_, reason, usage)}});
}

void ResponsesStream::OnEnd() { exchange_->End(); }

void ResponsesStream::OnError(const ApiError& error) {
  if (!begun_) return exchange_->Reply(ErrorResponse(ErrorShape::kOpenAi, error));
  if (Send("response.failed", {{"response", ResponseFailed(head_, error)}})) exchange_->End();
}

}  // namespace ganglion::serve::rest
