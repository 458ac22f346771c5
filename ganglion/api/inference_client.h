#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/api/generate.h"
#include "ganglion/api/measure.h"
#include "ganglion/api/model_info.h"
#include "ganglion/base/status.h"

// The inference border. Everything above it (servers, robots, applications) knows these plain types
// and nothing of the engine, so each is tested with a fake client, and may use a remote brain.

namespace ganglion::api {

// Receives one answer. Called on the engine's thread: must not block, must not call the client.
class EventSink {
 public:
  virtual ~EventSink() = default;
  // A piece of the answer: whole UTF-8 characters, never empty.
  virtual void OnText(std::string_view text) = 0;
  // A token that was decided, before the text that it brings; only where the request asks for
  // log probabilities.
  virtual void OnToken(const TokenEvent& /*token*/) {}
  // A call of a tool, whole. Its text does not come through OnText().
  virtual void OnToolCall(const ToolCall& /*call*/) {}
  // Last event, exactly once; `status` says why where reason is kError.
  virtual void OnDone(FinishReason reason, const Usage& usage, const Status& status) = 0;
};

enum class RequestId : std::uint64_t {};

// Called once, on the engine's thread: must not block, must not call the client.
using EmbedCallback = std::function<void(Result<EmbedAnswer>)>;
using ScoreCallback = std::function<void(Result<ScoreAnswer>)>;

// One model that computes. Where a call returns an error, no sink and no callback is ever called
// for it. The codes of these errors, and of those that come later:
//
//   kInvalidArgument     the request is wrong; the message names the field
//   kResourceExhausted   it can never fit: too long for the context or the cache
//   kUnavailable         not now: the queue is full, or the engine ends; may be sent again later
//   kDeadlineExceeded    its deadline passed before it was done
//   kUnimplemented       the model or this client cannot do that
//   kFailedPrecondition  no try gave an answer that satisfies the schema (Unenforced::kValidate);
//                        the message names instance path, keyword and its place
//
// Thread: any.
class InferenceClient {
 public:
  virtual ~InferenceClient() = default;

  virtual Result<RequestId> Submit(GenerateRequest request, std::shared_ptr<EventSink> sink) = 0;
  // The sink or callback still gets its last event. Unknown ids are ignored: the answer may just
  // have ended.
  virtual void Cancel(RequestId request) = 0;

  virtual Result<RequestId> Embed(EmbedRequest request, EmbedCallback done);
  virtual Result<RequestId> Score(ScoreRequest request, ScoreCallback done);

  virtual Result<std::vector<std::int32_t>> Tokenize(const TokenizeRequest& request) const;
  virtual Result<std::string> Detokenize(const std::vector<std::int32_t>& tokens) const;

  virtual ModelInfo Describe() const { return {}; }
  virtual EngineStats Stats() const { return {}; }
};

struct Answer {
  std::string text;
  std::vector<ToolCall> tool_calls;
  FinishReason reason = FinishReason::kError;
  Usage usage;
};
// Submits and waits. An error of the request becomes the Status.
Result<Answer> GenerateAndWait(InferenceClient& client, GenerateRequest request);

}  // namespace ganglion::api
