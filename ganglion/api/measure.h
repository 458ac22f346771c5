#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ganglion/api/generate.h"

// What can be asked of a model beside text: vectors, probabilities, tokens.

namespace ganglion::api {

enum class Pooling : std::uint8_t { kModel, kMean, kLast, kCls };  // kModel: as the file says

// One vector for each text. Exactly one of texts and tokens is given.
struct EmbedRequest {
  std::vector<std::string> texts;                      // at most 2048
  std::vector<std::vector<std::int32_t>> tokens = {};  // the same, as tokens
  Pooling pooling = Pooling::kModel;
  bool normalize = true;  // to length 1
  Priority priority = Priority::kInteractive;
  std::uint64_t tenant = 0;
};

struct EmbedAnswer {
  std::vector<std::vector<float>> vectors;  // one for each text, in their order
  std::int32_t prompt_tokens = 0;
};

// How likely is each of some labels as the model's answer? They share the prompt, which is computed
// once.
struct ScoreRequest {
  std::vector<Message> messages;    // or
  std::string prompt;               // raw
  std::vector<std::string> labels;  // 1 to 256, none empty
  Priority priority = Priority::kInteractive;
  std::int64_t deadline_ms = 0;
  std::uint64_t tenant = 0;
};

struct LabelScore {
  double logprob = 0;       // of the label's tokens after the prompt, summed
  double probability = 0;   // among the labels: they add up to 1
  std::int32_t tokens = 0;  // of the label
};

struct ScoreAnswer {
  std::vector<LabelScore> labels;  // in the order of the request
  std::int32_t prompt_tokens = 0;
  std::int32_t prompt_tokens_cached = 0;
  double total_ms = 0;
};

struct TokenizeRequest {
  std::string text;
  std::vector<Message> messages = {};  // in place of text: rendered by the chat template
  bool add_special = true;             // what the vocabulary puts in front and behind
  bool parse_special = false;          // the text of a control token stands for the token
};

}  // namespace ganglion::api
