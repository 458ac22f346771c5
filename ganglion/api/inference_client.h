#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"

// The inference border. Everything above it (servers, robots, applications) knows these plain types
// and nothing of the engine, so each is tested with a fake client, and may use a remote brain.

namespace ganglion::api {

struct Message {
  std::string role;  // "system", "user", "assistant", "tool"
  std::string content;
};

// temperature 0 means greedy; every other knob at its default leaves the distribution alone.
struct SamplingOptions {
  float temperature = 0.0f;          // [0, 100]
  std::int32_t top_k = 0;            // 0: off
  float top_p = 1.0f;                // (0, 1]
  float min_p = 0.0f;                // [0, 1)
  float repetition_penalty = 1.0f;   // (0, 10]; divides positive, multiplies negative logits
  float presence_penalty = 0.0f;     // [-2, 2], as OpenAI defines it
  float frequency_penalty = 0.0f;    // [-2, 2]
  std::int32_t penalty_last_n = 64;  // tokens looked back at; prompt included; [0, 4096]
  std::uint64_t seed = 0;
};

struct GenerateRequest {
  // Either messages (rendered by the model's own chat template) or a raw prompt.
  std::vector<Message> messages;
  std::optional<std::string> prompt;
  SamplingOptions sampling;
  std::int32_t tokens_max = 512;
  std::vector<std::string> stop;  // at most 16; the text ends before the first that appears
  // A JSON Schema as text. The answer is valid against it, or an error: never unconstrained.
  std::optional<std::string> json_schema;
};

enum class FinishReason : std::uint8_t { kStop, kLength, kCancelled, kError };

// Times in milliseconds from Submit().
struct Usage {
  std::int32_t prompt_tokens = 0;
  std::int32_t prompt_tokens_cached = 0;  // found in the KV cache, not computed again
  std::int32_t generated_tokens = 0;
  std::int32_t forced_tokens = 0;          // of these, dictated by the grammar and not sampled
  std::int32_t draft_tokens = 0;           // guessed and verified
  std::int32_t draft_tokens_accepted = 0;  // of these, right
  double first_token_ms = 0;
  double total_ms = 0;
};

// Receives one answer. Called on the engine's thread: must not block, must not call the client.
class EventSink {
 public:
  virtual ~EventSink() = default;
  // A piece of the answer: whole UTF-8 characters, never empty.
  virtual void OnText(std::string_view text) = 0;
  // Last event, exactly once; `status` says why where reason is kError.
  virtual void OnDone(FinishReason reason, const Usage& usage, const Status& status) = 0;
};

enum class RequestId : std::uint64_t {};

// Thread: any.
class InferenceClient {
 public:
  virtual ~InferenceClient() = default;
  // An error here means that the sink is never called.
  virtual Result<RequestId> Submit(GenerateRequest request, std::shared_ptr<EventSink> sink) = 0;
  // The sink still gets its last event. Unknown ids are ignored: the answer may just have ended.
  virtual void Cancel(RequestId request) = 0;
};

struct Answer {
  std::string text;
  FinishReason reason = FinishReason::kError;
  Usage usage;
};
// Submits and waits. An error of the request becomes the Status.
Result<Answer> GenerateAndWait(InferenceClient& client, GenerateRequest request);

}  // namespace ganglion::api
