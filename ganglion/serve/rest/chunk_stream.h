#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/serve/http/exchange.h"
#include "ganglion/serve/rest/answer_head.h"
#include "ganglion/serve/rest/answer_writer.h"

namespace ganglion::serve::rest {

// Server-sent events as OpenAI streams chat and text completions: one JSON object each, all alike
// but for a few bytes. Whatever does not change is put together once, in front of the first event.
//
// The head of the HTTP answer waits for the first event, so that a request that fails before it has
// a status of its own. An error later is an event {"error":...}, and the end of the stream.
class ChunkStream : public AnswerWriter {
 public:
  struct Setup {
    std::shared_ptr<http::Exchange> exchange;
    AnswerHead head;
    std::size_t answers = 1;
    std::size_t answers_per_prompt = 1;
    bool include_usage = false;
    bool has_logprobs = false;
  };

  bool OnText(std::size_t answer, std::string_view text) final;
  bool OnToken(std::size_t answer, const api::TokenEvent& token) final;
  bool OnAnswerDone(std::size_t answer, api::FinishReason reason, const api::Usage& usage) final;
  void OnEnd() final;
  void OnError(const ApiError& error) final;

 protected:
  // What differs between the two: in a chunk's choice, text lies between `text_open` and
  // `text_close`.
  struct Shape {
    std::string_view object;      // "chat.completion.chunk"
    std::string_view text_open;   // "\"delta\":{\"content\":\""
    std::string_view text_close;  // "\"}"
    std::string_view finish;      // the choice's content where it ends: "\"delta\":{}"
  };
  struct Answer {
    std::string open;                     // of a chunk, up to the content of its choice
    std::vector<api::TokenEvent> tokens;  // not written yet
    std::size_t token_bytes = 0;          // of tokens that were
    bool begun = false;
    std::size_t tool_calls = 0;
  };

  ChunkStream(Setup setup, const Shape& shape);

  virtual Json Logprobs(const std::vector<api::TokenEvent>& tokens, std::size_t offset) const = 0;
  // The first chunk of an answer, where it is not its text; empty: none.
  virtual std::string_view FirstContent() const { return {}; }

  // A chunk whose choice has `content` and no text.
  bool AppendChunk(std::size_t answer, std::string_view content, std::string_view finish_reason);

 private:
  void BeginHead();
  bool BeginAnswer(Answer& answer);
  void AppendRest(Answer& answer, std::string_view finish_reason);

  const std::shared_ptr<http::Exchange> exchange_;
  const Shape shape_;
  const bool include_usage_;
  const bool has_logprobs_;
  std::string open_;       // of every chunk: "data: {...,"
  std::string text_rest_;  // behind a text without log probabilities
  std::string close_;      // of every chunk behind its choices
  std::vector<Answer> answers_;
  UsageSum usage_;
  bool begun_ = false;
  std::string buffer_;  // one chunk
};

// The head of a stream of server-sent events.
http::Response EventStreamHead();

}  // namespace ganglion::serve::rest
