#pragma once

#include <cstddef>
#include <string_view>

#include "ganglion/api/generate.h"
#include "ganglion/serve/rest/api_error.h"

namespace ganglion::serve::rest {

// Puts the events of one HTTP request's answers into the shape of an API. Answers are numbered from
// 0 in the order of their requests.
//
// Thread: one call at a time, mostly on the engine's thread: no call blocks.
class AnswerWriter {
 public:
  virtual ~AnswerWriter() = default;

  // False where nobody reads any more: nothing else is called then.
  virtual bool OnText(std::size_t answer, std::string_view text) = 0;
  virtual bool OnToken(std::size_t answer, const api::TokenEvent& token) = 0;
  virtual bool OnToolCall(std::size_t answer, const api::ToolCall& call) = 0;
  virtual bool OnAnswerDone(std::size_t answer, api::FinishReason reason,
                            const api::Usage& usage) = 0;

  // The last call is one of these two.
  virtual void OnEnd() = 0;
  virtual void OnError(const ApiError& error) = 0;
};

}  // namespace ganglion::serve::rest
