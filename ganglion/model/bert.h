#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "ganglion/kernels/kernels.h"
#include "ganglion/model/encoder.h"
#include "ganglion/model/encoder_weights.h"
#include "ganglion/model/full_attention.h"
#include "ganglion/model/rope.h"
#include "ganglion/model/workspace.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion {

// The forward pass of the encoders that are a stack of
//
//   x = norm(x + attention(x));  x = norm(x + down(act(up(x))))
//
// over x = norm(token + kind of text + position), and differ only by what EncoderConfig says.
class Bert final : public Encoder {
 public:
  Bert(EncoderConfig config, EncoderWeights weights, std::unique_ptr<sys::ThreadPool> pool,
       const kernels::KernelTable& kernels);

  const EncoderConfig& config() const override { return config_; }
  std::uint32_t threads() const override { return pool_->threads(); }
  const kernels::KernelTable& kernels() const override { return kernels_; }
  Status Prepare(const EncoderLimits& limits) override;
  void Encode(std::span<const std::span<const TokenId>> texts, std::span<float> hidden) override;

 private:
  void Place(std::span<const std::span<const TokenId>> texts, std::size_t hidden_size);
  void Embed(std::span<const std::span<const TokenId>> texts);
  void EmbedToken(std::size_t row, TokenId token, std::size_t position);
  void Normalize(const LayerNormWeights& norm, std::size_t first, std::size_t rows);
  void Attention(const EncoderLayerWeights& layer);
  void Turn(std::size_t first, std::size_t rows);
  void FeedForward(const EncoderLayerWeights& layer);
  // x = norm(x + weights * y)
  void AddAndNormalize(const Linear& weights, const Activations& y, const LayerNormWeights& norm);

  const EncoderConfig config_;
  const EncoderWeights weights_;
  const std::unique_ptr<sys::ThreadPool> pool_;
  const kernels::KernelTable& kernels_;
  std::optional<Rope> rope_;
  FullAttention attention_;

  EncoderLimits limits_ = {.tokens = 0, .texts = 0};
  ActivationBuffer x_;                // what every part reads and adds to
  ActivationBuffer q_, k_, v_, mix_;  // mix: what the attention gives
  ActivationBuffer up_, gate_;        // gate: only where there is one
  ActivationBuffer cosine_, sine_;    // of each row's position, where positions turn
  std::vector<RowRange> ranges_;      // room for those of limits_
  std::span<const RowRange> texts_;   // of the call in progress
  std::size_t rows_ = 0;
};

}  // namespace ganglion
