#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/base/ids.h"
#include "ganglion/engine/text_stream.h"
#include "ganglion/tokenizer/tokenizer.h"
#include "ganglion/tool_calls/call_parser.h"

namespace ganglion::engine {

// How the answer of one request is read.
struct CallReading {
  tool_calls::CallParser parser;
  tool_calls::Style style;
};

// Carries the tokens of an answer to its sink: as text, cut as TextStream says, and as calls of
// tools, where the request has a reading for them.
//
// Thread: its owner's. Memory: that of its parts.
class AnswerStream {
 public:
  void Start(std::vector<std::string> stops, std::optional<CallReading> calls,
             std::shared_ptr<api::EventSink> sink);

  // The answer got a token.
  void Append(const Tokenizer& tokenizer, TokenId token);
  // The same, with what the token adds to the text.
  void AppendBytes(std::string_view bytes);
  // The answer ends for `reason`; gives what to tell the sink: a call that came is the reason why
  // an answer stopped.
  api::FinishReason Finish(api::FinishReason reason);

  // The answer is over: a stop string or its one call was found, or error() is there.
  bool done() const { return stream_.stopped() || (calls_ && calls_->parser.done()); }
  // Of calls that are whole, and of the one that is under way.
  std::size_t calls() const { return calls_ ? calls_->parser.calls() : 0; }
  std::optional<tool_calls::CallParser::OpenCall> open_call() const;
  // What the model did wrong; nothing: all is well.
  std::optional<std::string> error() const;

 private:
  void Show(const std::vector<tool_calls::Part>& parts);

  TextStream stream_;
  std::optional<CallReading> calls_;
  std::shared_ptr<api::EventSink> sink_;
};

}  // namespace ganglion::engine
