#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ganglion/serve/http/exchange.h"
#include "ganglion/serve/rest/answer_writer.h"
#include "ganglion/serve/rest/responses_object.h"

namespace ganglion::serve::rest {

// The events of /v1/responses. Text makes a message item, each call an item of its own:
//
//   state    event                    goes to
//   idle     text                     message (item and part are added)
//   message  text                     message (delta)
//   message  a call, or the end       idle    (text, part and item are done)
//   idle     a call                   idle    (added, delta, done)
class ResponsesStream final : public AnswerWriter {
 public:
  ResponsesStream(std::shared_ptr<http::Exchange> exchange, ResponseHead head);

  bool OnText(std::size_t answer, std::string_view text) override;
  bool OnToken(std::size_t answer, const api::TokenEvent& token) override;
  bool OnToolCall(std::size_t answer, const api::ToolCall& call) override;
  bool OnAnswerDone(std::size_t answer, api::FinishReason reason, const api::Usage& usage) override;
  void OnEnd() override;
  void OnError(const ApiError& error) override;

 private:
  bool Begin();
  bool OpenMessage();
  bool CloseMessage(std::string_view status);
  // `fields` follow "type" and "sequence_number".
  bool Send(std::string_view type, const Json& fields);

  const std::shared_ptr<http::Exchange> exchange_;
  const ResponseHead head_;
  Json output_ = Json::array();  // items that are done
  bool begun_ = false;
  bool in_message_ = false;
  bool ok_ = true;                           // somebody reads
  std::string text_;                         // of the message that is open
  std::vector<api::TokenEvent> tokens_;      // not written yet
  std::vector<api::TokenEvent> all_tokens_;  // of the message
  std::string delta_open_;                   // of its deltas, behind the sequence number
  std::string buffer_;
  std::size_t sequence_ = 0;
};

}  // namespace ganglion::serve::rest
