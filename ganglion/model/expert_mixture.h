#pragma once

#include <cstddef>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/kernels/kernels.h"
#include "ganglion/model/config.h"
#include "ganglion/model/expert_router.h"
#include "ganglion/model/linear.h"
#include "ganglion/model/weights.h"
#include "ganglion/model/workspace.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion {

// The feed-forward part of the families with experts.
//
// Tokens are grouped by the experts that they chose, their rows gathered, and the products of all
// experts run in one loop; so each expert's weights are read once for a batch, and those that no
// token chose are not read. A token's sums take its experts in the order of its choice, so its bits
// do not depend on the rest of the batch.
//
// Thread: the thread that runs the model, helped by the pool. Memory: allocates in Prepare() and
// never again.
class ExpertMixture {
 public:
  ExpertMixture(const ModelConfig& config, sys::ThreadPool& pool,
                const kernels::KernelTable& kernels);

  // For batches of at most so many tokens.
  Status Prepare(std::size_t tokens_max, const QuantizedReaders& readers);

  // Adds to each of the first `tokens` rows of `residual` what the experts that it chose, and the
  // shared one, make of the same row of `norm`.
  void Run(const LayerWeights& layer, std::size_t tokens, ActivationBuffer& norm,
           ActivationBuffer& residual);

 private:
  void Choose(const LayerWeights& layer, std::size_t tokens, ActivationBuffer& norm);
  void Gather(std::size_t tokens, const ActivationBuffer& norm);
  void RunGateAndUp(const LayerWeights& layer, std::size_t tokens, ActivationBuffer& norm);
  void Activate(ActivationBuffer& gate, ActivationBuffer& up, std::size_t rows);
  void RunDown(const LayerWeights& layer, std::size_t tokens);
  void Scatter(std::size_t tokens, ActivationBuffer& residual);

  const std::size_t width_;
  const ExpertConfig config_;
  const Activation activation_;
  sys::ThreadPool& pool_;
  const kernels::KernelTable& kernels_;
  ExpertGroups groups_;
  ActivationBuffer scores_;    // of each token, the shared expert's last
  ActivationBuffer gathered_;  // from here on a row for each choice, grouped
  ActivationBuffer gate_, up_, answers_;
  ActivationBuffer shared_gate_, shared_up_, shared_answers_;  // a row for each token
  std::vector<GroupedProduct> products_;
};

}  // namespace ganglion
