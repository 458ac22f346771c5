#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"

// The shapes of models that people run, for measuring speed without their weights.
namespace ganglion::app {

struct ModelShape {
  std::string_view name;          // "llama-3.2-1b"
  std::string_view architecture;  // as GGUF names it
  std::uint32_t layers = 0;
  std::uint32_t width = 0;
  std::uint32_t ffn_width = 0;  // of each expert where there are some
  std::uint32_t heads = 0;
  std::uint32_t kv_heads = 0;
  std::uint32_t head_dim = 0;
  std::uint32_t vocab_size = 0;
  std::uint32_t context_length = 0;
  std::uint32_t experts = 0;  // 0: dense
  std::uint32_t experts_used = 0;
  double rope_base = 10000.0;
  double epsilon = 1e-5;
  double rope_factor = 0.0;  // of Llama 3's scaling from 8192 tokens on; 0: none
  bool tied_output = false;  // the output matrix is the embedding
  bool qkv_bias = false;
  bool qk_norm = false;
  std::string_view chat_template = {};  // empty: the file carries none
};

// Every shape that --random knows.
std::span<const ModelShape> KnownShapes();

// The error lists the names that are known.
Result<ModelShape> FindShape(std::string_view name);

// What a tensor is for, which says what its random values look like.
enum class TensorRole : std::uint8_t { kMatrix, kRouter, kNorm, kBias, kRopeFactors };

struct ShapedTensor {
  std::string name;
  TensorRole role = TensorRole::kMatrix;
  std::vector<std::uint64_t> dims;  // fastest-varying first
};

// Every tensor of a model of this shape, in the order of the file.
std::vector<ShapedTensor> TensorsOf(const ModelShape& shape);

// The head_dim / 2 divisors of Llama 3's rotation frequencies, as its published configuration gives
// them: low_freq_factor 1, high_freq_factor 4, original context 8192. Empty where rope_factor is 0.
std::vector<float> RopeFactors(const ModelShape& shape);

}  // namespace ganglion::app
