#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ganglion {

// Which two elements of a head a rotation turns together: (2i, 2i+1) or (i, i + dims/2).
enum class RopePairing : std::uint8_t { kInterleaved, kHalfSplit };

// How a rotation is stretched for contexts longer than the model was first trained on. kLongRope
// has a factor for each pair in the file, one list for short contexts and one for long ones.
enum class RopeScaling : std::uint8_t { kNone, kLinear, kYarn, kLlama3, kLongRope };

// Of a tensor in the file.
enum class Presence : std::uint8_t { kAbsent, kOptional, kRequired };

// Which tensor of the file, if any, divides the frequencies.
enum class RopeFactors : std::uint8_t { kNone, kFreqs, kShort, kLong };

struct RopeConfig {
  RopePairing pairing = RopePairing::kInterleaved;
  RopeScaling scaling = RopeScaling::kNone;
  std::uint32_t dims = 0;  // leading elements of a head that turn; the rest pass through
  double base = 10000.0;
  double factor = 1.0;  // of the scaling, > 0: how much longer the context became
  std::uint32_t original_context = 0;
  double attention_factor = 1.0;
  double yarn_extrapolation = 1.0;
  double yarn_beta_fast = 32.0;
  double yarn_beta_slow = 1.0;
  double yarn_magnitude = 0.0;       // of the turned vectors; 0: 1 + ln(factor) / 10
  double yarn_log_multiplier = 0.0;  // m: that is divided by 1 + m ln(factor) / 10
  double llama3_low = 1.0;           // turns in the original context: slower pairs are stretched,
  double llama3_high = 4.0;          // faster ones are left alone
  RopeFactors factors = RopeFactors::kNone;
};

// What the user wants in place of what the file says. Zero and empty: as the file says.
struct RopeOptions {
  std::optional<RopeScaling> scaling = std::nullopt;
  double factor = 0.0;
  double base = 0.0;
  std::uint32_t original_context = 0;
};

// What norms the queries and keys before they are turned.
enum class QkNorm : std::uint8_t { kNone, kEachHead, kWholeRow };

// Of the gate of the feed-forward part. GELU is the tanh form.
enum class Activation : std::uint8_t { kSilu, kGelu };

// How the hidden states of a text become one vector. kNone: the file leaves it open.
enum class Pooling : std::uint8_t { kNone, kMean, kCls, kLast };

// A mixture of experts in place of the feed-forward part: a softmax over the router's scores picks
// `used` experts for each token and weighs what they answer.
struct ExpertConfig {
  std::uint32_t count = 0;         // 0: the model is dense
  std::uint32_t used = 0;          // of each token, at most `count`
  std::uint32_t width = 0;         // of one expert's hidden layer
  std::uint32_t shared_width = 0;  // of the expert that every token visits; 0: there is none
  bool renormalize = false;        // the weights of the chosen ones, to a sum of 1
  float scale = 1.0f;              // of the weights
};

// What the forward pass must know of a model besides its weights. Read from the metadata and
// checked against model/limits.h; all counts are positive.
struct ModelConfig {
  std::string architecture;  // as the file names it: "llama", "qwen2", ...
  std::uint32_t layers = 0;
  std::uint32_t width = 0;  // of the residual stream
  std::uint32_t heads = 0;
  std::uint32_t kv_heads = 0;  // divides heads
  std::uint32_t key_dim = 0;
  std::uint32_t value_dim = 0;
  std::uint32_t ffn_width = 0;  // of the dense feed-forward part; 0 where all layers have experts
  std::uint32_t vocab_size = 0;
  std::uint32_t context_length = 0;  // that the model was made for
  float norm_epsilon = 0.0f;
  RopeConfig rope;

  // Layers whose tokens see only the last `window` keys, their own included. Empty: none.
  std::vector<bool> local_layers;
  std::uint32_t window = 0;
  std::optional<RopeConfig> local_rope;  // of those layers, where it differs

  Presence qkv_bias = Presence::kOptional;
  Presence other_bias = Presence::kAbsent;  // of the attention output and the feed-forward matrices
  QkNorm qk_norm = QkNorm::kNone;
  bool post_norms = false;  // of what attention and feed-forward part add to the residual stream
  Activation activation = Activation::kSilu;
  bool fused_gate_up = false;  // ffn_up holds the gate's rows, then its own
  ExpertConfig experts;

  float embedding_scale = 1.0f;
  float attention_scale = 0.0f;  // of the scores
  // g: the query at position p is multiplied by 1 + g ln(1 + floor(p / rope.original_context)).
  float query_growth = 0.0f;
  float attention_softcap = 0.0f;  // c: scores become c tanh(score / c); 0: they do not
  float logit_softcap = 0.0f;      // the same for the logits

  Pooling pooling = Pooling::kNone;

  bool IsLocal(std::uint32_t layer) const { return !local_layers.empty() && local_layers[layer]; }
};

}  // namespace ganglion
