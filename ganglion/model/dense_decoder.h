#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "ganglion/kernels/kernels.h"
#include "ganglion/model/attention.h"
#include "ganglion/model/model.h"
#include "ganglion/model/rope.h"
#include "ganglion/model/weights.h"
#include "ganglion/model/workspace.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion {

// The forward pass of the families that are a stack of
//
//   x += attention(norm(x));  x += down(silu(gate(norm(x))) * up(norm(x)))
//
// and differ only by what ModelConfig says.
class DenseDecoder final : public Model {
 public:
  DenseDecoder(ModelConfig config, Weights weights, std::unique_ptr<sys::ThreadPool> pool,
               const kernels::KernelTable& kernels);

  const ModelConfig& config() const override { return config_; }
  std::uint32_t threads() const override { return pool_->threads(); }
  const kernels::KernelTable& kernels() const override { return kernels_; }
  ModelWork work() const override;
  Status Prepare(const BatchLimits& limits) override;
  void Forward(const Batch& batch, KvStorage& kv, std::span<float> logits) override;

 private:
  // Calls body(first_row, rows) for pieces of the batch's rows, in parallel where `work_per_row`
  // multiplications a row make it worth while.
  template <class Body>
  void ForRows(std::size_t work_per_row, Body&& body);

  void Place(const Batch& batch, KvStorage& kv, std::size_t logits_size);
  void Embed(const Batch& batch);
  void NormalizeResidual(const AlignedBuffer<float>& weight);
  void Attention(std::uint32_t index, KvStorage& kv);
  void TurnAndStoreRows(const LayerWeights& layer, std::uint32_t index, KvStorage& kv,
                        std::size_t first_row, std::size_t rows);
  void FeedForward(const LayerWeights& layer);
  void WriteLogits(const Batch& batch, std::span<float> logits);
  const RunPlace& RunOf(std::size_t row) const;

  ModelConfig config_;
  Weights weights_;
  std::unique_ptr<sys::ThreadPool> pool_;
  const kernels::KernelTable& kernels_;
  Rope rope_;
  PagedAttention attention_;
  Workspace work_;
  std::size_t rows_ = 0;  // of the batch in progress
  std::span<const RunPlace> runs_;
};

}  // namespace ganglion
