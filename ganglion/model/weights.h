#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/model/config.h"
#include "ganglion/model/linear.h"
#include "ganglion/model/packed_store.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion {

struct LayerWeights {
  AlignedBuffer<float> attention_norm;
  Linear q, k, v, attention_output;
  AlignedBuffer<float> q_norm, k_norm;  // empty where the family has none
  AlignedBuffer<float> ffn_norm;
  Linear gate, up, down;
};

// The weights of a dense decoder. Immutable once loaded.
struct Weights {
  std::shared_ptr<const gguf::File> file;  // shared with whoever opened it; embeddings lie in it
  const gguf::Tensor* embedding = nullptr;
  PackedStore store;  // of what the matrices below point at
  std::vector<LayerWeights> layers;
  AlignedBuffer<float> output_norm;
  Linear output;                    // packed from the embedding where the file ties them
  std::vector<float> rope_factors;  // empty where the file has none
  std::size_t bytes = 0;            // of the matrices and norms
};

// Checks that the file holds exactly the tensors that the config asks for, each of the right shape
// and of a type that the kernels have, and packs them. An error names the tensor, what it is and
// what it should be. Sets config.vocab_size, which only the embedding knows.
Result<Weights> LoadWeights(std::shared_ptr<const gguf::File> file, ModelConfig& config,
                            sys::ThreadPool& pool);

}  // namespace ganglion
