#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What is asked of a model that writes text, and what comes back.

namespace ganglion::api {

// A function that the model wants called.
struct ToolCall {
  std::string id;  // given by whoever parsed the call; unique within the answer
  std::string name;
  std::string arguments;  // a JSON object as text
};

struct Message {
  std::string role;  // "system", "developer", "user", "assistant", "tool"
  std::string content;
  std::vector<ToolCall> tool_calls = {};  // of an assistant
  std::string tool_call_id = {};          // of a tool: the call that this is the result of
  std::string name = {};                  // of a tool or a participant; empty: none
};

struct Tool {
  std::string name;
  std::string definition;  // JSON as OpenAI has it: {"type":"function","function":{"name":...}}
  bool strict = false;     // arguments must fit the tool's schema, or it is an error
};

enum class ToolChoice : std::uint8_t { kAuto, kNone, kRequired, kNamed };

// Classes of urgency. One never waits for a later one longer than a step.
enum class Priority : std::uint8_t { kRealtime, kInteractive, kBatch };
inline constexpr std::size_t kPriorities = 3;

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

struct LogitBias {
  std::int32_t token = 0;  // below the model's vocab_size
  float bias = 0.0f;       // [-100, 100], added to the logit before anything else; -100 forbids
};

// What becomes of keywords of a JSON Schema that no grammar enforces ("uniqueItems" over objects).
enum class Unenforced : std::uint8_t {
  kRefuse,    // the request is an error, which names them
  kValidate,  // the rest is enforced, and the whole answer validated
};

struct GenerateRequest {
  // Exactly one of the three: messages (rendered by the model's own chat template), a raw prompt,
  // or the tokens of one.
  std::vector<Message> messages;
  std::optional<std::string> prompt;
  std::vector<std::int32_t> prompt_tokens = {};
  // Variables that the chat template sees beside its own, as a JSON object ("enable_thinking").
  std::string template_arguments = {};

  SamplingOptions sampling;
  std::vector<LogitBias> logit_bias = {};  // at most 1024
  std::int32_t tokens_max = 512;
  std::vector<std::string> stop;  // at most 16; the text ends before the first that appears
  bool ignore_end = false;        // goes on where the model would end; for measuring
  // A JSON Schema as text. The answer is valid against it, or an error: never unconstrained.
  std::optional<std::string> json_schema;
  // With kValidate, where the schema has such keywords: nothing of the answer is shown before it is
  // whole and found valid. An invalid one is generated again, `retries_max` times at most; the
  // request ends with kFailedPrecondition if the last is invalid, too. What cannot be validated
  // either is refused. Where all is enforced, kValidate changes nothing.
  //
  // The first try is the answer of the request as it is. Each other try has a seed of its own, made
  // of the request's, so that the same request still gets the same answer; a greedy one samples at
  // temperature 0.7 then, because it could only repeat itself. Other knobs stay.
  //
  // `tokens_max` holds for each try; deadline, cancellation and usage for all of them together.
  Unenforced unenforced = Unenforced::kRefuse;
  std::int32_t retries_max = 2;  // [0, 8]
  bool json_object = false;      // the answer is a JSON object, whatever is in it
  // Other forms of the whole answer. With the two above: at most one.
  std::optional<std::string> regex = {};    // an ECMA-262 regular expression that it matches whole
  std::optional<std::string> grammar = {};  // in GBNF, from its rule "root"
  std::vector<std::string> choices = {};    // one of these; at most 4096, none empty

  // With messages only. A call that the answer makes comes through EventSink::OnToolCall().
  std::vector<Tool> tools = {};  // at most 128
  ToolChoice tool_choice = ToolChoice::kAuto;
  std::string tool_name = {};       // of kNamed
  bool parallel_tool_calls = true;  // more than one call in an answer

  // Log probabilities of the tokens, with so many of the likeliest beside each; -1: none, at most
  // 20. Those of the model's own distribution, before sampling options and masks.
  std::int32_t top_logprobs = -1;

  Priority priority = Priority::kInteractive;
  std::int64_t deadline_ms = 0;  // from Submit() to the end of the answer; 0: none
  std::uint64_t tenant = 0;      // on whose account: those of one class get equal shares
  bool pin_system = false;       // keep what the system messages left in the cache
};

enum class FinishReason : std::uint8_t { kStop, kLength, kToolCalls, kCancelled, kError };

struct TokenLogprob {
  std::int32_t token = 0;
  std::string bytes;  // that it adds to the text; may be part of a character
  float logprob = 0.0f;
};

struct TokenEvent {
  TokenLogprob chosen;
  std::vector<TokenLogprob> top;  // the likeliest first
};

// Times in milliseconds. METRICS: arrival is Submit(). Tokens are those of all tries, but for the
// prompt, which counts once.
struct Usage {
  std::int32_t prompt_tokens = 0;
  std::int32_t prompt_tokens_cached = 0;  // found in the KV cache, not computed again
  std::int32_t generated_tokens = 0;
  std::int32_t forced_tokens = 0;          // of these, dictated by the grammar and not sampled
  std::int32_t draft_tokens = 0;           // guessed and verified
  std::int32_t draft_tokens_accepted = 0;  // of these, right
  std::int32_t retries = 0;                // invalid answers before this one
  std::int32_t preemptions = 0;            // times that it lost its place to a more urgent request
  double queue_ms = 0;                     // arrival to first scheduled; 0 where it never was
  double first_token_ms = 0;               // arrival to first token; 0 where there was none
  double total_ms = 0;                     // arrival to the end
};

}  // namespace ganglion::api
