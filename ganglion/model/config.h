#pragma once

#include <cstdint>
#include <string>

namespace ganglion {

// Which two elements of a head a rotation turns together: (2i, 2i+1) or (i, i + dims/2).
enum class RopePairing : std::uint8_t { kInterleaved, kHalfSplit };

enum class RopeScaling : std::uint8_t { kNone, kLinear, kYarn };

// Of a tensor in the file.
enum class Presence : std::uint8_t { kAbsent, kOptional, kRequired };

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
  Presence factors = Presence::kAbsent;  // rope_freqs.weight, which divides the frequencies
};

// What the forward pass must know of a model besides its weights. Read from the metadata and
// checked against model/limits.h; all counts are positive.
struct ModelConfig {
  std::string architecture;  // as the file names it: "llama", "qwen2", "qwen3"
  std::uint32_t layers = 0;
  std::uint32_t width = 0;  // of the residual stream
  std::uint32_t heads = 0;
  std::uint32_t kv_heads = 0;  // divides heads
  std::uint32_t key_dim = 0;
  std::uint32_t value_dim = 0;
  std::uint32_t ffn_width = 0;
  std::uint32_t vocab_size = 0;
  std::uint32_t context_length = 0;  // that the model was made for
  float norm_epsilon = 0.0f;
  RopeConfig rope;

  Presence qkv_bias = Presence::kAbsent;
  Presence other_bias = Presence::kAbsent;  // of the attention output and the feed-forward matrices
  bool qk_norm = false;                     // RMS norm of each query and key head before rotation
};

}  // namespace ganglion
