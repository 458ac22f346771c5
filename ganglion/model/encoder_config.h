#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/model/config.h"

namespace ganglion {

// What the forward pass of an encoder must know besides its weights. Read from the metadata and
// checked against model/limits.h; all counts are positive.
struct EncoderConfig {
  std::string architecture;  // as the file names it: "bert", "nomic-bert"
  std::uint32_t layers = 0;
  std::uint32_t width = 0;
  std::uint32_t heads = 0;
  std::uint32_t head_dim = 0;
  std::uint32_t ffn_width = 0;
  std::uint32_t vocab_size = 0;
  std::uint32_t context_length = 0;  // tokens of a text
  float norm_epsilon = 0.0f;
  Pooling pooling = Pooling::kNone;

  std::optional<RopeConfig> rope;       // absent: positions have learned vectors
  bool gated = false;                   // down(silu(gate) * up) in place of down(gelu(up))
  Presence bias = Presence::kRequired;  // of the matrices
};

// Whether this build knows the architecture of the file as an encoder's; others are for
// Model::Load().
bool IsEncoderArchitecture(const gguf::File& file);

// An unknown architecture is an error that lists the known ones.
Result<EncoderConfig> ReadEncoderConfig(const gguf::File& file);

}  // namespace ganglion
