#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "ganglion/kernels/kernels.h"
#include "ganglion/model/attention.h"
#include "ganglion/model/expert_mixture.h"
#include "ganglion/model/model.h"
#include "ganglion/model/rope.h"
#include "ganglion/model/weights.h"
#include "ganglion/model/workspace.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion {

// The forward pass of the families that are a stack of
//
//   x += attention(norm(x));  x += down(act(gate(norm(x))) * up(norm(x)))
//
// and differ only by what ModelConfig says: norms of queries, keys and of what is added to x,
// windows and caps of the attention, experts in place of gate, up and down.
class Decoder final : public Model {
 public:
  Decoder(ModelConfig config, Weights weights, std::unique_ptr<sys::ThreadPool> pool,
          const kernels::KernelTable& kernels);

  const ModelConfig& config() const override { return config_; }
  std::uint32_t threads() const override { return pool_->threads(); }
  const kernels::KernelTable& kernels() const override { return kernels_; }
  ModelWork work() const override;
  Status Prepare(const BatchLimits& limits) override;
  void Forward(const Batch& batch, KvStorage& kv, std::span<float> logits) override;

 private:
  void Place(const Batch& batch, KvStorage& kv, std::size_t logits_size);
  void Embed(const Batch& batch);
  void ReleaseEmbedding();
  void FillTables(std::size_t row, std::uint32_t position);
  void NormalizeResidual(const AlignedBuffer<float>& weight);
  void Attention(std::uint32_t index, KvStorage& kv);
  void TurnAndStoreRows(const LayerWeights& layer, std::uint32_t index, KvStorage& kv,
                        std::size_t first_row, std::size_t rows);
  void GrowQuery(std::size_t row, std::uint32_t position);
  void FeedForward(const LayerWeights& layer);
  // Adds a matrix' product with the batch's rows to the residual stream, normed where `norm` is not
  // empty.
  void AddToResidual(const Linear& weights, const Activations& x, const AlignedBuffer<float>& norm);
  void WriteLogits(const Batch& batch, std::span<float> logits);
  void WriteHidden(const Batch& batch);
  const RunPlace& RunOf(std::size_t row) const;

  ModelConfig config_;
  Weights weights_;
  std::unique_ptr<sys::ThreadPool> pool_;
  const kernels::KernelTable& kernels_;
  Rope rope_;
  std::optional<Rope> local_rope_;  // of the local layers, where it differs
  PagedAttention attention_;
  ExpertMixture experts_;
  Workspace work_;
  std::size_t rows_ = 0;       // of the batch in progress
  std::size_t looked_up_ = 0;  // rows of the embedding since its pages were given back
  std::span<const RunPlace> runs_;
};

}  // namespace ganglion
